from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.http import Answer, Garbled, retry_after, sane_json

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        ("1.5", 1.5),
        (" 30 ", 30),
        ("999999999999", 3600),
        ("Tue, 01 Dec 2026 09:00:20 GMT", 20),
        ("Tue, 01 Dec 2026 08:59:00 GMT", 0),
        ("2026-12-01T09:01:00Z", 60),
        ("2026-12-01T09:01:00", 60),
        ("2026-12-01T10:01:00+01:00", 60),
        ("2099-01-01T00:00:00Z", 3600),
    ],
)
def test_every_form_of_retry_after_is_read(text: str, seconds: float):
    assert retry_after({"retry-after": text}, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "-5",
        "nan",
        "1e9",
        "٣",
        "9999999999999",
        "12:30 x",
        "Mon, 20 Nov 1995 19:12:08 +9999999999999",
        "Tue, 01 Dec 2026 09:00:20 GMT" + " " * 50 + "x",
    ],
)
def test_a_retry_after_that_means_nothing_is_none(text: str):
    assert retry_after({"retry-after": text}, NOW) is None


def test_a_missing_retry_after_is_none():
    assert retry_after({}, NOW) is None


@given(st.text())
def test_no_retry_after_is_out_of_bounds(text: str):
    wait = retry_after({"retry-after": text}, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(hours=1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{",
        b'{"a": NaN}',
        b"[Infinity]",
        b"[1e999]",
        b"1" * 30,
        b"[" * 100_000,
        b'["\\"' * 100_000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b'"\xed\xa0\x80"',
        b"\xff",
        b'{"id": 1, "id": 2}',
        b'[{"a": {"b": 1, "\\u0062": 1}}]',
    ],
)
def test_what_is_no_sane_json_is_garbled(body: bytes):
    with pytest.raises(Garbled):
        sane_json(body)


def test_a_hundred_levels_are_read_and_one_more_is_garbled():
    assert sane_json(b"[" * 100 + b"]" * 100)
    with pytest.raises(Garbled, match="deeply"):
        sane_json(b"[" * 101 + b"]" * 101)
    with pytest.raises(Garbled, match="deeply"):
        sane_json(b'{"a": "]\\"]", "b": ' * 101 + b"1" + b"}" * 101)
    assert sane_json(b'["' + b"[{" * 500 + b'"]')


_ODD = st.text('[]{}"\\a')


@given(
    st.recursive(_ODD, lambda inner: st.lists(inner) | st.dictionaries(_ODD, inner), max_leaves=9)
)
def test_only_brackets_outside_strings_count_as_levels(value: object):
    import json

    body = json.dumps(value).encode()
    with patch("syncd.adapters.http.sane_json.MOST_DEPTH", 2):
        if levels(value) > 2:
            with pytest.raises(Garbled, match="deeply"):
                sane_json(body)
        else:
            assert sane_json(body) == value


def levels(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(levels, value.values()), default=0)
    return 1 + max(map(levels, value), default=0) if isinstance(value, list) else 0


def test_a_body_over_the_limit_is_garbled():
    with pytest.raises(Garbled, match="too many"):
        sane_json(b" " * (10 * 1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (rb'"\ud83d\ude00"', "\N{GRINNING FACE}"),
        (rb'"\ud83d"', "\N{REPLACEMENT CHARACTER}"),
        (rb'"\uDE00 x"', "\N{REPLACEMENT CHARACTER} x"),
        (rb'"\\ud83d"', r"\ud83d"),
        (rb'"a\u0000b"', "a\N{REPLACEMENT CHARACTER}b"),
        (b"93000000001", 93_000_000_001),
    ],
)
def test_sane_json_is_read(body: bytes, value: object):
    assert sane_json(body) == value


@given(st.recursive(st.none() | st.booleans() | st.text(), st.lists, max_leaves=5))
def test_every_text_that_comes_out_can_be_written(value: object):
    import json

    read = sane_json(json.dumps(value).encode())
    assert json.dumps(read, ensure_ascii=False).encode()


def test_an_answer_does_not_show_its_body():
    assert "secret" not in repr(Answer(200, {"set-cookie": "secret"}, b"secret"))
