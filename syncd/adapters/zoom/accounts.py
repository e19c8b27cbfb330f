"""Zoom by host: each host's own account where they connected one, else the one for everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from syncd.adapters.grants import GrantTokens
from syncd.adapters.http import Http
from syncd.adapters.zoom.meetings import ZoomMeetings
from syncd.adapters.zoom.own_tokens import NoTokens, OwnTokens
from syncd.adapters.zoom.whom import Oneself
from syncd.core.ids import AccountKey, Provider
from syncd.ports.clock import Clock
from syncd.ports.meetings import MeetingProvider


class ZoomAccounts:
    """Implements `syncd.ports.meetings.MeetingAccounts`.

    `service` acts for everybody; None where only people's own accounts do. `grants` are those;
    None where no app can be connected. `hosts` gives each person's host, `connected` the people who
    have connected Zoom, as known when the engine was built, which is built anew when that changes.
    Until then a person who has left meets AuthLost at every call, since the grant itself is read
    from the store, and one who has just come is acted for by `service` if there is one.
    """

    def __init__(  # noqa: PLR0913 - all by keyword, given once by the composition root
        self,
        http: Http,
        clock: Clock,
        *,
        api_base: str,
        service: ZoomMeetings | None,
        grants: GrantTokens | None,
        hosts: Mapping[str, str],
        connected: Collection[str],
    ) -> None:
        self._http = http
        self._clock = clock
        self._api_base = api_base
        self._service = service
        self._grants = grants
        lower = {person.lower(): host.lower() for person, host in hosts.items()}
        self._acting = own_hosts(lower, [person.lower() for person in connected])
        self._lacking = own_hosts(lower, lower)
        # Kept, since each holds back deletions that would meet at Zoom.
        self._own: dict[str, ZoomMeetings] = {}

    def account(self, host: str) -> AccountKey:
        """Name the account that acts for a host: its own, the one for all, or the one it lacks."""
        host = host.lower()
        if host not in self._acting and self._service is not None:
            return self._service.account
        person = self._acting.get(host) or self._lacking.get(host) or host
        return AccountKey(Provider.ZOOM, person)

    def of(self, host: str) -> MeetingProvider:
        """Give that account; its calls raise AuthLost `zoom_not_connected` while there is none."""
        if self._service is not None and host.lower() not in self._acting:
            return self._service
        return self._own.setdefault(host.lower(), self._made(host.lower()))

    def _made(self, host: str) -> ZoomMeetings:
        key = self.account(host)
        tokens = NoTokens(key) if self._grants is None else OwnTokens(self._grants, key.address)
        return ZoomMeetings(self._http, tokens, self._clock, self._api_base, whom=Oneself(host))


def own_hosts(hosts: Mapping[str, str], connected: Collection[str]) -> dict[str, str]:
    """Say which connected person acts for which host; all by address, in lower case.

    Everybody acts for their own address, and for the host that they are mapped to where no other
    person is, or is mapped to it: an account of one's own hosts nobody else's events.
    """
    shared = Counter(hosts.values())
    mapped = {
        hosts[person]: person
        for person in connected
        if person in hosts and hosts[person] not in hosts and shared[hosts[person]] == 1
    }
    return mapped | {person: person for person in connected}
