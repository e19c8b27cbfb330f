"""A Zoom meeting as Google's own conference data, which shows a button to join; pure.

Shape and limits: Google Calendar API, "Events", conferenceData. The solution's name and icon are
those of Zoom's own add-on for Google Calendar.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from syncd.adapters.google.reading import Malformed, section, sections, text
from syncd.core.conference import JoinInfo, PhoneNumber

_ICON = (
    "https://lh3.googleusercontent.com/pw/AM-JKLUkiyTEgH-6DiQP85RGtd_BORvAuFnS9katNMgwYQBJUTiDh12"
    "qtQxMJFWYH2Dj30hNsNUrr-kzKMl7jX-Qd0FR7JmVSx-Fhruf8xTPPI-wdsMYez6WJE7tz7KmqsORKBEnBTiILtMJXuMv"
    "phqKdB9X=s128-no"
)
_ALL_NUMBERS = "https://zoom.us/zoomconference"

_LONGEST_URI = 1300
_LONGEST_LABEL = 512
_LONGEST_CODE = 128
_LONGEST_NOTES = 2048

_NOT_DIALLED = str.maketrans("", "", " -./()\u00a0")
_DIALLED = re.compile(r"\+?[0-9]{3,20}")


def zoom_conference(info: JoinInfo) -> dict[str, Any] | None:
    """Write the conference data of a meeting; None when its link cannot stand in it.

    Numbers that cannot be dialled and texts that are too long are left out.
    """
    parts = _parts(info.join_url)
    if parts is None or len(info.join_url) > _LONGEST_URI:
        return None
    host, path = parts
    codes = {"meetingCode": str(info.meeting_id)} | _passcode(info.passcode)
    label = f"{host}{path}"[:_LONGEST_LABEL]
    video = {"entryPointType": "video", "uri": info.join_url, "label": label, **codes}
    phones = [entry for one in info.phone_numbers if (entry := _phone(one, info))]
    is_zooms = host == "zoom.us" or host.endswith(".zoom.us")
    more = [{"entryPointType": "more", "uri": _ALL_NUMBERS}] if phones and is_zooms else []
    return {
        "conferenceId": str(info.meeting_id),
        "conferenceSolution": {
            "key": {"type": "addOn"},
            "name": "Zoom Meeting",
            "iconUri": _ICON,
        },
        "entryPoints": [video, *phones, *more],
    } | _notes(info)


def shows(item: Mapping[str, Any], join_url: str) -> bool:
    """Tell whether an event holds a conference one joins by this link.

    Google may take conference data without an error and not keep it.
    """
    try:
        entries = sections(section(item, "conferenceData"), "entryPoints")
        held = {text(one, "uri") for one in entries if text(one, "entryPointType") == "video"}
    except Malformed:
        return False
    return join_url in {html.unescape(uri) for uri in held} | held


def _parts(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    return (host, parts.path) if parts.scheme in ("https", "http") and host else None


def _passcode(passcode: str) -> dict[str, str]:
    return {"passcode": passcode} if 0 < len(passcode) <= _LONGEST_CODE else {}


def _phone(phone: PhoneNumber, info: JoinInfo) -> dict[str, str] | None:
    """Write a number with all that is to be dialled: itself, pauses, the meeting's id."""
    number = phone.number.translate(_NOT_DIALLED)
    if not _DIALLED.fullmatch(number):
        return None
    label = f"{phone.number} ({phone.place})" if phone.place else phone.number
    # Passcodes with letters cannot be typed on a phone; Zoom has others for it.
    passcode = _passcode(info.passcode) if info.passcode.isdecimal() else {}
    return {
        "entryPointType": "phone",
        "uri": f"tel:{number},,{info.meeting_id}#",
        "label": label[:_LONGEST_LABEL],
        **passcode,
    }


def _notes(info: JoinInfo) -> dict[str, str]:
    """Say id and passcode once more, as HTML, for apps that leave the codes out."""
    lines = [f"Meeting ID: {info.meeting_id}"]
    if info.passcode:
        lines.append(f"Passcode: {html.escape(info.passcode)}")
    notes = "<br>".join(lines)
    return {"notes": notes} if len(notes) <= _LONGEST_NOTES else {}
