"""The handlers of users and calendars."""

from __future__ import annotations

from syncd.sandbox.fakes.microsoft import present
from syncd.sandbox.fakes.microsoft.call import Call, Reply
from syncd.sandbox.fakes.microsoft.mailbox import Calendar

_CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#"


def get_user(call: Call) -> Reply:
    """Give the user of the path."""
    context = f"{_CONTEXT}users/$entity"
    return Reply(content={"@odata.context": context, **present.user(call.mailbox)})


def list_calendars(call: Call) -> Reply:
    """Give the calendars of the mailbox, on one page."""
    several = [_shown(call, one) for one in call.mailbox.calendars.values()]
    owner = call.mailbox.person.microsoft_id
    return Reply(
        content={"@odata.context": f"{_CONTEXT}users('{owner}')/calendars", "value": several}
    )


def get_calendar(call: Call) -> Reply:
    """Give the calendar of the path, or the default one."""
    owner = call.mailbox.person.microsoft_id
    context = f"{_CONTEXT}users('{owner}')/calendars/$entity"
    return Reply(content={"@odata.context": context, **_shown(call, call.shown_calendar)})


def _shown(call: Call, one: Calendar) -> dict[str, object]:
    can_edit = one.key not in call.exchange.knobs.read_only
    shown = present.calendar(one, call.mailbox, allowed=call.exchange.teams.allowed)
    return shown | {"canEdit": can_edit}
