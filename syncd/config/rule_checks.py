"""What a rule must have to do with the people, and with the rules before it."""

from collections.abc import Iterator, Set
from typing import NamedTuple

from syncd.config.data import Data, calendars_of, entries, twice
from syncd.config.findings import Finding, shown
from syncd.config.people import CalendarName
from syncd.core.text import folded

_CONDITIONS = (
    "calendars",
    "organisers",
    "attendees_min",
    "attendees_max",
    "outside",
    "title_words",
    "title_regex",
)


class _Home(NamedTuple):
    """The calendars in which alone a kind of conference can be."""

    provider: str
    kind: str
    app: str


_HOMES = {
    "google_meet": _Home("google", "Google Meet", "Google Calendar"),
    "teams": _Home("microsoft", "Teams", "Outlook"),
}


def rule_checks(data: Data) -> Iterator[Finding]:
    """Yield the rules that could never act, or not as they are written."""
    people = (calendars_of(person).values() for _, person in entries(data, "people"))
    served = frozenset(name for names in people for name in names)
    providers = {name.provider for name in served}
    yield from _names_twice(data)
    yield from _never_reached(data)
    for i, rule in entries(data, "rules"):
        yield from _attendees(i, rule)
        yield from _calendars(i, rule, served)
        yield from _provider(i, rule, providers)
        yield from _pool(i, rule)
        for key in ("organisers", "title_words"):
            yield from twice(rule.get(key), ("rules", i, key))


def _names_twice(data: Data) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for i, rule in entries(data, "rules"):
        given = rule.get("name")
        name = given if isinstance(given, str) else f"rule {i + 1}"
        if first.setdefault(folded(name), i) != i:
            yield Finding(
                path=("rules", i) if given is None else ("rules", i, "name"),
                problem=f"rules[{first[folded(name)]}] has the name {shown(name)!r} already",
                remedy="give each rule a name of its own",
            )


def _never_reached(data: Data) -> Iterator[Finding]:
    rules = list(entries(data, "rules"))
    for all_day in (True, False):
        alike = [(i, rule) for i, rule in rules if (rule.get("all_day") is True) is all_day]
        for at, (i, rule) in enumerate(alike[:-1]):
            if not _has_condition(rule):
                yield Finding(
                    path=("rules", i),
                    problem=f"this rule takes every event, so rules[{alike[at + 1][0]}] is never reached",
                    remedy="give it a condition, or move it to the end",
                )
                break


def _has_condition(rule: Data) -> bool:
    given = {key: rule.get(key) for key in _CONDITIONS}
    if given["attendees_min"] == 0:
        del given["attendees_min"]
    return any(value is not None and value != [] for value in given.values())


def _attendees(i: int, rule: Data) -> Iterator[Finding]:
    least, most = rule.get("attendees_min"), rule.get("attendees_max")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield Finding(
            path=("rules", i, "attendees_min"),
            problem=f"no event has at least {least} and at most {most} guests",
            remedy="write attendees_min no larger than attendees_max",
        )


def _calendars(i: int, rule: Data, served: Set[CalendarName]) -> Iterator[Finding]:
    first: set[CalendarName] = set()
    for j, name in calendars_of(rule).items():
        path = ("rules", i, "calendars", j)
        if name not in served:
            problem = "nobody under people has this calendar"
            remedy = "write it as it stands there, or take it out"
            yield Finding(path=path, problem=problem, remedy=remedy)
        elif name in first:
            yield Finding(path=path, problem="is listed twice", remedy="take one of the two out")
        first.add(name)


def _provider(i: int, rule: Data, providers: Set[str]) -> Iterator[Finding]:
    wanted = rule.get("provider")
    if not isinstance(wanted, str) or wanted not in _HOMES:
        return
    home = _HOMES[wanted]
    reached = {name.provider for name in calendars_of(rule).values()} or providers
    if reached and home.provider not in reached:
        yield Finding(
            path=("rules", i, "provider"),
            problem=f"{home.kind} is for events in {home.app}, and this rule reaches none",
            remedy=f"write another provider, or name a calendar of {home.app}",
        )


def _pool(i: int, rule: Data) -> Iterator[Finding]:
    hosts = rule.get("zoom")
    if not isinstance(hosts, dict):
        return
    yield from twice(hosts.get("pool"), ("rules", i, "zoom", "pool"))
    if rule.get("provider") in ("google_meet", "teams", "none"):
        yield Finding(
            path=("rules", i, "zoom"),
            problem="hosts are for Zoom meetings, and this rule makes none",
            remedy="take it out, or write provider: zoom",
            on="key",
        )
