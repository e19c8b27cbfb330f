"""Conference data: Google Meet made on request, and foreign conferences as accounts vary.

Whether Google takes a third party's conference depends on the account and the add-ons of its
domain, so the stand-in has three ways: `accept`, `reject400` and `strip` (taken without an error
and not stored).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Literal, assert_never

from syncd.sandbox.fakes.google.calendars import Event
from syncd.sandbox.fakes.google.errors import GoogleError, invalid
from syncd.sandbox.fakes.google.merging import without_nulls

ConferenceMode = Literal["accept", "reject400", "strip"]
MeetOutcome = Literal["success", "failure", "pending"]
"""What has become of a Meet by the next look; `pending` is not yet decided."""

_TYPES = ("video", "phone", "sip", "more")
_LIMITS = {
    "uri": 1300, "label": 512, "meetingCode": 128, "accessCode": 128, "passcode": 128,
    "password": 128, "pin": 128,
}  # fmt: skip
_NOTES_LENGTH = 2048
_MEET = "hangoutsMeet"
_SOLUTIONS = ("eventHangout", "eventNamedHangout", _MEET, "addOn")
_EXCLUSIVE = {"toll", "tollfree"}


@dataclass(frozen=True, kw_only=True)
class ConferenceRules:
    """How conference data is taken: by the version the call names, and as the account is."""

    version: int
    mode: ConferenceMode
    meet_allowed: bool


def apply_conference(old: Event, body: Event, rules: ConferenceRules) -> Event:
    """Give what to merge into `old`: the body with its conference data as Google takes it.

    Without version 1 the field is passed over. Raises GoogleError (400).
    """
    rest = {key: value for key, value in body.items() if key != "conferenceData"}
    if rules.version != 1 or "conferenceData" not in body:
        return rest
    asked = body["conferenceData"]
    if asked is None:
        return {**rest, "conferenceData": None, "hangoutLink": None}
    if asked.get("createRequest"):
        return {**rest, **_requested(old, asked["createRequest"], allowed=rules.meet_allowed)}
    asked = without_nulls(asked)
    _check(asked)
    return {**rest, **_foreign(asked, rules.mode)}


def _foreign(asked: dict[str, Any], mode: ConferenceMode) -> Event:
    kind = asked["conferenceSolution"].get("key", {}).get("type")
    if kind is None:
        # As was reported from a live test: taken without an error, and not stored.
        return {}
    if kind not in _SOLUTIONS:
        raise invalid("Invalid conference type value.", location="conferenceData")
    match mode:
        case "accept":
            return {"conferenceData": asked, "hangoutLink": None}
        case "strip":
            return {}
        case "reject400":
            raise _bad()
        case _:
            assert_never(mode)


def _requested(old: Event, request: dict[str, Any], *, allowed: bool) -> Event:
    """Start a Meet; the request id of the last one is passed over."""
    if not request.get("requestId"):
        raise GoogleError(400, "required", "Missing conference request id.")
    kind = request.get("conferenceSolutionKey", {}).get("type", _MEET)
    if kind != _MEET or not allowed:
        raise invalid("Invalid conference type value.", location="conferenceData")
    earlier = old.get("conferenceData", {}).get("createRequest", {})
    if earlier.get("requestId") == request["requestId"]:
        return {}
    made = {
        "requestId": request["requestId"],
        "conferenceSolutionKey": {"type": _MEET},
        "status": {"statusCode": "pending"},
    }
    return {"conferenceData": {"createRequest": made}, "hangoutLink": None}


def is_pending(event: Event) -> bool:
    """Say whether a Meet was asked for and is not there yet."""
    request = event.get("conferenceData", {}).get("createRequest", {})
    return bool(request.get("status", {}).get("statusCode") == "pending")


def failed(event: Event) -> Event:
    """Give the event with the Meet that could not be made: the request stays, with no solution."""
    request = {**event["conferenceData"]["createRequest"], "status": {"statusCode": "failure"}}
    return {**event, "conferenceData": {"createRequest": request}}


def finished(event: Event, generator: Random) -> Event:
    """Give the event with the Meet it was waiting for."""
    letters = "".join(generator.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(10))
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
    link = f"https://meet.google.com/{code}"
    request = {**event["conferenceData"]["createRequest"], "status": {"statusCode": "success"}}
    data = {
        "createRequest": request,
        "entryPoints": [{"entryPointType": "video", "uri": link, "label": link[8:]}],
        "conferenceSolution": {"key": {"type": _MEET}, "name": "Google Meet"},
        "conferenceId": code,
        "signature": f"{generator.getrandbits(64):x}",
    }
    return {**event, "conferenceData": data, "hangoutLink": link}


def _check(asked: dict[str, Any]) -> None:
    points = asked.get("entryPoints") or []
    kinds = [point.get("entryPointType") for point in points]
    if (
        not asked.get("conferenceSolution")
        or not points
        or not all(_fits(point) for point in points)
        or any(kinds.count(one) > 1 for one in ("video", "sip", "more"))
        or kinds == ["more"]
        or len(asked.get("notes", "")) > _NOTES_LENGTH
    ):
        raise _bad()


def _fits(point: dict[str, Any]) -> bool:
    uri = point.get("uri", "")
    scheme = uri.partition(":")[0]
    schemes = {"phone": ("tel",), "sip": ("sip", "sips")}
    kind = point.get("entryPointType")
    if set(point.get("entryPointFeatures", ())) >= _EXCLUSIVE:
        return False
    fits = kind in _TYPES and scheme in schemes.get(kind, ("http", "https"))
    return fits and all(len(point.get(key, "")) <= limit for key, limit in _LIMITS.items())


def _bad() -> GoogleError:
    return invalid("Invalid conference data.", location="conferenceData")
