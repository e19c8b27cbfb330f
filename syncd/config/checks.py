"""What one setting must have to do with another.

These look at the plain data and not at the models, so that they speak up even where other
settings are wrong, and every problem is reported at once.
"""

from collections.abc import Iterator
from pathlib import Path as FilePath

from syncd.config.data import Data, calendars_of, entries, section, twice
from syncd.config.database_url import password_checks
from syncd.config.findings import Finding, Path
from syncd.config.flag_checks import flag_checks
from syncd.config.mode_checks import mode_checks
from syncd.config.people import CalendarName
from syncd.config.rule_checks import rule_checks


def cross_checks(data: Data, *, base: FilePath) -> Iterator[Finding]:
    """Yield what does not fit together in `data`; `base` is the folder of the file."""
    yield from _calendar_provider(data)
    yield from password_checks(data)
    yield from mode_checks(data)
    yield from _people_twice(data)
    yield from _calendars(data)
    yield from _hosts_twice(data)
    yield from flag_checks(data)
    yield from rule_checks(data)
    yield from twice(section(data, "policy").get("domains"), ("policy", "domains"))
    yield from _file(data, base, "http", "ca_file")
    yield from _file(data, base, "web", "tls", "certificate")


def _calendar_provider(data: Data) -> Iterator[Finding]:
    if data.get("google") is None and data.get("microsoft") is None:
        yield Finding(
            path=(),
            problem="no calendar provider is set up",
            remedy="add the section `google:` or `microsoft:`; `syncd config example` shows both",
        )


def _email(person: Data) -> str | None:
    email = person.get("email")
    return email.strip().lower() if isinstance(email, str) else None


def _people_twice(data: Data) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for i, person in entries(data, "people"):
        email = _email(person)
        if email and first.setdefault(email, i) != i:
            problem = f"this person is listed twice (first as people[{first[email]}])"
            remedy = "put the calendars of both entries into one"
            yield Finding(path=("people", i, "email"), problem=problem, remedy=remedy)


def _calendars(data: Data) -> Iterator[Finding]:
    first: dict[CalendarName, Path] = {}
    for path, calendar in _each_calendar(data):
        if data.get(calendar.provider) is None:
            yield Finding(
                path=path,
                problem=f"there is no section `{calendar.provider}:` to reach this calendar by",
                remedy=f"add the section `{calendar.provider}:`, or take the calendar out",
            )
        if first.setdefault(calendar, path) != path:
            owner = first[calendar][1]
            yield Finding(
                path=path,
                problem=f"this calendar is listed twice (first under people[{owner}])",
                remedy="keep it with one person, once",
            )


def _each_calendar(data: Data) -> Iterator[tuple[Path, CalendarName]]:
    for i, person in entries(data, "people"):
        for j, name in calendars_of(person).items():
            yield ("people", i, "calendars", j), _same_calendar(name, _email(person) or str(i))


def _same_calendar(calendar: CalendarName, email: str) -> CalendarName:
    """Return one name for one calendar: Google's primary calendar has the address as its id."""
    name = calendar.name
    if calendar.provider == "google" and "@" in name:
        return CalendarName("google", name.lower())
    if name != "primary":
        return calendar
    return CalendarName(calendar.provider, email)


def _hosts_twice(data: Data) -> Iterator[Finding]:
    for i, person in entries(data, "people"):
        yield from twice(section(person, "zoom").get("pool"), ("people", i, "zoom", "pool"))
        yield from twice(person.get("hosts_allowed"), ("people", i, "hosts_allowed"))


def _file(data: Data, base: FilePath, *place: str) -> Iterator[Finding]:
    within = data
    for name in place[:-1]:
        within = section(within, name)
    path = within.get(place[-1])
    if isinstance(path, str) and path.strip() and not _is_file(base / path):
        yield Finding(
            path=place,
            problem="there is no such file",
            remedy="correct the path; a relative one starts at the folder of this file",
        )


def _is_file(path: FilePath) -> bool:
    try:
        return path.is_file()
    except OSError:  # A name too long, or a folder that may not be entered.
        return False
