"""What is planned for an event that should have a Meet, state by state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.binding import Binding, BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.event import Event, NativeConference, NativeKind
from syncd.core.look import Observed
from syncd.core.marks import kind_mark_of
from syncd.core.plan import make_plan
from tests.factories import KEY, NOW, REF, binding, context, event, keys, linked, text, url_of

MEET_URL = "https://meet.google.com/abc-defg-hij"
READY = NativeConference(NativeKind.GOOGLE_MEET, MEET_URL)
PENDING = NativeConference(NativeKind.GOOGLE_MEET, "", pending=True)
MARK = kind_mark_of(keys(), KEY, ConferenceKind.GOOGLE_MEET)
LONG_AGO = NOW - timedelta(minutes=30)
AGES_AGO = NOW - timedelta(hours=2)

ASKING: dict[str, Any] = {"body": text("#meet")}
PLAIN: dict[str, Any] = {"mark": MARK}
EVENTS: dict[str, Event | None] = {
    "gone": None,
    "asking": event(**ASKING, version="v2"),
    "asking, marked": event(**ASKING, mark=MARK, version="v2"),
    "asking, zoom": linked(event(**ASKING)),
    "pending": event(**ASKING, mark=MARK, native=PENDING),
    "ready": event(**ASKING, mark=MARK, native=READY),
    "theirs": event(**ASKING, native=READY),
    "unflagged": event(**PLAIN),
    "unflagged, ready": event(**PLAIN, native=READY),
    "unflagged, zoom": linked(event()),
    "cancelled": event(**ASKING, mark=MARK, native=READY, cancelled=True),
    "read only": event(**PLAIN, native=READY, can_write=False),
    "no organiser's": event(**PLAIN, native=READY, is_organiser=False),
    "zoom wanted": event(body=text("#zoom"), mark=MARK, native=READY),
}

OLD = {"retired_meeting_id": 1, "retired_url": url_of(1)}
SHOWN = {"retired_meeting_id": 85746065432, "retired_url": url_of()}
MEET = binding(
    conference=ConferenceKind.GOOGLE_MEET,
    meeting_id=None,
    join_url=MEET_URL,
    spec_digest=None,
    flags_seen=("text_tag:#meet",),
)


def meet(**changes: Any) -> Binding:
    return replace(MEET, **changes)


CREATING = meet(state=BindingState.CREATING, join_url=None, flags_seen=())
BINDINGS: dict[str, Binding | None] = {
    "none": None,
    "zoom": binding(),
    "zoom, creating": binding(state=BindingState.CREATING),
    "zoom, failed": binding(state=BindingState.CREATING, failed_at=LONG_AGO),
    "zoom, failed and back": binding(failed_at=LONG_AGO),
    "zoom, failed ages ago": binding(failed_at=AGES_AGO),
    "zoom, half renewed": binding(
        state=BindingState.CREATING, meeting_id=2, join_url=url_of(2), retired_at=AGES_AGO, **SHOWN
    ),
    "zoom, renewed unseen": binding(
        state=BindingState.CREATING, meeting_id=2, join_url=url_of(2), retired_at=AGES_AGO, **OLD
    ),
    "zoom, renewed": binding(retired_at=NOW, **OLD),
    "zoom, renewed and undone": binding(meeting_id=2, join_url=url_of(2), retired_at=NOW, **SHOWN),
    "zoom, renewed, undone and failed": binding(
        meeting_id=2, join_url=url_of(2), retired_at=NOW, failed_at=LONG_AGO, **SHOWN
    ),
    "asked": CREATING,
    "asked, former": meet(
        state=BindingState.CREATING, join_url=None, retired_at=AGES_AGO, flags_seen=(), **SHOWN
    ),
    "failed": meet(state=BindingState.CREATING, join_url=None, failed_at=LONG_AGO),
    "meet": MEET,
    "meet, held": meet(removal_since=AGES_AGO),
    "meet, former": meet(retired_at=NOW, **OLD),
    "meet, former rested": meet(retired_at=AGES_AGO, **OLD),
    "removing": meet(state=BindingState.REMOVING, removal_since=AGES_AGO, flags_seen=()),
    "declined": meet(state=BindingState.DECLINED, join_url=None),
    "declined, former": meet(
        state=BindingState.DECLINED, join_url=None, retired_at=AGES_AGO, **OLD
    ),
}

# Event, bond: the kinds of actions that are planned.
TABLE = [
    ("asking", "none", "WriteLink"),
    ("theirs", "none", ""),
    ("ready", "none", "Settle"),
    ("pending", "none", "Settle"),
    ("unflagged, ready", "none", "Settle"),
    ("unflagged", "none", ""),
    ("cancelled", "none", ""),
    ("read only", "none", ""),
    ("no organiser's", "none", ""),
    # From Zoom.
    ("asking, zoom", "zoom", "WriteLink"),
    ("asking", "zoom, creating", "WriteLink"),
    ("ready", "zoom", "Settle"),
    ("asking", "zoom, failed", "WriteLink Wait"),
    ("asking, zoom", "zoom, failed and back", "Wait"),
    ("asking", "zoom, failed and back", "Wait"),
    ("asking, zoom", "zoom, failed ages ago", "WriteLink"),
    ("asking, zoom", "zoom, half renewed", "Revive"),
    ("asking", "zoom, renewed unseen", "HoldOff"),
    ("asking, zoom", "zoom, renewed", "LookAgain"),
    ("asking, zoom", "zoom, renewed and undone", "WriteLink"),
    ("asking, zoom", "zoom, renewed, undone and failed", "Wait"),
    ("unflagged, ready", "zoom, creating", "Settle"),
    ("unflagged, zoom", "zoom, half renewed", "Revive"),
    ("unflagged", "zoom, renewed unseen", "HoldOff"),
    ("gone", "zoom, half renewed", "HoldOff"),
    # Asked for.
    ("asking", "asked", "WriteLink"),
    ("asking, marked", "asked", "GiveUpKind"),
    ("pending", "asked", "LookAgain"),
    ("pending", "asked, former", "LookAgain"),
    ("ready", "asked, former", "Settle"),
    ("asking, marked", "asked, former", "GiveUpKind"),
    ("asking, zoom", "asked, former", "WriteLink"),
    ("unflagged, zoom", "asked, former", "Revive"),
    ("unflagged", "asked, former", "Revive"),
    ("unflagged", "asked", "Forget"),
    ("cancelled", "asked, former", "Revive"),
    ("gone", "asked, former", "Revive"),
    ("gone", "asked", "Forget"),
    ("zoom wanted", "asked, former", "Revive"),
    ("asking", "failed", "Wait"),
    # There.
    ("ready", "meet", ""),
    ("ready", "meet, held", "Settle"),
    ("ready", "meet, former", "LookAgain"),
    ("ready", "meet, former rested", "DeleteMeeting"),
    ("asking", "meet", "Decline"),
    ("unflagged, ready", "meet", "HoldOff"),
    ("unflagged, ready", "meet, held", "RemoveLink"),
    ("unflagged", "meet", "Forget"),
    ("unflagged", "meet, former", "LookAgain"),
    ("cancelled", "meet", "Forget"),
    ("cancelled", "meet, former", "LookAgain"),
    ("read only", "meet, held", "Wait"),
    ("no organiser's", "meet, held", ""),
    ("gone", "meet", "Forget"),
    ("gone", "meet, former rested", "HoldOff"),
    ("zoom wanted", "meet", "CreateMeeting WriteLink"),
    ("zoom wanted", "meet, former", "Revive"),
    # Going, or gone.
    ("asking", "removing", "WriteLink"),
    ("unflagged", "removing", "Forget"),
    ("asking", "declined", ""),
    ("ready", "declined", ""),
    ("unflagged", "declined", "Forget"),
    ("unflagged", "declined, former", "DeleteMeeting"),
    ("zoom wanted", "declined", "CreateMeeting WriteLink"),
]


@pytest.mark.parametrize(("seen", "bond", "actions"), TABLE)
def test_the_plan_of_every_state(seen, bond, actions):
    plan = make_plan(Observed(ref=REF, event=EVENTS[seen], binding=BINDINGS[bond]), context())
    assert " ".join(type(action).__name__ for action in plan.actions) == actions
