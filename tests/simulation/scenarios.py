"""The stories whose every effect is struck: what people do, and when."""

from __future__ import annotations

from datetime import timedelta

from syncd.core.policy import LinkPolicy, RetryPolicy
from syncd.engine.deps import Timing
from tests.simulation.people import Act
from tests.simulation.replica import Setting
from tests.simulation.run import Script
from tests.simulation.truth import AppName

# Linked after the first read, which begins some seconds after the start.
_LINKED = 15.0
_DEEDS: dict[str, tuple[Act, ...]] = {
    "mark": (Act(0, "mark"),),
    "mark by word": (Act(0, "mark word"),),
    "two at once": (Act(0, "mark", 0.1), Act(0, "mark word", 0.2)),
    "move": (Act(0, "mark"), Act(_LINKED, "move", 0.3)),
    "rename": (Act(0, "mark word"), Act(_LINKED, "rename", 0.4)),
    "move soon": (Act(0, "mark"), Act(5.3, "move", 0.3)),
    "unmark": (Act(0, "mark"), Act(_LINKED, "unmark")),
    "unmark soon": (Act(0, "mark word"), Act(5.3, "unmark")),
    "unmark and mark again": (
        Act(0, "mark"),
        Act(_LINKED, "unmark"),
        Act(_LINKED + 8, "remark"),
    ),
    "delete": (Act(0, "mark"), Act(_LINKED, "delete")),
    "cancel": (Act(0, "mark word"), Act(_LINKED, "cancel")),
    "copy": (Act(0, "mark"), Act(_LINKED, "copy")),
    "meeting deleted at Zoom": (Act(0, "mark"), Act(_LINKED, "lose meeting")),
    "text and block edited": (
        Act(0, "mark word"),
        Act(_LINKED, "edit block"),
        Act(_LINKED + 10, "add text"),
    ),
    "series": (Act(0, "mark series", 0.2), Act(_LINKED, "split")),
    "database lost": (Act(0, "mark"), Act(_LINKED, "wipe"), Act(_LINKED + 2, "mark word", 0.7)),
    "database and meeting lost": (
        Act(0, "mark"),
        Act(_LINKED, "wipe"),
        Act(_LINKED + 0.5, "lose meeting"),
    ),
    "database locked": (Act(0, "mark"), Act(2.25, "locked")),
    "calendar unreadable": (Act(0, "mark"), Act(2.2, "outage"), Act(_LINKED, "mark word", 0.6)),
    "calendar slow": (Act(0, "mark"), Act(0, "slowness", 0.9)),
    "edited by another meanwhile": (Act(0, "mark"), Act(0, "busy", 0.2)),
    "moved again and again": (
        Act(0, "mark"),
        Act(_LINKED, "move", 0.3),
        Act(_LINKED + 16, "move", 0.4),
    ),
    "renewed": (Act(0, "mark"), Act(_LINKED, "renew")),
    "taken out": (Act(0, "mark"), Act(_LINKED, "take out")),
    "asked for again at once": (Act(0, "mark word"), Act(3.3, "ask again")),
    "another instead": (Act(0, "mark"), Act(_LINKED, "switch")),
    "another, and Zoom after all": (Act(0, "mark own"), Act(_LINKED + 10, "switch back")),
    "another, not made": (Act(0, "refuse own", 0.9), Act(0.1, "mark"), Act(_LINKED, "switch")),
    "another, taken out": (Act(0, "mark own word"), Act(_LINKED + 10, "drop own")),
    "made after all": (Act(0, "late creates", 0.4), Act(0.1, "mark"), Act(20, "unmark")),
    "some minutes": (Act(0, "mark series", 0.2), Act(300, "plain")),
}
# What is about the daemon, its database or Zoom differs little from calendar to calendar, and so does
# another way to the same end.
_ONLY_IN: dict[str, AppName] = {
    "mark by word": "google",
    "rename": "outlook",
    "cancel": "outlook",
    "taken out": "google",
    "asked for again at once": "google",
    "another instead": "outlook",
    "another, and Zoom after all": "google",
    "another, not made": "google",
    "another, taken out": "google",
    "two at once": "outlook",
    "move soon": "google",
    "unmark soon": "google",
    "unmark and mark again": "google",
    "meeting deleted at Zoom": "google",
    "database lost": "outlook",
    "database and meeting lost": "google",
    "database locked": "outlook",
    "calendar unreadable": "outlook",
    "calendar slow": "google",
    "edited by another meanwhile": "outlook",
    "moved again and again": "google",
    "renewed": "outlook",
    "made after all": "google",
    "some minutes": "outlook",
}
# They take minutes, in which there is little to be seen.
_LONG = frozenset({"made after all", "some minutes"})
_PATIENT = frozenset({"moved again and again"})
_APPS: tuple[AppName, ...] = ("google", "outlook")


def _script(app: AppName, story: str, replicas: int) -> Script:
    acts, debounce = _DEEDS[story], timedelta(seconds=5 if story in _PATIENT else 0)
    setting = Setting(
        apps=(app,),
        timing=Timing(
            poll=timedelta(seconds=120 if story in _LONG else 15),
            grace=timedelta(seconds=20),
            sweep=timedelta(seconds=240 if story in _LONG else 60),
            retry=RetryPolicy(first=timedelta(seconds=1), most=timedelta(seconds=20)),
        ),
        link=LinkPolicy(hold_off=timedelta(seconds=10), debounce=debounce),
        replicas=replicas,
    )
    return Script(seed=1, setting=setting, acts=acts, strikes=(), active=acts[-1].at + 1)


def scenarios(*, replicas: int = 1) -> dict[str, Script]:
    """Give all stories by name, for both calendars."""
    return {
        f"{story}, {app}": _script(app, story, replicas)
        for story in _DEEDS
        for app in _APPS
        if _ONLY_IN.get(story, app) == app
    }
