"""MeetingProvider over Zoom."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from syncd.adapters.http import Answer, Garbled, Http
from syncd.adapters.zoom.access import Tokens
from syncd.adapters.zoom.client import Ask, ZoomClient
from syncd.adapters.zoom.errors import (
    MEETING_OVER,
    create_error_of,
    error_of,
    garbled,
    outcome_unknown,
    read_problem,
)
from syncd.adapters.zoom.extras import without_refused
from syncd.adapters.zoom.reading import Misshapen
from syncd.adapters.zoom.scopes import UPDATE, covers
from syncd.adapters.zoom.translate import (
    change_body,
    meeting_body,
    occurrence_body,
    read_host,
    read_invitation,
    read_meeting,
    read_page,
    read_start_url,
)
from syncd.adapters.zoom.whom import AnyUser, Whom
from syncd.core.ids import AccountKey
from syncd.core.meeting import Host, ListedMeeting, Meeting, MeetingChange, MeetingSpec
from syncd.core.secret import Secret
from syncd.ports.clock import Clock
from syncd.ports.errors import Forbidden, NotFound, ProviderError

logger = logging.getLogger(__name__)

T = TypeVar("T")

_PAGE_SIZE = 300
_MOST_PAGES = 1000
_NO_MAILS = {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}


class ZoomMeetings:
    """The meetings of one account; implements `syncd.ports.meetings.MeetingProvider`.

    `whom` says for which hosts it acts: by default for every user of the Zoom account.
    """

    def __init__(
        self, http: Http, tokens: Tokens, clock: Clock, api_base: str, *, whom: Whom | None = None
    ) -> None:
        self.account: AccountKey = tokens.account
        self._whom = whom or AnyUser()
        self._client = ZoomClient(http, tokens, api_base)
        self._clock = clock
        # Zoom locks a user during a DELETE and refuses others meanwhile.
        self._deleting = asyncio.Lock()

    async def create(self, host: str, spec: MeetingSpec, *, send_by: float) -> Meeting:
        """Make one meeting; see the port for what its errors promise.

        Certain failures: it never left, a refusal in Zoom's own form, or 429. A second request
        follows only a certain failure: a refused token, or something refused that the meeting can
        do without.
        """
        body: dict[str, Any] | None = meeting_body(spec)
        while True:
            assert body is not None  # noqa: S101 - there is always something to create
            try:
                return await self._create(host, body, send_by)
            except ProviderError as error:
                body = self._spared(body, error, creating=True)
                if body is None:
                    raise

    async def get(self, meeting_id: int) -> Meeting:
        """Read a meeting; NotFound only when Zoom says 404 with code 3001.

        Past occurrences are asked for as well: the first one tells when the series began.
        """
        answer = await self._look(meeting_id, "?show_previous_occurrences=true")
        return self._read(answer, read_meeting)

    async def update(self, meeting_id: int, change: MeetingChange) -> None:
        """Set the given fields; a change of nothing costs no call."""
        body = change_body(change)
        while body:
            try:
                await self._update(f"/meetings/{meeting_id}", body)
            except ProviderError as error:
                body = self._spared(body, error, creating=False)
            else:
                return

    async def may_update(self) -> bool:
        """Tell whether the scopes of the token cover changes; True where Zoom told of none."""
        return covers(await self._client.scopes(), UPDATE)

    async def update_occurrence(
        self, meeting_id: int, occurrence_id: str, *, start: datetime, duration_minutes: int
    ) -> None:
        """Move one time of a series; Permanent `zoom_occurrence_gone` when it is not there."""
        query = urlencode({"occurrence_id": occurrence_id})
        await self._update(
            f"/meetings/{meeting_id}?{query}", occurrence_body(start, duration_minutes)
        )

    async def delete_occurrence(self, meeting_id: int, occurrence_id: str) -> None:
        """Take one time out without mails; gone already is as good, with its meeting as well."""
        try:
            await self._delete(meeting_id, {"occurrence_id": occurrence_id})
        except ProviderError as error:
            if error.code != "zoom_occurrence_gone":
                raise

    async def invitation(self, meeting_id: int) -> str:
        """Give Zoom's text of the invitation; Forbidden `zoom_scope_missing` without that scope."""
        answer = await self._client.call(
            Ask(
                operation="GET /meetings/{meetingId}/invitation",
                path=f"/meetings/{meeting_id}/invitation",
            )
        )
        return self._read(answer, read_invitation)

    async def start_url(self, meeting_id: int) -> Secret:
        """Give the host's own link from a fresh answer; Zoom lets it die within hours."""
        return self._read(await self._look(meeting_id), read_start_url)

    async def delete(self, meeting_id: int) -> None:
        """Delete a meeting without mails; gone or ended already is as good."""
        await self._delete(meeting_id, {})

    async def listing(self, host: str) -> tuple[ListedMeeting, ...]:
        """List a host's scheduled meetings that have not expired, whenever they start."""
        found: dict[int, ListedMeeting] = {}
        tokens = [""]
        while len(tokens) <= _MOST_PAGES:
            page, token = await self._page(host, tokens[-1])
            found |= {each.id: each for each in page}
            if not token:
                return tuple(found.values())
            if token in tokens:
                raise garbled("the list goes round")
            tokens.append(token)
        raise garbled("the list has no end")

    async def host(self, address: str) -> Host:
        """Look up a user of the account by address; any case."""
        address = address.lower()
        try:
            return await self._look_up(address)
        except Forbidden as exc:
            if exc.code != "zoom_host_unknown":
                raise
            raise NotFound(exc.message, code=exc.code, remedy=exc.remedy) from exc

    async def _look(self, meeting_id: int, query: str = "") -> Answer:
        path = f"/meetings/{meeting_id}{query}"
        return await self._client.call(Ask(operation="GET /meetings/{meetingId}", path=path))

    async def _look_up(self, address: str) -> Host:
        answer = await self._client.call(
            Ask(operation="GET /users/{userId}", path=f"/users/{self._whom.path(address)}")
        )
        return self._read(answer, partial(read_host, address=address), host=address)

    async def _create(self, host: str, body: dict[str, Any], send_by: float) -> Meeting:
        answer = await self._client.call(
            Ask(
                operation="POST /users/{userId}/meetings",
                path=f"/users/{self._whom.path(host)}/meetings",
                body=body,
                repeatable=False,
                send_by=send_by,
            )
        )
        if answer.status != HTTPStatus.CREATED:
            raise create_error_of(answer, now=self._clock.now(), host=host)
        try:
            return read_meeting(answer.json())
        except (Garbled, Misshapen) as exc:
            raise outcome_unknown(answer.status) from exc

    async def _update(self, path: str, body: dict[str, Any]) -> None:
        answer = await self._client.call(
            Ask(operation="PATCH /meetings/{meetingId}", path=path, body=body)
        )
        if not answer.is_success:
            raise error_of(answer, now=self._clock.now())

    async def _delete(self, meeting_id: int, which: dict[str, str]) -> None:
        query = urlencode(which | _NO_MAILS)
        async with self._deleting:
            answer = await self._client.call(
                Ask(
                    operation="DELETE /meetings/{meetingId}",
                    path=f"/meetings/{meeting_id}?{query}",
                )
            )
        problem = read_problem(answer)
        if answer.is_success or (problem is not None and problem.code == MEETING_OVER):
            return
        error = error_of(answer, now=self._clock.now())
        if not isinstance(error, NotFound):
            raise error

    def _spared(
        self, body: dict[str, Any], error: ProviderError, *, creating: bool
    ) -> dict[str, Any]:
        """Give what is left of a body after a refusal, and say so; raises it when all is needed."""
        left = without_refused(body, error, creating=creating)
        if left is None:
            raise error
        rest, what = left
        logger.warning(
            "zoom refused a part of a meeting",
            extra={"part": what, "code": error.code, "problem": error.message},
        )
        return rest

    async def _page(self, host: str, token: str) -> tuple[list[ListedMeeting], str]:
        query = {"type": "scheduled", "page_size": str(_PAGE_SIZE)}
        if token:
            query["next_page_token"] = token
        answer = await self._client.call(
            Ask(
                operation="GET /users/{userId}/meetings",
                path=f"/users/{self._whom.path(host)}/meetings?{urlencode(query)}",
            )
        )
        return self._read(answer, read_page, host=host)

    def _read(self, answer: Answer, reader: Callable[[Any], T], *, host: str = "the host") -> T:
        if answer.status != HTTPStatus.OK:
            raise error_of(answer, now=self._clock.now(), host=host)
        try:
            return reader(answer.json())
        except (Garbled, Misshapen) as exc:
            raise garbled(str(exc)) from exc
