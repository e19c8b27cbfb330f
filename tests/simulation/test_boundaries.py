"""No effect of the engine is left out of the stories without a word about it."""

from functools import cache

from tests.simulation.named_commits import commits_of_engine
from tests.simulation.run import drawn, play
from tests.simulation.scenarios import scenarios

_FEATURES = {
    "accounts": "connects and disconnects people's accounts; the stories have only those of an admin",
    "approved": "carries out a plan for `syncd apply`, by the steps that the stories strike",
    "colleagues": "remembers who belongs to the company; the stories have no rule that asks",
    "doors": "tells the hosts of others how to start a meeting",
    "incidents": "tells an admin that an account is lost",
    "apply.occurrence": "a changed occurrence, which shares the meeting of its series",
    "family": "reads the series of a changed occurrence",
    "parted": "reads what a disconnected account left",
    "find": "finds one event for a command",
}
"""What the stories have none of: modules of the engine, and why."""

_SELDOM = {
    "after.set_aside.commit": "a promise of the engine's own that would have been broken",
    "apply.note._release": "policy keeps the meeting of a deleted event",
    "apply.note._take_up.commit": "an event whose account was connected again",
    "daemon.Engine._until_due": "`syncd sync`, which works once and ends",
    "daemon.Engine.until_quiet": "`syncd sync`, which works once and ends",
    "late.look.commit": "a meeting read again ten minutes after a change was interrupted",
    "ongoing._note.note": "a series whose next occurrence is noted",
    "ongoing.over": "events that have been over for a month",
    "reasons._send.remember": "a reason told in the event, where policy wants it",
    "reasons.note_error": "a reason told in the event, where policy wants it",
    "recover._delete_surplus": "two meetings found for one create",
    "turns.Turns.give_up": "a chore that failed is left to another daemon",
    "upkeep.Upkeep._forget.purge": "events that have been over for a month",
    "upkeep.Upkeep._learn": "a host of long meetings that Zoom tells the plan of",
    "upkeep.Upkeep._probe.heal": "Zoom is well again",
}
"""What no story does without a fault, and what it is; the seeds meet most of it."""

_SELDOM_CALLS = {"zoom GET /users/{id}": "whether Zoom is well again, after it was not"}


@cache
def _met() -> frozenset[str]:
    return frozenset(
        effect.name for script in scenarios().values() for effect in play(script).effects
    )


def _left_out(name: str) -> bool:
    part = name.removeprefix("engine.")
    return part in _SELDOM or any(part.startswith(f"{module}.") for module in _FEATURES)


def test_every_transaction_of_the_engine_is_struck_in_some_story_or_named():
    known = commits_of_engine()
    missing = {n: at for n, at in known.items() if f"commit {n}" not in _met() and not _left_out(n)}
    assert missing == {}


def test_nothing_is_named_that_is_struck_or_that_is_not_there():
    known = {name.removeprefix("engine.") for name in commits_of_engine()}
    met = {name.removeprefix("commit engine.") for name in _met()}
    assert _SELDOM.keys() - known == set()
    assert _SELDOM.keys() & met == set()
    assert [one for one in _FEATURES if not any(n.startswith(f"{one}.") for n in known)] == []


def test_every_call_that_seeds_make_is_made_in_some_story():
    calls = {
        effect.name
        for seed in range(40)
        for effect in play(drawn(seed)).effects
        if not effect.name.startswith("commit")
    }
    assert len(calls) > 10
    assert calls - _met() - _SELDOM_CALLS.keys() == set()
    assert _SELDOM_CALLS.keys() & _met() == set()
