"""A provider's consents by script: who consents next, what is granted, and what goes wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from syncd.core.secret import Secret
from syncd.ports.clock import Clock
from syncd.ports.errors import ProviderError
from syncd.ports.oauth import (
    Begun,
    Consented,
    ConsentRefused,
    DeviceCode,
    Grant,
    Identity,
    Purpose,
)

SCOPES = {"events": "to put links into events", "list": "to list your calendars"}


class ScriptedAuthorizer:
    """Implements `syncd.ports.oauth.Authorizer`.

    `who` consents at the next `finish`, with `granted`; `refusals` are raised first. `calls` are all
    that would leave for the provider, by name; `hints` the addresses it was asked to sign in with.
    A device's consent is open for `open_looks` looks. `revokes` False is a provider without the call.
    """

    def __init__(self, clock: Clock, name: str, *, revokes: bool = True) -> None:
        self._clock = clock
        self._name = name
        self.revokes = revokes
        self.who = identity("ana@example.com")
        self.granted = frozenset(SCOPES)
        self.refusals: deque[ConsentRefused | ProviderError] = deque()
        self.revocation_faults: deque[ProviderError] = deque()
        self.calls: list[str] = []
        self.hints: list[str] = []
        self.kept: list[str] = []
        self.revoked: list[str] = []
        self.open_looks = 1
        self._serial = 0

    def scopes(self) -> Mapping[str, str]:
        return SCOPES

    def required(self) -> frozenset[str]:
        return frozenset({"events"})

    async def begin(
        self, *, purpose: Purpose, state: str, redirect_uri: str, hint: str = ""
    ) -> Begun:
        self.hints.append(hint)
        query = urlencode({"state": state, "redirect_uri": redirect_uri, "scope": str(purpose)})
        kept = Secret(f"{self._name} {purpose} {state}")
        return Begun(url=f"https://{self._name}.example/authorize?{query}", kept=kept)

    async def finish(self, kept: Secret, answer: Mapping[str, str]) -> Consented:
        self.calls.append("finish")
        self.kept.append(kept.reveal())
        return self._consented()

    async def begin_device(self) -> DeviceCode:
        if self.refusals:
            raise self.refusals.popleft()
        return DeviceCode(
            url=f"https://{self._name}.example/device",
            code="ABCD-1234",
            expires_at=self._clock.now() + timedelta(minutes=15),
            kept=Secret("device"),
        )

    async def finish_device(self, kept: Secret) -> Consented | None:
        self.calls.append("finish_device")
        if self.open_looks > 0:
            self.open_looks -= 1
            return None
        return self._consented()

    async def refresh(self, grant: Grant) -> Grant:
        self.calls.append("refresh")
        return self._grant()

    async def revoke(self, grant: Grant) -> bool:
        self.calls.append("revoke")
        if self.revocation_faults:
            raise self.revocation_faults.popleft()
        self.revoked.append(grant.access_token.reveal())
        return self.revokes

    async def probe(self, grant: Grant) -> Identity:
        self.calls.append("probe")
        return self.who

    def _consented(self) -> Consented:
        if self.refusals:
            raise self.refusals.popleft()
        return Consented(identity=self.who, grant=self._grant())

    def _grant(self) -> Grant:
        self._serial += 1
        return Grant(
            access_token=Secret(f"{self._name}-access-{self._serial}"),
            expires_at=self._clock.now() + timedelta(hours=1),
            refresh_token=Secret(f"{self._name}-refresh-{self._serial}"),
            scopes=self.granted,
        )


def identity(
    address: str, *, subject: str = "", tenant: str = "", is_verified: bool = True
) -> Identity:
    """Give who an account is; its subject is its address, unless told."""
    return Identity(
        subject=subject or f"id-{address}",
        tenant=tenant,
        address=address,
        name="Some Name",
        is_verified=is_verified,
    )
