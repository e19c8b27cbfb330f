"""Rooms of an Outlook event: whatever else is written into its location, they keep their address."""

from datetime import timedelta

from syncd.core.event import EventChange
from syncd.core.ids import EventRef
from tests.integration.adapters.microsoft_sandbox import OPERATIONS, MicrosoftStage

ROOM = {
    "displayName": "Room 4",
    "locationEmailAddress": "room4@example.com",
    "locationType": "conferenceRoom",
}
LINK = "https://zoom.us/j/12345678901"


async def _event(stage: MicrosoftStage, *places: dict[str, str]) -> EventRef:
    start = await stage.now() + timedelta(days=1)
    made = await stage.add(title="Lunch", start=start, minutes=60)
    await stage.patch(made, locations=list(places))
    return EventRef(stage.calendar, made)


async def _places(stage: MicrosoftStage, ref: EventRef) -> list[tuple[str, str | None]]:
    snapshot = stage.microsoft.snapshot()["calendars"].values()
    (event,) = (e for calendar in snapshot for e in calendar["events"] if e["id"] == ref.event_id)
    return [(one["displayName"], one.get("locationEmailAddress")) for one in event["locations"]]


async def test_a_link_taken_out_from_beside_a_room_leaves_the_room_as_it_was():
    stage = MicrosoftStage()
    ref = await _event(stage, {"displayName": LINK, "locationUri": LINK}, ROOM)
    before = await stage.provider.get(ref)
    assert before.location == f"{LINK}; Room 4"
    after = await stage.provider.write(before, EventChange(location="Room 4"))
    assert after.location == "Room 4"
    assert await _places(stage, ref) == [("Room 4", "room4@example.com")]


async def test_a_link_changed_beside_a_room_leaves_the_room_as_it_was():
    stage = MicrosoftStage()
    ref = await _event(stage, ROOM, {"displayName": LINK, "locationUri": LINK})
    before = await stage.provider.get(ref)
    await stage.provider.write(before, EventChange(location=f"Room 4; {LINK}9"))
    assert await _places(stage, ref) == [("Room 4", "room4@example.com"), (f"{LINK}9", None)]


async def test_one_place_alone_costs_no_read():
    stage = MicrosoftStage()
    ref = await _event(stage, {"displayName": "zoom"})
    before = await stage.provider.get(ref)
    reads = stage.world.counts[("microsoft", OPERATIONS["get"])]
    await stage.provider.write(before, EventChange(location=LINK))
    assert stage.world.counts[("microsoft", OPERATIONS["get"])] == reads
    assert await _places(stage, ref) == [(LINK, None)]
