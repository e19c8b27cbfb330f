"""What holds of the block in any text.

Shows I7 of `config/promises.md`.
"""

import html

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.core.conference import JoinInfo, PhoneNumber
from syncd.core.event import Body, BodyFormat
from syncd.core.linkblock import FIRST_LINE, LAST_LINE, holds, merge, present, strip, strip_link
from syncd.core.text import shows_url
from tests.factories import url_of

PIECES = st.sampled_from(
    [
        "a",
        " ",
        "\n",
        "\n\n",
        "\r\n",
        "<br>",
        "&nbsp;",
        "<div>",
        "<div",
        "<p class='x'>",
        "</div>",
        "</p>",
        "<span>",
        "</span>",
        "<table><tr><td>",
        "<table>",
        "</td></tr></table>",
        "<pre>\n",
        "</pre>",
        "<!-- x ",
        "-->",
        "<!--[if mso]>",
        "<HTML><BODY>",
        "</BODY >",
        '<html>\r\n<head>\r\n<meta http-equiv="Content-Type">\r\n</head>\r\n<body>\r\n',
        "\r\n</body>\r\n</html>\r\n",
        "<br>\r\n<br>",
        "Passcode: 1",
        "Meeting ID: 1",
        "</body>",
        "<html><body>",
        "<",
        ">",
        "&",
        "\u2500" * 8,
        "\u2500",
        FIRST_LINE,
        LAST_LINE,
        FIRST_LINE[:12],
        LAST_LINE[-12:],
        "#zoom",
        url_of(),
        "\ud83d",
        "\u00e9",
    ]
)
CONTENTS = st.text() | st.lists(PIECES, max_size=12).map("".join)
BODIES = st.builds(Body, CONTENTS, st.sampled_from(BodyFormat))
UNBLOCKED = BODIES.filter(lambda body: not present(body))
INFOS = st.builds(
    JoinInfo,
    st.integers(10**8, 10**11),
    st.sampled_from([url_of(), "https://zoom.us/j/123456789", "https://zoom.us/j/1?a=2&b=3"]),
    st.sampled_from(["", "123456", "<&>\"'"]),
    st.lists(st.builds(PhoneNumber, st.just("+43 1"), st.just("Wien & Graz")), max_size=3).map(
        tuple
    ),
)


@given(BODIES, INFOS)
def test_merging_again_changes_nothing(body, join):
    once = merge(body, join)
    assert merge(once, join) == once


@given(UNBLOCKED, INFOS)
def test_taking_it_out_gives_back_every_byte(body, join):
    merged = merge(body, join)
    assert strip(merged) == body
    assert present(merged)
    assert holds(merged, join.join_url)
    assert shows_url(merged.text, join.join_url)


@given(UNBLOCKED, INFOS, INFOS)
def test_a_new_link_in_place_of_an_old_one_goes_without_a_trace_too(body, old, new):
    swapped = merge(merge(body, old), new)
    assert swapped == merge(body, new)
    assert strip(swapped) == body


def _shared(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


@given(UNBLOCKED, INFOS)
def test_merging_inserts_at_one_place_and_changes_nothing_else(body, join):
    before, after = body.text, merge(body, join).text
    same_start = _shared(before, after)
    same_end = _shared(before[same_start:][::-1], after[same_start:][::-1])
    assert same_start + same_end == len(before)


@given(UNBLOCKED, INFOS, st.text(alphabet="ab \n", max_size=20))
def test_what_is_written_below_the_block_later_stays(body, join, below):
    edited = Body(merge(body, join).text + below, body.format)
    assert strip(edited).text == body.text + below


@given(BODIES)
def test_stripping_changes_a_text_only_where_a_block_stands(body):
    assert (strip(body) == body) is not present(body)


@given(BODIES, INFOS)
def test_no_copy_of_the_link_is_left_that_a_guest_could_follow(body, join):
    full = Body(f"{body.text} {join.join_url} {html.escape(join.join_url)} .", body.format)
    left = strip_link(merge(full, join), join.join_url)
    assert not holds(left, join.join_url)
    assert not shows_url(left.text, join.join_url)


@settings(max_examples=30)
@given(st.lists(CONTENTS, min_size=2, max_size=4), INFOS, st.sampled_from(BodyFormat))
def test_any_number_of_blocks_becomes_one(parts, join, form):
    block = merge(Body("", form), join).text
    merged = merge(Body(f"\n\n{block}\n".join(parts), form), join)
    assert (
        sum(1 for part in merged.text.split(LAST_LINE) if join.join_url in html.unescape(part)) >= 1
    )
    assert merge(merged, join) == merged
