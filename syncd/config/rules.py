"""Automatic rules: which events get a link that nobody asked for."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from syncd.config.fields import Address, Section, Text, advice, listed
from syncd.config.patterns import MAX_PATTERN, BadPattern, title_search
from syncd.config.people import Calendar, HostPool


def _pattern(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise advice("should be a regular expression on one line", "write one, or take it out")
    if len(text) > MAX_PATTERN:
        raise advice("is too long", f"write {MAX_PATTERN} characters at most, or two rules")
    try:
        title_search(text)
    except BadPattern as error:
        raise advice(
            f"is not a regular expression that RE2 takes: {error}",
            "correct it; RE2 has no look-around and no back-references",
        ) from None
    return text


Count = Annotated[int, Field(ge=0, le=100_000)]


class Rule(Section):
    """One rule. It matches an event when all of its conditions do; what is left out is none."""

    name: Annotated[Text | None, Field(examples=["customers"])] = None
    """What it is called wherever a reason is told; without one, `rule 1` by its place."""

    calendars: Annotated[tuple[Calendar, ...], listed(examples=[["google:primary"]])] = ()
    """Only in these calendars, written as under people; primary is that of everybody who has
    it there."""

    organisers: Annotated[tuple[Address, ...], listed(examples=[["ana@example.com"]])] = ()
    """Only events of these organisers."""

    attendees_min: Annotated[Count | None, Field(examples=[2])] = None
    """Only with at least so many guests."""

    attendees_max: Annotated[Count | None, Field(examples=[50])] = None
    """Only with at most so many guests."""

    outside: Annotated[bool | None, Field(examples=[True])] = None
    """True: only if a guest is from outside policy.domains; false: only if none is."""

    title_words: Annotated[tuple[Text, ...], listed(examples=[["demo", "interview"]])] = ()
    """Only with one of these words in the title; upper and lower case are the same."""

    title_regex: Annotated[
        Annotated[str, AfterValidator(_pattern)] | None, Field(examples=["demo|interview"])
    ] = None
    """Only if this regular expression (RE2) is found in the title; upper and lower case are the
    same, unless it says (?-i)."""

    all_day: Annotated[bool | None, Field(examples=[False])] = None
    """True: only all-day events, which get a link by such a rule alone. Otherwise only events
    with times."""

    provider: Annotated[Literal["zoom", "google_meet", "teams", "none"], Field(examples=["zoom"])]
    """What these events get: zoom, google_meet, teams or none."""

    zoom: Annotated[HostPool | None, Field(examples=[{"pool": ["room1@example.com"]}])] = None
    """Zoom users of whom one hosts these meetings; without it, whoever hosts the person's."""
