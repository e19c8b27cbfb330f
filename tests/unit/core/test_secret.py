"""A text that never shows itself."""

import pytest

from syncd.core.secret import Secret

HIDDEN = Secret("swordfish")


@pytest.mark.parametrize(
    "shown",
    [repr(HIDDEN), str(HIDDEN), f"{HIDDEN}", f"{HIDDEN!r}", "%s" % HIDDEN, repr([HIDDEN])],  # noqa: UP031 - logging formats so
)
def test_no_way_of_printing_shows_it(shown):
    assert "swordfish" not in shown
    assert "Secret" in shown


def test_it_is_given_out_when_asked_for():
    assert HIDDEN.reveal() == "swordfish"


def test_it_compares_by_value_and_only_with_its_like():
    assert Secret("swordfish") == HIDDEN
    assert hash(Secret("swordfish")) == hash(HIDDEN)
    assert Secret("other") != HIDDEN
    assert HIDDEN != "swordfish"


def test_it_has_no_dict_in_which_a_debugger_would_show_it():
    assert not hasattr(HIDDEN, "__dict__")
