"""One world in one loop: people in their own apps, the stand-ins, and the whole engine between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from syncd.sandbox.fakes.microsoft import ids
from syncd.services.choose import choose
from syncd.services.explain import Explanation, explain
from syncd.services.status import Status, links, status
from tests.behaviour.apps import App, Shown
from tests.behaviour.ground import Ground

ANA, BO, CEM, DANA = "ana@example.com", "bo@example.com", "cem@example.com", "dana@example.com"
GUEST = "guest@elsewhere.example"


class Spent:
    """What syncd did in a block: writes to calendars and at Zoom, and mails to attendees."""

    def __init__(self) -> None:
        self.calendar = 0
        self.zoom = 0
        self.mails = 0


class Play(Ground):
    """What people do on that ground, and what can be looked at there."""

    # What people do. Every event of theirs is Ana's unless it is said otherwise.

    def of(self, person: str = ANA) -> App:
        """Give the calendar app of a person."""
        return self._apps[person]

    async def add(self, *, person: str = ANA, hours: float = 24, **fields: Any) -> str:
        """Make an event that starts in so many hours (fields: see `App.add`); give its id.

        An external guest is invited, unless it is said otherwise.
        """
        start = self.clock.now() + timedelta(hours=hours)
        return await self.of(person).add(**{"start": start, "guests": [GUEST], **fields})

    async def linked(self, **fields: Any) -> str:
        """Make an event and let it get its link."""
        before = self.mailed()
        event_id = await self.add(**{"location": "zoom", **fields})
        await self.settle(10)
        shown = await self.seen(event_id, person=fields.get("person", ANA))
        assert shown.link in await self.meetings()
        self._set_up += self.mailed() - before
        return event_id

    def mailed(self) -> int:
        """Count what syncd mailed the external guest so far, for events that were `linked` nothing."""
        by_people = {id(mail) for app in self._apps.values() for mail in app.sent}
        mails = [mail for mail in self.world.mails if mail.to == GUEST]
        return sum(id(mail) not in by_people for mail in mails) - self._set_up

    async def edit(self, event_id: str, *, person: str = ANA, **fields: Any) -> None:
        """Change an event (fields: see `App.add`, and any of the provider's own)."""
        await self.of(person).edit(event_id, **fields)

    async def delete(self, event_id: str, *, person: str = ANA) -> None:
        """Delete an event."""
        await self.of(person).delete(event_id)

    async def seen(self, event_id: str, *, person: str = ANA) -> Shown:
        """Give an event as this person sees it."""
        return await self.of(person).seen(event_id)

    async def cancel(self, event_id: str, *, person: str = ANA) -> None:
        """Cancel an event, with a word to its guests."""
        await self.of(person).cancel(event_id)

    async def copies(self, event_id: str, *, of: str) -> list[Shown]:
        """Give what a guest has of this event in her own calendar."""
        return await self.of(of).copies(await self.of(ANA).raw(event_id))

    async def at_zoom(self, method: str, path: str, *, person: str = ANA, **body: Any) -> Any:
        """Let a person do something in Zoom's own app, by its API below `/v2`."""
        [who] = [each for each in self.world.people if each.email == person]
        answer = await self.client.request(
            method,
            f"/zoom/v2{path}",
            json=body or None,
            headers={"authorization": f"Bearer {who.zoom_token}"},
        )
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    async def choose(self, event_id: str, choice: str) -> None:
        """Choose a conference for an event, as `syncd choose` does."""
        await choose(self.deps, event_id, choice)

    def set_google(self, event_id: str, *, person: str = ANA, **fields: Any) -> None:
        """Set fields of an event that only Google itself can set."""
        calendar = self.google._core.calendars.get(person)
        assert calendar is not None
        event = calendar.find(event_id)
        assert event is not None
        self.google._core.calendars.put(calendar, {**event, **fields})

    def set_outlook(self, event_id: str, *, person: str = ANA, **fields: Any) -> None:
        """Set fields of an event that only Exchange itself can set."""
        mailbox = self.outlook.exchange.mailboxes[person]
        item = mailbox.items[ids.decode(event_id).key]
        mailbox.put(replace(item, fields={**item.fields, **fields}), self.clock.now())

    # What can be looked at.

    async def copy(self, event_id: str, person: str, *, of: str = ANA) -> Shown:
        """Give the copy that an invited person has of an event."""
        uid = (await self.of(of).raw(event_id))[self.of(of).uid]
        return await self.of(person).copy(uid)

    async def marks(self, event_id: str, *, person: str = ANA) -> list[str]:
        """Give all private properties in a person's copy of one of Ana's events, ours among them."""
        uid = (await self.of(ANA).raw(event_id))[self.of(ANA).uid]
        copy = await self.of(person).copy(uid)
        if self.app_name == "google":
            return list(copy.raw.get("extendedProperties", {}).get("private", {}).values())
        mailbox = self.outlook.exchange.mailboxes[person]
        return list(mailbox.items[ids.decode(copy.raw["id"]).key].properties.values())

    async def explained(self, event_id: str) -> Explanation:
        """Give what `syncd explain` tells."""
        return await explain(self.deps, event_id)

    async def meetings(self) -> dict[str, dict[str, Any]]:
        """Give the living meetings by their join links."""
        state = self.zoom.snapshot()
        return {meeting["join_url"]: meeting for meeting in state["meetings"]}

    async def meeting(self, event_id: str, *, person: str = ANA) -> dict[str, Any]:
        """Give the living meeting whose link the event shows."""
        shown = await self.seen(event_id, person=person)
        assert shown.link is not None, "the event shows no link"
        return (await self.meetings())[shown.link]

    def mails(self) -> list[tuple[str, str]]:
        """Give all mails to attendees so far: to whom, and why."""
        return [(mail.to, mail.reason) for mail in self.world.mails]

    def writes(self) -> Counter[str]:
        """Count what syncd has written so far, by provider and operation."""
        done: Counter[str] = Counter()
        for (provider, operation), count in self.world.counts.items():
            is_read = operation.startswith("GET") or "oken" in operation
            if not is_read and "/me/" not in operation:
                done[f"{provider} {operation}"] = count
        own = sum((app.writes for app in self._apps.values()), Counter[str]())
        return done - own

    @asynccontextmanager
    async def spending(self) -> AsyncIterator[Spent]:
        """Count what syncd writes, and whom it mails, from here to the end of the block."""
        spent, writes = Spent(), self.writes()
        own = sum(app.mails for app in self._apps.values())
        mails = len(self.world.mails)
        yield spent
        done = self.writes() - writes
        spent.calendar = sum(n for what, n in done.items() if not what.startswith("zoom"))
        spent.zoom = sum(n for what, n in done.items() if what.startswith("zoom"))
        by_people = sum(app.mails for app in self._apps.values()) - own
        spent.mails = len(self.world.mails) - mails - by_people

    async def waiting(self) -> dict[str, tuple[str, str, str]]:
        """Give code, reason and remedy of every event that waits, by its id."""
        told = await self.status()
        return {line.event: (line.code, line.reason, line.remedy) for line in told.waiting}

    async def why(self, event_id: str) -> tuple[str, str, str] | None:
        """Give code, reason and remedy of one event that waits, told by `syncd status`; or None."""
        told = await self.explained(event_id)
        return (await self.waiting()).get(told.event)

    async def states(self) -> dict[str, str]:
        """Give the state of every event that `syncd links` tells of, by its id."""
        return {line.event: line.state for line in await links(self.deps)}

    async def status(self) -> Status:
        """Give what `syncd status` tells."""
        return await status(self.deps)

    async def rests(self, seconds: float = 20) -> None:
        """Let some more time pass, in which nothing at all is written and nobody mailed."""
        async with self.spending() as spent:
            await self.settle(seconds)
        assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)

    async def at_rest(self) -> None:
        """Let every wait end, then see that nothing more is written and nobody is mailed."""
        await self.later(120)
        async with self.spending() as spent:
            await self.later(120)
        assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
