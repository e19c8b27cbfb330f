"""ID tokens that no client may take: one thing in each is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

Claims = dict[str, Any]

_LATER, _LONG_AGO = timedelta(hours=2), timedelta(days=1)


def _changed(**fields: Any) -> Callable[[Claims], Claims]:
    def change(claims: Claims) -> Claims:
        both = {**claims, **fields}
        return {key: value for key, value in both.items() if value is not None}

    return change


def _moved(by: timedelta) -> Callable[[Claims], Claims]:
    seconds = int(by.total_seconds())

    def change(claims: Claims) -> Claims:
        return {**claims, "iat": claims["iat"] + seconds, "exp": claims["exp"] + seconds}

    return change


def _listed_audience(claims: Claims) -> Claims:
    return {**claims, "aud": [claims["aud"], "another-client"]}


CLAIMS: Mapping[str, Callable[[Claims], Claims]] = {
    "wrong_aud": _changed(aud="another-client"),
    "listed_aud": _listed_audience,
    "wrong_azp": _changed(azp="another-client"),
    "wrong_iss": _changed(iss="https://accounts.google.com.example"),
    "wrong_nonce": _changed(nonce="another-nonce"),
    "no_nonce": _changed(nonce=None),
    "expired": _moved(-_LONG_AGO),
    "not_yet": _moved(_LATER),
    "no_exp": _changed(exp=None),
    "exp_as_text": _changed(exp="4102444800"),
    "no_sub": _changed(sub=None),
    "no_email": _changed(email=None),
    "unverified": _changed(email_verified=False),
}
"""Forgeries of the claims; `unverified` is true, and says that the address is not vouched for."""

ALGORITHMS = ("alg_none", "hs256", "crit")
"""Forgeries of the header: without a signature, signed with the public key, with an extension."""

SHAPES = ("no_token", "two_parts", "garbage")
"""No ID token at all, one without a signature's part, and a text that is none."""

FORGERIES = ("", *CLAIMS, *ALGORITHMS, *SHAPES)
"""What `forge_id_token` takes; empty for an honest token."""
