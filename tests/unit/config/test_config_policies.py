"""From the words of the file to the policies of the rules."""

from dataclasses import fields, replace
from datetime import timedelta

from syncd.bootstrap import policies
from syncd.config.load import load
from syncd.core.conference import ConferenceKind
from syncd.core.policy import (
    AlternativeHosts,
    AutoRule,
    BlockStyle,
    FlagPolicy,
    KindFlags,
    LinkPolicy,
    MeetingPolicy,
    OnEventDeleted,
    OnMeetingDeleted,
    PersonPolicy,
    SeriesStyle,
)
from syncd.engine.deps import Timing

OTHERWISE = """\
    zoom: {pool: [room1@example.com, room2@example.com]}
    hosts_allowed: [bo@example.com]
    meeting: {alternative_hosts: attendees}
  - {email: bo@other.example, calendars: ['google:team']}
flags:
  words: [call]
  tags: [call]
  no_tags: [nocall]
  categories: [Call]
  addresses: [call@example.com]
  google_meet: {words: [g], tags: [g], categories: [G], addresses: [g@example.com]}
  teams: {words: [t], tags: [t], categories: [T], addresses: [t@example.com]}
  strip_title_tag: false
policy:
  on_event_deleted: keep
  on_meeting_deleted: unlink
  horizon_days: 9
  hold_off: 10s
  replace_meet: false
  debounce: 0s
  backfill: false
  block_style: zoom_invitation
  reason_in_event: true
  keep_days: 8
rules:
  - {attendees_min: 2, attendees_max: 3, outside: false, title_regex: 'de+mo', provider: none}
  - name: rooms
    calendars: [google:team]
    organisers: [bo@other.example]
    title_words: [demo]
    all_day: true
    provider: zoom
    zoom: {pool: [room3@example.com]}
"""


def test_the_defaults_of_the_file_are_those_of_the_rules(write, good):
    config = load(write(good)).config
    assert policies.people(config) == {
        "ana@example.com": PersonPolicy(
            email="ana@example.com",
            host="ana@example.com",
            domains=frozenset({"example.com"}),
        )
    }
    assert policies.timing(config) == Timing()


def test_every_setting_reaches_the_rules(write, good):
    text = good.replace(
        "  account_id",
        "  meeting: {series: fixed_time, waiting_room: true, join_before_host: false, "
        "phone_numbers: 1}\n  sweep: 5m\n  account_id",
    )
    config = load(write(text + OTHERWISE)).config
    people = policies.people(config)
    ana, bo = people["ana@example.com"], people["bo@other.example"]
    common = MeetingPolicy(
        waiting_room=True,
        join_before_host=False,
        phone_numbers=1,
        series=SeriesStyle.FIXED_TIME,
    )
    flags = FlagPolicy(
        words=("call",),
        tags=("call",),
        no_tags=("nocall",),
        categories=("Call",),
        addresses=("call@example.com",),
        google_meet=KindFlags(
            words=("g",), tags=("g",), categories=("G",), addresses=("g@example.com",)
        ),
        teams=KindFlags(words=("t",), tags=("t",), categories=("T",), addresses=("t@example.com",)),
        strip_title_tag=False,
    )
    link = LinkPolicy(
        on_event_deleted=OnEventDeleted.KEEP,
        on_meeting_deleted=OnMeetingDeleted.UNLINK,
        horizon=timedelta(days=9),
        hold_off=timedelta(seconds=10),
        replace_meet=False,
        debounce=timedelta(0),
        backfill=False,
        block_style=BlockStyle.ZOOM_INVITATION,
        reason_in_event=True,
        keep=timedelta(days=8),
    )
    assert ana == PersonPolicy(
        email="ana@example.com",
        host="room1@example.com",
        meeting=replace(common, alternative_hosts=AlternativeHosts.ATTENDEES),
        flags=flags,
        link=link,
        rules=ana.rules,
        domains=frozenset({"example.com", "other.example"}),
        pool=("room1@example.com", "room2@example.com"),
        hosts_allowed=frozenset({"bo@example.com"}),
    )
    assert (bo.meeting, bo.flags, bo.link, bo.rules) == (common, flags, link, ana.rules)
    assert (bo.host, bo.pool) == ("bo@other.example", ())
    assert policies.timing(config).sweep == timedelta(minutes=5)


def test_every_field_of_flags_and_links_was_set_otherwise_above(write, good):
    person = policies.people(load(write(good + OTHERWISE)).config)["ana@example.com"]
    for policy, usual in ((person.flags, FlagPolicy()), (person.link, LinkPolicy())):
        for one in fields(policy):
            assert getattr(policy, one.name) != getattr(usual, one.name), one.name


def test_rules_keep_their_order_and_search_titles(write, good):
    person = policies.people(load(write(good + OTHERWISE)).config)["ana@example.com"]
    first, second = person.rules
    assert first.title_matches is not None
    assert first.title_matches("Deeemo")
    assert not first.title_matches("dmo")
    assert replace(first, title_matches=None) == AutoRule(
        name="rule 1",
        provider=ConferenceKind.NONE,
        attendees_min=2,
        attendees_max=3,
        outside=False,
        title_pattern="de+mo",
    )
    assert second == AutoRule(
        name="rooms",
        provider=ConferenceKind.ZOOM,
        calendars=frozenset({"google:team"}),
        organisers=frozenset({"bo@other.example"}),
        title_words=("demo",),
        all_day=True,
        pool=("room3@example.com",),
    )


def test_our_domains_may_be_named(write, good):
    config = load(write(good + "policy: {domains: [Example.org, bücher.example]}\n")).config
    (person,) = policies.people(config).values()
    assert person.domains == {"example.org", "bücher.example"}
