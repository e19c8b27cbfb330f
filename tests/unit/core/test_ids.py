"""Keys as they are written and read."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.ids import AccountKey, CalendarKey, EventKey, EventRef, Provider

ANA = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")


def test_keys_are_written_as_the_command_line_shows_them():
    assert str(ANA) == "google:ana@example.com/primary"
    assert str(EventRef(ANA, "e1")) == "google:ana@example.com/primary/e1"
    assert str(ANA.account) == "google:ana@example.com"
    assert ANA.account == AccountKey(Provider.GOOGLE, "ana@example.com")


@given(
    provider=st.sampled_from(Provider),
    owner=st.text(min_size=1).filter(lambda owner: "/" not in owner),
    calendar_id=st.text(min_size=1),
)
def test_a_calendar_is_read_back_as_it_was_written(provider, owner, calendar_id):
    key = CalendarKey(provider, owner, calendar_id)
    assert CalendarKey.parse(str(key)) == key


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "google",
        "google:",
        "google:ana@example.com",
        "google:ana@example.com/",
        "google:/x",
        "yahoo:a/b",
    ],
)
def test_what_is_no_calendar_is_refused(wrong):
    with pytest.raises(ValueError, match=r"calendar|Provider"):
        CalendarKey.parse(wrong)


def test_an_occurrence_is_named_by_its_instant_whatever_the_zone():
    utc = datetime(2026, 11, 20, 9, tzinfo=UTC)
    vienna = utc.astimezone(timezone(timedelta(hours=1)))
    assert str(EventKey(Provider.GOOGLE, "u", utc)) == str(EventKey(Provider.GOOGLE, "u", vienna))


_UIDS = st.text(alphabet=st.sampled_from("a\n\0:+-T0"), max_size=8)
_STARTS = st.none() | st.datetimes(timezones=st.just(UTC))


@given(st.tuples(_UIDS, _STARTS), st.tuples(_UIDS, _STARTS))
def test_two_events_are_never_written_the_same(one, other):
    texts = {str(EventKey(Provider.MICROSOFT, *key)) for key in (one, other)}
    assert len(texts) == len({one, other})
