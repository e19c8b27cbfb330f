"""States of event, bond and meeting, by name."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from syncd.core.binding import GONE, MISSED, Binding, BindingState
from syncd.core.event import Event, NativeConference, NativeKind
from tests.factories import NOW, binding, event, linked, meeting, spec, text, url_of

TAG = text("#zoom")
TEAMS = NativeConference(NativeKind.TEAMS, "https://teams.microsoft.com/l/meetup-join/1")
LONG_AGO = NOW - timedelta(hours=1)
JUST_NOW = NOW - timedelta(seconds=10)
FLAGGED = event(body=TAG)
LINKED = linked(FLAGGED)
BARE = linked(event())
TAKEN = linked(event(location="zoom"))

EVENTS: dict[str, Event | None] = {
    "gone": None,
    "plain": event(),
    "flagged": FLAGGED,
    "linked": LINKED,
    "linked and changed": replace(LINKED, title="Dinner", version="v2"),
    "linked and edited": replace(LINKED, location="Room 1", version="v2"),
    "unflagged": BARE,
    "its flag taken": TAKEN,
    "taken and freed": replace(TAKEN, location="", body=text("")),
    "linked and said no": replace(LINKED, title="Lunch #nozoom"),
    "said no": event(title="#nozoom"),
    "freed of its link": replace(LINKED, location="", body=TAG),
    "freed and flagged anew": replace(LINKED, location="zoom", body=TAG),
    "freed and unflagged": replace(LINKED, location="", body=text("")),
    "cancelled": replace(LINKED, cancelled=True),
    "cancelled and freed": replace(FLAGGED, cancelled=True),
    "teams": replace(FLAGGED, native=TEAMS),
    "linked and teams": replace(LINKED, native=TEAMS),
    "unflagged and teams": replace(BARE, native=TEAMS),
    "too long": replace(FLAGGED, end=FLAGGED.end + timedelta(days=2)),
    "finished": replace(FLAGGED, start=LONG_AGO, end=JUST_NOW),
    "a guest's": replace(FLAGGED, is_organiser=False, can_write=False),
    "a guest's, linked": replace(LINKED, is_organiser=False, can_write=False),
    "a guest's, plain": replace(event(), is_organiser=False),
    "unflagged and read only": replace(BARE, can_write=False),
    "with foreign link": event(body=text("#zoom https://meet.jit.si/room")),
    "with odd link": event(location="x", body=text(f"{url_of(1).replace('&', '&amp;')}")),
}

CREATING = binding(
    state=BindingState.CREATING, version=None, spec_digest=spec().digest(), flags_seen=()
)
UNMADE = replace(CREATING, meeting_id=None, join_url=None, spec_digest=None)
DECLINED = binding(state=BindingState.DECLINED, meeting_id=None, join_url=None, spec_digest=None)
BINDINGS: dict[str, Binding | None] = {
    "none": None,
    "unmade": UNMADE,
    "unmade, flag taken": replace(UNMADE, flag_taken=True),
    "unmade, held long": replace(UNMADE, removal_since=LONG_AGO),
    "unmade, removing": replace(UNMADE, state=BindingState.REMOVING, removal_since=LONG_AGO),
    "creating": CREATING,
    "creating, flag taken": replace(CREATING, flag_taken=True),
    "linked": binding(),
    "linked, flag taken": binding(flag_taken=True, flags_seen=()),
    "linked, held": binding(removal_since=JUST_NOW),
    "linked, held long": binding(removal_since=LONG_AGO),
    "linked, gone long": binding(removal_since=LONG_AGO, version=GONE),
    "linked, missed long": binding(removal_since=LONG_AGO, version=MISSED),
    "removing": binding(state=BindingState.REMOVING, removal_since=LONG_AGO),
    "removing, unflagged": binding(
        state=BindingState.REMOVING, removal_since=LONG_AGO, flags_seen=()
    ),
    "removing, missed": binding(
        state=BindingState.REMOVING, removal_since=LONG_AGO, flags_seen=(), version=MISSED
    ),
    "removing, gone": binding(state=BindingState.REMOVING, removal_since=LONG_AGO, version=GONE),
    "declined": DECLINED,
    "released": binding(state=BindingState.RELEASED),
}

MEETINGS: dict[str, dict[str, Any]] = {
    "unread": {},
    "alive": {"meeting": meeting()},
    "changed": {"meeting": meeting(join_url=url_of(passcode="new.2"))},
    "gone": {"meeting_gone": True},
    "mark dead": {"mark_is_dead": True},
}

# Event, bond, meeting: the kinds of actions that are planned.
TABLE = [
    # No bond yet.
    ("gone", "none", "unread", ""),
    ("plain", "none", "unread", ""),
    ("flagged", "none", "unread", "CreateMeeting WriteLink"),
    ("said no", "none", "unread", ""),
    ("cancelled and freed", "none", "unread", ""),
    ("teams", "none", "unread", "Wait"),
    ("too long", "none", "unread", "Wait"),
    ("finished", "none", "unread", ""),
    ("a guest's", "none", "unread", ""),
    ("a guest's, linked", "none", "unread", ""),
    ("with foreign link", "none", "unread", "Wait"),
    # The database was lost: the event knows.
    ("linked", "none", "unread", "Adopt"),
    ("unflagged", "none", "unread", "Adopt"),
    ("its flag taken", "none", "unread", "Adopt"),
    ("linked and said no", "none", "unread", "Adopt"),
    ("cancelled", "none", "unread", "Adopt"),
    ("freed of its link", "none", "unread", "CreateMeeting WriteLink"),
    ("linked", "none", "mark dead", "CreateMeeting WriteLink"),
    ("unflagged", "none", "mark dead", ""),
    # A create that did not work.
    ("gone", "unmade", "unread", "Forget"),
    ("plain", "unmade", "unread", "Forget"),
    ("flagged", "unmade", "unread", "CreateMeeting WriteLink"),
    ("finished", "unmade", "unread", ""),
    ("too long", "unmade", "unread", "Wait"),
    ("teams", "unmade", "unread", "Wait"),
    ("with foreign link", "unmade", "unread", "Wait"),
    ("its flag taken", "unmade, flag taken", "unread", "Adopt"),
    ("linked", "unmade", "unread", "Adopt"),
    # One that was to replace a meeting that is gone, and whose link the event still shows.
    ("unflagged", "unmade", "mark dead", "HoldOff"),
    ("unflagged", "unmade, held long", "mark dead", "RemoveLink"),
    ("unflagged", "unmade, removing", "unread", "RemoveLink"),
    ("plain", "unmade, removing", "unread", "Forget"),
    ("linked", "unmade, held long", "mark dead", "CreateMeeting WriteLink"),
    # The meeting is made, its link not written.
    ("gone", "creating", "unread", "HoldOff"),
    ("plain", "creating", "alive", "HoldOff"),
    ("flagged", "creating", "alive", "WriteLink"),
    ("flagged", "creating", "gone", "HoldOff"),
    ("linked", "creating", "alive", "Settle"),
    ("linked", "creating", "changed", "WriteLink"),
    ("its flag taken", "creating, flag taken", "alive", "Settle"),
    ("taken and freed", "creating, flag taken", "alive", "HoldOff"),
    ("plain", "creating, flag taken", "alive", "HoldOff"),
    ("teams", "creating", "alive", "Wait"),
    ("linked and teams", "creating", "alive", "Settle"),
    ("linked and teams", "creating", "changed", "Wait"),
    ("too long", "creating", "alive", "Wait"),
    # Linked: the event is followed.
    ("linked", "linked", "unread", ""),
    ("linked", "linked", "alive", ""),
    ("linked", "linked", "changed", "WriteLink"),
    ("linked and edited", "linked", "unread", "Settle"),
    ("linked and changed", "linked", "alive", "UpdateMeeting"),
    ("linked and changed", "linked", "gone", "HoldOff"),
    ("linked and teams", "linked", "unread", ""),
    ("its flag taken", "linked, flag taken", "unread", ""),
    ("linked", "linked, held", "unread", "Settle"),
    ("finished", "linked", "alive", "HoldOff"),
    ("too long", "linked", "unread", "Wait"),
    ("a guest's, linked", "linked", "unread", ""),
    # Linked: it is to go.
    ("gone", "linked", "unread", "HoldOff"),
    ("gone", "linked, held", "unread", "HoldOff"),
    ("gone", "linked, gone long", "unread", "DeleteMeeting"),
    ("unflagged", "linked", "unread", "HoldOff"),
    ("unflagged", "linked, held", "unread", "HoldOff"),
    ("unflagged", "linked, held long", "unread", "RemoveLink DeleteMeeting"),
    ("linked and said no", "linked, held long", "unread", "RemoveLink DeleteMeeting"),
    ("cancelled", "linked, held long", "unread", "RemoveLink DeleteMeeting"),
    ("freed and unflagged", "linked, held long", "unread", "DeleteMeeting"),
    ("unflagged and teams", "linked, held long", "unread", "Wait"),
    ("unflagged and read only", "linked, held long", "unread", "Wait"),
    ("a guest's, plain", "linked, held long", "unread", ""),
    # Linked: two looks that do not agree.
    ("gone", "linked, held long", "unread", "HoldOff"),
    ("gone", "linked, missed long", "unread", "HoldOff"),
    ("unflagged", "linked, gone long", "unread", "HoldOff"),
    ("unflagged", "linked, missed long", "unread", "HoldOff"),
    ("freed of its link", "linked, gone long", "alive", "HoldOff"),
    ("linked", "linked, held long", "gone", "HoldOff"),
    ("linked", "linked, gone long", "gone", "HoldOff"),
    ("linked", "linked, gone long", "unread", "Settle"),
    # Linked: a person took the link out.
    ("freed of its link", "linked", "alive", "HoldOff"),
    ("freed of its link", "linked, held long", "alive", "DeleteMeeting"),
    ("taken and freed", "linked, flag taken", "alive", "HoldOff"),
    ("freed and flagged anew", "linked", "alive", "WriteLink"),
    ("freed and flagged anew", "linked, held long", "alive", "WriteLink"),
    # Under way out.
    ("gone", "removing", "unread", "HoldOff"),
    ("gone", "removing, gone", "unread", "DeleteMeeting"),
    ("unflagged", "removing", "unread", "RemoveLink DeleteMeeting"),
    ("plain", "removing", "unread", "DeleteMeeting"),
    ("flagged", "removing, unflagged", "alive", "WriteLink"),
    ("flagged", "removing, unflagged", "gone", "HoldOff"),
    ("flagged", "removing, missed", "gone", "CreateMeeting WriteLink"),
    ("flagged", "removing", "alive", "DeleteMeeting"),
    ("flagged", "removing", "gone", "DeleteMeeting"),
    ("linked", "removing", "alive", "Settle"),
    # A person wanted none.
    ("gone", "declined", "unread", "Forget"),
    ("flagged", "declined", "unread", ""),
    ("freed and flagged anew", "declined", "unread", "CreateMeeting WriteLink"),
    ("plain", "declined", "unread", "Forget"),
    ("said no", "declined", "unread", "Forget"),
    ("a guest's, plain", "declined", "unread", ""),
    ("a guest's", "declined", "unread", ""),
    ("teams", "declined", "unread", ""),
    # Let go.
    ("gone", "released", "unread", ""),
    ("plain", "released", "unread", ""),
    ("linked", "released", "unread", "Adopt"),
    ("flagged", "released", "unread", "CreateMeeting WriteLink"),
]
