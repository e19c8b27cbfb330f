"""The operations on meetings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from syncd.sandbox.fakes.zoom import alternates, listing, mails, render, writing
from syncd.sandbox.fakes.zoom.body import check_create, check_date, check_update
from syncd.sandbox.fakes.zoom.call import Call, Operation
from syncd.sandbox.fakes.zoom.errors import (
    bad_request,
    in_progress,
    is_webinar,
    not_allowed,
    pmi_stays,
)
from syncd.sandbox.fakes.zoom.meeting import Meeting, Occurrence

_EMPTY = 204


def create(call: Call) -> Response:
    """Make a meeting for a host: 201 with the whole of it."""
    account = call.account
    host = call.caller.user(account, call.path["userId"])
    _spend(call, host.email)
    body = call.body()
    check_create(body)
    alternates.check(account, body)
    _check_schedule_for(call, body.get("schedule_for"), host.email)
    meeting = writing.new_meeting(
        account, host, body, source="web_portal" if call.caller.human else "open_api"
    )
    account.shelf.put(meeting)
    mails.to_alternative_hosts(account, meeting, before=None)
    return JSONResponse(_shown(call, meeting), status_code=201)


def show(call: Call) -> Response:
    """Give a meeting, or one date of a series."""
    meeting = _find(call, stale=call.stale)
    if "occurrence_id" in call.query:
        return JSONResponse(_shown(call, render.on_date(meeting, _occurrence(call, meeting))))
    answer = _shown(call, meeting)
    if not call.flag("show_previous_occurrences", default=False) and meeting.occurrences:
        coming = {one.id for one in meeting.occurrences if one.start >= call.now}
        answer["occurrences"] = [
            one for one in answer["occurrences"] if one["occurrence_id"] in coming
        ]
    return JSONResponse(answer)


def update(call: Call) -> Response:
    """Change the named fields of a meeting, or of one date of a series: 204."""
    meeting = _find(call)
    _spend(call, meeting.host_email)
    body = call.body()
    if "occurrence_id" in call.query:
        occurrence = _occurrence(call, meeting)
        check_date(body)
        after = writing.changed_date(meeting, occurrence, body, call.now)
    else:
        check_update(body, meeting)
        alternates.check(call.account, body)
        _check_schedule_for(call, body.get("schedule_for"), meeting.host_email)
        after = writing.changed_meeting(meeting, body, call.now)
    call.account.shelf.put(after)
    mails.to_alternative_hosts(call.account, after, before=meeting)
    return Response(status_code=_EMPTY)


def delete(call: Call) -> Response:
    """Delete a meeting, or cancel one date of a series: 204.

    The reference names no default for `schedule_for_reminder`; here silence means a mail.
    """
    account = call.account
    if call.meeting_id in {account.pmi(person) for person in account.world.people}:
        raise pmi_stays()
    meeting = _find(call)
    _wait_turn(call, meeting)
    reminds = call.flag("schedule_for_reminder", default=True)
    call.flag("cancel_meeting_reminder", default=False)
    if "occurrence_id" in call.query:
        account.shelf.put(writing.without_date(meeting, _occurrence(call, meeting)))
    elif meeting.id in account.live:
        raise in_progress()
    else:
        account.shelf.delete(meeting, call.now)
    if reminds:
        mails.of_deletion(account, meeting)
    return Response(status_code=_EMPTY)


def listed(call: Call) -> Response:
    """List a host's meetings, a page at a time."""
    account = call.account
    host = call.caller.user(account, call.path["userId"])
    wanted = listing.read_query(call.query)
    living = account.shelf.living(call.now, stale=call.stale)
    meetings = (meeting for meeting in living if meeting.id not in account.webinars)
    own = (meeting for meeting in meetings if meeting.host_email == host.email)
    rows = listing.rows(own, wanted, live=account.live, now=call.now)
    page = account.pages.cut(rows, wanted.question(host.email), wanted.page, call.now)
    return JSONResponse(page)


def invitation(call: Call) -> Response:
    """Give the text that invites guests."""
    meeting = _find(call)
    host = call.account.person(meeting.host_email)
    return JSONResponse(
        render.invitation(meeting, meeting.host_email if host is None else host.name)
    )


def _find(call: Call, *, stale: bool = False) -> Meeting:
    meeting = call.account.shelf.get(call.meeting_id, call.now, stale=stale)
    call.caller.check_owner(meeting)
    if meeting.id in call.account.webinars:
        raise is_webinar()
    return meeting


def _shown(call: Call, meeting: Meeting) -> dict[str, Any]:
    """Give the whole meeting with the host's link, to the host and to the account's own app."""
    answer = render.whole(meeting, running=meeting.id in call.account.live)
    answer["start_url"] = render.start_url(meeting, call.now)
    host = call.account.person(meeting.host_email)
    if meeting.settings["use_pmi"] and host is not None:
        answer["pmi"] = str(call.account.pmi(host))
    return answer


def _occurrence(call: Call, meeting: Meeting) -> Occurrence:
    wanted = call.query["occurrence_id"]
    for one in meeting.occurrences:
        if one.id == wanted and one.status == "available":
            return one
    raise bad_request("Invalid parameter: `occurrence_id`.")


def _spend(call: Call, host_email: str) -> None:
    if not call.caller.human:
        call.account.budget.spend(host_email, call.account.daily_limit, call.now)


def _wait_turn(call: Call, meeting: Meeting) -> None:
    if not call.caller.human:
        latency = timedelta(milliseconds=call.account.world.latency_ms)
        call.account.deletions.enter(meeting.host_email, call.now, latency=latency)


def _check_schedule_for(call: Call, wanted: str | None, host_email: str) -> None:
    if wanted is None:
        return
    person = call.account.person(wanted)
    if person is None:
        raise bad_request(
            "The value that you entered in the `schedule_for` field is invalid. "
            "Enter a valid value and try again."
        )
    if person.email != host_email:
        raise not_allowed(f"You cannot schedule a meeting for {wanted}")


OPERATIONS = (
    Operation(
        name="POST /users/{userId}/meetings",
        scope="meeting:write:meeting",
        label="Medium",
        act=create,
    ),
    Operation(
        name="GET /users/{userId}/meetings",
        scope="meeting:read:list_meetings",
        label="Medium",
        act=listed,
    ),
    Operation(
        name="GET /meetings/{meetingId}",
        scope="meeting:read:meeting",
        label="Light",
        act=show,
    ),
    Operation(
        name="PATCH /meetings/{meetingId}",
        scope="meeting:update:meeting",
        label="Light",
        act=update,
    ),
    Operation(
        name="DELETE /meetings/{meetingId}",
        scope="meeting:delete:meeting",
        label="Light",
        act=delete,
    ),
    Operation(
        name="GET /meetings/{meetingId}/invitation",
        scope="meeting:read:invitation",
        label="Light",
        act=invitation,
    ),
)
