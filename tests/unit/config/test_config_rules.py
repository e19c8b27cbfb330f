"""Automatic rules: what they become, and what of them is refused."""

import pytest

from syncd.config.load import load
from syncd.config.patterns import BadPattern, title_search

RULES = """
  - name: customers
    calendars: ['google: primary']
    organisers: [Ana@Example.com]
    attendees_min: 1
    attendees_max: 9
    outside: true
    title_words: [demo]
    title_regex: ' ^demo\\b'
    all_day: false
    provider: zoom
    zoom: {pool: [Room1@example.com]}
  - {all_day: true, provider: none}
  - {provider: google_meet}
"""
OUTLOOK = "microsoft: {tenant: t, client_id: c, client_secret: {file: zoom}}\n"

# Each case: the list `rules`, then `line:column: path: problem` and the remedy.
CASES = {
    "no provider": (
        "[{outside: true}]",
        "12:9: rules[0].provider: this setting is missing",
        "add `provider: ...`; `syncd config example` shows it",
    ),
    "unknown provider": (
        "[{provider: meet}]",
        "12:20: rules[0].provider: is not a value known here (got 'meet')",
        "write 'zoom', 'google_meet', 'teams' or 'none'",
    ),
    "nothing for a provider": (
        "[{provider: null}]",
        "12:20: rules[0].provider: is not a value known here (got nothing)",
        "did you mean 'none'? Write 'zoom', 'google_meet', 'teams' or 'none'",
    ),
    "not a rule": (
        "[zoom]",
        "12:9: rules[0]: should be a section",
        "write its keys below it, indented, or leave it out",
    ),
    "not a list": (
        "zoom",
        "12:8: rules: should be a list (got 'zoom')",
        "write it like [a, b], or one entry per line after `- `",
    ),
    "unknown condition": (
        "[{organizers: [a@b.example], provider: zoom}]",
        "12:10: rules[0].organizers: unknown setting",
        "did you mean 'organisers'?",
    ),
    "more than the most": (
        "[{attendees_min: 5, attendees_max: 4, provider: zoom}]",
        "12:25: rules[0].attendees_min: no event has at least 5 and at most 4 guests",
        "write attendees_min no larger than attendees_max",
    ),
    "less than nobody": (
        "[{attendees_min: -1, provider: zoom}]",
        "12:25: rules[0].attendees_min: is too small (got -1)",
        "write 0 or more",
    ),
    "calendar of nobody": (
        "[{calendars: [google:primary, google:team], provider: zoom}]",
        "12:38: rules[0].calendars[1]: nobody under people has this calendar",
        "write it as it stands there, or take it out",
    ),
    "calendar twice": (
        "[{calendars: [google:primary, 'google: primary'], provider: zoom}]",
        "12:38: rules[0].calendars[1]: is listed twice",
        "take one of the two out",
    ),
    "Teams without Outlook": (
        "[{provider: teams}]",
        "12:20: rules[0].provider: Teams is for events in Outlook, and this rule reaches none",
        "write another provider, or name a calendar of Outlook",
    ),
    "Teams in Google calendars": (
        "[{calendars: [google:primary], provider: teams}]",
        "12:49: rules[0].provider: Teams is for events in Outlook, and this rule reaches none",
        "write another provider, or name a calendar of Outlook",
    ),
    "pool for Google Meet": (
        "[{provider: google_meet, zoom: {pool: [r@example.com]}}]",
        "12:33: rules[0].zoom: hosts are for Zoom meetings, and this rule makes none",
        "take it out, or write provider: zoom",
    ),
    "pool twice the same": (
        "[{provider: zoom, zoom: {pool: [r@example.com, R@example.com]}}]",
        "12:55: rules[0].zoom.pool[1]: is listed twice (upper and lower case are the same)",
        "take one of the two out",
    ),
    "one host for a pool": (
        "[{provider: zoom, zoom: r@example.com}]",
        "12:32: rules[0].zoom: should be a section",
        "write its keys below it, indented, or leave it out",
    ),
    "a name twice": (
        "[{name: a, outside: true, provider: zoom}, {name: A, provider: none}]",
        "12:58: rules[1].name: rules[0] has the name 'A' already",
        "give each rule a name of its own",
    ),
    "the name that another has by its place": (
        "[{name: rule 2, outside: true, provider: zoom}, {provider: none}]",
        "12:56: rules[1]: rules[0] has the name 'rule 2' already",
        "give each rule a name of its own",
    ),
    "rule that leaves nothing to the next": (
        "[{provider: none}, {outside: true, provider: zoom}]",
        "12:9: rules[0]: this rule takes every event, so rules[1] is never reached",
        "give it a condition, or move it to the end",
    ),
    "conditions that are none": (
        "[{calendars: [], attendees_min: 0, all_day: false, provider: none}, {provider: zoom}]",
        "12:9: rules[0]: this rule takes every event, so rules[1] is never reached",
        "give it a condition, or move it to the end",
    ),
    "rule that leaves no all-day event": (
        "[{all_day: true, provider: none}, {outside: true, provider: zoom}, {all_day: true, outside: true, provider: zoom}]",
        "12:9: rules[0]: this rule takes every event, so rules[2] is never reached",
        "give it a condition, or move it to the end",
    ),
    "open bracket": (
        "[{title_regex: '(demo', provider: zoom}]",
        "12:23: rules[0].title_regex: is not a regular expression that RE2 takes: missing ): (demo (got '(demo')",
        "correct it; RE2 has no look-around and no back-references",
    ),
    "look-ahead": (
        "[{title_regex: 'a(?=b)', provider: zoom}]",
        "12:23: rules[0].title_regex: is not a regular expression that RE2 takes: invalid perl operator: (?= (got 'a(?=b)')",
        "correct it; RE2 has no look-around and no back-references",
    ),
    "blank pattern": (
        "[{title_regex: ' ', provider: zoom}]",
        "12:23: rules[0].title_regex: should be a regular expression on one line (got ' ')",
        "write one, or take it out",
    ),
    "truth for a pattern": (
        "[{title_regex: true, provider: zoom}]",
        "12:23: rules[0].title_regex: should be text (got true)",
        "put the value in quotes",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_wrong_rule_is_named_with_its_place_and_remedy(write, good, problems, case):
    rules, expected, remedy = case
    (problem,) = problems(write(f"{good}rules: {rules}\n"))
    assert f"{problem.line}:{problem.column}: {problem.path}: {problem.problem}" == expected
    assert problem.remedy == remedy


def test_a_pattern_may_not_be_endless(write, good, problems):
    (problem,) = problems(write(f"{good}rules: [{{title_regex: {'a' * 501}, provider: zoom}}]\n"))
    assert problem.problem.startswith("is too long")


def test_google_meet_needs_a_google_calendar(write, good, problems):
    text = good.replace("google:primary", "microsoft:primary").replace(
        "people:", OUTLOOK + "people:"
    )
    (problem,) = problems(write(f"{text}rules: [{{provider: google_meet}}]\n"))
    assert problem.problem.startswith("Google Meet is for events in Google Calendar")


def test_a_rule_may_reach_what_it_is_for_among_other_calendars(write, good):
    text = good.replace("[google:primary]", "[google:primary, microsoft:primary]") + OUTLOOK
    config = load(write(f"{text}rules: [{{provider: teams}}]\n")).config
    assert config.rules[0].provider == "teams"


def test_rules_are_normalised(write, good):
    customers, all_day, rest = load(write(f"{good}rules:{RULES}")).config.rules
    assert customers.calendars == ("google:primary",)
    assert customers.organisers == ("ana@example.com",)
    assert (customers.attendees_min, customers.attendees_max) == (1, 9)
    assert (customers.outside, customers.all_day) == (True, False)
    assert (customers.title_words, customers.title_regex) == (("demo",), " ^demo\\b")
    assert customers.zoom is not None
    assert customers.zoom.pool == ("room1@example.com",)
    assert (all_day.name, all_day.all_day, all_day.provider) == (None, True, "none")
    assert (rest.provider, rest.zoom, rest.title_regex) == ("google_meet", None, None)


def test_false_and_the_most_of_none_are_conditions(write, good):
    rules = (
        "[{outside: false, provider: none}, {attendees_max: 0, provider: none}, {provider: zoom}]"
    )
    assert len(load(write(f"{good}rules: {rules}\n")).config.rules) == 3


def test_many_rules_for_many_people_load(write, good):
    people = "".join(
        f"  - {{email: p{i}@b.example, calendars: ['google:c{i}']}}\n" for i in range(2000)
    )
    rules = "".join(
        f"  - {{calendars: ['google:c{i}'], title_words: [w{i}], provider: zoom}}\n"
        "  - {outside: true, provider: google_meet}\n"
        for i in range(1000)
    )
    assert len(load(write(f"{good}{people}rules:\n{rules}")).config.rules) == 2000


def test_a_title_is_searched_without_regard_to_case():
    search = title_search("^(demo|ÜBERGABE)\\b")
    assert search("Demo for Contoso")
    assert search("übergabe")
    assert not search("a demo")
    assert not search("demos")
    assert not title_search("(?-i)demo")("Demo")


@pytest.mark.parametrize("title", ["", "\ud800", "\0 demo", "a" * 200_000, "(" * 100_000])
def test_no_title_makes_the_search_raise(title):
    assert title_search("(a+)+$")(title) is (title.startswith("a"))


def test_a_pattern_that_would_take_for_ever_elsewhere_does_not(capfd):
    assert not title_search("(a*)*(a*)*b")("a" * 200_000)
    with pytest.raises(BadPattern, match="missing"):
        title_search("(a")
    assert capfd.readouterr().err == ""
