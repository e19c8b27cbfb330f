"""Device sign-in: the code for the device, and the page where a person enters it."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from syncd.sandbox.fakes.microsoft import pages
from syncd.sandbox.fakes.microsoft.aadsts import LoginError, needed, unknown_client
from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.forms import login_base, read_form, refused


class DeviceSignIn:
    """POST /{tenant}/oauth2/v2.0/devicecode, and GET /device for the person."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def post(self, request: Request) -> Response:
        """Begin a device sign-in."""
        form = await read_form(request)
        grants = self._exchange.grants
        try:
            client, scope = needed(form, "client_id"), needed(form, "scope")
            if client != grants.client_id:
                raise unknown_client(client)
        except LoginError as refusal:
            return refused(self._exchange.world, refusal, request)
        code, device = grants.open_device(client, scope)
        page = f"{login_base(self._exchange.world, request)}/device"
        return JSONResponse(
            {
                "device_code": code,
                "user_code": device.user_code,
                "verification_uri": page,
                "expires_in": 900,
                "interval": 1,
                "message": f"To sign in, open {page} and enter the code {device.user_code}.",
            }
        )

    async def get(self, request: Request) -> Response:
        """Show the page, or approve when the query names the code and the person."""
        query = request.query_params
        person = self._exchange.world.person(query.get("sandbox_person", ""))
        if "user_code" not in query or person is None:
            return pages.device(self._exchange.world.people)
        devices = self._exchange.grants.devices
        for code, device in devices.items():
            if device.user_code == query["user_code"] and device.state == "pending":
                declined = query.get("decision") == "cancel"
                devices[code] = replace(
                    device,
                    state="declined" if declined else "approved",
                    person=None if declined else person,
                )
                return pages.notice("Signed in", "You may close this window.")
        return pages.notice("Sign in", "That code did not work.", status=400)
