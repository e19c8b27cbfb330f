"""The few pages that a person sees while signing in."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from starlette.responses import HTMLResponse

from syncd.sandbox.fakes.world import Person


def consent(
    people: Sequence[Person], *, scope: str, hint: str, action: str, extra: Mapping[str, str]
) -> HTMLResponse:
    """Ask who signs in and whether the application may have what it asks for."""
    names = "".join(
        f'<option value="{html.escape(person.email)}"'
        f"{' selected' if person.email == hint.casefold() else ''}>{html.escape(person.name)}"
        for person in people
    )
    wanted = "".join(f"<li>{html.escape(one)}" for one in scope.split())
    return _page(
        "Permissions requested",
        f'<form method="post" action="{html.escape(action)}">{_hidden(extra)}'
        f'<p><label>Account <select name="person">{names}</select></label>'
        f"<p>This app would like to:<ul>{wanted}</ul>"
        '<button name="decision" value="accept">Accept</button> '
        '<button name="decision" value="cancel">Cancel</button></form>',
    )


def admin_consent(*, action: str, extra: Mapping[str, str]) -> HTMLResponse:
    """Ask an admin to approve the application for everybody."""
    return _page(
        "Permissions requested",
        f'<form method="post" action="{html.escape(action)}">{_hidden(extra)}'
        "<p>This app would like to be used by everybody in your organisation."
        '<p><button name="decision" value="accept">Accept</button> '
        '<button name="decision" value="cancel">Cancel</button></form>',
    )


def posted_back(action: str, fields: Mapping[str, str]) -> HTMLResponse:
    """Send the answer to the application by a form, as response_mode=form_post asks."""
    return _page(
        "Working...",
        f'<form method="post" action="{html.escape(action)}">{_hidden(fields)}'
        "<button>Continue</button></form>",
    )


def notice(title: str, text: str, *, status: int = 200) -> HTMLResponse:
    """Say something and leave it at that."""
    return _page(title, f"<p>{html.escape(text)}", status=status)


def device(people: Sequence[Person]) -> HTMLResponse:
    """Ask for the code that the device shows."""
    return _page(
        "Enter code",
        '<form method="get"><p><label>Code <input name="user_code"></label>'
        '<p><label>Account <select name="sandbox_person">'
        + "".join(f"<option>{html.escape(person.email)}" for person in people)
        + "</select></label><p><button>Next</button></form>",
    )


def _hidden(fields: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )


def _page(title: str, content: str, *, status: int = 200) -> HTMLResponse:
    shown = f'<!doctype html><html lang="en"><title>{html.escape(title)}</title><h1>{title}</h1>'
    return HTMLResponse(shown + content, status_code=status)
