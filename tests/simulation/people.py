"""What people do in their own apps while the daemon works, and what fate does to its machines."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.behaviour.apps import FIRST_LINE, LAST_LINE, App, GoogleApp, OutlookApp
from tests.simulation.marking import marking_again, tag_of, unmarking
from tests.simulation.process import START
from tests.simulation.stage import Stage
from tests.simulation.truth import AppName, Kind, Shown, Truth, Wish

GUEST = "guest@elsewhere.example"


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """Something that happens at a time; `draw`, in [0, 1), decides whatever there is to choose."""

    at: float
    name: str
    draw: float = 0.0

    def __str__(self) -> str:
        return f"{self.at:g}:{self.name.replace(' ', '-')}:{self.draw!r}"

    @classmethod
    def parse(cls, text: str) -> Act:
        """Read what `str` gave."""
        at, name, draw = text.split(":")
        return cls(float(at), name.replace("-", " "), float(draw))


class People:
    """Ana, in the calendar apps that are connected."""

    def __init__(self, stage: Stage, truth: Truth, apps: tuple[AppName, ...]) -> None:
        self._stage = stage
        self._truth = truth
        self._apps = apps
        ana = stage.world.people[0]
        self._own: dict[AppName, App] = {
            "google": GoogleApp(stage.people, stage.world, ana),
            "outlook": OutlookApp(stage.people, stage.world, ana),
        }
        self._ana = ana
        self.deeds: dict[str, Callable[[float], Awaitable[None]]] = {
            "mark": self._mark,
            "mark word": self._mark_word,
            "mark title": self._mark_title,
            "mark category": self._mark_category,
            "mark series": self._mark_series,
            "plain": self._plain,
            "unmark": self._unmark,
            "remark": self._remark,
            "move": self._move,
            "rename": self._rename,
            "copy": self._copy,
            "split": self._split,
            "cancel": self._cancel,
            "delete": self._delete,
            "add text": self._add_text,
            "edit block": self._edit_block,
            "lose meeting": self._lose_meeting,
            "rename meeting": self._rename_meeting,
        }

    def _now(self) -> float:
        return self._stage.world.loop.time()

    def _app(self, draw: float) -> AppName:
        return self._apps[int(draw * 1000) % len(self._apps)]

    async def _new(self, draw: float, mark: Any, *, kind: Kind = "zoom", **fields: Any) -> Wish:
        app, chance = self._app(draw), random.Random(draw)
        # In whole minutes, as Zoom has them.
        start = START + timedelta(days=chance.randint(2, 40), minutes=chance.randint(0, 600))
        title = f"Review {chance.randint(0, 999)}"
        tag = " #zoom" if mark == "title" else ""
        own = {"title": title + tag, "start": start, "guests": [GUEST], **fields}
        event_id = await self._own[app].add(**own)
        wish = Wish(
            app=app,
            owner=self._ana.email,
            id=event_id,
            title=title,
            start=start,
            mark=mark,
            kind=kind,
        )
        wish.wanted.append((self._now(), mark != "none"))
        self._truth.wishes.append(wish)
        return wish

    async def _mark(self, draw: float) -> None:
        await self._new(draw, "tag", text="Agenda #zoom and more")

    async def _mark_word(self, draw: float) -> None:
        await self._new(draw, "word", location="zoom", text="Agenda")

    async def _mark_title(self, draw: float) -> None:
        await self._new(draw, "title", text="Agenda")

    async def _mark_category(self, draw: float) -> None:
        if self._app(draw) == "outlook":
            await self._new(draw, "category", text="Agenda", categories=["Zoom"])

    async def _plain(self, draw: float) -> None:
        await self._new(draw, "none", text="Agenda")

    async def _mark_series(self, draw: float) -> None:
        rule: dict[str, Any] = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=20"]}
        if self._app(draw) == "outlook":
            day = START.date() + timedelta(days=random.Random(draw).randint(2, 40))
            start = START.replace(year=day.year, month=day.month, day=day.day)
            pattern = {
                "type": "weekly",
                "interval": 1,
                "daysOfWeek": [f"{day:%A}".lower()],
                "firstDayOfWeek": "monday",
            }
            span = {
                "type": "numbered",
                "startDate": day.isoformat(),
                "numberOfOccurrences": 20,
                "recurrenceTimeZone": "UTC",
            }
            rule = {"recurrence": {"pattern": pattern, "range": span}, "start": start}
        wish = await self._new(draw, "tag", text="Agenda #zoom and more", **rule)
        wish.series = True

    def _some(self, draw: float, *, wanted: bool | None = None) -> Wish | None:
        living = [
            one
            for one in self._truth.wishes
            if not one.gone and (wanted is None or one.is_wanted is wanted)
        ]
        return living[int(draw * len(living))] if living else None

    def _shown(self, wish: Wish) -> Shown:
        shown = self._truth.shown(wish)
        assert shown is not None
        return shown

    def _text(self, wish: Wish) -> str:
        return self._shown(wish).text

    async def _edit(self, wish: Wish, **fields: Any) -> None:
        if "text" in fields and wish.app == "outlook":
            content = fields.pop("text")
            kind = "html" if content.lstrip().startswith("<") else "text"
            fields["body"] = {"contentType": kind, "content": content}
        await self._own[wish.app].edit(wish.id, **fields)

    def _shows_copied(self, wish: Wish) -> bool:
        """Tell whether it still shows the link it was copied with, which asks for one of its own."""
        shown = self._truth.shown(wish)
        return shown is not None and wish.copied_from in shown.meetings

    async def _unmark(self, draw: float) -> None:
        wish = self._some(draw, wanted=True)
        if wish is None or self._shows_copied(wish):
            return
        wish.set(self._now(), wanted=False)
        await self._edit(wish, **unmarking(wish, self._shown(wish)))

    async def _remark(self, draw: float) -> None:
        wish = self._some(draw, wanted=False)
        if wish is None or wish.taken_out:
            return
        wish.set(self._now(), wanted=True)
        fields = marking_again(wish, self._shown(wish))
        if wish.mark == "none":
            wish.mark = "tag"
        await self._edit(wish, **fields)

    async def _move(self, draw: float) -> None:
        wish = self._some(draw)
        if wish is None or wish.series:
            return
        wish.start += timedelta(minutes=30 * (1 + int(draw * 97) % 9))
        await self._edit(wish, start=wish.start, end=wish.start + timedelta(minutes=30))

    async def _rename(self, draw: float) -> None:
        if (wish := self._some(draw)) is None:
            return
        wish.title = f"Lunch {int(draw * 10_000)}"
        tag = tag_of(wish)
        await self._edit(wish, title=wish.title + (tag if tag in self._shown(wish).title else ""))

    async def _copy(self, draw: float) -> None:
        """Duplicate an event with all that it shows; Google keeps its private properties too."""
        source = self._some(draw)
        if source is None or source.series or source.kind == "own":
            return
        raw, shown = self._truth.raw(source), self._truth.shown(source)
        assert raw is not None
        assert shown is not None
        if shown.meetings and not source.is_wanted:
            # Whether it wants the link that it still shows, nobody can say.
            return
        own: dict[str, Any] = {}
        if source.app == "google" and "extendedProperties" in raw:
            own["extendedProperties"] = raw["extendedProperties"]
        if source.mark == "category":
            own["categories"] = raw.get("categories", [])
        start = source.start + timedelta(hours=2)
        event_id = await self._own[source.app].add(
            title=shown.title,
            start=start,
            location=shown.location,
            text=shown.text,
            guests=[GUEST],
            own=own,
        )
        wish = Wish(
            app=source.app,
            owner=source.owner,
            id=event_id,
            title=shown.untagged,
            start=start,
            mark=source.mark,
            copied_from=next(iter(shown.meetings), None),
        )
        wish.wanted.append((self._now(), source.is_wanted))
        self._truth.wishes.append(wish)

    async def _split(self, draw: float) -> None:
        """Change a series from its third time on, as Google Calendar does: two series then."""
        series = [one for one in self._truth.wishes if one.series and not one.gone]
        of_google = [one for one in series if (one.app, one.kind) == ("google", "zoom")]
        if not of_google:
            return
        source = of_google[int(draw * len(of_google))]
        raw, shown = self._truth.raw(source), self._truth.shown(source)
        if raw is None or shown is None or "COUNT=20" not in str(raw.get("recurrence")):
            return
        if shown.meetings and not source.is_wanted:
            return
        start = source.start + timedelta(weeks=2)
        await self._edit(source, recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
        event_id = await self._own["google"].add(
            start=start,
            title=shown.title,
            location=shown.location,
            text=shown.text,
            guests=[GUEST],
            own={
                "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=18"],
                **{k: raw[k] for k in ("extendedProperties",) if k in raw},
            },
        )
        wish = Wish(
            app="google",
            owner=source.owner,
            id=event_id,
            title=shown.title,
            start=start,
            mark=source.mark,
            series=True,
            copied_from=next(iter(shown.meetings), None),
        )
        wish.wanted.append((self._now(), source.is_wanted))
        self._truth.wishes.append(wish)

    async def _cancel(self, draw: float) -> None:
        if (wish := self._some(draw)) is None:
            return
        wish.gone = True
        wish.set(self._now(), wanted=False)
        await self._own[wish.app].cancel(wish.id)

    async def _delete(self, draw: float) -> None:
        if (wish := self._some(draw)) is None:
            return
        wish.gone = True
        wish.set(self._now(), wanted=False)
        await self._own[wish.app].delete(wish.id)

    async def _add_text(self, draw: float) -> None:
        if (wish := self._some(draw)) is None:
            return
        await self._edit(wish, text=self._text(wish).replace("Agenda", "Bring tea. Agenda", 1))

    async def _edit_block(self, draw: float) -> None:
        """Delete our block from the text; the link stays where else it stands."""
        wish = self._some(draw)
        if wish is None or wish.app != "google" or FIRST_LINE not in (text := self._text(wish)):
            return
        before, _, rest = text.partition(FIRST_LINE)
        shown = self._truth.shown(wish)
        if shown is not None and "/j/" in shown.location:
            await self._edit(wish, text=before + rest.partition(LAST_LINE)[2])

    async def _lose_meeting(self, draw: float) -> None:
        """Delete a meeting in Zoom's own app."""
        living = sorted(self._truth.meetings())
        if living:
            meeting_id = living[int(draw * len(living))]
            self._truth.deleted_by_people.add(meeting_id)
            await self._at_zoom("DELETE", f"/meetings/{meeting_id}")

    async def _rename_meeting(self, draw: float) -> None:
        living = sorted(self._truth.meetings())
        if living:
            meeting_id = living[int(draw * len(living))]
            topic = {"topic": f"Someone's {int(draw * 1000)}"}
            await self._at_zoom("PATCH", f"/meetings/{meeting_id}", topic)

    async def _at_zoom(self, method: str, path: str, body: Any = None) -> None:
        answer = await self._stage.people.request(
            method,
            f"/zoom/v2{path}",
            json=body,
            headers={"authorization": f"Bearer {self._ana.zoom_token}"},
        )
        answer.raise_for_status()
