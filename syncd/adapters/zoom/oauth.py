"""How a person lets us act for their Zoom account; implements `syncd.ports.oauth.Authorizer`.

A confidential client with PKCE (Zoom: OAuth 2.0, Using PKCE). A redeemed refresh token is dead at
once, and a new consent ends the former one.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import urlencode

from syncd.adapters.http import Answer, Call, Garbled, Http
from syncd.adapters.zoom.access import json_object, read_grant
from syncd.adapters.zoom.client import base_of
from syncd.adapters.zoom.consent import Kept, consent_broken, not_granted, returned_code
from syncd.adapters.zoom.errors import error_of, garbled, token_refused
from syncd.adapters.zoom.grant_errors import CONSENT_GONE, code_refused, refresh_refused, unusable
from syncd.adapters.zoom.oauth_call import oauth_call
from syncd.adapters.zoom.reading import Misshapen
from syncd.adapters.zoom.scopes import OPTIONAL, REQUIRED, USUAL, covers
from syncd.adapters.zoom.translate import read_identity
from syncd.core.secret import Secret
from syncd.ports.clock import Clock
from syncd.ports.errors import (
    AuthLost,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    Transient,
)
from syncd.ports.oauth import (
    Begun,
    Consented,
    ConsentRefused,
    DeviceCode,
    Grant,
    Identity,
    Purpose,
)

logger = logging.getLogger(__name__)

# Two refreshes and their answers fit into the time that one process is given to refresh alone.
_LEAVE_WITHIN = 8.0
_ENDING = timedelta(minutes=1)


class ZoomAuthorizer:
    """The consents of people to one app of ours at Zoom.

    `scopes` are sent along only when some are given: an app made for certain scopes asks for them
    by itself, and refuses a list that is not to its liking. `app_name` is what people and their
    administrators know the app by.
    """

    def __init__(  # noqa: PLR0913 - all by keyword, given once by the composition root
        self,
        http: Http,
        clock: Clock,
        *,
        client_id: str,
        client_secret: Secret,
        oauth_base: str,
        api_base: str,
        scopes: Collection[str] = (),
        app_name: str = "syncd",
    ) -> None:
        self._http = http
        self._clock = clock
        self._client_id = client_id
        self._client_secret = client_secret
        self._oauth_base = oauth_base.rstrip("/")
        self._api_base = api_base
        self._asked = tuple(scopes)
        self._app_name = app_name

    def scopes(self) -> Mapping[str, str]:
        """Give what the app asks for, and what each is for."""
        purposes = {**REQUIRED, **OPTIONAL}
        return {
            scope: purposes.get(scope, "asked for by the administrator's own configuration")
            for scope in self._asked or USUAL
        }

    def required(self) -> frozenset[str]:
        """Give those without which no meeting can be made, looked after and taken away."""
        return frozenset(REQUIRED)

    async def begin(
        self, *, purpose: Purpose, state: str, redirect_uri: str, hint: str = ""
    ) -> Begun:
        """Begin a consent; Zoom cannot be told by whom (`hint`). Nothing is sent.

        ConsentRefused for signing in: at Zoom every consent ends the one before, so whoever is
        connected would be no more.
        """
        del hint
        if purpose is not Purpose.CONNECT:
            raise ConsentRefused(
                "Nobody signs in with Zoom.",
                code="not_allowed",
                remedy="Sign in with Google or Microsoft.",
            )
        kept = Kept.new(state=state, redirect_uri=redirect_uri, purpose=purpose)
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": kept.challenge(),
            "code_challenge_method": "S256",
        }
        if self._asked:
            query["scope"] = " ".join(self._asked)
        return Begun(url=f"{self._oauth_base}/authorize?{urlencode(query)}", kept=kept.text())

    async def finish(self, kept: Secret, answer: Mapping[str, str]) -> Consented:
        """Redeem the code that the browser brought, and ask whose account it is.

        ConsentRefused, Transient and RateLimited as the port says. A consent that is of no use to us
        is ended at Zoom again.
        """
        ours = Kept.read(kept)
        code = returned_code(
            ours,
            answer,
            app=self._app_name,
            client_id=self._client_id,
            oauth_base=self._oauth_base,
        )
        grant = await self._redeemed(ours, code)
        missing = [scope for scope in REQUIRED if not covers(grant.scopes, scope)]
        if missing:
            await self._let_go(grant)
            raise not_granted(missing)
        try:
            return Consented(identity=await self.probe(grant), grant=grant)
        except (Transient, RateLimited):
            raise
        except ProviderError as error:
            await self._let_go(grant)
            raise consent_broken(
                f"Zoom does not say whose account it is: {error.message}"
            ) from error

    async def begin_device(self) -> DeviceCode:
        """Refuse: a browser on this machine, or the page, is the way for Zoom."""
        _no_device()

    async def finish_device(self, kept: Secret) -> Consented | None:
        """Refuse, as `begin_device` does; `kept` cannot have come from there."""
        del kept
        _no_device()

    async def refresh(self, grant: Grant) -> Grant:
        """Redeem the refresh token, which ends it; the new grant carries the next.

        AuthLost `consent_gone` when Zoom says that it is no more, `zoom_auth` when it refuses the
        app, Transient or RateLimited otherwise. An answer that was lost took the token with it.
        """
        if grant.refresh_token is None:
            raise unusable()
        asked_at = self._clock.now()
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token.reveal()}
        answer = await self._ask("token", form)
        fresh = read_grant(answer, now=asked_at, refusal=refresh_refused)
        return Grant(
            access_token=fresh.access_token,
            expires_at=fresh.expires_at,
            refresh_token=fresh.refresh_token or grant.refresh_token,
            scopes=fresh.scopes or grant.scopes,
            api_url=fresh.api_url or grant.api_url,
        )

    async def revoke(self, grant: Grant) -> bool:
        """End the grant at Zoom, the refresh token with it; True, also when it was gone already.

        Only a living access token can be named (Zoom: Revoke an access token), so one that has
        expired is renewed first.
        """
        if grant.expires_at - self._clock.now() > _ENDING and await self._revoked(grant):
            return True
        try:
            fresh = await self.refresh(grant)
        except AuthLost as error:
            if error.code != CONSENT_GONE:
                raise
            return True
        if not await self._revoked(fresh):
            raise Transient("Zoom does not end the consent.", code="zoom_not_revoked")
        return True

    async def probe(self, grant: Grant) -> Identity:
        """Ask whose token it is; AuthLost `zoom_token_refused` when Zoom takes it no more."""
        answer = await self._http.send(
            Call(
                method="GET",
                url=base_of(grant.api_url, self._http, self._api_base) + "/users/me",
                headers={
                    "authorization": f"Bearer {grant.access_token.reveal()}",
                    "accept": "application/json",
                },
                account=self._account,
                operation="GET /users/{userId}",
                repeatable=True,
            )
        )
        if token_refused(answer):
            raise AuthLost(
                "Zoom no longer takes the access token.",
                code="zoom_token_refused",
                remedy="Connect Zoom again on the page, or with `syncd accounts connect zoom`.",
            )
        if answer.status != HTTPStatus.OK:
            raise error_of(answer, now=self._clock.now())
        try:
            return read_identity(answer.json())
        except (Garbled, Misshapen) as exc:
            raise garbled(str(exc)) from exc

    async def _redeemed(self, ours: Kept, code: str) -> Grant:
        asked_at = self._clock.now()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": ours.redirect_uri,
            "code_verifier": ours.verifier,
        }
        try:
            answer = await self._ask("token", form, repeatable=False)
            grant = read_grant(answer, now=asked_at, refusal=code_refused)
        except (Transient, RateLimited):
            raise
        except OutcomeUnknown as error:
            raise consent_broken("Zoom's answer was lost, and the code with it") from error
        except ProviderError as error:
            raise consent_broken(error.message) from error
        if grant.refresh_token is None:
            raise consent_broken("Zoom gave no refresh token")
        return grant

    async def _let_go(self, grant: Grant) -> None:
        """End a grant that nobody will keep; when that fails it ends by itself, unused."""
        try:
            await self.revoke(grant)
        except ProviderError as error:
            logger.warning("unused zoom consent not revoked", extra={"code": error.code})

    async def _revoked(self, grant: Grant) -> bool:
        """Revoke by the access token; False when Zoom takes it no more."""
        answer = await self._ask("revoke", {"token": grant.access_token.reveal()})
        if answer.is_success:
            return True
        refusal = refresh_refused(answer, json_object(answer))
        if refusal is None:
            raise error_of(answer, now=self._clock.now())
        if refusal.code != CONSENT_GONE:
            raise refusal
        return False

    async def _ask(self, what: str, form: Mapping[str, str], *, repeatable: bool = True) -> Answer:
        return await self._http.send(
            oauth_call(
                f"{self._oauth_base}/{what}",
                form,
                client_id=self._client_id,
                client_secret=self._client_secret,
                account=self._account,
                repeatable=repeatable,
                send_by=self._clock.monotonic() + _LEAVE_WITHIN,
            )
        )

    @property
    def _account(self) -> str:
        """Name whose pace these calls keep: the app's own, beside those of the accounts."""
        return f"zoom:{self._client_id}"


def _no_device() -> NoReturn:
    raise ConsentRefused(
        "Zoom is not connected from another device.",
        code="no_device_code",
        remedy="Leave --device out, or connect it on the page.",
    )
