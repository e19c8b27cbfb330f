"""The operation on a meeting's status: it is ended, or comes back from the host's trash."""

from __future__ import annotations

from starlette.responses import Response

from syncd.sandbox.fakes.zoom.call import Call, Operation
from syncd.sandbox.fakes.zoom.errors import INVALID, validation_failed

_EMPTY = 204


def update(call: Call) -> Response:
    """End a running meeting, or recover a deleted one with its id, passcode and link: 204."""
    account, action = call.account, call.body().get("action")
    if action == "end":
        meeting = account.shelf.get(call.meeting_id, call.now)
        call.caller.check_owner(meeting)
        account.live.discard(meeting.id)
    elif action == "recover":
        call.caller.check_owner(account.shelf.in_trash(call.meeting_id))
        account.shelf.recover(call.meeting_id)
    else:
        raise validation_failed([("action", INVALID)])
    return Response(status_code=_EMPTY)


OPERATIONS = (
    Operation(
        name="PUT /meetings/{meetingId}/status",
        scope="meeting:update:status",
        label="Light",
        act=update,
    ),
)
