"""Every reason code is documented, and every reason that lasts says what to do."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from syncd.ports import errors
from syncd.ports.errors import ProviderError
from tests.unit.codes_in_source import ROOT, Told, told

ROW = re.compile(
    r"^\| `(?P<code>[^`]+)` \|(?P<sentence>[^|]+)\|(?P<todo>[^|]+)\|(?P<again>[^|]+)\|$"
)
PAGE = (ROOT / "config" / "codes.md").read_text("utf-8")
ROWS = [found for line in PAGE.splitlines() if (found := ROW.match(line))]
IN_SOURCE = told()

PASSING = [
    errors.Transient,
    errors.RateLimited,
    errors.NotFound,
    errors.Stale,
    errors.CursorExpired,
    errors.OutcomeUnknown,
]


def test_the_source_tells_codes_in_all_its_ways():
    kinds = {each.kind for each in IN_SOURCE}
    assert kinds >= {"Refused", "Unwanted", "Wait", "EventRow", "WarningLine", "Permanent"}
    codes = {code for each in IN_SOURCE for code in each.codes}
    # From a call, a table, a name, a choice of two, and a subclass.
    assert codes >= {"draft", "secret_wrong", "pool_busy", "answer_too_large", "create_unclear"}


def test_every_code_is_documented_and_every_documented_one_exists():
    documented = {row["code"] for row in ROWS}
    assert documented == {code for each in IN_SOURCE for code in each.codes}


def test_every_code_is_documented_once_and_in_order():
    assert [
        code for code, number in Counter(row["code"] for row in ROWS).items() if number > 1
    ] == []
    for section in PAGE.split("\n## "):
        codes = [row["code"] for line in section.splitlines() if (row := ROW.match(line))]
        assert codes == sorted(codes)


def test_every_row_of_the_tables_is_read():
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert len(rows) == len(ROWS)


def test_every_code_is_one_plain_word():
    for each in IN_SOURCE:
        for code in each.codes:
            assert re.fullmatch(r"[a-z][a-z_]*[a-z]", code), each.where


@pytest.mark.parametrize(
    "place", [t for t in IN_SOURCE if t.needs_remedy], ids=lambda t: f"{t.where}:{t.codes[0]}"
)
def test_every_reason_that_lasts_has_a_remedy(place: Told):
    assert place.has_remedy(), f"{place.where}: {place.codes}"


@pytest.mark.parametrize("kind", PASSING)
def test_every_error_that_passes_says_so_by_itself(kind: type[ProviderError]):
    assert kind("Down.", code="x").remedy.endswith(".")
    assert kind("Down.", code="x", remedy="Look.").remedy == "Look."
    assert kind("Down.", code="x").for_another().remedy == kind.passing


def test_a_kind_of_error_passes_or_its_every_place_is_given_a_remedy():
    kinds = {each for each in vars(errors).values() if isinstance(each, type)}
    kinds = {each for each in kinds if issubclass(each, ProviderError)} - {ProviderError}
    lasting = {errors.AuthLost, errors.Forbidden, errors.Permanent}
    assert kinds == {*PASSING, *lasting}
    assert all(each.passing == "" for each in lasting)
