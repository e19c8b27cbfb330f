"""The people whose calendars are served."""

from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field

from syncd.config.fields import Address, Section, Text, advice, listed
from syncd.config.providers import MeetingSettings

_CALENDAR = "google:primary, google:<calendar id>, microsoft:primary or microsoft:<calendar id>"


class CalendarName(NamedTuple):
    """A calendar of one person; `name` is `primary` or the provider's own id."""

    provider: Literal["google", "microsoft"]
    name: str


def calendar_name(text: str) -> CalendarName | None:
    """Return the two parts of `google:primary` and the like, or None if it is not like that."""
    provider, _, name = text.strip().partition(":")
    name = name.strip()
    if not name or not name.isprintable():
        return None
    match provider:
        case "google" | "microsoft":
            return CalendarName(provider, name)
        case _:
            return None


def _calendar(text: str) -> str:
    name = calendar_name(text)
    if name is None:
        raise advice("is not a calendar known here", f"write {_CALENDAR}")
    return f"{name.provider}:{name.name}"


def _host(text: str) -> str:
    return text.lower() if "@" in text else text


Calendar = Annotated[
    str,
    AfterValidator(_calendar),
    Field(json_schema_extra={"pattern": "^\\s*(google|microsoft):\\s*\\S"}),
]


class MeetingOverrides(Section):
    """What one person's meetings have otherwise; what is left out is as under zoom.meeting."""

    waiting_room: bool | None = None
    """As zoom.meeting.waiting_room, for this person; null keeps the common setting."""

    join_before_host: bool | None = None
    """As zoom.meeting.join_before_host, for this person; null keeps the common setting."""

    phone_numbers: Annotated[int, Field(ge=0, le=20)] | None = None
    """As zoom.meeting.phone_numbers, for this person; null keeps the common setting."""


class Person(Section):
    """One person."""

    email: Annotated[Address, Field(examples=["ana@example.com"])]
    """Their address at the calendar provider; upper and lower case are the same. Each person
    stands in the list once."""

    calendars: Annotated[tuple[Calendar, ...], listed(min_length=1, examples=[["google:primary"]])]
    """Which of their calendars are served: google:primary, google:<calendar id>,
    microsoft:primary or microsoft:<calendar id>. Each calendar stands in the file once."""

    zoom: Annotated[Text, AfterValidator(_host)] | None = None
    """Their user in Zoom, who hosts the meetings. Null means the same address as email."""

    meeting: MeetingOverrides = MeetingOverrides()
    """What their meetings have otherwise."""

    @property
    def host(self) -> str:
        """The Zoom user who hosts this person's meetings."""
        return self.zoom or self.email

    @property
    def calendar_names(self) -> tuple[CalendarName, ...]:
        """The calendars, taken apart into provider and name."""
        names = (calendar_name(text) for text in self.calendars)
        return tuple(name for name in names if name)

    def meeting_settings(self, common: MeetingSettings) -> MeetingSettings:
        """Return the common settings with this person's own in their place."""
        return common.model_copy(update=self.meeting.model_dump(exclude_none=True))
