"""Where the reaction is another than the rule says, cell by cell, and why that is right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Otherwise:
    """A reaction that no rule gives, to one fault in some calls; None leaves that to the rule."""

    why: str
    rows: tuple[str, ...]
    faults: tuple[str, ...]
    letter: str | None = None
    tried: int | None = None


_REFUSALS = ("400", "401", "403 not allowed", "404")
_NO_EVENT = ("wrong types", "missing id")
_LATE = ("read timeout", "silence half-way", "slow drip")
_ZOOM_GRANTS = ("Zoom token (code)", "Zoom refresh", "Zoom refresh for a call", "Zoom revoke")

OTHERWISE = (
    Otherwise(
        "a consent is thrown away on the strength of two answers, not of one",
        rows=tuple(f"{who} refresh for a call" for who in ("Google", "Microsoft", "Zoom")),
        faults=("400",),
        tried=2,
    ),
    Otherwise(
        "what does not end a grant is tried again for a day, and then told",
        rows=("Google revoke",),
        faults=_REFUSALS,
        letter="T",
    ),
    Otherwise(
        "a token that Zoom does not know is renewed once, since only a living one can be revoked",
        rows=("Zoom revoke",),
        faults=("400",),
        letter="T",
        tried=2,
    ),
    Otherwise(
        "only 401 and 403 speak of the token; the probe comes again within the hour",
        rows=("Google userinfo",),
        faults=("400", "404"),
        letter="T",
    ),
    Otherwise(
        "whoever asks renews the token and asks again",
        rows=("Zoom users/me",),
        faults=("401",),
        tried=1,
    ),
    Otherwise(
        "a lost cursor is called so in every list of events, with a cursor or without",
        rows=("Google events.list (main calendar)", "Google events.list (facts)"),
        faults=("410",),
        letter="C",
    ),
    Otherwise(
        "there is no cursor to give up: to ask for a full read again would be for ever",
        rows=("Google events.list full",),
        faults=("410",),
        letter="T",
    ),
    Otherwise(
        "a refusal may be about the button, so once more without it",
        rows=("Google events.patch (button)",),
        faults=("400",),
        tried=2,
    ),
    Otherwise(
        "the key was used before: the event that has it is read instead",
        rows=("Google events.insert", "Microsoft event POST"),
        faults=("409", "412"),
        letter="S",
    ),
    Otherwise(
        "it was made; what it is tells the next look",
        rows=("Google events.insert", "Microsoft event POST"),
        faults=_NO_EVENT,
        tried=1,
    ),
    Otherwise(
        "the address of discovery is the configuration's; a refusal there is no word on the app",
        rows=("Microsoft discovery",),
        faults=("401", "403 not allowed"),
        letter="T",
    ),
    Otherwise(
        "a person waits for this answer and is told",
        rows=("Microsoft device code", "Microsoft token (device)"),
        faults=_REFUSALS,
        letter="Z",
    ),
    Otherwise(
        "an answer without a token and without an error is a refusal to the person who waits",
        rows=("Microsoft token (device)",),
        faults=("missing id",),
        letter="Z",
    ),
    Otherwise(
        "a calendar that does not say so forbids nothing; a refused write would tell",
        rows=("Microsoft calendar (rights)",),
        faults=("wrong types",),
        letter="S",
    ),
    Otherwise(
        "all that is ours in this request is the token in its link",
        rows=("Microsoft calendarView/delta",),
        faults=("400", "410"),
        letter="C",
    ),
    Otherwise(
        "what is far ahead stands in two lists",
        rows=("Microsoft events (far ahead)",),
        faults=("wrong label", "empty list", "same id twice"),
        tried=2,
    ),
    Otherwise(
        "a calendar that names no kind of meeting may have none",
        rows=("Microsoft calendar (Teams allowed)",),
        faults=("missing id",),
        letter="F",
    ),
    Otherwise(
        "it was made before, says Graph, and is not to be found",
        rows=("Microsoft events (made before)",),
        faults=("missing id", "empty list"),
        letter="U",
    ),
    Otherwise(
        "Zoom's token service refuses by 400 and 401 alone; anything else may be a proxy's page",
        rows=("Zoom token (server to server)", *_ZOOM_GRANTS),
        faults=("403 not allowed", "404"),
        letter="T",
    ),
    Otherwise(
        "a refresh must be over before another process may begin one: 15 seconds to leave in",
        rows=("Zoom token (server to server)",),
        faults=_LATE,
        tried=2,
    ),
    Otherwise(
        "a refresh must be over before another process may begin one: 8 seconds to leave in",
        rows=("Zoom refresh", "Zoom refresh for a call", "Zoom revoke"),
        faults=_LATE,
        tried=1,
    ),
    Otherwise(
        "a refresh must be over before another process may begin one: 8 seconds to leave in",
        rows=_ZOOM_GRANTS,
        faults=("nobody answers",),
        tried=2,
    ),
    Otherwise(
        "a refresh must be over before another process may begin one: 11 seconds to leave in",
        rows=("Zoom token (server to server)",),
        faults=("nobody answers",),
        tried=3,
    ),
    Otherwise(
        "gone already is as good",
        rows=("Zoom meeting DELETE", "Zoom occurrence DELETE"),
        faults=("404",),
        letter="S",
    ),
)

_LETTERS = {
    (row, fault): one.letter
    for one in OTHERWISE
    for row in one.rows
    for fault in one.faults
    if one.letter is not None
}
_TRIED = {
    (row, fault): one.tried
    for one in OTHERWISE
    for row in one.rows
    for fault in one.faults
    if one.tried is not None
}


def other_letter(row: object, fault: object) -> str | None:
    """Give the letter of a cell that is an exception."""
    return _LETTERS.get((str(row), str(fault)))


def other_count(row: object, fault: object) -> int | None:
    """Give how many requests there are in a cell that is an exception."""
    return _TRIED.get((str(row), str(fault)))
