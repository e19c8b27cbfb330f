"""Browsers: who they are, and how they come to be known."""

from __future__ import annotations

from collections.abc import Mapping

from syncd.bootstrap.current import Current
from syncd.core.ids import Provider
from syncd.ports.connections import SessionRow
from syncd.ports.oauth import Purpose
from syncd.services import connect, sessions
from syncd.web.views import SignedIn


class VisitorsDoor:
    """Implements `syncd.web.door.Visitors`."""

    def __init__(self, current: Current) -> None:
        self._current = current

    async def session(self, session_id: str) -> SessionRow | None:
        """Read one by the hash of its cookie."""
        return await sessions.find(self._current.deps, session_id)

    async def save_session(self, row: SessionRow, *, instead_of: str | None = None) -> None:
        """Keep it, in the place of another."""
        await sessions.keep(self._current.deps, row, instead_of=instead_of or "")

    async def end_session(self, session_id: str) -> None:
        """Forget it."""
        await sessions.end(self._current.deps, session_id)

    async def begin_sign_in(
        self, provider: Provider, *, session: str, redirect_uri: str, after: str
    ) -> str:
        """Begin a consent that only tells who it is."""
        asked = _asked(provider, session, redirect_uri)
        return await connect.begin(self._current.deps, asked, after=after)

    async def finish_sign_in(
        self, provider: Provider, *, session: str, answer: Mapping[str, str], redirect_uri: str
    ) -> SignedIn:
        """Take what came back."""
        asked = _asked(provider, session, redirect_uri)
        done = await connect.finish(self._current.deps, asked, answer)
        assert isinstance(done, connect.SignedIn)  # noqa: S101 - what was asked for
        return SignedIn(person=done.person, provider=done.provider, after=done.after)


def _asked(provider: Provider, session: str, redirect_uri: str) -> connect.Asked:
    return connect.Asked(
        provider=provider, purpose=Purpose.SIGN_IN, session=session, redirect_uri=redirect_uri
    )
