"""The creates of a run, by event: which were sent, and what their sender knows of each (I4, I5)."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx

from syncd.core.binding import Intent, IntentKind
from tests.simulation.faults import Strike
from tests.simulation.process import START, Process
from tests.simulation.truth import MARKER

# A late or frozen sender may act on what was true when it last looked.
_EXCUSED = frozenset({"late", "frozen before", "frozen after", "slow"})


@dataclass
class Post:
    """One create, by what its sender knows of it."""

    request: httpx.Request
    sent_at: float
    epoch: int
    process: Process
    answer: Literal["made", "refused", "unknown", "in flight"] = "in flight"


@dataclass
class Creates:
    """Checks that no create is repeated before it is known that the one before made nothing."""

    wait: float
    """How long a create may take to show its effect, in seconds."""
    now: Callable[[], float]
    check: Callable[[object, str], None]
    posts: defaultdict[str, list[Post]] = field(default_factory=lambda: defaultdict(list))
    empty_lists: dict[str, float] = field(default_factory=dict)
    excuses: Counter[str] = field(default_factory=Counter)
    """How many meetings beside its own may live for an event, for a while."""

    def forget(self) -> None:
        """Ask nothing of what a database knew that was lost."""
        for marker in self.posts:
            self.excuses[marker] += 1
        self.posts.clear()

    def sent(
        self,
        process: Process,
        request: httpx.Request,
        intents: Sequence[Intent],
        strike: Strike | None,
    ) -> None:
        """Look at a create that leaves its process; `intents` are the open ones."""
        marker = marker_of(request)
        mine = [i for i in intents if i.kind is IntentKind.CREATE and i.marker == marker]
        self.check(len(mine) == 1, "I4 created without a committed intent")
        epoch = mine[0].epoch if mine else -1
        before = self.posts[marker]
        same = [p for p in before if p.answer == "in flight" and p.epoch == epoch]
        self.check(not [p for p in same if not p.process.is_dead], "I4 two creates in flight")
        if before and before[-1].answer in {"unknown", "in flight"}:
            listed_at = self.empty_lists.get(marker, float("-inf"))
            rested = listed_at >= before[-1].sent_at + self.wait
            self.check(rested, "I5 repeated a create blindly")
        before.append(Post(request, self.now(), epoch, process))
        if strike is not None and strike.kind in _EXCUSED:
            self.excuses[marker] += 1

    def misled(self) -> None:
        """Excuse what a list that is older than the wait allows makes of creates without an answer."""
        for marker, posts in self.posts.items():
            if posts and posts[-1].answer in {"unknown", "in flight"}:
                self.excuses[marker] += 1

    def answered(self, request: httpx.Request, response: httpx.Response | None) -> None:
        """Look at what the sender of a create learns; None is silence."""
        for post in self.posts[marker_of(request)]:
            # What a list has told of it by then is certain.
            if post.request is request and post.answer == "in flight":
                post.answer = _answer(response)

    def listed(self, request: httpx.Request, response: httpx.Response) -> None:
        """Look at what a list tells: what is missing in it, and what was made after all."""
        try:
            body = response.json()
        except ValueError:
            return
        if not isinstance(body, dict) or body.get("next_page_token"):
            return
        found = dict(_made_at(body["meetings"]))
        asked_at = request.extensions["asked_at"]
        for marker, posts in self.posts.items():
            # What is older was made for the same event by an earlier create.
            is_made = bool(posts) and posts[-1].sent_at < found.get(marker, float("-inf")) + 1
            if not is_made:
                self.empty_lists[marker] = max(self.empty_lists.get(marker, asked_at), asked_at)
            elif posts[-1].answer in {"unknown", "in flight"}:
                posts[-1].answer = "made"


def _made_at(meetings: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, float]]:
    """Give when the youngest meeting of each marker was made, in whole seconds of the run."""
    for one in sorted(meetings, key=lambda each: str(each["created_at"])):
        if marker := MARKER.match(one["agenda"]):
            made_at = datetime.fromisoformat(one["created_at"]) - START
            yield marker.group(), made_at / timedelta(seconds=1)


def marker_of(request: httpx.Request) -> str:
    """Give the marker of the meeting that a create asks for; empty when it has none."""
    found = MARKER.match(json.loads(request.content).get("agenda", ""))
    return found.group() if found else ""


def _answer(response: httpx.Response | None) -> Literal["made", "refused", "unknown"]:
    if response is None or response.status_code >= 500:
        return "unknown"
    if response.status_code >= 400:
        return "refused"
    return "made" if "json" in response.headers.get("content-type", "") else "unknown"
