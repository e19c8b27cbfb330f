"""A block that a person or a program edited: what is ours goes, what is theirs stays."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.block_lines import is_detail, lines_of
from syncd.core.conference import PhoneNumber
from syncd.core.event import Body, BodyFormat, EventChange
from syncd.core.linkblock import (
    FIRST_LINE,
    LAST_LINE,
    holds,
    merge,
    present,
    strip,
    strip_link,
    tidied,
)
from syncd.core.policy import FlagPolicy
from syncd.core.writeback import link_change, shows_link, unlink_change
from tests.factories import MEETING_ID, event, info, linked, markup, text, url_of, written

FULL = info(
    phone_numbers=(PhoneNumber("+1 646 558 8656", "US (New York)"), PhoneNumber("+43 1", ""))
)
LINES = merge(text(""), FULL).text.split("\n")
NEW = info(join_url=url_of(passcode="new.2"))
OTHER = info(meeting_id=99900011122, join_url=url_of(99900011122))


def _with(words: str, at: int) -> str:
    return "\n".join([*LINES[:at], words, *LINES[at:]])


def _as_html(lines: str) -> str:
    rows = lines.replace("&", "&amp;").split("\n")
    return "".join(f"<div>{row or '<br>'}</div>" for row in rows)


@pytest.mark.parametrize("at", range(1, len(LINES)))
def test_words_written_into_the_block_stay_when_it_goes(at):
    body = text("Agenda\n\n" + _with("Bring the draft: https://docs.example/1", at) + "\n\nBo")
    assert strip(body).text == "Agenda\n\nBring the draft: https://docs.example/1\n\nBo"
    assert strip_link(body, url_of()) == strip(body)


@pytest.mark.parametrize("at", range(1, len(LINES)))
def test_words_written_into_the_block_stay_when_it_is_renewed(at):
    body = text("Agenda\n\n" + _with("Bring the draft.", at))
    renewed = merge(body, NEW)
    assert renewed.text == merge(text("Agenda"), NEW).text + "\nBring the draft."
    assert merge(renewed, NEW) == renewed
    assert strip(renewed).text == "Agenda\nBring the draft."


@pytest.mark.parametrize("at", range(1, len(LINES)))
def test_words_written_into_the_block_stay_in_outlook(at):
    body = markup(f"<p>Agenda</p>{_as_html(_with('<b>Bring</b> it', at))}<p>Bo</p>")
    assert strip(body).text == "<p>Agenda</p><div><b>Bring</b> it</div><p>Bo</p>"
    renewed = merge(body, NEW)
    assert "<b>Bring</b> it" in renewed.text
    assert merge(renewed, NEW) == renewed


def test_several_words_and_all_kinds_of_lines_between():
    inside = f"one\n{url_of()}\ntwo\n\nPasscode: 1\n<b>three</b>"
    assert strip(text(f"{FIRST_LINE}\n{inside}\n{LAST_LINE}")).text == "one\ntwo\n<b>three</b>"
    drawn = inside.replace("\n", "<br>")
    assert (
        strip(text(f"{FIRST_LINE}<br>{drawn}<br>{LAST_LINE}")).text == "one<br>two<br><b>three</b>"
    )


@pytest.mark.parametrize(
    ("line", "left"),
    [
        (f"{url_of()} (use this)", "(use this)"),
        (f'<a href="{url_of()}">this call</a>', '<a href="">this call</a>'),
        ("Passcode: 123456, if asked", "Passcode: 123456, if asked"),
        ("<b>half", "half"),
        ("https://docs.example/1", "https://docs.example/1"),
        ("https://us05web.zoom.us/j/99900011122", "https://us05web.zoom.us/j/99900011122"),
    ],
)
def test_what_was_written_beside_a_line_stays_without_the_link(line, left):
    body = text(f"{FIRST_LINE}\n{url_of()}\n{line}\n{LAST_LINE}")
    assert strip(body).text.strip() == left


def test_a_link_of_a_persons_in_a_block_without_ours_stays_below_the_first_line():
    body = text(f"{FIRST_LINE}\nMeeting ID: 1\nhttps://docs.example/1\n{LAST_LINE}")
    assert strip(body).text == "https://docs.example/1"


@pytest.mark.parametrize("glue", [" ", "\n", "\r\n", "<br>", "<br />\r\n", "</p>\n<p>"])
def test_a_block_goes_whole_however_its_lines_were_joined(glue):
    body = text(f"<p>{glue.join(LINES)}</p>")
    assert strip(body).text in ("<p></p>", "")
    assert strip(markup(f"<p>{glue.join(LINES)}</p>")).text == ""


HALVES = {
    "no first line": LINES[1:],
    "no last line": LINES[:-1],
    "neither line": LINES[1:-1],
    "no lines and no link": LINES[2:-1],
    "number and last line": [LINES[2], LINES[-1]],
    "link and passcode": [LINES[1], LINES[3]],
}


@pytest.mark.parametrize("lines", HALVES.values(), ids=HALVES)
@pytest.mark.parametrize(
    ("around", "left"),
    [
        ("{}", ""),
        ("Agenda\n\n{}", "Agenda"),
        ("Agenda\r\n\r\n{}", "Agenda"),
        ("Agenda\n{}\nBo\n", "Agenda\nBo\n"),
        ("{}\n\nBo", "\nBo"),
    ],
)
def test_of_half_a_block_all_our_lines_go(lines, around, left):
    body = text(around.format("\n".join(lines)))
    assert strip_link(body, url_of()).text == left
    assert strip_link(strip_link(body, url_of()), url_of()).text == left


@pytest.mark.parametrize("lines", HALVES.values(), ids=HALVES)
@pytest.mark.parametrize("tag", ["br", "div", "p"])
def test_of_half_a_block_in_outlook_all_our_lines_go(lines, tag):
    rows = "<br>\r\n".join(lines) if tag == "br" else "".join(f"<{tag}>{x}</{tag}>" for x in lines)
    body = markup(f"<html><body><p>Agenda</p><div>{rows}</div><p>Bo</p></body></html>")
    left = strip_link(body, url_of()).text
    empty = left.replace("<div></div>", "").replace("<p></p>", "").replace("\r\n", "")
    assert empty.replace("<div></div>", "") == "<html><body><p>Agenda</p><p>Bo</p></body></html>"


@pytest.mark.parametrize(
    "theirs",
    [
        "Meeting ID: 999 0001 1122\nPasscode: 1",
        "Passcode: 123456",
        "Phone: +43 1 (Wien)",
        f"{FIRST_LINE}\nmy notes\n\n",
        "My number, Meeting ID: 857 4606 5432, is\nnew",
        "Room 857 4606 5432",
        "https://docs.example/1 Meeting ID: 857 4606 5432",
        "https://us05web.zoom.us/j/99900011122 Meeting ID: 857 4606 5432",
        "Meeting ID: 1857 4606 5432",
    ],
)
def test_what_is_not_ours_stays(theirs):
    assert strip_link(text(theirs), url_of()).text == theirs
    assert tidied(text(theirs), frozenset({MEETING_ID})).text == theirs
    wrapped = f"<p>{theirs}</p>"
    assert strip_link(markup(wrapped), url_of()).text == wrapped


def test_tags_that_reach_beyond_a_line_of_ours_stay():
    body = markup("<p><b>Meeting ID: 857 4606 5432<br>Passcode: 1<br>Agenda</b></p>")
    assert strip_link(body, url_of()).text == "<p><b>Agenda</b></p>"


def test_a_person_who_took_the_link_alone_gets_rid_of_the_rest_in_one_write():
    before = event(location="", body=text("Agenda\n\n" + "\n".join(LINES[2:-1])))
    change = unlink_change(before, url_of())
    assert change.body == text("Agenda")
    assert unlink_change(written(before, change), url_of()).is_empty


@pytest.mark.parametrize("lines", HALVES.values(), ids=HALVES)
@pytest.mark.parametrize("join", [NEW, OTHER])
def test_a_new_link_takes_the_place_of_half_a_block(lines, join):
    shown = linked(event(body=text("Agenda")), FULL)
    before = replace(shown, body=text("Agenda\n\n" + "\n".join(lines)))
    after = written(before, link_change(before, join, mark="v1.1.x", flags=FlagPolicy()))
    assert after.body == merge(text("Agenda"), join)
    assert not shows_link(after, url_of())
    assert link_change(after, join, mark="v1.1.x", flags=FlagPolicy()) == EventChange()


def test_a_whole_block_is_not_tidied():
    body = merge(text("Agenda"), FULL)
    assert tidied(body, frozenset({MEETING_ID})) == body


def test_a_detail_that_would_not_be_known_again_is_not_written():
    odd = info(passcode="12 34", phone_numbers=(PhoneNumber("+43\n1", "Wien\n#nozoom)("),))
    assert merge(text(""), odd).text.split("\n") == [*LINES[:3], LAST_LINE]


def test_a_link_that_would_not_be_known_again_goes_without_a_trace():
    odd = info(join_url="https://zoom.us/j/1?x= #zoom <br>b", passcode="1")
    for body in (text("Agenda"), markup("<p>Agenda</p>")):
        assert strip(merge(body, odd)) == body


PIECES = st.sampled_from(
    [
        *LINES,
        *LINES,
        "",
        " ",
        "my words",
        "<b>",
        "</b>",
        "<i>x</i>",
        "https://docs.example",
        FIRST_LINE,
    ]
)
ENDS = st.sampled_from(["\n", "\n", "\r\n", "<br>", "</div><div>", " ", "\n\n"])
FORMS = st.sampled_from(BodyFormat)
EDITED = st.lists(st.tuples(PIECES, ENDS).map("".join), max_size=14).map("".join)


BELOW_FIRST = re.compile(rf"{FIRST_LINE}((?:\s|<[^<>]*>)*)")


def _is_plain(content: str) -> bool:
    """No empty line stands below a first line: below one, all is an invitation of Zoom's."""
    gaps = BELOW_FIRST.findall(content)
    return all(len(re.findall("<br>|</div>", gap)) < 2 and gap.count("\n") < 2 for gap in gaps)


PLAIN = EDITED.filter(_is_plain)


@given(PLAIN, FORMS)
def test_whatever_became_of_a_block_a_persons_words_stay(content, form):
    left = strip_link(Body(content, form), url_of()).text
    assert left.count("my words") == content.count("my words")
    assert left.count("https://docs.example") == content.count("https://docs.example")
    assert url_of() not in left


@given(PLAIN, FORMS)
def test_whatever_became_of_a_block_merging_settles(content, form):
    once = merge(Body(content, form), FULL)
    assert merge(once, FULL) == once
    assert holds(once, url_of())
    assert once.text.count("my words") == content.count("my words")


@given(EDITED, FORMS)
def test_removing_settles(content, form):
    once = strip_link(Body(content, form), url_of())
    assert strip_link(once, url_of()) == once or present(once)


@given(EDITED, FORMS)
def test_lines_joined_again_are_the_text(content, form):
    assert "".join(line.written + line.end for line in lines_of(Body(content, form))) == content


@given(st.text(), FORMS)
def test_a_detail_is_one_line(written_as, form):
    if is_detail(f"Passcode: {written_as}", form):
        assert written_as.strip()
        assert len(lines_of(Body(f"Passcode: {written_as.strip()}", form))) >= 1


HOSTILE = [
    "<",
    "<div",
    "<div>",
    "\n",
    "<br>",
    "Meeting ID: 857 4606 5432\n",
    "Passcode: 1\n",
    "<b>",
    "</b>",
]


@pytest.mark.parametrize(
    "hostile", [*HOSTILE, "Phone: 1 (", "Phone: 1 (2) ", "857 ", "&nbsp;", "https://"]
)
@pytest.mark.parametrize("make", [text, markup])
def test_a_flood_in_or_beside_a_block_is_read_to_its_end(hostile, make):
    flood = hostile * (200_000 // len(hostile))
    beside = make(f"Meeting ID: 857 4606 5432 {flood}~")
    assert strip_link(beside, url_of()).text.endswith("~")
    inside = make(f"{FIRST_LINE}\n{url_of()}\n{flood}~\n{LAST_LINE}")
    assert not present(strip(inside))
    assert strip(inside).text.count("~") == 1
    assert present(merge(inside, FULL)) or make is text
