"""One change of an event as Google takes it; a button to join is an extra that fails nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Literal, assert_never

from syncd.adapters.google.ability import ConferenceAbility
from syncd.adapters.google.button import shows, zoom_conference
from syncd.adapters.google.client import Client, Request, quota_user
from syncd.adapters.google.cursor import EVENT_FIELDS
from syncd.adapters.google.errors import CONFERENCE_REFUSED, Asked, elsewhere, no_meet
from syncd.adapters.google.native import meet_request
from syncd.adapters.google.reading import Malformed
from syncd.adapters.google.translate import patch_body, version_in
from syncd.core.event import AskMeet, AskTeams, Event, EventChange, ShowZoom
from syncd.core.ids import EventRef
from syncd.ports.errors import OutcomeUnknown, Permanent, ProviderError

logger = logging.getLogger(__name__)

SendUpdates = Literal["all", "externalOnly", "none"]

_Item = Mapping[str, Any]
_NO_CONFERENCE: dict[str, Any] = {"conferenceData": None}


class Writing:
    """Sends patches, each under the version of the event it was decided on."""

    def __init__(
        self, client: Client, ability: ConferenceAbility, *, send_updates: SendUpdates
    ) -> None:
        self._client = client
        self._ability = ability
        self._send_updates: SendUpdates = send_updates
        self._doubted: set[EventRef] = set()

    async def write(self, event: Event, change: EventChange) -> _Item | None:
        """Write once and give the event resource afterwards; None when nothing is left to write.

        Raises the errors of ports.
        """
        body = patch_body(change)
        match change.native:
            case None:
                return await self._send(event, body, change)
            case ShowZoom():
                return await self._with_button(event, body, change, change.native)
            case AskMeet():
                return await self._with_meet(event, body, change, change.native)
            case AskTeams():
                raise elsewhere()
            case _:
                assert_never(change.native)

    async def _with_meet(
        self, event: Event, body: dict[str, Any], change: EventChange, wish: AskMeet
    ) -> _Item | None:
        asked = {**body, "conferenceData": meet_request(wish.request_id)}
        try:
            return await self._send(event, asked, change)
        except Permanent as exc:
            if exc.code != CONFERENCE_REFUSED:
                raise
            raise no_meet(event.ref.calendar.owner) from exc

    async def _with_button(
        self, event: Event, body: dict[str, Any], change: EventChange, wish: ShowZoom
    ) -> _Item | None:
        """Write with the button; refused, once more without it.

        Whatever conference was there before goes in either case, lest it leads elsewhere.
        """
        account, url = event.ref.calendar.account, wish.info.join_url
        if event.native is not None and event.native.url != url:
            body |= _NO_CONFERENCE
        data = zoom_conference(wish.info)
        if (
            data is None
            or event.ref in self._doubted
            or not await self._ability.worth_trying(account)
        ):
            self._doubted.discard(event.ref)
            return await self._send(event, body, change)
        try:
            return await self._tried(event, body, change, data)
        finally:
            self._ability.tried(account)

    async def _tried(
        self, event: Event, body: dict[str, Any], change: EventChange, data: dict[str, Any]
    ) -> _Item | None:
        account = event.ref.calendar.account
        url = data["entryPoints"][0]["uri"]
        try:
            item = await self._send(event, {**body, "conferenceData": data}, change)
        except OutcomeUnknown:
            # Should it be the button that Google chokes on, the next write does without.
            self._doubted.add(event.ref)
            raise
        except Permanent:
            # A refusal wrote nothing: the version still holds.
            item = await self._send(event, body, change)
            await self._ability.found(account, able=False)
            return item
        able = item is not None and shows(item, url)
        await self._ability.found(account, able=able)
        if item is not None and not able and "conferenceData" in body:
            return await self._without_conference(event, item)
        return item

    async def _without_conference(self, event: Event, item: _Item) -> _Item:
        """Take out what stands where our button was not kept; nobody is mailed about that.

        The link is written by now, so a failure is left to the next look at the event.
        """
        if not item.get("conferenceData") and not item.get("hangoutLink"):
            return item
        try:
            request = self._patch(event, _NO_CONFERENCE, version=version_in(item), quiet=True)
            tidied = await self._client.send(request, _asked(event))
            version_in(tidied)
        except (ProviderError, Malformed) as exc:
            logger.warning("a former conference stays in the event", extra={"error": str(exc)})
            return item
        return tidied

    async def _send(self, event: Event, body: dict[str, Any], change: EventChange) -> _Item | None:
        if not body:
            return None
        request = self._patch(event, body, version=event.version, quiet=change.quiet)
        return await self._client.send(request, _asked(event))

    def _patch(self, event: Event, body: dict[str, Any], *, version: str, quiet: bool) -> Request:
        # Without this version Google ignores conferenceData, with it a null takes it out.
        more = {"conferenceDataVersion": 1} if "conferenceData" in body else {}
        request: Request = self._client.events.patch(
            calendarId=event.ref.calendar.calendar_id,
            quotaUser=quota_user(event.ref.calendar.owner),
            eventId=event.ref.event_id,
            sendUpdates="none" if quiet else self._send_updates,
            fields=EVENT_FIELDS,
            body=body,
            **more,
        )
        request.headers["if-match"] = version
        return request


def _asked(event: Event) -> Asked:
    return Asked(calendar=event.ref.calendar, target="event", writes=True)
