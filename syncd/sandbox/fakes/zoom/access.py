"""Who calls the API: the account's own app, a user's app, or a human in Zoom itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from syncd.sandbox.fakes.world import Person
from syncd.sandbox.fakes.zoom.account import Account
from syncd.sandbox.fakes.zoom.errors import invalid_token, missing_scope, no_user, not_host
from syncd.sandbox.fakes.zoom.meeting import Meeting

_BEARER = re.compile(r"bearer ([!-~]+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The owner of a bearer token; `person` is None for the server-to-server app.

    A `human` is the person in Zoom's own app: no scopes to lack, no quotas to spend.
    """

    person: Person | None
    scopes: frozenset[str]
    human: bool = False

    def require(self, scope: str) -> None:
        """Refuse a token without the scope, or without its `:admin` form for the account."""
        wanted = scope if self.person is not None else f"{scope}:admin"
        if not self.human and wanted not in self.scopes:
            raise missing_scope(scope)

    def user(self, account: Account, user_id: str) -> Person:
        """Find the user a path names: `me` and nothing else for a user's token, never for S2S."""
        if self.person is not None:
            if user_id != "me":
                raise invalid_token()
            return self.person
        person = account.person(user_id)
        if person is None:
            raise no_user(user_id)
        return person

    def check_owner(self, meeting: Meeting) -> None:
        """Refuse a user's token for a meeting that somebody else hosts."""
        if self.person is not None and self.person.email != meeting.host_email:
            raise not_host()


def caller(account: Account, authorization: str) -> Caller:
    """Read an Authorization header; raises ZoomError 401."""
    found = _BEARER.fullmatch(authorization)
    if found is None:
        raise invalid_token()
    for person in account.world.people:
        if person.zoom_token == found[1]:
            return Caller(person=person, scopes=frozenset(), human=True)
    grant = account.tokens.bearer(found[1], account.now())
    if grant.email is None:
        return Caller(person=None, scopes=frozenset(grant.scopes))
    owner = account.person(grant.email)
    if owner is None:
        raise invalid_token()
    return Caller(person=owner, scopes=frozenset(grant.scopes))
