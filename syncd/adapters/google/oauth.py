"""Consents of people at Google: asked for, redeemed, renewed and ended.

Google's library makes the address and the PKCE verifier. All requests go through our own transport,
which alone holds the allow-list of origins, the deadlines and the certificates of the configuration;
the library would bring `requests` with none of these.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from google_auth_oauthlib.flow import Flow

from syncd.adapters.google import consent_errors, scopes
from syncd.adapters.google.granted import Granted, granted_in
from syncd.adapters.google.id_token import ISSUER, identity_in, identity_of_token
from syncd.adapters.google.reading import Malformed, object_in
from syncd.adapters.google.refusal import token_refusal_in
from syncd.adapters.google.under_way import UnderWay
from syncd.adapters.http import Answer, Call, Http
from syncd.core.secret import Secret
from syncd.ports.clock import Clock
from syncd.ports.errors import OutcomeUnknown, Transient
from syncd.ports.oauth import (
    Begun,
    Consented,
    ConsentRefused,
    DeviceCode,
    Grant,
    Identity,
    Purpose,
)

USERINFO = "https://www.googleapis.com/oauth2/v3/userinfo"
"""Google's own, on the origin of the Calendar API; `userinfo_endpoint` of OpenID Connect."""

_LONGEST_CODE = 2048
_FORM = {"content-type": "application/x-www-form-urlencoded"}
# All calls about consents share one pace: before a consent nobody knows whose it will be.
_ACCOUNT = "google:consents"


class GoogleAuthorizer:
    """Google's OAuth for one web or desktop app; it keeps nothing.

    `authorize_url` is where browsers go, `oauth_base` holds `/token` and `/revoke`. With
    `shared_calendars` people are asked for calendars that others share with them, too.
    """

    def __init__(  # noqa: PLR0913 - given once by the composition root
        self,
        http: Http,
        clock: Clock,
        *,
        client_id: str,
        client_secret: Secret,
        authorize_url: str,
        oauth_base: str,
        userinfo_url: str = USERINFO,
        shared_calendars: bool = False,
    ) -> None:
        self._http = http
        self._clock = clock
        self._client_id = client_id
        self._client_secret = client_secret
        self._authorize_url = authorize_url
        self._base = oauth_base.rstrip("/")
        self._userinfo_url = userinfo_url
        self._connecting = scopes.connecting(shared_calendars=shared_calendars)

    def scopes(self) -> Mapping[str, str]:
        """Give what connecting asks for, each with its purpose."""
        return self._connecting

    def required(self) -> frozenset[str]:
        """Give all but the list of calendars: without it the main calendar is served."""
        return scopes.needed_of(self._connecting)

    async def begin(
        self, *, purpose: Purpose, state: str, redirect_uri: str, hint: str = ""
    ) -> Begun:
        """Make the address of Google's page. Only connecting asks for a lasting consent."""
        connects = purpose is Purpose.CONNECT
        nonce = secrets.token_urlsafe(32)
        flow = self._flow(self._asked(purpose), redirect_uri)
        url, _ = flow.authorization_url(
            state=state,
            nonce=nonce,
            access_type="offline" if connects else "online",
            # Without it Google gives a refresh token with the first consent only.
            prompt="consent" if connects else "select_account",
            **({"login_hint": hint} if hint else {}),
        )
        flow.oauth2session.close()
        kept = UnderWay(purpose, state, flow.code_verifier, nonce, redirect_uri)
        return Begun(url=url, kept=kept.written())

    async def finish(self, kept: Secret, answer: Mapping[str, str]) -> Consented:
        """Check what came back, redeem its code once, and read who it is.

        A consent that lacks something is not ended at Google: that would end an earlier one of the
        same person, which may be good.
        """
        under_way = UnderWay.read(kept)
        code = _code_in(answer, state=under_way.state)
        granted = await self._redeemed(code, under_way)
        identity = self._identity(granted, under_way.nonce)
        self._check(granted.grant, under_way.purpose)
        return Consented(identity=identity, grant=granted.grant)

    async def begin_device(self) -> DeviceCode:
        """Refuse: Google gives no calendars by device code (its scopes are not allowed there)."""
        raise _no_device_code()

    async def finish_device(self, kept: Secret) -> Consented | None:  # noqa: ARG002 - the port's
        """Refuse, as `begin_device` does."""
        raise _no_device_code()

    async def refresh(self, grant: Grant) -> Grant:
        """Renew the access token; Google keeps the refresh token as it is, and its answer has none."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": grant.refresh_token.reveal() if grant.refresh_token else "",
        }
        answer = await self._http.send(self._post("/token", form, repeatable=True, with_app=True))
        now = self._clock.now()
        if answer.status != HTTPStatus.OK:
            raise consent_errors.refresh_error_of(answer, now=now)
        return granted_in(answer, now=now, before=grant).grant

    async def revoke(self, grant: Grant) -> bool:
        """End the whole grant of this person; one that is gone already is done."""
        token = grant.refresh_token or grant.access_token
        call = self._post("/revoke", {"token": token.reveal()}, repeatable=True)
        answer = await self._http.send(call)
        if answer.is_success or _is_dead(answer):
            return True
        raise consent_errors.revoke_error_of(answer, now=self._clock.now())

    async def probe(self, grant: Grant) -> Identity:
        """Ask userinfo who the access token is."""
        call = Call(
            method="GET",
            url=self._userinfo_url,
            headers={"authorization": f"Bearer {grant.access_token.reveal()}"},
            account=_ACCOUNT,
            operation="GET /userinfo",
            repeatable=True,
        )
        answer = await self._http.send(call)
        if answer.status != HTTPStatus.OK:
            raise consent_errors.userinfo_error_of(answer, now=self._clock.now())
        try:
            return identity_in(object_in(answer))
        except Malformed as exc:
            raise Transient("Google's userinfo cannot be read.", code="garbled") from exc

    def _asked(self, purpose: Purpose) -> tuple[str, ...]:
        return tuple(self._connecting) if purpose is Purpose.CONNECT else scopes.SIGN_IN

    def _flow(self, asked: tuple[str, ...], redirect_uri: str) -> Any:
        client = {
            "client_id": self._client_id,
            "client_secret": "",
            "auth_uri": self._authorize_url,
            "token_uri": f"{self._base}/token",
        }
        return Flow.from_client_config(
            {"web": client}, list(asked), redirect_uri=redirect_uri, autogenerate_code_verifier=True
        )

    async def _redeemed(self, code: str, under_way: UnderWay) -> Granted:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": under_way.verifier,
            "redirect_uri": under_way.redirect_uri,
        }
        try:
            # A code is good once: whoever sends it again may end what the first sending made.
            answer = await self._http.send(
                self._post("/token", form, repeatable=False, with_app=True)
            )
        except OutcomeUnknown as exc:
            raise ConsentRefused(
                "Google's answer to your consent was lost on its way.",
                code="code_expired",
                remedy="Connect Google again.",
            ) from exc
        now = self._clock.now()
        if answer.status != HTTPStatus.OK:
            raise consent_errors.exchange_error_of(answer, now=now)
        return granted_in(answer, now=now)

    def _identity(self, granted: Granted, nonce: str) -> Identity:
        try:
            return identity_of_token(
                granted.id_token, client_id=self._client_id, nonce=nonce, now=self._clock.now()
            )
        except Malformed as exc:
            raise consent_errors.broken(
                f"Google's word on who you are does not hold: {exc}."
            ) from exc

    def _check(self, grant: Grant, purpose: Purpose) -> None:
        if purpose is not Purpose.CONNECT:
            return
        missing = self.required() - grant.scopes
        if missing:
            purposes = [why for scope, why in self._connecting.items() if scope in missing]
            raise consent_errors.scopes_missing(purposes)
        if grant.refresh_token is None:
            raise consent_errors.not_lasting()

    def _post(
        self, path: str, form: Mapping[str, str], *, repeatable: bool, with_app: bool = False
    ) -> Call:
        app = {"client_id": self._client_id, "client_secret": self._client_secret.reveal()}
        return Call(
            method="POST",
            url=f"{self._base}{path}",
            headers=_FORM,
            body=urlencode({**form, **(app if with_app else {})}).encode(),
            account=_ACCOUNT,
            operation=f"POST {path}",
            repeatable=repeatable,
        )


def _code_in(answer: Mapping[str, str], *, state: str) -> str:
    """Read what the browser brought back, the state before all else."""
    if not hmac.compare_digest(answer.get("state", "").encode("utf-8", "replace"), state.encode()):
        raise consent_errors.broken("This answer belongs to another consent.")
    # RFC 9207: it tells an answer of another provider that was led here.
    if answer.get("iss", ISSUER) != ISSUER:
        raise consent_errors.broken("This answer is not Google's.")
    if error := answer.get("error"):
        raise consent_errors.refusal_of(error, answer.get("error_subtype", ""))
    code = answer.get("code", "")
    if not (0 < len(code) <= _LONGEST_CODE and code.isascii() and code.isprintable()):
        raise consent_errors.broken("Google's answer holds no code.")
    return code


def _is_dead(answer: Answer) -> bool:
    refusal = token_refusal_in(answer) if answer.status == HTTPStatus.BAD_REQUEST else None
    return refusal is not None and refusal.error == "invalid_token"


def _no_device_code() -> ConsentRefused:
    return ConsentRefused(
        "Google gives no calendars to a consent on another device.",
        code="no_device_code",
        remedy="Connect in a browser on this machine, or on the page.",
    )
