"""The people whose calendars are served."""

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from syncd.config.fields import Address, Section, advice, listed, one_line
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


Calendar = Annotated[
    str,
    AfterValidator(_calendar),
    Field(json_schema_extra={"pattern": "^\\s*(google|microsoft):\\s*\\S"}),
]


class HostPool(Section):
    """Several Zoom users who host in turn, for more meetings at once than one user may hold."""

    pool: Annotated[tuple[Address, ...], listed(min_length=1)]
    """Their addresses in Zoom; each meeting is made with the one who has the least to do then."""


def _hosts(value: Any, info: ValidationInfo) -> Any:
    match value:
        case None | HostPool():
            return value
        case str():
            user = one_line(value)
            return user.lower() if "@" in user else user
        case dict():
            return HostPool.model_validate(value, context=info.context)
        case _:
            raise advice(
                "should be a Zoom user or a pool of them",
                "write it like room1@example.com or {pool: [room1@example.com]}",
            )


class MeetingOverrides(Section):
    """What one person's meetings have otherwise; what is left out is as under zoom.meeting."""

    waiting_room: bool | None = None
    """As zoom.meeting.waiting_room, for this person; null keeps the common setting."""

    join_before_host: bool | None = None
    """As zoom.meeting.join_before_host, for this person; null keeps the common setting."""

    phone_numbers: Annotated[int, Field(ge=0, le=20)] | None = None
    """As zoom.meeting.phone_numbers, for this person; null keeps the common setting."""

    series: Literal["no_fixed_time", "fixed_time"] | None = None
    """As zoom.meeting.series, for this person; null keeps the common setting."""

    alternative_hosts: Literal["off", "attendees"] | None = None
    """As zoom.meeting.alternative_hosts, for this person; null keeps the common setting."""


class Person(Section):
    """One person."""

    email: Annotated[Address, Field(examples=["ana@example.com"])]
    """Their address at the calendar provider; upper and lower case are the same. Each person
    stands in the list once."""

    calendars: Annotated[tuple[Calendar, ...], listed(examples=[["google:primary"]])] = ()
    """Which of their calendars are served: google:primary, google:<calendar id>,
    microsoft:primary or microsoft:<calendar id>. Each calendar stands in the file once. What a
    person picks on the page after connecting an account counts in the place of these."""

    zoom: Annotated[
        HostPool | str | None, BeforeValidator(_hosts), Field(examples=["ana@example.com"])
    ] = None
    """Their user in Zoom, who hosts the meetings, or {pool: [...]} with several who host in turn.
    Null means the same address as email."""

    hosts_allowed: Annotated[tuple[Address, ...], listed()] = ()
    """Other Zoom users whom this person may name as host, with #zoom:host=..."""

    meeting: MeetingOverrides = MeetingOverrides()
    """What their meetings have otherwise."""

    @property
    def host(self) -> str:
        """The Zoom user who hosts this person's meetings; the first one of a pool."""
        return self.pool[0] if self.pool else str(self.zoom or self.email)

    @property
    def pool(self) -> tuple[str, ...]:
        """The Zoom users of whom one hosts; empty where there is no pool."""
        return self.zoom.pool if isinstance(self.zoom, HostPool) else ()

    @property
    def calendar_names(self) -> tuple[CalendarName, ...]:
        """The calendars, taken apart into provider and name."""
        names = (calendar_name(text) for text in self.calendars)
        return tuple(name for name in names if name)

    def meeting_settings(self, common: MeetingSettings) -> MeetingSettings:
        """Return the common settings with this person's own in their place."""
        return common.model_copy(update=self.meeting.model_dump(exclude_none=True))
