"""What one setting must have to do with another.

These look at the plain data and not at the models, so that they speak up even where other
settings are wrong, and every problem is reported at once.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from syncd.config.findings import Finding, Path
from syncd.config.people import CalendarName, calendar_name

Data = Mapping[str, Any]


def cross_checks(data: Data, *, base: FilePath) -> Iterator[Finding]:
    """Yield what does not fit together in `data`; `base` is the folder of the file."""
    yield from _calendar_provider(data)
    yield from _microsoft_proof(data)
    yield from _people_twice(data)
    yield from _calendars(data)
    yield from _flags(data)
    yield from _ca_file(data, base)


def _calendar_provider(data: Data) -> Iterator[Finding]:
    if data.get("google") is None and data.get("microsoft") is None:
        yield Finding(
            path=(),
            problem="no calendar provider is set up",
            remedy="add the section `google:` or `microsoft:`; `syncd config example` shows both",
        )


def _microsoft_proof(data: Data) -> Iterator[Finding]:
    section = data.get("microsoft")
    if not isinstance(section, dict):
        return
    secret, certificate = (section.get(k) is not None for k in ("client_secret", "certificate"))
    if secret == certificate:
        both = "both client_secret and certificate are given"
        neither = "neither client_secret nor certificate is given"
        yield Finding(
            path=("microsoft",),
            problem=both if secret else neither,
            remedy="give exactly one of client_secret and certificate",
            on="key",
        )


def _people(data: Data) -> Iterator[tuple[int, Data]]:
    people = data.get("people")
    if isinstance(people, list):
        yield from ((i, person) for i, person in enumerate(people) if isinstance(person, dict))


def _email(person: Data) -> str | None:
    email = person.get("email")
    return email.strip().lower() if isinstance(email, str) else None


def _people_twice(data: Data) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for i, person in _people(data):
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
    for i, person in _people(data):
        texts = person.get("calendars")
        for j, text in enumerate(texts if isinstance(texts, list) else ()):
            name = calendar_name(text) if isinstance(text, str) else None
            if name:
                yield ("people", i, "calendars", j), _same_calendar(name, _email(person) or str(i))


def _same_calendar(calendar: CalendarName, email: str) -> CalendarName:
    """Return one name for one calendar: Google's primary calendar has the address as its id."""
    name = calendar.name
    if calendar.provider == "google" and "@" in name:
        return CalendarName("google", name.lower())
    if name != "primary":
        return calendar
    return CalendarName(calendar.provider, email)


def _flags(data: Data) -> Iterator[Finding]:
    flags = data.get("flags")
    if not isinstance(flags, dict):
        return
    for key in ("words", "tags", "no_tags", "categories"):
        yield from _twice(flags.get(key), ("flags", key))
    asked = {_fold(text) for text in _texts(flags.get("tags", ["zoom"])).values()}
    for i, text in _texts(flags.get("no_tags")).items():
        if _fold(text) in asked:
            problem = "this tag both asks for a meeting and refuses one"
            path = ("flags", "no_tags", i)
            yield Finding(path=path, problem=problem, remedy="keep it in one of the two lists")


def _twice(values: Any, path: Path) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for i, text in _texts(values).items():
        if first.setdefault(_fold(text), i) != i:
            problem = "is listed twice (upper and lower case are the same)"
            yield Finding(path=(*path, i), problem=problem, remedy="take one of the two out")


def _texts(values: Any) -> dict[int, str]:
    entries = values if isinstance(values, list) else []
    return {i: text for i, text in enumerate(entries) if isinstance(text, str)}


def _fold(text: str) -> str:
    return text.strip().casefold()


def _ca_file(data: Data, base: FilePath) -> Iterator[Finding]:
    http = data.get("http")
    path = http.get("ca_file") if isinstance(http, dict) else None
    if isinstance(path, str) and path.strip() and not _is_file(base / path):
        yield Finding(
            path=("http", "ca_file"),
            problem="there is no such file",
            remedy="correct the path; a relative one starts at the folder of this file",
        )


def _is_file(path: FilePath) -> bool:
    try:
        return path.is_file()
    except OSError:  # A name too long, or a folder that may not be entered.
        return False
