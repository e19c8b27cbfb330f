"""The page on which an admin approves the application for the whole organisation."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from syncd.sandbox.fakes.microsoft import pages
from syncd.sandbox.fakes.microsoft.aadsts import unknown_client
from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.forms import read_form


class AdminConsent:
    """GET and POST /{tenant}/adminconsent."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def get(self, request: Request) -> Response:
        """Show what the admin is asked for."""
        query = dict(request.query_params)
        client = query.get("client_id", "")
        if client != self._exchange.grants.client_id:
            return pages.notice("Sign in", str(unknown_client(client)), status=400)
        return pages.admin_consent(action=str(request.url.path), extra=query)

    async def post(self, request: Request) -> Response:
        """Let everybody consent from now on; go back where the application wants it."""
        form = await read_form(request)
        if form.get("client_id") != self._exchange.grants.client_id:
            text = str(unknown_client(form.get("client_id", "")))
            return pages.notice("Sign in", text, status=400)
        if form.get("decision") != "accept":
            return pages.notice("Not approved", "Nothing was changed.")
        self._exchange.knobs.require_admin_consent = False
        back = form.get("redirect_uri", "")
        if back.startswith("https://"):
            tenant = self._exchange.grants.tenant_id
            return RedirectResponse(f"{back}?admin_consent=True&tenant={tenant}", status_code=302)
        return pages.notice("Approved", "You may close this window.")
