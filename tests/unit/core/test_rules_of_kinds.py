"""Which conference an event asks for, by which rule, when several speak."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.case import Case
from syncd.core.conference import ConferenceKind
from syncd.core.desired import Unwanted, Wanted, WantedKind, desired
from syncd.core.event import Attendee, NativeConference, NativeKind
from syncd.core.marks import marker_of
from syncd.core.meeting import MeetingKind, Stricter, difference
from syncd.core.policy import AutoRule, FlagPolicy, KindFlags, LinkPolicy, PersonPolicy
from syncd.core.refusals import Refused
from syncd.core.rules import Choice, FlagSource, decide
from syncd.core.tags import clean_title
from tests.factories import KEY, NOW, event, keys, meeting, person, spec, text

MEET, ZOOM, TEAMS, NONE = (
    ConferenceKind.GOOGLE_MEET,
    ConferenceKind.ZOOM,
    ConferenceKind.TEAMS,
    ConferenceKind.NONE,
)
FLAGS = FlagPolicy(
    addresses=("zoom@example.com",),
    google_meet=KindFlags(words=("meet",), tags=("meet",), addresses=("meet@example.com",)),
)


def rule(provider: ConferenceKind = ZOOM, **conditions: Any) -> AutoRule:
    return AutoRule(name=f"to {provider}", provider=provider, **conditions)


def with_rules(*rules: AutoRule) -> PersonPolicy:
    return person(flags=FLAGS, rules=rules, domains=frozenset({"example.com"}))


# In the order in which they win; each asks for another kind than the one below it.
SOURCES: list[tuple[FlagSource, dict[str, Any], ConferenceKind]] = [
    (FlagSource.NO_TAG, {"title": "#nolink"}, NONE),
    (FlagSource.LOCATION_WORD, {"location": "meet"}, MEET),
    (FlagSource.TITLE_TAG, {"title": "#zoom"}, ZOOM),
    (FlagSource.TEXT_TAG, {"body": text("#meet")}, MEET),
    (FlagSource.CATEGORY, {"categories": ("Zoom",)}, ZOOM),
    (FlagSource.ADDRESS, {"attendees": (Attendee("meet@example.com"),)}, MEET),
    (FlagSource.RULE, {}, TEAMS),
]


@pytest.mark.parametrize("choice", [None, ZOOM, NONE])
@pytest.mark.parametrize("first", range(len(SOURCES)))
def test_the_first_that_answers_wins_whatever_the_others_ask_for(first, choice):
    fields: dict[str, Any] = {}
    for _, more, _ in reversed(SOURCES[first:]):
        fields |= more
    if first == 0:
        fields["title"] = "#nolink #zoom"
    chosen = None if choice is None else Choice(choice, NOW)
    decision = decide(event(**fields), with_rules(rule(TEAMS)), chosen)
    source, _, kind = SOURCES[first]
    assert decision.flag is not None
    wanted = (source, kind) if choice is None else (FlagSource.CHOICE, choice)
    assert (decision.flag.source, decision.flag.kind) == wanted
    matched = [verdict for verdict in decision.verdicts if verdict.matched]
    assert decision.reason == matched[0].why
    assert len(matched) == len(SOURCES) - first + (choice is not None)
    assert decision.refused is (decision.flag.kind is NONE)


def test_a_choice_made_again_is_a_new_flag_and_a_rule_is_none():
    one, other = (Choice(MEET, NOW + timedelta(seconds=s)) for s in (0, 1))
    policy = with_rules(rule())
    assert decide(event(), policy, one).wanting() != decide(event(), policy, other).wanting()
    assert decide(event(), policy).wanting() == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("#zoom", "#zoom #zoom:new"),
        ("#zoom", "#zoom:new"),
        ("#zoom:wait", "#zoom:wait #zoom:auth"),
    ],
)
def test_a_wish_beside_a_tag_makes_it_another_flag(before, after):
    flags = [decide(event(body=text(t)), person()).wanting() for t in (before, after)]
    assert flags[0] != flags[1]


GUESTS = (Attendee("bo@example.com"), Attendee("eve@else.example"), Attendee("ana@example.com"))
CONDITIONS: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    ({}, {}, None),
    ({"calendars": frozenset({"google:primary"})}, {}, None),
    ({"calendars": frozenset({"google:other"})}, {}, "another calendar"),
    ({"organisers": frozenset({"ana@example.com"})}, {}, None),
    ({"organisers": frozenset({"bo@example.com"})}, {}, "another organiser"),
    ({"attendees_min": 2}, {"attendees": GUESTS}, None),
    ({"attendees_min": 3}, {"attendees": GUESTS}, "2 attendees, not 3 or more"),
    ({"attendees_max": 1}, {"attendees": GUESTS}, "2 attendees, not 1 or fewer"),
    ({"attendees_max": 0}, {"attendees": (Attendee("r@x", is_resource=True),)}, None),
    ({"outside": True}, {"attendees": GUESTS}, None),
    ({"outside": True}, {"attendees": GUESTS[:1]}, "nobody is from outside"),
    ({"outside": True}, {"attendees": (Attendee("x@sub.example.com"),)}, None),
    ({"outside": True}, {"attendees": (Attendee("nobody"),)}, None),
    ({"outside": False}, {"attendees": GUESTS}, "somebody is from outside"),
    ({"outside": False}, {}, None),
    ({"title_words": ("job interview",)}, {"title": "A (JOB interview)!"}, None),
    ({"title_words": ("job interview",)}, {"title": "Job: interview"}, None),
    ({"title_words": ("view",)}, {"title": "interview"}, "none of its words stands in the title"),
    ({"title_words": ("?",)}, {"title": "a b"}, "none of its words stands in the title"),
    ({"title_matches": lambda t: "x" in t, "title_pattern": "x"}, {"title": "axb"}, None),
    (
        {"title_matches": lambda t: "x" in t, "title_pattern": "x"},
        {"title": "ab"},
        "the title does not match 'x'",
    ),
    ({}, {"all_day": True}, "it is an all-day event"),
    ({"all_day": True}, {"all_day": True}, None),
    ({"all_day": True}, {}, "it is no all-day event"),
]


@pytest.mark.parametrize(("conditions", "fields", "miss"), CONDITIONS)
def test_a_rule_matches_or_says_why_not(conditions, fields, miss):
    decision = decide(event(**fields), with_rules(rule(**conditions)))
    verdict = decision.verdicts[-1]
    assert verdict.matched is decision.wanted is (miss is None)
    assert verdict.why == ("the rule 'to zoom' says zoom" if miss is None else f"no: {miss}")


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ((rule(MEET), rule(ZOOM)), WantedKind),
        ((rule(ZOOM), rule(MEET)), Wanted),
        ((rule(NONE), rule(ZOOM)), Unwanted),
        ((rule(ZOOM, attendees_min=5), rule(MEET)), WantedKind),
        ((), Unwanted),
    ],
)
def test_of_the_rules_the_first_that_matches_decides(rules, found):
    assert isinstance(desired(case_of({}, with_rules(*rules))), found)


def test_a_rule_for_none_takes_no_flag_and_is_no_refusal():
    policy = with_rules(rule(NONE))
    assert isinstance(desired(case_of({"title": "#zoom"}, policy)), Wanted)
    assert not decide(event(), policy).refused


@pytest.mark.parametrize("sign", ["!", ".", " !", "a!", "!a", "\u0301"])
def test_a_title_of_nothing_but_signs_costs_no_more_than_its_length(sign):
    title = "a" + sign * (400_000 // len(sign)) + "a"
    decision = decide(event(title=title), with_rules(rule(title_words=("zz",))))
    assert not decision.wanted


def case_of(fields: dict[str, Any], policy: PersonPolicy, **more: Any) -> Case:
    one = event(**fields)
    plain: dict[str, Any] = {
        "event": one,
        "decision": decide(one, policy),
        "person": policy,
        "marker": marker_of(keys(), KEY),
        "now": NOW,
        "bound": False,
    }
    return Case(**(plain | more))


@pytest.mark.parametrize("fields", [{}, {"title": "#zoom"}])
def test_a_rule_for_all_day_events_makes_one_without_a_fixed_time(fields):
    length = {"end": NOW + timedelta(days=2), "all_day": True}
    found = desired(case_of(length | fields, with_rules(rule(all_day=True))))
    assert isinstance(found, Wanted)
    assert (found.spec.kind, found.spec.duration_minutes) == (MeetingKind.NO_FIXED_TIME, 1440)


@pytest.mark.parametrize("rules", [(), (rule(),), (rule(NONE, all_day=True),)])
def test_without_such_a_rule_an_all_day_event_has_none(rules):
    found = desired(case_of({"all_day": True, "title": "#zoom"}, with_rules(*rules)))
    assert isinstance(found, Refused)
    assert found.code == "all_day"


def test_a_rule_gives_a_conference_and_never_changes_one():
    policy = with_rules(rule(MEET))
    kept = desired(case_of({}, policy, kind=ZOOM, bound=True, flag_taken=True))
    assert isinstance(kept, Wanted)
    by_hand = desired(case_of({"title": "#meet"}, policy, kind=ZOOM, bound=True, flag_taken=True))
    assert isinstance(by_hand, WantedKind)


@pytest.mark.parametrize(
    ("native", "fields", "link", "code"),
    [
        (NativeKind.GOOGLE_MEET, {}, {}, "has_conference"),
        (NativeKind.GOOGLE_MEET, {"title": "#zoom"}, {}, None),
        (NativeKind.GOOGLE_MEET, {"title": "#zoom"}, {"replace_meet": False}, "meet_kept"),
        (NativeKind.GOOGLE_MEET, {"title": "#meet"}, {"replace_meet": False}, None),
        (NativeKind.TEAMS, {"title": "#zoom"}, {}, "teams_untouchable"),
        (NativeKind.OTHER, {"title": "#zoom"}, {}, "foreign_link"),
        (NativeKind.OTHER, {"title": "#meet"}, {}, "foreign_link"),
    ],
)
def test_whose_conference_stands_decides_beside_who_asks(native, fields, link, code):
    policy = person(flags=FLAGS, rules=(rule(),), link=LinkPolicy(**link))
    conference = NativeConference(native, "https://meet.google.com/abc-defg-hij")
    found = desired(case_of({"native": conference} | fields, policy))
    assert (found.code if isinstance(found, Refused) else None) == code
    if isinstance(found, Refused):
        assert found.tracked is bool(fields)


def test_an_address_that_is_a_flag_is_no_guest_and_a_room_is_no_flag():
    invited = (Attendee("zoom@example.com"), Attendee("bo@example.com"))
    found = desired(case_of({"attendees": invited}, person(flags=FLAGS)))
    assert isinstance(found, Wanted)
    assert found.spec.invitees == ("bo@example.com",)


@pytest.mark.parametrize("title", ["#meet:wait", "#meet:new", "#meet:host=bo@example.com"])
def test_wishes_are_for_zoom_alone(title):
    found = desired(case_of({"title": title}, person()))
    assert isinstance(found, Refused)
    assert found.code == "unknown_wish"


def test_wishes_of_a_zoom_link_are_not_held_against_a_meet():
    found = desired(case_of({"title": "#meet"}, person(), wishes=("wait",), kind=ZOOM))
    assert isinstance(found, WantedKind)


@pytest.mark.parametrize(
    ("stricter", "is_on", "asked"),
    [
        ((), (False, False), (None, None)),
        ((Stricter.WAITING_ROOM,), (False, False), (True, None)),
        ((Stricter.SIGN_IN_ONLY,), (False, False), (None, True)),
        (tuple(Stricter), (True, True), (None, None)),
        ((), (True, True), (None, None)),
    ],
)
def test_only_a_wish_makes_a_meeting_stricter_and_nothing_less_strict(stricter, is_on, asked):
    alive = meeting(waiting_room=is_on[0], sign_in_only=is_on[1])
    change = difference(alive, spec(stricter=stricter))
    assert (change.waiting_room, change.sign_in_only) == asked
    assert (spec(stricter=stricter).digest() == spec().digest()) is (not stricter)


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("Talk \uff03\uff5a\uff4f\uff4f\uff4d", "Talk"),
        ("Talk #zo\u200bom with Bo", "Talk with Bo"),
        ("\u202d#zoom\u202c Talk", "Talk"),
        ("#\u017fzoom Talk", "#\u017fzoom Talk"),
        ("Talk #zoom\u0301", "Talk #zoom\u0301"),
        ("Talk #zoom #meet @teams", "Talk"),
        ("\U0001f600#zoom", "\U0001f600"),
    ],
)
def test_tags_in_odd_letters_go_from_a_title_whole_or_not_at_all(title, clean):
    assert clean_title(title, FlagPolicy()) == clean


@given(st.text(st.sampled_from("#@ zom\u200b\u0301\uff03\uff4dmeet:()[]\0"), max_size=40))
def test_a_cleaned_title_is_clean_or_was_no_title_with_a_tag(title):
    clean = clean_title(title, FlagPolicy())
    is_tagged = any(
        flag.source is FlagSource.TITLE_TAG for flag in decide(event(title=title), person()).flags
    )
    assert (clean == title) is not is_tagged


def test_a_megabyte_of_tags_is_cleaned():
    assert clean_title("#zoom " * 150_000 + "Talk", FlagPolicy()) == "Talk"
