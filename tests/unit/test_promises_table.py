"""Every promise of the protocol names where it is kept and the tests that show it, and these name it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.unit.named_tests import ROOT, is_there

_ROW = re.compile(
    r"^\| (?P<id>[KIL][0-9]+) \| (?P<says>[^|]+) \| (?P<kept>[^|]+) \| (?P<shown>[^|]+) \|$"
)
_MODULE = re.compile(r"`([\w/]+\.py)`")
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
_NUMBER = re.compile(r"(?<!\w)([KIL])([0-9]+)(?: to \1([0-9]+))?(?!\w)")

EXPECTED = [
    *(f"K{number}" for number in range(29)),
    *(f"I{number}" for number in range(1, 16)),
    *(f"L{number}" for number in range(1, 7)),
]
IN_WORDS = {"K22"}


@dataclass(frozen=True)
class Promise:
    """One row: its number, its sentence, and what its last two cells name."""

    id: str
    says: str
    kept: str
    shown: str

    @property
    def modules(self) -> list[str]:
        """Give the modules below `syncd/`."""
        return _MODULE.findall(self.kept)

    @property
    def tests(self) -> list[tuple[str, str]]:
        """Give file and function below `tests/`."""
        return _TEST.findall(self.shown)


LINES = (ROOT / "config" / "promises.md").read_text("utf-8").splitlines()
PROMISES = [Promise(**found.groupdict()) for line in LINES if (found := _ROW.match(line))]


def named_in(text: str) -> set[str]:
    """Give the promises that a text names, one by one or as `K5 to K9`."""
    named = set()
    for letter, first, last in _NUMBER.findall(text):
        numbers = range(int(first), int(last or first) + 1)
        named |= {f"{letter}{number}" for number in numbers}
    return named


def test_no_promise_is_missing_or_told_twice():
    assert [promise.id for promise in PROMISES] == EXPECTED


def test_a_range_names_all_that_is_in_it():
    assert named_in("(K5 to K7, I3) and MI9, I10a") == {"K5", "K6", "K7", "I3"}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.id)
def test_every_promise_is_kept_where_it_says(promise: Promise):
    assert promise.says.endswith(".")
    assert promise.modules or promise.id in IN_WORDS
    for module in promise.modules:
        path = ROOT / "syncd" / module
        assert path.is_file(), f"{module} is not there"
        assert promise.id in named_in(path.read_text("utf-8")), f"{module} does not name it"


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.id)
def test_every_promise_is_shown_by_tests_that_name_it(promise: Promise):
    assert promise.tests or promise.shown.startswith("In words: ")
    for file, function in promise.tests:
        assert is_there(file, function), f"{file}::{function} is not there"
        text = (ROOT / "tests" / file).read_text("utf-8")
        assert promise.id in named_in(text), f"{file} does not name it"


def test_what_is_answered_in_words_has_words():
    assert {promise.id for promise in PROMISES if not promise.tests} == IN_WORDS


def test_what_is_looked_at_before_an_effect_is_in_the_table():
    source = (ROOT / "syncd" / "engine" / "invariants.py").read_text("utf-8")
    assert set(re.findall(r'"([IKL][0-9]+)"', source)) <= {promise.id for promise in PROMISES}
