"""What Entra's token endpoint refuses, as the errors of the ports; the counterpart of `errors`.

Numbers are those of Entra's list of AADSTS error codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from syncd.adapters.http import Garbled, retry_after
from syncd.adapters.microsoft.login import Login, Reply
from syncd.ports.errors import AuthLost, ProviderError, RateLimited, Transient

_NEW_SECRET = "Make a new client secret in Entra (App registrations > Certificates & secrets)"  # noqa: S105 - advice


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lost:
    """What one of Entra's numbers says about the application."""

    code: str
    message: str
    remedy: str


_LOST = {
    7000215: _Lost(
        code="secret_wrong",
        message="Entra does not accept the client secret.",
        remedy=f"{_NEW_SECRET} and give its value, not its id, as microsoft.client_secret.",
    ),
    7000222: _Lost(
        code="secret_expired",
        message="The client secret has expired.",
        remedy=f"{_NEW_SECRET} and give its value as microsoft.client_secret.",
    ),
    7000218: _Lost(
        code="credential_missing",
        message="Entra misses a client secret or certificate.",
        remedy="Give microsoft.client_secret or microsoft.certificate.",
    ),
    700027: _Lost(
        code="certificate_unknown",
        message="Entra does not know the certificate, or it has expired.",
        remedy="Upload the certificate of microsoft.certificate to the application in Entra.",
    ),
    700024: _Lost(
        code="clock_wrong",
        message="Entra finds that the time of this machine is wrong.",
        remedy="Set the clock of the machine (NTP).",
    ),
    700016: _Lost(
        code="application_unknown",
        message="The tenant has no such application.",
        remedy="See that microsoft.client_id and microsoft.tenant belong together.",
    ),
    700038: _Lost(
        code="application_unknown",
        message="The client id is none.",
        remedy="Give the Application (client) ID from Entra as microsoft.client_id.",
    ),
    7000112: _Lost(
        code="application_disabled",
        message="The application is switched off in this tenant.",
        remedy="Enable it in Entra (Enterprise applications > Properties).",
    ),
    90002: _Lost(
        code="tenant_unknown",
        message="There is no such tenant.",
        remedy="Give the tenant's id or one of its domains as microsoft.tenant.",
    ),
    900023: _Lost(
        code="tenant_unknown",
        message="The tenant's name is none.",
        remedy="Give the tenant's id or one of its domains as microsoft.tenant.",
    ),
    53003: _Lost(
        code="blocked_by_policy",
        message="A Conditional Access policy keeps the application out.",
        remedy="Let the application and this machine's address through in Conditional Access.",
    ),
}
_PASSING_NUMBERS = frozenset({90006, 90024, 90033, 900144})
_PASSING = frozenset({"temporarily_unavailable", "server_error", "service_unavailable"})
# Errors go into messages and logs, so they must be what they claim to be: one word.
_WORD = re.compile(r"[A-Za-z0-9_.]{1,64}")
_NUMBER = re.compile(r"AADSTS(\d{5,7})", re.ASCII)
_ANSWERED = range(200, 500)
_NO_TENANT = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)
# How the message of msal begins when the discovery document is none.
_NO_AUTHORITY = "Unable to get authority configuration"


def told(result: Mapping[str, Any], login: Login, *, now: datetime) -> ProviderError:
    """Say what an error in the answer to a token request means; `now` is aware."""
    return throttled(login, now=now) or refused(result)


def throttled(login: Login, *, now: datetime) -> ProviderError | None:
    """Tell whether the last answer asks to wait."""
    if login.last is None or login.last.status_code != HTTPStatus.TOO_MANY_REQUESTS:
        return None
    return _throttled(login.last, now)


def refused(result: Mapping[str, Any]) -> ProviderError:
    """Say what an error of OAuth means for the application."""
    error = result.get("error")
    if not isinstance(error, str):
        return garbled()
    number = number_in(result)
    if error in _PASSING or number in _PASSING_NUMBERS:
        return unavailable()
    return (
        _lost(number) if number in _LOST else _refused(f"AADSTS{number}" if number else word(error))
    )


def broken(error: Exception, login: Login, *, signs: bool, now: datetime) -> ProviderError:
    """Say what it means that msal raised an error; `signs` when it had a certificate to use."""
    reply = login.last
    if reply is None or isinstance(error, OSError) or reply.status_code not in _ANSWERED:
        return unavailable()
    if reply.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return _throttled(reply, now)
    if reply.status_code in _NO_TENANT and not login.posted:
        return _lost(90002)
    found = reply.status_code == HTTPStatus.OK and not login.posted
    return _unreadable() if found and signs and not _is_about_discovery(error) else garbled()


def unavailable() -> ProviderError:
    """Say that Entra cannot be asked at present."""
    return Transient(
        "Entra cannot be reached or has a fault.",
        code="sign_in_unavailable",
        remedy="Check the network, the name in microsoft.login_base, and http.ca_file.",
    )


def _unreadable() -> ProviderError:
    return AuthLost(
        "The key or certificate for Entra cannot be read.",
        code="certificate_unreadable",
        remedy="Give an unencrypted private key and its certificate, both PEM, as "
        "microsoft.certificate.",
    )


def _lost(number: int) -> ProviderError:
    lost = _LOST[number]
    return AuthLost(lost.message, code=lost.code, remedy=lost.remedy)


def _refused(cause: str) -> ProviderError:
    return AuthLost(
        f"Entra gives no token ({cause}).",
        code="sign_in_refused",
        remedy="Look the reason up in the sign-in logs of Entra (Service principal sign-ins).",
    )


def _throttled(reply: Reply, now: datetime) -> ProviderError:
    return RateLimited(
        "Entra asks to wait.",
        code="rate_limited",
        retry_after=retry_after(reply.headers, now),
    )


def garbled() -> ProviderError:
    """Say that Entra's answer is none."""
    return Transient("Entra's answer cannot be understood.", code="garbled")


def _is_about_discovery(error: Exception) -> bool:
    """Tell whether msal stumbled over the discovery document, not over the key it signs with."""
    return isinstance(error, KeyError | AttributeError | Garbled) or str(error).startswith(
        _NO_AUTHORITY
    )


def word(error: str) -> str:
    """Give the name of an error as it may stand in a message."""
    return error if _WORD.fullmatch(error) else "no reason given"


def number_in(result: Mapping[str, Any]) -> int:
    """Give the first AADSTS number of an answer, from its list or its text; 0 without any."""
    numbers = result.get("error_codes")
    if isinstance(numbers, list) and numbers and type(numbers[0]) is int:
        return numbers[0]
    found = _NUMBER.search(str(result.get("error_description", "")))
    return int(found[1]) if found else 0
