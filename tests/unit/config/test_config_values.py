"""What a good file becomes: defaults, normal forms, and conveniences for the reader."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from syncd.config.fields import format_duration, parse_duration
from syncd.config.load import load
from syncd.config.people import CalendarName
from syncd.config.schema import Config


def test_defaults_are_the_documented_ones(write, good):
    config = load(write(good)).config
    assert config.state.database == "sqlite:////var/lib/syncd/syncd.db"
    assert (config.zoom.plan, config.zoom.api_base) == ("pro", "https://api.zoom.us/v2")
    assert config.google is not None
    assert config.google.api_base == "https://www.googleapis.com/calendar/v3/"
    assert config.google.send_updates == "externalOnly"
    assert config.flags.words == ("zoom", "@zoom", "zoom meeting")
    assert config.flags.no_tags == ("nozoom", "nolink")
    assert config.flags.addresses == ()
    assert config.flags.google_meet.words == ("google meet", "meet")
    assert config.flags.teams.tags == ("teams",)
    assert (config.rules, config.policy.domains) == ((), ())
    assert config.policy.debounce == timedelta(seconds=5)
    assert (config.policy.backfill, config.policy.reason_in_event) == (True, False)
    assert config.policy.block_style == "syncd"
    assert config.google.conference_data == "auto"
    assert config.zoom.sweep == timedelta(hours=6)
    assert config.zoom.meeting.series == "no_fixed_time"
    assert config.zoom.meeting.alternative_hosts == "off"
    assert config.policy.hold_off == timedelta(seconds=30)
    assert (config.policy.horizon_days, config.policy.keep_days) == (180, 30)
    assert config.poll.interval == timedelta(seconds=60)
    assert config.poll.with_push == timedelta(minutes=15)
    assert (config.web.host, config.web.port) == ("127.0.0.1", 8480)
    assert config.http.ca_file is None
    assert (config.log.level, config.log.format) == ("info", "auto")


def test_the_configuration_cannot_be_changed(write, good):
    config = load(write(good)).config
    with pytest.raises(ValidationError):
        config.policy.keep_days = 1  # type: ignore[misc]  # that it is refused is what is tested
    assert isinstance(config.people, tuple)


def test_people_are_normalised(write, good):
    text = good.replace("ana@example.com", "Ana@Example.COM")
    (person,) = load(write(text + "    zoom: Host@Example.com\n")).config.people
    assert (person.email, person.host) == ("ana@example.com", "host@example.com")
    assert person.calendar_names == (CalendarName("google", "primary"),)


def test_the_host_is_the_person_unless_mapped(write, good):
    (person,) = load(write(good)).config.people
    assert (person.zoom, person.host, person.pool) == (None, "ana@example.com", ())


def test_a_pool_hosts_in_place_of_the_person(write, good):
    text = good + "    zoom: {pool: [Room1@example.com, room2@example.com]}\n"
    (person,) = load(write(text + "    hosts_allowed: [Bo@example.com]\n")).config.people
    assert person.pool == ("room1@example.com", "room2@example.com")
    assert person.host == "room1@example.com"
    assert person.hosts_allowed == ("bo@example.com",)


def test_a_user_of_zoom_may_be_named_by_id(write, good):
    (person,) = load(write(good + "    zoom: ' KDcuGIm1QgePTO8WbOqwIQ '\n")).config.people
    assert person.host == "KDcuGIm1QgePTO8WbOqwIQ"


def test_a_kind_of_conference_keeps_its_other_flags(write, good):
    flags = load(write(good + "flags: {teams: {categories: [Teams]}}\n")).config.flags
    assert flags.teams.words == ("teams", "microsoft teams")
    assert (flags.teams.tags, flags.teams.categories) == (("teams",), ("Teams",))


def test_a_bare_off_is_the_word(write, good):
    text = good.replace("  account_id", "  meeting: {alternative_hosts: attendees}\n  account_id")
    config = load(write(text + "    meeting: {alternative_hosts: off}\n")).config
    assert config.zoom.meeting.alternative_hosts == "attendees"
    own = config.people[0].meeting_settings(config.zoom.meeting)
    assert own.alternative_hosts == "off"


def test_a_calendar_id_may_hold_colons_and_capitals(write, good):
    text = good.replace("[google:primary]", "['google:Ab:c@group.calendar.google.com']")
    (person,) = load(write(text)).config.people
    assert person.calendar_names == (CalendarName("google", "Ab:c@group.calendar.google.com"),)


def test_a_person_may_differ_from_the_common_meeting_settings(write, good):
    text = good + "    meeting: {waiting_room: true, phone_numbers: 0, series: fixed_time}\n"
    config = load(write(text)).config
    own = config.people[0].meeting_settings(config.zoom.meeting)
    assert (own.waiting_room, own.join_before_host, own.phone_numbers) == (True, True, 0)
    assert (own.series, own.alternative_hosts) == ("fixed_time", "off")


def test_relative_paths_start_at_the_folder_of_the_file(write, good, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    (tmp_path / "ca.pem").write_text("pem")
    text = good.replace("{keys:", "{database: 'sqlite:///state/x.db', keys:")
    config = load(write(text + "http: {ca_file: ca.pem}\n")).config
    assert config.http.ca_file == tmp_path / "ca.pem"
    assert config.state.database == f"sqlite:///{tmp_path}/state/x.db"


def test_endpoints_end_as_their_defaults_do(write, good):
    text = good.replace("  service_account", "  api_base: https://h:1/cal\n  service_account")
    text = text.replace("  account_id", "  api_base: https://h:1/zoom/\n  account_id")
    config = load(write(text)).config
    assert config.google is not None
    assert config.google.api_base == "https://h:1/cal/"
    assert config.zoom.api_base == "https://h:1/zoom"


@pytest.mark.parametrize(
    ("listen", "expected"),
    [
        ("127.0.0.1:0", ("127.0.0.1", 0)),
        ("localhost:80", ("localhost", 80)),
        ("[::1]:8480", ("::1", 8480)),
    ],
)
def test_listen_is_taken_apart(write, good, listen, expected):
    web = load(write(good + f"web: {{listen: '{listen}'}}\n")).config.web
    assert (web.host, web.port) == expected


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("500ms", timedelta(milliseconds=500)),
        ("2s", timedelta(seconds=2)),
        ("5m", timedelta(minutes=5)),
        ("1h", timedelta(hours=1)),
        ("1d", timedelta(days=1)),
        (90, timedelta(seconds=90)),
    ],
)
def test_durations_are_read_and_written_back(written, span):
    assert parse_duration(written) == span
    assert parse_duration(format_duration(span)) == span


@pytest.mark.parametrize(
    "written", ["", "s", "1.5s", "-1s", "1 s x", "1w", -1, True, 1.5, None, "٣s"]
)
def test_what_is_not_a_duration_is_refused(written):
    with pytest.raises(Exception, match="should be a duration"):
        parse_duration(written)


def test_two_thousand_people_load(write, good):
    people = "".join(
        f"  - email: p{i}@example.com\n    calendars: [google:primary]\n" for i in range(2000)
    )
    config = load(write(good + people)).config
    assert len(config.people) == 2001
    assert config.people[-1].email == "p1999@example.com"


def test_a_configuration_written_out_loads_again(write, good):
    rest = """\
    zoom: {pool: [room1@example.com]}
rules: [{title_regex: demo, provider: zoom, zoom: {pool: [room2@example.com]}}]
"""
    first = load(write(good + rest)).config
    again = Config.model_validate(first.model_dump(mode="json"), context={"base": Path("/")})
    assert again == first
