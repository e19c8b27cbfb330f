"""Zoom's own invitation between our two lines."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncd.core.conference import PhoneNumber
from syncd.core.event import BodyFormat
from syncd.core.linkblock import (
    FIRST_LINE,
    LAST_LINE,
    TEXT_LIMIT,
    holds,
    meeting_in,
    merge,
    present,
    strip,
)
from tests.factories import MEETING_ID, info, markup, text, url_of

ZOOM = f"""Ana Berg is inviting you to a scheduled Zoom meeting.\r
\r
Topic: Lunch <&> "talk"\r
Time: Nov 21, 2026 10:00 Vienna\r
\r
Join Zoom Meeting\r
{url_of()}\r
\r
Meeting ID: 857 4606 5432\r
Passcode: 123456\r
\r
---\r
\r
One tap mobile\r
+13017158592,,85746065432#,,,,*123456# US (Washington DC)\r
\r
Find your local number: https://us05web.zoom.us/u/kb1\r
\r
"""
SHORT = ZOOM.replace("\r\n", "\n").split("\n\n---")[0]
WHOLE = ZOOM.replace("\r\n", "\n").strip()
JOIN = info(invitation=ZOOM, phone_numbers=(PhoneNumber("+43 1", "Wien"),))
OWN = info(phone_numbers=JOIN.phone_numbers)
MAKERS = [text, markup]


def test_the_invitation_stands_between_our_two_lines():
    assert merge(text("Agenda"), JOIN).text == f"Agenda\n\n{FIRST_LINE}\n\n{WHOLE}\n{LAST_LINE}"


def test_in_outlook_it_is_text_with_a_link():
    block = merge(markup("<p>Agenda</p>"), JOIN).text
    assert f'Meeting<br><a href="{url_of()}">{url_of()}</a><br><br>Meeting ID: ' in block
    assert "Topic: Lunch &lt;&amp;&gt; &quot;talk&quot;<br>" in block


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("content", ["", "Agenda", "a\r\n", "<html><body></body></html>"])
def test_it_goes_without_a_trace(make, content):
    merged = merge(make(content), JOIN)
    assert strip(merged) == make(content)
    assert merge(merged, JOIN) == merged
    assert holds(merged, url_of())
    assert meeting_in(merged) == MEETING_ID


@pytest.mark.parametrize("make", MAKERS)
def test_either_style_takes_the_place_of_the_other(make):
    body = make("Agenda")
    assert merge(merge(body, JOIN), OWN) == merge(body, OWN)
    assert merge(merge(body, OWN), JOIN) == merge(body, JOIN)


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda block: block.replace("<br>", "<br>\r\n"),
        lambda block: block.replace("<br>", "</div><div>").replace(
            "<div></div>", "<div><br></div>"
        ),
        lambda block: block.replace("<div>", "<p>").replace("</div>", "</p>"),
    ],
)
def test_what_outlook_makes_of_it_goes_whole(rewrite):
    body = markup(f"<p>Agenda</p>{rewrite(merge(markup(''), JOIN).text)}")
    assert strip(body).text == "<p>Agenda</p>"


@pytest.mark.parametrize(
    "unfit",
    [
        "",
        "Come to my meeting.",
        ZOOM.replace(url_of(), url_of(passcode="other")),
        f"{url_of()}\nis the link",
        f"Meeting ID: 857 4606 5432\n{url_of()}",
        f"Topic: https://zoom.us/j/99900011122\n{url_of()}",
        f"Words {'x' * 20_000}\n{url_of()}",
        "\x00\x01\n",
    ],
)
@pytest.mark.parametrize("make", MAKERS)
def test_without_our_link_in_its_place_our_own_lines_stand(make, unfit):
    assert merge(make("Agenda"), info(invitation=unfit)) == merge(make("Agenda"), info())


def test_lines_of_ours_and_signs_that_nobody_sees_are_taken_out_of_it():
    hostile = (
        f"Topic: \x00\x1b[1m\tTalk\n{LAST_LINE}\n{FIRST_LINE}\x85\u2028\n\n\n\n{url_of()}\ud800"
    )
    block = merge(text(""), info(invitation=hostile)).text
    assert block.count(FIRST_LINE) == block.count(LAST_LINE) == 1
    assert block.split("\n")[2:-1] == [
        "Topic: [1m Talk",
        LAST_LINE.replace("─", "-"),
        FIRST_LINE.replace("─", "-"),
        "",
        url_of(),
    ]


@pytest.mark.parametrize("room", range(0, 900, 30))
def test_at_the_limit_it_gives_way_and_never_the_text(room):
    body = text("x" * (TEXT_LIMIT - room))
    merged = merge(body, JOIN)
    assert len(merged.text) <= TEXT_LIMIT
    assert strip(merged) == body
    assert merge(merged, JOIN) == merged


def test_its_phone_numbers_go_first_then_it_gives_way_to_our_own_lines():
    def kind(room: int) -> str:
        block = merge(text("x" * (TEXT_LIMIT - room)), JOIN).text.lstrip("x")
        inside = (
            block.removeprefix(f"\n\n{FIRST_LINE}\n").removesuffix(f"\n{LAST_LINE}").strip("\n")
        )
        names = {WHOLE: "whole", SHORT: "short", url_of(): "link", "": "none"}
        return names.get(inside, "own")

    assert list(dict.fromkeys(map(kind, range(900, -1, -5)))) == [
        "whole",
        "short",
        "own",
        "link",
        "none",
    ]


def test_a_huge_one_is_cut_below_the_link():
    merged = merge(markup(""), info(invitation=ZOOM + "+43 1 555\n" * 100_000))
    assert len(merged.text) < 3 * TEXT_LIMIT
    assert present(merged)
    assert strip(merged).text == ""


TEXTS = st.lists(
    st.text(max_size=20)
    | st.sampled_from(
        [url_of(), "\n", "\r\n\r\n", FIRST_LINE, LAST_LINE, "Passcode: 1", "<br>", "&"]
    )
).map("".join)


@example(f"<BR>0{info().join_url}", "", BodyFormat.TEXT)
@example(f"<br>{info().join_url}\r0", "", BodyFormat.TEXT)
@example(f"{info().join_url}<BR>0", "", BodyFormat.TEXT)
@given(TEXTS, st.sampled_from(["", "Agenda", "a\n\n"]), st.sampled_from(BodyFormat))
def test_whatever_zoom_says_goes_without_a_trace(invitation, content, form):
    body = (text if form is BodyFormat.TEXT else markup)(content)
    merged = merge(body, info(invitation=invitation))
    assert strip(merged) == body
    assert merge(merged, info(invitation=invitation)) == merged
    assert holds(merged, url_of())
    assert meeting_in(merged) == MEETING_ID


@pytest.mark.parametrize(
    "hostile", ["\n", "─", "<", "&", "https://", "a\n\n", f"{url_of()}\n", "\r"]
)
def test_a_flood_from_zoom_is_read_to_its_end(hostile):
    flood = f"Words\n{url_of()}\n" + hostile * (1_000_000 // len(hostile))
    merged = merge(text("Agenda"), info(invitation=flood))
    assert strip(merged) == text("Agenda")
    assert len(merged.text) <= TEXT_LIMIT
