"""Bad input of every kind: nothing raises what it does not promise, and nothing takes over a second.

Always the same inputs, so that a run that failed fails again; `python -m tests.fuzz` looks further.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.damage import SNIPPETS, cut, damaged
from tests.fuzz.samples import documents, seeds, texts
from tests.fuzz.targets import TARGETS
from tests.fuzz.timed import MOST_BYTES, run

FOUND = Path(__file__).with_name("found")
WHOLE_CALENDARS = ("google_calendar", "microsoft_calendar", "zoom")

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(SNIPPETS),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "start", "items", "value", "pages", "event", "status"])
            | st.text(max_size=8),
            children,
            max_size=4,
        )
    ),
    max_leaves=12,
)
RANDOMS = st.integers(0, 2**32).map(Random)


def bounded(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def _cut_up(text: str, rng: Random) -> str:
    for _ in range(rng.randint(1, 5)):
        text = cut(text, rng)
    return text


@pytest.mark.parametrize("target", TARGETS)
def test_good_input_is_taken(target):
    assert seeds(target)
    for data in seeds(target):
        run(target, data)


@pytest.mark.parametrize("target", sorted(documents()))
def test_damaged_documents_do_no_harm(target):
    @bounded(40 if target in WHOLE_CALENDARS else 150)
    @given(st.sampled_from(documents()[target]), RANDOMS)
    def check(document: Any, rng: Random) -> None:
        run(target, json.dumps(damaged(document, rng)).encode())

    check()


@pytest.mark.parametrize("target", sorted(documents()))
def test_wild_documents_do_no_harm(target):
    @bounded(20 if target in WHOLE_CALENDARS else 80)
    @given(JSON)
    def check(document: Any) -> None:
        run(target, json.dumps(document).encode())

    check()


@pytest.mark.parametrize("target", sorted(texts()))
def test_damaged_texts_do_no_harm(target):
    @bounded(60 if target == "config" else 200)
    @given(st.sampled_from(texts()[target]), RANDOMS)
    def check(text: str, rng: Random) -> None:
        run(target, _cut_up(text, rng).encode(errors="replace"))

    check()


@pytest.mark.parametrize("target", TARGETS)
def test_any_bytes_do_no_harm(target):
    @bounded(10)
    @given(st.binary(max_size=100) | st.text(max_size=60).map(lambda text: text.encode()))
    def check(data: bytes) -> None:
        run(target, data)

    check()


@pytest.mark.parametrize("path", sorted(FOUND.glob("*/*")), ids=lambda path: path.name)
def test_what_was_found_once_does_no_harm_any_more(path):
    run(path.parent.name, path.read_bytes())


@pytest.mark.parametrize("target", sorted(texts()))
def test_a_flood_of_anything_is_over_within_a_second(target):
    for piece in SNIPPETS:
        if piece:
            run(target, (piece * MOST_BYTES)[:MOST_BYTES].encode()[:MOST_BYTES])


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("google_event", ("summary", "description", "location")),
        ("microsoft_event", ("subject", "body", "location")),
    ],
)
def test_a_flood_in_an_event_is_over_within_a_second(target, names):
    for piece in SNIPPETS[::4]:
        for name in names:
            item = {**documents()[target][1]}
            flood = (piece or "x") * (MOST_BYTES // 4 // len(piece or "x"))
            item[name] = _as_field(item.get(name), flood)
            run(target, json.dumps(item, ensure_ascii=False).encode())


def _as_field(value: Any, flood: str) -> Any:
    """Write a text as the field has it: by itself, or as what its object shows."""
    if not isinstance(value, dict):
        return flood
    return {**value, "content" if "content" in value else "displayName": flood}
