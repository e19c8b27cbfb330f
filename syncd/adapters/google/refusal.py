"""What Google says in the body of an answer that is no success."""

from __future__ import annotations

import re
from dataclasses import dataclass

from syncd.adapters.google.reading import Malformed, object_in, section, sections, text
from syncd.adapters.http import Answer

# Reasons go into messages and logs, so they must be what they claim to be: one word.
_WORD = re.compile(r"[A-Za-z0-9_.]{1,64}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reasons of an API error, and the parameters or headers it complains of.

    `about_conference` when its sentence speaks of conferences: no reason of its own says so.
    """

    reasons: frozenset[str]
    locations: frozenset[str]
    about_conference: bool = False

    def names(self, *reasons: str) -> bool:
        """Whether one of these is among the reasons."""
        return not self.reasons.isdisjoint(reasons)

    def __str__(self) -> str:
        """Name the reasons, for a message."""
        return ", ".join(sorted(self.reasons)) or "no reason given"


def refusal_in(answer: Answer) -> Refusal | None:
    """Read an error of the Calendar API; None when Google cannot have written this body.

    Reasons stand in `errors[].reason`, those of the common front end in `details[].reason`.
    """
    try:
        error = section(object_in(answer), "error")
        if not error:
            return None
        told = [*sections(error, "errors"), *sections(error, "details")]
        reasons = frozenset(text(each, "reason") for each in told)
        locations = frozenset(text(each, "location") for each in sections(error, "errors"))
    except Malformed:
        return None
    return Refusal(
        frozenset(r for r in reasons if _WORD.fullmatch(r)),
        locations - {""},
        about_conference=_speaks_of_conferences(error.get("message")),
    )


def _speaks_of_conferences(message: object) -> bool:
    return isinstance(message, str) and "conference" in message.lower()


@dataclass(frozen=True, slots=True)
class TokenRefusal:
    """An error of the token endpoint (RFC 6749 5.2), with its sentence and Google's subtype."""

    error: str
    description: str
    subtype: str = ""


def token_refusal_in(answer: Answer) -> TokenRefusal | None:
    """Read an error of the token endpoint; None when it is none."""
    try:
        read = object_in(answer)
        error, description = text(read, "error"), text(read, "error_description")
        subtype = text(read, "error_subtype")
    except Malformed:
        return None
    return TokenRefusal(error, description, subtype) if is_word(error) else None


def is_word(error: str) -> bool:
    """Tell whether a text may stand in a message as the name of an error."""
    return _WORD.fullmatch(error) is not None
