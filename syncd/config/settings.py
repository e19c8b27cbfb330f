"""The sections that say how syncd behaves, apart from providers and people."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from syncd.config.database_url import database_url
from syncd.config.fields import (
    Address,
    BaseUrl,
    Duration,
    HttpsUrl,
    Section,
    Text,
    advice,
    between,
    listed,
    parse_duration,
)
from syncd.config.references import SecretReference, beside_config

_LISTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})", re.ASCII)
_MAX_PORT = 65535
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)*")


class State(Section):
    """Where syncd keeps what it must not forget."""

    database: Annotated[Text, AfterValidator(database_url)] = "sqlite:////var/lib/syncd/syncd.db"
    """The SQLite file: four slashes before an absolute path, three before one that starts at
    the folder of this file. Or a database of PostgreSQL, which several daemons may share:
    postgresql+psycopg://user@host/database."""

    database_password: Annotated[
        SecretReference | None, Field(examples=[{"credential": "syncd-database"}])
    ] = None
    """The password at PostgreSQL, where libpq does not find it by itself."""

    keys: Annotated[SecretReference, Field(examples=[{"credential": "syncd-keys"}])]
    """The keys that encrypt tokens in the database; `syncd keys new` makes them."""


def _domain(text: str) -> str:
    if not _DOMAIN.fullmatch(text):
        raise advice("is not a mail domain", "write what stands after the @, like example.com")
    return text.lower()


Domain = Annotated[Text, AfterValidator(_domain)]


class Tenant(Section):
    """A Microsoft tenant, and which addresses it is believed about."""

    id: Annotated[Text, Field(examples=["22222222-2222-2222-2222-222222222222"])]
    """The tenant's id."""

    domains: Annotated[tuple[Domain, ...], listed()] = ()
    """The mail domains of its people. Needed where several tenants are listed: whoever rules one
    names its people at will, and could name those of another."""


class Policy(Section):
    """What happens to meetings and events in the course of time."""

    on_event_deleted: Literal["delete", "keep"] = "delete"
    """What becomes of the meeting when its event is deleted or cancelled."""

    on_meeting_deleted: Literal["recreate", "unlink"] = "recreate"
    """When somebody deletes the meeting in Zoom: make a new one and replace the link, or take
    the link out of the event."""

    horizon_days: Annotated[int, Field(ge=1, le=730)] = 180
    """Events farther away than this many days wait for their meeting, 1 to 730; a series counts
    by its next occurrence."""

    hold_off: Annotated[Duration, between("5s", "1h")] = parse_duration("30s")
    """How long syncd waits before it deletes a meeting whose link was taken out, 5s to 1h: a
    second thought within that time brings the same link back."""

    replace_meet: bool = True
    """Replace Google's own Meet link when an event asks for Zoom; Calendar adds one by itself."""

    domains: Annotated[tuple[Domain, ...], listed()] = ()
    """Our own mail domains: a guest with another is from outside, which rules can ask for. Empty
    means those of the people in this file."""

    allowed_users: Annotated[tuple[Address, ...], listed()] = ()
    """Who else may sign in to the page and connect accounts, beside the people in this file."""

    allowed_domains: Annotated[tuple[Domain, ...], listed()] = ()
    """Organisations whose members may do so: domains that Google vouches for. Empty is nobody."""

    allowed_tenants: Annotated[tuple[Tenant, ...], listed()] = ()
    """Microsoft tenants, by id, whose members may do so. Empty is the tenant of `microsoft`, for
    the people in this file alone."""

    debounce: Annotated[Duration, between("0s", "60s")] = parse_duration("5s")
    """How long an event must rest before its meeting follows a change of it, 0s to 60s, so that
    several edits in a row cost one request."""

    backfill: bool = True
    """Give their link also to events that were marked before syncd first read their calendar."""

    block_style: Literal["syncd", "zoom_invitation"] = "syncd"
    """What stands in the description: a short block (link, id, passcode, phone numbers), or the
    text of Zoom's own invitation where Zoom gives it out."""

    reason_in_event: bool = False
    """Write behind the flag word in the location of a Google event why it has no link yet. No
    one is mailed for that; an Outlook event is never touched, since every write mails there."""

    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """For how many days after its end syncd remembers the meeting of an event, 1 to 3650."""


class Poll(Section):
    """How often calendars are looked at."""

    interval: Annotated[Duration, between("1s", "1d")] = parse_duration("60s")
    """Time between two looks at a calendar without push, 1s to 1d. Shorter costs requests."""

    with_push: Annotated[Duration, between("1s", "1d")] = parse_duration("15m")
    """Time between two looks at a calendar with push, 1s to 1d: a net below lost messages."""


def _needed_file(value: object, info: ValidationInfo) -> Path:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value.strip():
        raise advice("should be the path of a file", "write the path, or null")
    return beside_config(Path(value), info)


def _ca_file(value: object, info: ValidationInfo) -> Path | None:
    return None if value is None else _needed_file(value, info)


def _listen(value: Any) -> Any:
    match = _LISTEN.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[2]) > _MAX_PORT:
        raise advice(
            "should be an address and a port", 'write it like 127.0.0.1:8480 or "[::1]:8480"'
        )
    return value


class Tls(Section):
    """A certificate of the pages' own, where no proxy stands before them."""

    certificate: Annotated[
        Path, BeforeValidator(_needed_file), Field(examples=["/etc/syncd/web.pem"])
    ]
    """The certificate and its chain, PEM. A relative path starts at the folder of this file."""

    private_key: Annotated[SecretReference, Field(examples=[{"credential": "web-key"}])]
    """Its private key, PEM, by {credential: NAME} or {file: PATH}."""


class Web(Section):
    """The pages and the webhooks."""

    listen: Annotated[str, BeforeValidator(_listen)] = "127.0.0.1:8480"
    """Where syncd listens, host:port; port 0 takes any free one and logs it. Only this machine
    by default: put a TLS proxy before it."""

    public_url: BaseUrl | None = None
    """The https URL by which browsers and providers reach the pages. Null means no pages and no
    push: calendars are looked at by poll.interval."""

    admins: Annotated[tuple[Address, ...], listed()] = ()
    """Who sees the admin's page: addresses of people who may sign in."""

    support: Address | None = None
    """Where people get help; it stands on every page and in every error."""

    privacy_url: HttpsUrl | None = None
    """Your privacy statement, linked from every page."""

    tls: Tls | None = None
    """A certificate for the pages themselves. Null is plain HTTP, for a TLS proxy on this machine."""

    @property
    def host(self) -> str:
        """The host part of `listen`, without the brackets of IPv6."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port part of `listen`; 0 is any free port."""
        return int(self.listen.rpartition(":")[2])


def _command(value: Any) -> Any:
    is_list = isinstance(value, list | tuple) and all(isinstance(word, str) for word in value)
    if is_list and (not value or value[0].startswith("/")):
        return value
    raise advice(
        "should be a list: a program and its arguments",
        "write it like [/usr/local/bin/tell-admins, --quiet]; there is no shell",
    )


class Notify(Section):
    """Who is told when an account needs somebody, once for each incident."""

    command: Annotated[
        tuple[str, ...],
        BeforeValidator(_command),
        listed(),
    ] = ()
    """A program and its arguments; it gets the incident as JSON on its standard input.
    Empty runs none."""

    webhook: HttpsUrl | None = None
    """An address that gets the same JSON by POST."""


class Http(Section):
    """How the providers are called."""

    ca_file: Annotated[Path | None, BeforeValidator(_ca_file)] = None
    """A PEM file with the authorities to trust in place of the usual ones; null trusts those.
    For a sandbox or an inspecting proxy. A relative path starts at the folder of this file."""


class Log(Section):
    """The log, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least grave records to write."""

    format: Literal["auto", "json", "text"] = "auto"
    """One JSON object per line, or text for people; auto writes text on a terminal only."""
