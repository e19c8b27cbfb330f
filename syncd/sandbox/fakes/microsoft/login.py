"""The routes of the login side, below `/login`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.fakes.microsoft.admin_consent import AdminConsent
from syncd.sandbox.fakes.microsoft.authorize import Authorize
from syncd.sandbox.fakes.microsoft.device import DeviceSignIn
from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.forms import login_base
from syncd.sandbox.fakes.microsoft.token import TokenEndpoint


def login_routes(exchange: Exchange) -> list[Route]:
    """Give discovery, authorize, token and device sign-in for every tenant name."""
    authorize, device = Authorize(exchange), DeviceSignIn(exchange)
    admin = AdminConsent(exchange)
    discovery = "/{tenant}/v2.0/.well-known/openid-configuration"
    oauth = "/{tenant}/oauth2/v2.0"
    several = (
        ("GET", discovery, Discovery(exchange).get),
        ("GET", f"{oauth}/authorize", authorize.get),
        ("POST", f"{oauth}/authorize", authorize.post),
        ("POST", f"{oauth}/token", TokenEndpoint(exchange).post),
        ("POST", f"{oauth}/devicecode", device.post),
        ("GET", "/device", device.get),
        ("GET", "/{tenant}/adminconsent", admin.get),
        ("POST", "/{tenant}/adminconsent", admin.post),
    )
    return [
        Route(f"/login{path}", handler, methods=[method], name=f"{method} {path}")
        for method, path, handler in several
    ]


class Discovery:
    """GET /{tenant}/v2.0/.well-known/openid-configuration."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def get(self, request: Request) -> Response:
        """Give the endpoints; the issuer is always that of the one tenant of the sandbox."""
        base = login_base(self._exchange.world, request)
        tenant, grants = request.path_params["tenant"], self._exchange.grants
        # Entra writes the id of a tenant that was asked for by its domain.
        own = f"{base}/{grants.tenant_id if tenant == grants.tenant else tenant}/oauth2/v2.0"
        return JSONResponse(
            {
                "issuer": f"{base}/{self._exchange.grants.tenant_id}/v2.0",
                "authorization_endpoint": f"{own}/authorize",
                "token_endpoint": f"{own}/token",
                "device_authorization_endpoint": f"{own}/devicecode",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query", "form_post"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "subject_types_supported": ["pairwise"],
            }
        )
