"""Why Google gives no consent, or takes one back: every error with its sentence and its remedy.

Google Identity, "Using OAuth 2.0 for Web Server Applications", sections "Authorization errors" and
"Refresh token expiration". Many of them Google only shows on a page of its own; those that come back
by the browser or from the token endpoint are told in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from syncd.adapters.google.refusal import TokenRefusal, is_word, token_refusal_in
from syncd.adapters.http import Answer, retry_after
from syncd.ports.errors import AuthLost, ProviderError, RateLimited, Transient
from syncd.ports.oauth import ConsentRefused

CONSENT_GONE = "consent_gone"
CONNECTIONS = "https://myaccount.google.com/connections"
"""Where a person sees and ends what apps may do."""

_AGAIN = "Connect Google again."
_ADMIN = (
    "Ask the Google Workspace admin to trust this app: Google Admin console, Security > Access and"
    " data control > API controls > Manage third-party app access."
)
_APP = (
    "The admin of syncd checks google.client_id and google.client_secret against the OAuth client in"
    " the Google Cloud console."
)
_TESTERS = (
    "The admin of syncd publishes the app in the Google Cloud console (Google Auth Platform >"
    " Audience), or adds you to its test users."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    message: str
    code: str
    remedy: str


_NOT_VERIFIED = _Told(
    message="Google has not verified this app, or lets only its test users in.",
    code="app_unverified",
    remedy=_TESTERS,
)
_NO_CLIENT = _Told(
    message="Google does not know this app, or not by this secret.",
    code="app_not_approved",
    remedy=_APP,
)
_BY_ADMIN = _Told(
    message="Your organisation's Google admin does not let this app in.",
    code="admin_approval_needed",
    remedy=_ADMIN,
)
_TOLD = {
    "access_denied": _Told(
        message="You did not allow syncd to use your Google account.",
        code="consent_refused",
        remedy="Connect again and choose Allow if that was not meant.",
    ),
    "admin_policy_enforced": _BY_ADMIN,
    "access_not_configured": _BY_ADMIN,
    "org_internal": _Told(
        message="This app is only for people of the Google organisation that owns it.",
        code="not_allowed",
        remedy="Choose an account of that organisation, or ask the admin of syncd to make the app"
        " external.",
    ),
    "disallowed_useragent": _Told(
        message="Google does not ask for a consent inside this program.",
        code="consent_broken",
        remedy="Open the page in an ordinary browser and connect again.",
    ),
    "app_not_verified": _NOT_VERIFIED,
    "app_restricted": _NOT_VERIFIED,
    "restricted_client": _NOT_VERIFIED,
    "app_not_configured_for_user": _NOT_VERIFIED,
    "invalid_client": _NO_CLIENT,
    "unauthorized_client": _NO_CLIENT,
    "deleted_client": _Told(
        message="The app was deleted or switched off at Google.",
        code="app_not_approved",
        remedy="The admin of syncd restores the OAuth client in the Google Cloud console, or makes a"
        " new one and puts it into google.client_id.",
    ),
    "redirect_uri_mismatch": _Told(
        message="Google does not know the address to which it should send you back.",
        code="consent_broken",
        remedy="The admin of syncd adds the redirect URI to the OAuth client in the Google Cloud"
        " console, letter by letter.",
    ),
    "invalid_grant": _Told(
        message="This consent has expired, or was used already.",
        code="code_expired",
        remedy=_AGAIN,
    ),
    "interaction_required": _Told(
        message="Google wants you to sign in first.", code="consent_broken", remedy=_AGAIN
    ),
    "login_required": _Told(
        message="Google wants you to sign in first.", code="consent_broken", remedy=_AGAIN
    ),
}
_TOLD["disabled_client"] = _TOLD["deleted_client"]

_PASSING = frozenset({"temporarily_unavailable", "server_error", "internal_failure"})
_REFUSALS = range(400, 500)
_REAUTHENTICATION = ("invalid_rapt", "reauth")


def refusal_of(error: str, subtype: str = "") -> Exception:
    """Name an error that came back by the browser, or from the code's exchange.

    ConsentRefused, or Transient when it may pass. A word that is none of Google's is not repeated.
    """
    if error in _PASSING:
        return Transient("Google cannot ask for consents now.", code="sign_in_unavailable")
    told = _TOLD.get(subtype) or _TOLD.get(error)
    if told is not None:
        return ConsentRefused(told.message, code=told.code, remedy=told.remedy)
    word = f" ({error})" if is_word(error) else ""
    return broken(f"Google ended the consent with an error that syncd does not know{word}.")


def broken(message: str) -> ConsentRefused:
    """Say that what came back is not what was begun."""
    return ConsentRefused(message, code="consent_broken", remedy=_AGAIN)


def scopes_missing(purposes: list[str]) -> ConsentRefused:
    """Say which boxes were left empty, by what they are for."""
    return ConsentRefused(
        f"Google did not allow syncd {', or '.join(purposes)}.",
        code="scopes_missing",
        remedy="Connect Google again and leave every box of its page ticked.",
    )


def not_lasting() -> ConsentRefused:
    """Say that there is no refresh token, which Google gives with the first consent only."""
    return ConsentRefused(
        "Google gave access for an hour only.",
        code="consent_broken",
        remedy=f"Remove this app at {CONNECTIONS}, then connect Google again.",
        link=CONNECTIONS,
    )


def exchange_error_of(answer: Answer, *, now: datetime) -> Exception:
    """Name an answer that brought no tokens for a code: ConsentRefused or what may pass."""
    refusal = _refusal(answer)
    if refusal is None:
        return _passing(answer, now)
    return refusal_of(refusal.error, refusal.subtype)


def refresh_error_of(answer: Answer, *, now: datetime) -> ProviderError:
    """Name an answer that brought no new access token.

    AuthLost `consent_gone` when the grant is no more; another code when our app is refused.
    """
    refusal = _refusal(answer)
    if refusal is None or refusal.error in _PASSING:
        return _passing(answer, now)
    if refusal.error == "invalid_grant":
        return _gone(refusal)
    told = _TOLD.get(refusal.subtype) or _TOLD.get(refusal.error) or _NO_CLIENT
    message, remedy = told.message, told.remedy
    return AuthLost(message, code="google_app_refused", remedy=remedy)


def userinfo_error_of(answer: Answer, *, now: datetime) -> ProviderError:
    """Name an answer that does not tell who an access token is."""
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return AuthLost(
            "Google does not take the access token of this account any more.",
            code="token_refused",
            remedy=f"It is renewed by itself; if this lasts, {_AGAIN[0].lower()}{_AGAIN[1:]}",
        )
    return _passing(answer, now)


def revoke_error_of(answer: Answer, *, now: datetime) -> ProviderError:
    """Name an answer that does not say that the grant has ended."""
    return _passing(answer, now)


def _refusal(answer: Answer) -> TokenRefusal | None:
    is_certain = answer.status in _REFUSALS and answer.status != HTTPStatus.TOO_MANY_REQUESTS
    return token_refusal_in(answer) if is_certain else None


def _passing(answer: Answer, now: datetime) -> ProviderError:
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = retry_after(answer.headers, now)
        return RateLimited("Google asks for a rest.", code="rate_limited", retry_after=wait)
    return Transient("Google's sign-in does not answer as it should.", code="sign_in_unavailable")


def _gone(refusal: TokenRefusal) -> AuthLost:
    if any(word in refusal.subtype for word in _REAUTHENTICATION):
        return AuthLost(
            "The Google Workspace wants this person to sign in again.",
            code=CONSENT_GONE,
            remedy="Connect Google again; the admin can lengthen it under Google session control.",
        )
    return AuthLost(
        "Google has ended the consent: it was taken back, lay unused, or has expired.",
        code=CONSENT_GONE,
        remedy=f"{_AGAIN} If it ends every seven days, the app is still in testing at Google.",
    )
