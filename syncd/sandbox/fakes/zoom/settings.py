"""The settings of a meeting: which there are, what they may be, and what Zoom makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syncd.sandbox.fakes.zoom.checks import (
    Check,
    address,
    anything,
    field_errors,
    flag,
    list_of,
    one_of,
    shape,
    text,
)
from syncd.sandbox.fakes.zoom.errors import INVALID, FieldError


@dataclass(frozen=True)
class _Setting:
    check: Check
    default: Any = None
    """None leaves the setting out of answers until somebody sets it."""


_OFF = _Setting(flag, default=False)
_ON = _Setting(flag, default=True)
_OPTIONAL_FLAG = _Setting(flag)
_OPTIONAL_TEXT = _Setting(text())
_OPTIONAL_OBJECT = _Setting(anything)

_PEOPLE = list_of(shape({"email": address}))
_CUSTOM_KEYS = list_of(shape({"key": text(64), "value": text(256)}), limit=10)

_KNOWN: Mapping[str, _Setting] = {
    "host_video": _OFF,
    "participant_video": _OFF,
    "join_before_host": _OFF,
    "jbh_time": _Setting(one_of(0, 5, 10, 15), default=0),
    "waiting_room": _OFF,
    "mute_upon_entry": _OFF,
    "watermark": _OFF,
    "use_pmi": _OFF,
    "approval_type": _Setting(one_of(0, 1, 2), default=2),
    "registration_type": _Setting(one_of(1, 2, 3)),
    "close_registration": _OFF,
    "registrants_confirmation_email": _ON,
    "registrants_email_notification": _ON,
    "audio": _Setting(one_of("both", "telephony", "voip", "thirdParty"), default="both"),
    "audio_conference_info": _Setting(text(2048), default=""),
    "auto_recording": _Setting(one_of("local", "cloud", "none"), default="none"),
    "encryption_type": _Setting(
        one_of("enhanced_encryption", "e2ee"), default="enhanced_encryption"
    ),
    "meeting_authentication": _OFF,
    "authentication_option": _OPTIONAL_TEXT,
    "authentication_domains": _OPTIONAL_TEXT,
    "authentication_exception": _Setting(list_of(shape({"name": text(), "email": address}))),
    "alternative_hosts": _Setting(text(), default=""),
    "alternative_hosts_email_notification": _ON,
    "alternative_host_update_polls": _OFF,
    "email_notification": _ON,
    "meeting_invitees": _Setting(_PEOPLE, default=[]),
    "private_meeting": _OFF,
    "calendar_type": _Setting(one_of(1, 2)),
    "push_change_to_calendar": _OFF,
    "internal_meeting": _OFF,
    "participant_focused_meeting": _OFF,
    "allow_multiple_devices": _OFF,
    "allow_host_control_participant_mute_state": _OFF,
    "show_share_button": _OFF,
    "device_testing": _OFF,
    "focus_mode": _OFF,
    "disable_participant_video": _OFF,
    "email_in_attendee_report": _OFF,
    "host_save_video_order": _OFF,
    "auto_start_meeting_summary": _OFF,
    "auto_start_ai_companion_questions": _OFF,
    "who_will_receive_summary": _Setting(one_of(1, 2, 3, 4)),
    "who_can_ask_questions": _Setting(one_of(1, 2, 3, 4, 5)),
    "summary_template_id": _OPTIONAL_TEXT,
    "contact_name": _OPTIONAL_TEXT,
    "contact_email": _OPTIONAL_TEXT,
    "global_dial_in_countries": _Setting(list_of(text(2))),
    "additional_data_center_regions": _Setting(list_of(text())),
    "cn_meeting": _OFF,
    "in_meeting": _OFF,
    "breakout_room": _Setting(anything, default={"enable": False}),
    "approved_or_denied_countries_or_regions": _Setting(anything, default={"enable": False}),
    "continuous_meeting_chat": _OPTIONAL_OBJECT,
    "language_interpretation": _OPTIONAL_OBJECT,
    "sign_language_interpretation": _OPTIONAL_OBJECT,
    "question_and_answer": _OPTIONAL_OBJECT,
    "resources": _Setting(list_of(anything), default=[]),
}

_OF_OCCURRENCE = frozenset(
    {
        "host_video",
        "participant_video",
        "join_before_host",
        "mute_upon_entry",
        "waiting_room",
        "watermark",
        "auto_recording",
    }
)
"""What PATCH with `occurrence_id` can change, as the API reference lists."""


def setting_errors(settings: Any, *, updating: bool) -> list[FieldError]:
    """Name each known setting with a value Zoom cannot keep."""
    if not isinstance(settings, dict):
        return [("settings", INVALID)]
    return field_errors(settings, _checks(updating=updating), below="settings.")


def fresh(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings of a new meeting: the defaults, then what was asked."""
    defaults = {name: known.default for name, known in _KNOWN.items() if known.default is not None}
    return defaults | _known(settings, updating=False)


def changed(settings: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings after a PATCH, which names only what differs."""
    return {**settings, **_known(change, updating=True)}


def of_occurrence(change: Mapping[str, Any]) -> dict[str, Any]:
    """Give the part of a change that one occurrence can have for itself."""
    return {name: value for name, value in change.items() if name in _OF_OCCURRENCE}


def secured(settings: Mapping[str, Any], password: str) -> dict[str, Any]:
    """Apply Zoom's own rules: one kind of protection is on, and a waiting room shuts early entry.

    Source: Zoom's meeting security page and the `join_before_host` text of the API reference.
    """
    effective = dict(settings)
    if not (password or effective["waiting_room"] or effective["meeting_authentication"]):
        effective["waiting_room"] = True
    if effective["waiting_room"]:
        effective["join_before_host"] = False
    return effective


def _checks(*, updating: bool) -> dict[str, Check]:
    checks = {name: known.check for name, known in _KNOWN.items()}
    return checks | ({"custom_keys": _CUSTOM_KEYS} if updating else {})


def _known(settings: Mapping[str, Any], *, updating: bool) -> dict[str, Any]:
    names = _checks(updating=updating)
    return {name: value for name, value in settings.items() if name in names}
