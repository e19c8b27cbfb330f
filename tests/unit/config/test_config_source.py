"""The form of the file: bytes, limits, and the part of YAML that is taken."""

import sys
from typing import Any

import pytest

from syncd.config.errors import ConfigError
from syncd.config.source import MAX_BYTES, parse
from syncd.config.yaml_subset import MAX_NODES


def refusal(raw: bytes) -> tuple[int, int, str, str]:
    with pytest.raises(ConfigError) as caught:
        parse(raw, file="x.yaml")
    (problem,) = caught.value.problems
    assert problem.excerpt == ()
    return problem.line, problem.column, problem.problem, problem.remedy


UTF8 = "save the file as UTF-8 without a byte order mark"
QUOTES = "write the value out, or put it in quotes"
REFUSED = {
    "too large": (
        b"a" * (MAX_BYTES + 1),
        (1, 1, "the file is larger than 1 MiB", "make it smaller"),
    ),
    "byte order mark": (
        b"\xef\xbb\xbfa: 1",
        (1, 1, "the file begins with a byte order mark", UTF8),
    ),
    "UTF-16": ("a: 1".encode("utf-16"), (1, 1, "the file is UTF-16, not UTF-8", UTF8)),
    "UTF-16 unmarked": ("a: 1".encode("utf-16-be"), (1, 1, "the file is UTF-16, not UTF-8", UTF8)),
    "Latin-1": (b"a: 1\nb: \xe9", (2, 4, "the file is not UTF-8", UTF8)),
    "NUL": (b"a: 1\nb: \x00", (2, 4, "the file holds a NUL byte", "take it out")),
    "escape": (b"a: \x1b[2J", (1, 4, "the file holds a control character", "take it out")),
    "alias": (b"a: *b", (1, 4, "aliases (*) are not used here", QUOTES)),
    "anchor": (b"a: &b 1", (1, 4, "anchors (&) are not used here", QUOTES)),
    "bomb": (b"a: &a [x]\nb: [*a, *a]", (1, 4, "anchors (&) are not used here", QUOTES)),
    "tag": (
        b"a: !!python/object:os.system x",
        (1, 4, "tags (!) are not used here", "leave the tag out, or put the value in quotes"),
    ),
    "directive": (
        b"%YAML 1.1\n---\na: 1",
        (1, 1, "directives (%) are not used here", "leave this line out"),
    ),
    "deep lists": (
        b"a: " + b"[" * 500_000,
        (1, 36, "nested deeper than 32 levels", "no setting is nested like this"),
    ),
    "deep blocks": (
        b"- " * 500_000,
        (1, 67, "nested deeper than 32 levels", "no setting is nested like this"),
    ),
    "many nodes": (
        b"a: [" + b"1," * (MAX_NODES + 1) + b"]",
        (1, 200_001, "more than 100000 keys and values", "shorten the file"),
    ),
    "impossible character": (
        b'a: "\\UFFFFFFFF"',
        (1, 7, "not valid YAML: no such character", "write the character itself"),
    ),
    "empty": (
        b"",
        (1, 1, "the file is empty", "`syncd config example` prints a file to start from"),
    ),
    "a list": (
        b"- a",
        (
            1,
            1,
            "the file should hold settings, `key: value`",
            "`syncd config example` prints a file to start from",
        ),
    ),
    "tab": (
        b"a:\n\tb: 1",
        (
            2,
            1,
            "not valid YAML: found character '\\t' that cannot start any token (while scanning for the next token)",
            "indent with spaces, not with tabs",
        ),
    ),
    "two documents": (
        b"a: 1\n---\nb: 1",
        (
            2,
            1,
            "not valid YAML: but found another document (expected a single document in the stream)",
            "keep one document; take out the line `---`",
        ),
    ),
    "open bracket": (
        b"a: [1\nb: 2",
        (
            2,
            2,
            "not valid YAML: expected ',' or ']', but got ':' (while parsing a flow sequence)",
            "close the bracket, and put values with special characters in quotes",
        ),
    ),
}


@pytest.mark.parametrize(("raw", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_of_the_wrong_form_is_refused_with_place_and_remedy(raw, expected):
    assert refusal(raw) == expected


SCALARS: dict[str, Any] = {
    "true": True,
    "false": False,
    "True": "True",
    "yes": "yes",
    "no": "no",
    "on": "on",
    "off": "off",
    "22:30": "22:30",
    "0600": "0600",
    "0x1f": "0x1f",
    "1_000": "1_000",
    "2026-11-21": "2026-11-21",
    "180": 180,
    "-1": -1,
    "1.5": 1.5,
    "9" * 30: "9" * 30,
    "null": None,
    "~": None,
    "": None,
    "'1'": "1",
    '"true"': "true",
    "=": "=",
    ".inf": ".inf",
}


@pytest.mark.parametrize(("written", "read"), SCALARS.items())
def test_scalars_are_read_as_yaml_1_2_reads_them(written, read):
    value = parse(f"a: {written}\n".encode(), file="x").data["a"]
    assert value == read
    assert type(value) is type(read)


def test_every_path_has_its_place():
    document = parse(b"a:\n  - b: 1\n", file="x")
    place = document.places["a", 0, "b"]
    assert place.key is not None
    assert (place.key.start_mark.line, place.key.start_mark.column) == (1, 4)
    assert (place.value.start_mark.line, place.value.start_mark.column) == (1, 7)


def test_keys_that_look_like_other_types_are_text():
    assert parse(b"1: a\ntrue: b\nnull: c\n", file="x").data == {"1": "a", "true": "b", "null": "c"}


def calls_to_parse(entries: int) -> int:
    raw = b"a:\n" + b"".join(b"  - {b: c, d: [e, f]}\n" for _ in range(entries))
    calls = 0

    def count(frame: Any, event: str, arg: Any) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        parse(raw, file="x")
    finally:
        sys.setprofile(before)
    return calls


def test_the_work_of_reading_grows_with_the_file_and_not_faster():
    assert calls_to_parse(200) < 2.1 * calls_to_parse(100)
