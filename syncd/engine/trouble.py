"""What an error means for the next look: how long to rest, and whether people are told."""

from __future__ import annotations

from datetime import timedelta

from syncd.core.backoff import wait_for
from syncd.core.policy import RetryPolicy
from syncd.engine.missing import NotSureYet
from syncd.engine.recover import NotYetKnown
from syncd.engine.stale import LookTwice
from syncd.ports.errors import (
    AuthLost,
    Forbidden,
    OutcomeUnknown,
    Permanent,
    ProviderError,
    RateLimited,
    Stale,
    Transient,
)

_CONSENT = RetryPolicy(first=timedelta(seconds=5), most=timedelta(minutes=30))

# Somebody may give a right without the event changing.
_LOOK_FOR_RIGHTS = timedelta(hours=1)

# Passing trouble that lasts longer than these tries is told to people; before, it is only waited out.
_QUIET_TRIES = 3


def pause_of_event(
    error: ProviderError, attempts: int, retry: RetryPolicy, jitter: float
) -> timedelta | None:
    """Give the time until the event is looked at again; None until something about it changes."""
    match error:
        case NotYetKnown() | NotSureYet() | LookTwice():
            return error.look_again
        case Forbidden():
            return _LOOK_FOR_RIGHTS
        case Permanent():
            return None
        case _:
            return pause_of_calendar(error, attempts, retry, jitter)


def pause_of_calendar(
    error: ProviderError, failures: int, retry: RetryPolicy, jitter: float
) -> timedelta:
    """Give the time until the calendar is read again: longer each time, and as long as told.

    A provider that says "in 0 seconds" for ever is no reason for a hot loop. A lost consent may be
    repaired at any moment, but a provider that is asked again and again locks the app out: in the
    end it is asked no more than twice an hour.
    """
    wait = wait_for(failures, _CONSENT if isinstance(error, AuthLost) else retry, jitter)
    told = error.retry_after if isinstance(error, RateLimited) else None
    return wait if told is None else max(wait, told)


def is_told(error: ProviderError, attempts: int) -> bool:
    """Tell whether the event's reason becomes this error."""
    passing = isinstance(error, Transient | Stale | OutcomeUnknown)
    return attempts >= _QUIET_TRIES or not passing


def surprise(error: Exception) -> Transient:
    """Dress an error of ours as one that is tried again, with a reason people can report."""
    told = Transient(
        f"syncd failed at it: {type(error).__name__}",
        code="internal_error",
        remedy="It is tried again; please report it with the log.",
    )
    told.__cause__ = error
    return told
