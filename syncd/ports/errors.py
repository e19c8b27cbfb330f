"""Errors of the world outside, named by what the engine does about them.

    ProviderError
    +-- Transient        passing: try again, later each time
    +-- RateLimited      rest this account until `retry_after`; the others go on
    +-- AuthLost         pause the account and tell its owner
    +-- Forbidden        this event or calendar may not be touched; wait for a change of it
    +-- NotFound         it is gone: look again and plan anew
    +-- Stale            somebody changed it meanwhile: look again and plan anew
    +-- CursorExpired    read the whole calendar again; absence counts only at its end
    +-- OutcomeUnknown   it may have happened: never repeat, look for our marker
    +-- Permanent        it will never work as it is: record it and wait for a change

Each adapter translates at one place. A `Transient` or a refusal promises that a create had no effect;
whatever leaves that open must be an `OutcomeUnknown`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from syncd.core.ids import AccountKey


def with_remedy(reason: str, remedy: str) -> str:
    """Say a reason and, as a sentence after it, what to do; the reason alone without a remedy."""
    return f"{reason.rstrip('.')}. {remedy}" if remedy else reason


class ProviderError(Exception):
    """An answer or a silence that stops one step; `code` is stable, for machines.

    The message is one sentence for a person; `remedy` says what that person can do. What passes by
    itself has a remedy of its own; whatever else stays until somebody acts must be given one.
    """

    passing: ClassVar[str] = ""
    """The remedy of an error of this kind that was given none."""

    def __init__(self, message: str, *, code: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.remedy = remedy or self.passing
        self.account: AccountKey | None = None
        """Whose call it was; the engine notes it, so that one account's trouble stays its own."""

    def for_another(self) -> Self:
        """Give the same error anew, for a caller who may have asked for another account."""
        twin = type(self).__new__(type(self), *self.args)
        vars(twin).update(vars(self), account=None)
        return twin


class Transient(ProviderError):
    """A passing fault that had no effect."""

    passing = "It is tried again by itself; if it lasts, look at the status page of the provider."


class RateLimited(ProviderError):
    """Told to wait; had no effect. `retry_after` is None when the provider did not say."""

    passing = "syncd waits as long as it was told and goes on by itself."

    def __init__(
        self, message: str, *, code: str, remedy: str = "", retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message, code=code, remedy=remedy)
        self.retry_after = retry_after


class AuthLost(ProviderError):
    """The consent, key or secret of an account is no longer good."""


class Forbidden(ProviderError):
    """The account is good, but not for this."""


class NotFound(ProviderError):
    """What was asked for does not exist, for certain."""

    passing = "syncd looks again by itself."


class Stale(ProviderError):
    """The version in If-Match is no longer the newest; nothing was written."""

    passing = "syncd looks again by itself."


class CursorExpired(ProviderError):
    """The cursor is no longer good; only a full read helps."""

    passing = "syncd reads the whole calendar again by itself."


class OutcomeUnknown(ProviderError):
    """The request left and no certain answer came: it may have had its effect, now or later."""

    passing = "syncd finds out by itself whether it happened, and never does it twice."


class Permanent(ProviderError):
    """The request itself is refused, and will be again."""


class LeaseLost(Exception):
    """Another holder has the calendar: whatever was to be committed was not."""
