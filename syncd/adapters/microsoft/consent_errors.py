"""Why Microsoft gives no consent, or takes one back: every error with its sentence and its remedy.

Numbers are those of Entra's list of AADSTS error codes, which may change; what is not known here is
told by the name that OAuth gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from syncd.adapters.microsoft import login_errors
from syncd.ports.errors import AuthLost, ProviderError
from syncd.ports.oauth import ConsentRefused

CONSENT_GONE = "consent_gone"
CONSENTS = "https://account.live.com/consent/Manage"
"""Where a person with a personal account ends what apps may do; at work it is
https://myapplications.microsoft.com."""

_AGAIN = "Connect Outlook again."
_ADMIN = "The admin of syncd checks microsoft.client_id, its secret and microsoft.tenant in Entra."
_ASK_ADMIN = "Ask the Microsoft 365 admin of your organisation"
_LONGEST_DESCRIPTION = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    message: str
    code: str
    remedy: str


_DECLINED = _Told(
    message="You did not allow syncd to use your Microsoft account.",
    code="consent_refused",
    remedy="Connect again and choose Accept if that was not meant.",
)
_APPROVAL = _Told(
    message="Your organisation wants an admin to approve syncd first.",
    code="admin_approval_needed",
    remedy="Send this link to the Microsoft 365 admin of your organisation; connect again once the "
    "admin has accepted.",
)
_STRANGER = _Told(
    message="This Microsoft account is not of the organisation that syncd is set up for.",
    code="wrong_account",
    remedy="Sign out at Microsoft, and connect again with the account of your organisation.",
)
_EXPIRED = _Told(
    message="The consent took too long, or was used already.",
    code="code_expired",
    remedy=_AGAIN,
)
_POLICY = _Told(
    message="A Conditional Access policy of your organisation does not let you in.",
    code="not_allowed",
    remedy=f"Use a device and a network that your organisation allows. {_ASK_ADMIN} if that does "
    "not help.",
)
_FACTOR = _Told(
    message="Microsoft wants a second proof that it is you.",
    code="not_allowed",
    remedy="Connect again and finish the sign-in with your second factor.",
)
_NOT_ASSIGNED = _Told(
    message="Your organisation has not given you this app, or has switched it off.",
    code="app_not_approved",
    remedy=f"{_ASK_ADMIN} to enable the app and assign it to you: Entra, Enterprise applications.",
)
_DISABLED = _Told(
    message="This Microsoft account is disabled or locked.",
    code="not_allowed",
    remedy=f"{_ASK_ADMIN} to enable it.",
)
_SECRET = _Told(
    message="Microsoft does not accept the app's secret.",
    code="consent_broken",
    remedy=_ADMIN,
)
_APP = _Told(
    message="Microsoft does not know this app, or not for accounts like yours.",
    code="consent_broken",
    remedy=f"{_ADMIN} The app must be registered for the accounts that connect (Supported account "
    "types).",
)
_NO_DEVICE = _Told(
    message="This app may not be connected from another device.",
    code="no_device_code",
    remedy="Connect in a browser, or have the admin allow public client flows in Entra "
    "(Authentication).",
)

_BY_NUMBER = {
    65004: _DECLINED,
    **dict.fromkeys((65001, 65002, 90008, 90092, 90093, 90094, 90095, 90097), _APPROVAL),
    **dict.fromkeys((16000, 50020, 50034, 51004, 50177, 50178), _STRANGER),
    **dict.fromkeys((54005, 70000, 70008, 70007, 70019, 70020), _EXPIRED),
    **dict.fromkeys((53000, 53001, 53002, 53003, 53004, 530031, 530032), _POLICY),
    **dict.fromkeys((50072, 50074, 50076, 50078, 50079, 50158), _FACTOR),
    **dict.fromkeys((50105, 7000112), _NOT_ASSIGNED),
    **dict.fromkeys((50053, 50055, 50057), _DISABLED),
    **dict.fromkeys((7000215, 7000222, 7000218, 700027, 700024), _SECRET),
    **dict.fromkeys((700016, 700038, 50011, 50194, 90002, 900023, 9002331, 9002346), _APP),
}
_BY_NAME = {
    "access_denied": _DECLINED,
    "authorization_declined": _DECLINED,
    "consent_required": _APPROVAL,
    "expired_token": _EXPIRED,
    "bad_verification_code": _EXPIRED,
    "interaction_required": _FACTOR,
    "login_required": _FACTOR,
    "invalid_client": _SECRET,
    "unauthorized_client": _APP,
}
_PASSING = frozenset({"temporarily_unavailable", "server_error", "service_unavailable"})
_PASSING_NUMBERS = frozenset({90006, 90024, 90033})

# What ended a consent, where more can be said than that it has ended.
_GONE = {
    700082: "The consent has expired, because nothing was asked for 90 days.",
    70043: "The consent has expired, as your organisation's sign-in frequency demands.",
    50173: "The password was changed, or all sessions were ended, since the consent.",
    70000: "The consent was taken back.",
    65001: "The consent was taken back, by its owner or by an admin.",
    **dict.fromkeys((50072, 50074, 50076, 50078, 50079), "Microsoft wants a second factor anew."),
    50057: "The account is disabled.",
    **dict.fromkeys((50020, 50034, 51004), "The account is no more in this organisation."),
}
_ENDED = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
# A policy may let the same consent pass again, from another network or after an admin's change.
_HELD_BACK = frozenset({53000, 53001, 53002, 53003, 53004, 530031, 530032, 50053})


def admin_consent(*, login_base: str, tenant: str, client_id: str) -> str:
    """Give where an admin approves the app for the whole organisation."""
    who = quote(client_id, safe="")
    return f"{login_base}/{quote(tenant, safe='')}/adminconsent?client_id={who}"


def refusal_of(content: Mapping[str, Any], *, link: str) -> ConsentRefused | ProviderError:
    """Say why there is no consent; `link` is that of `admin_consent`.

    Nothing of Microsoft's own text is passed on: in the browser anybody may have written it.
    """
    error, number = _named(content)
    if error in _PASSING or number in _PASSING_NUMBERS:
        return login_errors.unavailable()
    # Access is denied by people and by many things besides; the number tells, where there is one.
    is_vague = bool(number) and error == "access_denied"
    told = _BY_NUMBER.get(number) or (None if is_vague else _BY_NAME.get(error))
    if told is None:
        what = f"AADSTS{number}" if number else login_errors.word(error)
        return broken(f"Microsoft refuses the consent ({what}).")
    return _refused(told, link=link)


def device_refusal_of(content: Mapping[str, Any], *, link: str) -> ConsentRefused | ProviderError:
    """Say why a consent on another device is none; an app may not be open to them."""
    _, number = _named(content)
    if number in (7000218, 70011, 50059):
        return _refused(_NO_DEVICE, link="")
    return refusal_of(content, link=link)


def broken(message: str) -> ConsentRefused:
    """Say that a consent came out wrong; it is no fault of who consented."""
    return ConsentRefused(
        message, code="consent_broken", remedy=f"{_AGAIN} If it comes back: {_ADMIN}"
    )


def code_lost() -> ConsentRefused:
    """Say that the answer was lost: a code is good once."""
    lost = replace(_EXPIRED, message="Microsoft's answer to your consent was lost on its way.")
    return _refused(lost, link="")


def scopes_missing() -> ConsentRefused:
    """Say that the consent does not cover what is needed."""
    return ConsentRefused(
        "Microsoft did not allow syncd to put links into events of your calendars.",
        code="scopes_missing",
        remedy=f"Connect again and accept all; {_ASK_ADMIN.lower()} if there is nothing to accept.",
    )


def not_lasting() -> ConsentRefused:
    """Say that the consent would end within the hour."""
    return broken("Microsoft gave a consent that does not last.")


def refresh_error_of(content: Mapping[str, Any]) -> ProviderError:
    """Say what it means that a grant is not renewed: `consent_gone` only when it has ended."""
    error, number = _named(content)
    if error in _ENDED and number in _HELD_BACK:
        return AuthLost(
            "A Conditional Access policy keeps syncd from this account.",
            code="blocked_by_policy",
            remedy=f"{_ASK_ADMIN} to let syncd's address through in Conditional Access.",
        )
    if error in _ENDED:
        return AuthLost(
            _GONE.get(number, "Microsoft has ended the consent."), code=CONSENT_GONE, remedy=_AGAIN
        )
    return login_errors.refused(content)


def _named(content: Mapping[str, Any]) -> tuple[str, int]:
    described = str(content.get("error_description", ""))[:_LONGEST_DESCRIPTION]
    read = {**content, "error_description": described}
    return str(content.get("error", "")), login_errors.number_in(read)


def _refused(told: _Told, *, link: str) -> ConsentRefused:
    is_link = told is _APPROVAL
    return ConsentRefused(
        told.message, code=told.code, remedy=told.remedy, link=link if is_link else ""
    )
