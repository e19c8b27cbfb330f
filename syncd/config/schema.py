"""The configuration as a whole."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from syncd.config.fields import Section, advice, listed
from syncd.config.flags import Flags
from syncd.config.people import Person
from syncd.config.providers import Google, Microsoft, Zoom
from syncd.config.rules import Rule
from syncd.config.settings import Http, Log, Notify, Policy, Poll, State, Web


def _version(value: Any) -> Any:
    if value is not True and value == 1:
        return value
    raise advice("is not a version of the configuration known here", "write 1")


class Config(Section):
    """Configuration of syncd.

    Secrets stand here by reference only: {credential: NAME} is a systemd credential, {file: PATH}
    a file with mode 0600, {env: NAME} an environment variable.
    """

    version: Annotated[Literal[1], BeforeValidator(_version), Field(examples=[1])]
    """The version of this format, 1."""

    state: State
    """Where syncd keeps what it must not forget."""

    zoom: Zoom
    """The Zoom account in which meetings are made."""

    google: Google | None = None
    """Google Calendar. At least one of google and microsoft."""

    microsoft: Microsoft | None = None
    """Outlook calendars, by Microsoft Graph. At least one of google and microsoft."""

    people: Annotated[tuple[Person, ...], listed()] = ()
    """The people whose calendars are served."""

    rules: Annotated[tuple[Rule, ...], listed()] = ()
    """Automatic rules for events that nobody marked, in order: the first that matches decides.
    A flag in the event wins over all of them."""

    flags: Flags = Flags()
    """How people ask for a meeting."""

    policy: Policy = Policy()
    """What happens to meetings and events in the course of time."""

    poll: Poll = Poll()
    """How often calendars are looked at."""

    web: Web = Web()
    """The pages and the webhooks."""

    notify: Notify = Notify()
    """Who is told when an account needs somebody."""

    http: Http = Http()
    """How the providers are called."""

    log: Log = Log()
    """The log, on standard error."""
