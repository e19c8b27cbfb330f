"""A browser and what it holds: one cookie, of which only the hash is ever stored.

A browser that nobody has signed in with has a cookie too, but no row anywhere: its forms are
checked by the cookie alone. Signing in gives it another one, so that a planted cookie is worth
nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from syncd.ports.connections import SessionRow

COOKIE = "__Host-syncd"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly `seen_at` is kept; more would be a write for every page."""

_BYTES = 32
_LENGTH = 43
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def new_cookie() -> str:
    """Make a cookie of 256 random bits."""
    return secrets.token_urlsafe(_BYTES)


def cookie_of(connection: HTTPConnection) -> str | None:
    """Give what the browser sent; None when it is not of our making."""
    value = connection.cookies.get(COOKIE, "")
    return value if len(value) == _LENGTH and _LETTERS.issuperset(value) else None


def session_id(cookie: str) -> str:
    """Give the id a browser is stored under: the hash of its cookie, 64 hexadecimal digits."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def form_token(cookie: str) -> str:
    """Give what every form of this browser must carry; it does not give the cookie away."""
    return hmac.new(cookie.encode(), b"syncd form", hashlib.sha256).hexdigest()


def is_form_token(cookie: str, text: str) -> bool:
    """Tell whether a form was made for this browser."""
    return hmac.compare_digest(form_token(cookie).encode(), text.encode())


def is_over(row: SessionRow, now: datetime) -> bool:
    """Tell whether a session was idle for too long, or is too old."""
    return now - row.seen_at >= IDLE or now - row.begun_at >= LONGEST


def hand_out(answer: Response, cookie: str) -> None:
    """Set the cookie; it lasts as long as the browser runs, and at most as long as its session."""
    answer.set_cookie(COOKIE, cookie, path="/", secure=True, httponly=True, samesite="lax")


def take_back(answer: Response) -> None:
    """Have the browser forget its cookie."""
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
