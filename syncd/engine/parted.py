"""Events that were released with their account, looked at to see whether it is back."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.binding import Binding
from syncd.core.conference import ConferenceKind
from syncd.core.ids import AccountKey, Provider
from syncd.core.look import IS_WEBINAR, Away, Observed
from syncd.core.marks import host_prints, marker_in, markers_of
from syncd.core.parted import ZOOM_NOT_CONNECTED
from syncd.engine.deps import Deps, acting_for
from syncd.ports.connections import ConnectionState
from syncd.ports.errors import AuthLost, NotFound, Permanent
from syncd.ports.store import Tx

_AWAY = {ZOOM_NOT_CONNECTED: Away.NOT_CONNECTED, IS_WEBINAR: None, "zoom_not_host": Away.ELSEWHERE}


async def look(deps: Deps, seen: Observed) -> Observed:
    """Read the meeting of a binding that was released with its account, if one acts for its host."""
    binding = seen.binding
    if binding is None or binding.parted is None or binding.meeting_id is None:
        return seen
    try:
        with acting_for(deps, binding.host) as zoom:
            meeting = await zoom.get(binding.meeting_id)
    except NotFound:
        is_same = await deps.store.run(lambda tx: made_by_user_of_now(deps, tx, binding))
        gone = replace(seen, meeting_gone=True)
        return gone if is_same else replace(gone, away=Away.ELSEWHERE, mark_is_dead=True)
    except (AuthLost, Permanent) as error:
        if error.code not in _AWAY:
            raise
        away = _AWAY[error.code]
        return replace(seen, away=away, mark_is_dead=away is Away.ELSEWHERE)
    if marker_in(meeting.agenda) in markers_of(deps.keys, binding.key):
        return seen
    return replace(seen, away=Away.ELSEWHERE, mark_is_dead=True)


def made_by_user_of_now(deps: Deps, tx: Tx, binding: Binding) -> bool | None:
    """Tell whether the Zoom user of now made the meeting; None when nobody knows."""
    row = tx.connections.get(deps.meetings.account(binding.host))
    known = tx.hosts.get(binding.host)
    user_id = row.identity.subject if row is not None else known[0].user_id if known else None
    if user_id is None or binding.made_by is None:
        return None
    return binding.made_by in host_prints(deps.keys, user_id)


def leaves(tx: Tx, account: AccountKey) -> bool:
    """Tell whether an account is being disconnected, and its links go first."""
    row = tx.connections.get(account)
    return row is not None and row.state is ConnectionState.LEAVING


def rouse(deps: Deps, tx: Tx) -> None:
    """Have the events looked at that were released with an account which may be back."""
    now, connected = deps.clock.now(), {row.account for row in tx.connections.all()}
    for binding in tx.bindings.all():
        if binding.parted is None or binding.ref.calendar not in deps.watched:
            continue
        account = deps.meetings.account(binding.host)
        is_own = account == AccountKey(Provider.ZOOM, binding.host.lower())
        needs_zoom = binding.conference is ConferenceKind.ZOOM
        if needs_zoom and account not in connected and (is_own or account.address in deps.people):
            continue
        tx.events.mark_due(binding.ref, due_at=now, starts_at=binding.starts_at)
        tx.calendars.hurry(binding.ref.calendar, due_at=now)
