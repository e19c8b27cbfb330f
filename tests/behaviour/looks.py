"""What most rows look at: the copies of an event, Zoom, writes, and mails to one external guest."""

from __future__ import annotations

from typing import Any

from tests.behaviour.world import ANA, BO, GUEST, Play


def mails_to(play: Play, guest: str = GUEST) -> int:
    """Count the mails that a guest has had so far."""
    return sum(to == guest for to, _ in play.mails())


async def gets_link(play: Play, *, person: str = ANA, **fields: Any) -> str:
    """Ask for a link by these fields and see that it comes; give the event's id."""
    event_id = await play.add(person=person, guests=fields.pop("guests", [BO, GUEST]), **fields)
    await comes(play, event_id, person=person)
    return event_id


async def comes(play: Play, event_id: str, *, person: str = ANA) -> None:
    """See one event get a link: one meeting, one write, one mail, seen by the guest; then rest."""
    before, mailed = set(await play.meetings()), mails_to(play)
    async with play.spending() as spent:
        await play.settle(20)
    shown = await play.seen(event_id, person=person)
    assert shown.link is not None, "the event shows no link"
    assert set(await play.meetings()) - before == {shown.link}
    assert (spent.calendar, spent.zoom, mails_to(play) - mailed) == (1, 1, 1)
    assert shown.has_block
    if person != BO:
        copy = await play.copy(event_id, BO, of=person)
        assert (copy.link, copy.title, copy.has_block) == (shown.link, shown.title, True)
    await play.rests()


async def stays_bare(play: Play, *, person: str = ANA, **fields: Any) -> str:
    """See that an event with these fields gets nothing at all; give its id."""
    event_id = await play.add(person=person, guests=fields.pop("guests", [BO, GUEST]), **fields)
    await nothing_comes(play, event_id, person=person)
    return event_id


async def nothing_comes(play: Play, event_id: str, *, person: str = ANA) -> None:
    """See that an event stays as it is: no write, no mail, no meeting."""
    before = await play.seen(event_id, person=person)
    meetings = await play.meetings()
    await play.rests(40)
    assert await play.seen(event_id, person=person) == before
    assert await play.meetings() == meetings
