"""A person's accounts, as the pages ask for them."""

from __future__ import annotations

from collections.abc import Mapping

from syncd.bootstrap.current import Current
from syncd.bootstrap.door.shapes import scopes, shown
from syncd.core.ids import AccountKey, Provider
from syncd.ports.oauth import ConsentRefused, Purpose
from syncd.services import accounts, calendars, connect, disconnect
from syncd.web.door import Refused
from syncd.web.views import (
    AccountCard,
    CardState,
    Connected,
    Offer,
    OfferedCalendar,
    Parting,
    Service,
)


class AccountsDoor:
    """Implements `syncd.web.door.Accounts`."""

    _current: Current

    async def settings(self, person: str) -> tuple[AccountCard, ...]:
        """Give one card per service."""
        cards = await accounts.settings(self._current.deps, person)
        return tuple(
            shown(
                AccountCard,
                card,
                service=Service(card.service),
                state=CardState(card.state),
                granted=scopes(card.granted),
            )
            for card in cards
        )

    async def offer(self, person: str, provider: Provider) -> Offer:
        """Tell what connecting would ask for."""
        offer = await accounts.offer(self._current.deps, person, provider)
        return shown(Offer, offer, scopes=scopes(offer.scopes))

    async def begin_connect(
        self, provider: Provider, *, person: str, session: str, redirect_uri: str, after: str
    ) -> str:
        """Begin a consent."""
        asked = _asked(provider, session, redirect_uri)
        try:
            return await connect.begin(self._current.deps, asked, person=person, after=after)
        except connect.NotPermitted as error:
            raise ConsentRefused(
                str(error),
                code="not_allowed",
                remedy="Ask your administrator to set it up.",
            ) from error

    async def finish_connect(
        self,
        provider: Provider,
        *,
        person: str,
        session: str,
        answer: Mapping[str, str],
        redirect_uri: str,
        request_id: str,
    ) -> Connected:
        """Take what came back."""
        asked = _asked(provider, session, redirect_uri)
        done = await connect.finish(
            self._current.deps, asked, answer, person=person, request_id=request_id
        )
        assert isinstance(done, connect.Connected)  # noqa: S101 - what was asked for
        self._current.outdated.set()
        offer = await accounts.offer(self._current.deps, person, provider)
        missing = scopes(each for each in offer.scopes if not each.is_granted)
        return Connected(provider=provider, address=done.address, after=done.after, missing=missing)

    async def parting(self, person: str, provider: Provider) -> Parting:
        """Tell what disconnecting would do."""
        account = AccountKey(provider, person)
        return shown(Parting, await disconnect.preview(self._current.deps, account))

    async def disconnect(
        self, person: str, provider: Provider, *, remove_links: bool, request_id: str
    ) -> bool:
        """Disconnect; False when the provider has yet to confirm it."""
        done = await disconnect.disconnect(
            self._current.deps,
            AccountKey(provider, person),
            who=person,
            remove_links=remove_links,
            request_id=request_id,
        )
        self._current.outdated.set()
        return not done.is_retried

    async def calendars(self, person: str, provider: Provider) -> tuple[OfferedCalendar, ...]:
        """Give the calendars the person may write."""
        account = AccountKey(provider, person)
        offered = await calendars.offered(self._current.deps, account)
        return tuple(shown(OfferedCalendar, each, zone="") for each in offered if each.can_write)

    async def choose_calendars(
        self, person: str, provider: Provider, ids: tuple[str, ...], *, request_id: str
    ) -> None:
        """Serve these calendars from now on."""
        account = AccountKey(provider, person)
        if not ids:
            raise Refused("Choose at least one calendar, or disconnect the account.")
        await calendars.choose(self._current.deps, account, ids, who=person, request_id=request_id)
        self._current.outdated.set()


def _asked(provider: Provider, session: str, redirect_uri: str) -> connect.Asked:
    return connect.Asked(
        provider=provider, purpose=Purpose.CONNECT, session=session, redirect_uri=redirect_uri
    )
