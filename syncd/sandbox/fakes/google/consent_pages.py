"""What a browser shows of a consent: choose an account, see what is asked, allow or cancel.

Plain forms only, so that it works without scripts and under any policy of the page it comes from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from string import Template

from starlette.responses import HTMLResponse, Response

from syncd.sandbox.fakes.world import Person

Parameters = Mapping[str, str]

BASIC = frozenset({"openid", "email", "profile"})
"""Scopes that have no box: they come with signing in."""

_WORDS = {
    "https://www.googleapis.com/auth/calendar.events": "View and edit events on all your calendars",
    "https://www.googleapis.com/auth/calendar.events.owned": (
        "See, create, change, and delete events on Google calendars you own"
    ),
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly": (
        "See the list of Google calendars you're subscribed to"
    ),
}
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem;color:#1f1f1f}"
    "form{display:grid;gap:.75rem}button{font:inherit;padding:.6rem 1rem;text-align:left;"
    "border:1px solid #747775;border-radius:.5rem;background:#fff;color:#1f1f1f}"
    "small{color:#444746}label{display:flex;gap:.5rem}h1{font-size:1.5rem}"
)
_PAGE = Template(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    "<title>$title</title><style>$style</style></head>"
    "<body><main><h1>$title</h1>$content</main></body></html>"
)


def choose_account(parameters: Parameters, people: Iterable[Person]) -> Response:
    """Ask who one is."""
    buttons = "".join(
        f'<button name="sandbox_account" value="{escape(one.email)}">{escape(one.name)}<br>'
        f"<small>{escape(one.email)}</small></button>"
        for one in people
    )
    form = f'<form method="get">{_hidden(parameters)}{buttons}</form>'
    return _page(
        "Sign in with Google (sandbox)", f"<p>Choose an account</p>{form}{_cancel(parameters)}"
    )


def ask_consent(
    parameters: Parameters, person: Person, scopes: Sequence[str], unticked: Collection[str]
) -> Response:
    """Ask for the scopes, each with a box; what has none comes with signing in."""
    boxes = "".join(
        f'<label><input type="checkbox" name="sandbox_ticked" value="{escape(one)}"'
        f"{'' if one in unticked else ' checked'}>{escape(_WORDS.get(one, one))}</label>"
        for one in scopes
        if one not in BASIC
    )
    hidden = _hidden({**parameters, "sandbox_form": "1"})
    allow = f'<button name="sandbox_person" value="{escape(person.email)}">Allow</button>'
    content = (
        f"<p>{escape(person.email)}</p><p>Google will share your name and address with this app."
        f'</p><form method="post">{hidden}{boxes}{allow}</form>{_cancel(parameters)}'
    )
    return _page("The app wants access to your Google Account (sandbox)", content)


def blocked(parameters: Parameters, error: str) -> Response:
    """Say that Google does not even ask. Its own page ends here; this one leads back."""
    content = f"<p>Access blocked.</p><p>Error 403: {escape(error)}</p>{_cancel(parameters)}"
    return _page("Access blocked (sandbox)", content, status=403)


def bad_request(problem: str) -> Response:
    """Say that there is nowhere to go back to."""
    return _page("Error 400", f"<p>{escape(problem)}</p>", status=400)


def _cancel(parameters: Parameters) -> str:
    button = '<button name="sandbox_person" value="">Cancel</button>'
    return f'<form method="post">{_hidden(parameters)}{button}</form>'


def _hidden(parameters: Parameters) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
        for key, value in parameters.items()
    )


def _page(title: str, content: str, *, status: int = 200) -> Response:
    html = _PAGE.substitute(title=escape(title), style=_STYLE, content=content)
    headers = {"Cache-Control": "no-store", "X-Frame-Options": "DENY"}
    return HTMLResponse(html, status_code=status, headers=headers)
