"""Which conference an event asks for, where one flag was taken and others stand beside it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from syncd.core.case import Case, wanted_kind
from syncd.core.conference import ConferenceKind
from syncd.core.desired import Wanted, desired
from syncd.core.marks import marker_of
from syncd.core.policy import AutoRule, PersonPolicy
from syncd.core.refusals import Refused
from syncd.core.rules import decide
from tests.factories import KEY, NOW, event, keys, person, text

DAY = timedelta(days=1)


def case(changes: dict[str, Any], *, policy: PersonPolicy | None = None, **more: Any) -> Case:
    """Give an event with these fields, as Ana has it."""
    one, who = event(**changes), policy or person()
    plain = Case(
        event=one,
        decision=decide(one, who),
        person=who,
        marker=marker_of(keys(), KEY),
        now=NOW,
        bound=False,
    )
    return replace(plain, **more)


def by_location(kind: ConferenceKind, *, seen: tuple[str, ...], **changes: Any) -> Case:
    """Give an event whose location word was taken when it got a conference of this kind."""
    taken = {"location": "", **changes}
    return case(taken, bound=True, flag_taken=True, kind=kind, flags_seen=seen)


def test_a_flag_that_was_taken_stays_before_those_that_stood_beside_it():
    both = by_location(ConferenceKind.ZOOM, seen=("text_tag:#meet",), body=text("#meet"))
    assert wanted_kind(both) is ConferenceKind.ZOOM


def test_a_flag_that_came_later_wins_over_one_that_was_taken():
    later = by_location(ConferenceKind.ZOOM, seen=(), body=text("#meet"))
    assert wanted_kind(later) is ConferenceKind.GOOGLE_MEET


def test_a_rule_changes_nothing_of_what_a_taken_flag_brought():
    meets = AutoRule(name="all", provider=ConferenceKind.GOOGLE_MEET)
    one = by_location(ConferenceKind.ZOOM, seen=())
    decision = decide(one.event, person(rules=(meets,)))
    assert wanted_kind(replace(one, decision=decision)) is ConferenceKind.ZOOM


def test_a_rule_for_none_comes_before_a_copied_link():
    none = person(rules=(AutoRule(name="none", provider=ConferenceKind.NONE),))
    copied = case({"location": ""}, policy=none, copied=True)
    assert wanted_kind(copied) is None
    assert wanted_kind(case({"location": ""}, copied=True)) is ConferenceKind.ZOOM


def test_a_rule_for_all_day_events_makes_a_meeting_without_a_fixed_time():
    rule = AutoRule(name="days", provider=ConferenceKind.ZOOM, all_day=True)
    changes: dict[str, Any] = {"location": "", "all_day": True, "end": NOW + 2 * DAY}
    made = desired(case(changes, policy=person(rules=(rule,))))
    assert isinstance(made, Wanted)
    assert made.spec.start is None
    found = desired(case(changes | {"end": NOW + 3 * DAY}, policy=person(rules=(rule,))))
    assert isinstance(found, Refused)
    assert found.code == "too_long"
