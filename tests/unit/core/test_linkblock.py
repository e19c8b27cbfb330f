"""The block in an event's text: where it goes, and that it goes without a trace."""

import re

import pytest

from syncd.core.conference import PhoneNumber
from syncd.core.linkblock import (
    FIRST_LINE,
    LAST_LINE,
    TEXT_LIMIT,
    has_room,
    holds,
    meeting_in,
    merge,
    present,
    strip,
    strip_link,
)
from tests.factories import info, markup, text, url_of

NUMBERS = tuple(PhoneNumber(f"+43 1 555 {n:04}", "Austria") for n in range(3))
FULL = info(phone_numbers=NUMBERS)
BLOCK = merge(text(""), info()).text
HTML_BLOCK = merge(markup(""), info()).text


def test_a_text_block_says_how_to_join():
    assert merge(text("Agenda"), info(phone_numbers=NUMBERS[:1])).text.split("\n") == [
        "Agenda",
        "",
        FIRST_LINE,
        url_of(),
        "Meeting ID: 857 4606 5432",
        "Passcode: 123456",
        "Phone: +43 1 555 0000 (Austria)",
        LAST_LINE,
    ]


def test_without_a_passcode_or_phones_their_lines_are_left_out():
    block = merge(text(""), info(passcode="")).text
    assert "Passcode" not in block
    assert "Phone" not in block


def test_markup_of_zoom_and_numbers_is_escaped():
    join = info(join_url="https://zoom.us/j/1?a=2&b=<3>", passcode="<b>&")
    block = merge(markup("<p>x</p>"), join).text
    assert 'href="https://zoom.us/j/1?a=2&amp;b=&lt;3&gt;"' in block
    assert "Passcode: &lt;b&gt;&amp;" in block


@pytest.mark.parametrize(
    ("before", "start", "end"),
    [
        ("<html><body><p>x</p></body></html>", "<html><body><p>x</p>", "</body></html>"),
        ("<BODY>x</BODY >\r\n", "<BODY>x", "</BODY >\r\n"),
        ("a</body>b</body>", "a</body>b", "</body>"),
        ("<body>x</body><!-- </body> -->", "<body>x", "</body><!-- </body> -->"),
        ("<body><!-- a --><pre>x\n</pre></body>", "<body><!-- a --><pre>x\n</pre>", "</body>"),
        ("<html><body></body></html>", "<html><body>", "</body></html>"),
        ("<p>x</p>", "<p>x</p>", ""),
        ("", "", ""),
    ],
)
def test_markup_gets_the_block_at_its_end_inside_the_body(before, start, end):
    assert merge(markup(before), info()).text == start + HTML_BLOCK + end


@pytest.mark.parametrize("make", [text, markup])
def test_a_block_is_replaced_where_it_stands(make):
    old = merge(make("Agenda"), info(join_url="https://zoom.us/j/1", passcode="old"))
    moved = make(old.text + "\nmore below")
    new = merge(moved, info())
    assert new.text.startswith("Agenda")
    assert new.text.endswith("\nmore below")
    assert not holds(new, "https://zoom.us/j/1")
    assert holds(new, url_of())
    assert new.text.count(FIRST_LINE) == 1


@pytest.mark.parametrize(
    ("around", "left"),
    [
        ("{}", ""),
        ("A\n\n{}\n\nB", "A\n\nB"),
        ("{}\n\nB", "\n\nB"),
        ("A\n{}", "A\n"),
        ("A\n\n\n\n{}", "A\n\n"),
        ("A{}B", "AB"),
        ("A\r\n\r\n{}\r\nB", "A\r\nB"),
        ("A<br><br>{}<br>B", "A<br>B"),
        ("A\r\n\n{}", "A\r"),
    ],
)
def test_a_block_in_the_middle_goes_and_the_rest_stays(around, left):
    assert strip(text(around.format(BLOCK))).text == left


@pytest.mark.parametrize("make", [text, markup])
@pytest.mark.parametrize("count", [2, 3])
def test_doubled_blocks_become_one_and_all_go_together(make, count):
    block = BLOCK if make is text else HTML_BLOCK
    body = make("A" + f"\n\n{block}" * count)
    assert merge(body, info()).text.count(FIRST_LINE) == 1
    assert not present(strip(body))
    assert strip(body).text.startswith("A")


@pytest.mark.parametrize(
    "broken",
    [
        FIRST_LINE,
        LAST_LINE,
        f"{LAST_LINE}\n{FIRST_LINE}",
        BLOCK.removesuffix(LAST_LINE),
        BLOCK.removeprefix(FIRST_LINE),
        FIRST_LINE.upper() + LAST_LINE,
    ],
)
def test_half_a_block_is_text_of_the_person(broken):
    assert not present(text(broken))
    assert not holds(text(broken), url_of())
    assert strip(text(broken)).text == broken
    assert strip(merge(text(broken), info())).text == broken


def test_a_first_line_left_over_does_not_swallow_what_follows():
    body = text(f"{FIRST_LINE}\nmy notes\n\n{BLOCK}")
    assert strip(body).text == f"{FIRST_LINE}\nmy notes"


def test_holds_looks_inside_blocks_only():
    body = text(f"https://zoom.us/j/1\n\n{BLOCK}")
    assert holds(body, url_of())
    assert not holds(body, "https://zoom.us/j/1")
    assert not holds(text(url_of()), url_of())


@pytest.mark.parametrize("room", range(0, 420, 20))
def test_at_the_limit_the_block_gives_way_and_never_the_text(room):
    body = text("x" * (TEXT_LIMIT - room))
    merged = merge(body, FULL)
    assert len(merged.text) <= TEXT_LIMIT
    assert merged.text.startswith(body.text)
    assert strip(merged) == body
    assert merge(merged, FULL) == merged


def test_the_block_shortens_before_it_is_left_out():
    sizes = {
        merge(text("x" * (TEXT_LIMIT - room)), FULL).text.count("\n") for room in range(0, 420, 5)
    }
    assert sizes == {0, 4, 6, 9}


def test_a_block_that_no_longer_fits_is_taken_out():
    full = text("x" * (TEXT_LIMIT - 10) + BLOCK)
    assert merge(full, FULL).text == "x" * (TEXT_LIMIT - 10)


def test_markup_has_no_limit():
    assert present(merge(markup("x" * 100_000), FULL))


def _exchange(content: str) -> str:
    """Rewrite markup as Exchange and Outlook do: wrapped, attributes dropped, lines of Windows."""
    bare = re.sub(r"<(div|p|span)\b[^<>]*>", r"<\1>", content)
    broken = bare.replace("<br>", "<br>\r\n")
    return f'<html>\r\n<head>\r\n<meta name="x">\r\n</head>\r\n<body>\r\n{broken}\r\n</body>\r\n</html>\r\n'


@pytest.mark.parametrize(
    "rewrite",
    [
        _exchange,
        lambda content: content.replace(" Zoom ", "\r\nZoom "),
        lambda content: content.replace(" added by ", "&nbsp;added&nbsp; by\r\n"),
        lambda content: content.replace("<div>", '<div class="elementToProof">'),
        lambda content: content.replace("<div>", f'<div style="{"font-size: 12pt; " * 40}">'),
        lambda content: content.replace("<div>", "<p>").replace("</div>", "</p>"),
        lambda content: content.replace("<div>", "<div>\r\n").replace("</div>", "\r\n</div>\r\n"),
    ],
)
def test_what_exchange_makes_of_the_block_is_found_and_goes_with_its_element(rewrite):
    plain = rewrite("<p>Agenda</p>@").replace("@", "")
    with_block = rewrite(merge(markup("<p>Agenda</p>"), info()).text)
    body = markup(with_block)
    assert present(body)
    assert holds(body, url_of())
    left = strip(body).text
    assert left.split() == plain.split()
    assert not re.search(r"<(div|p)\b[^<>]*>\s*</\1>", left)
    assert merge(merge(body, info()), info()) == merge(body, info())


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ("at {} now", "at  now"),
        ("{}", ""),
        ("{}.", "."),
        ('<a href="{}">{}</a>', ""),
        ("<a class='x' href='{}' target=_blank>{}\r\n</a>!", "!"),
        ('<a href="{}"></a>', ""),
        ('<a href="{}">my call</a>', '<a href="">my call</a>'),
        ('<a href="https://other.example">{}</a>', '<a href="https://other.example"></a>'),
        ("{}9 now", " now"),
        ("https://us05web.zoom.us/j/85746065432", ""),
        ("https://us05web.zoom.us/j/85746065432?pwd=old.", "."),
        ("https://us05web.zoom.us/j/857460654321", "https://us05web.zoom.us/j/857460654321"),
        ("nothing", "nothing"),
    ],
)
def test_loose_copies_of_the_link_go_too(content, left):
    body = markup(content.replace("{}", url_of()))
    assert strip_link(body, url_of()).text == left.replace("{}", url_of())


def test_a_loose_copy_goes_in_its_escaped_spelling():
    url = "https://zoom.us/j/1?a=2&b=3"
    body = markup('<a href="https://zoom.us/j/1?a=2&amp;b=3">https://zoom.us/j/1?a=2&amp;b=3</a>')
    assert strip_link(body, url).text == ""


@pytest.mark.parametrize("make", [text, markup])
def test_the_meeting_of_a_block_is_read_from_its_link(make):
    assert meeting_in(merge(make("https://zoom.us/j/111111111 \n"), info())) == 85746065432
    assert meeting_in(make(url_of())) is None
    assert meeting_in(make("")) is None


def test_a_block_without_a_link_names_no_meeting():
    assert meeting_in(merge(text(""), info(join_url="https://zoom.us/my/ana"))) is None


@pytest.mark.parametrize("length", range(7600, 8193, 8))
def test_where_there_is_room_a_block_with_a_link_fits(length):
    body = text("x" * length)
    if has_room(body):
        assert present(merge(body, FULL))
    assert has_room(markup(body.text))


def test_there_is_room_in_a_short_text_and_none_in_a_full_one():
    assert has_room(text("x" * 7900))
    assert not has_room(text("x" * 8190))
    assert has_room(merge(text("x" * 8000), info()))


HOSTILE = [
    FIRST_LINE,
    LAST_LINE,
    FIRST_LINE[:-1],
    FIRST_LINE + " ",
    "\u2500",
    "\u2500" * 8 + " ",
    "\u2500" * 8 + "&nbsp;",
    BLOCK,
    HTML_BLOCK,
    "<",
    "<div",
    "<!--",
    "<div>",
    "<div> " + FIRST_LINE,
    "</body",
    "<a href='",
    f'<a href="{url_of()}" ',
    f'href="{url_of()}" ',
    url_of() + "/",
    url_of() + ".",
    "\n",
    FIRST_LINE + "https://",
    "https://x/j/",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("make", [text, markup])
def test_a_megabyte_of_hostile_text_is_read_to_its_end(hostile, make):
    flood = make("<a " + hostile * (1_000_000 // len(hostile)) + "~")
    assert strip(flood).text.endswith("~")
    assert strip_link(flood, url_of()).text.endswith("~")
    assert not present(strip(flood))
    block = make(f"{FIRST_LINE}{hostile * (1_000_000 // len(hostile))}{LAST_LINE}")
    assert meeting_in(block) in (None, 85746065432)


@pytest.mark.parametrize("line", [FIRST_LINE, LAST_LINE])
@pytest.mark.parametrize("make", [text, markup])
def test_a_line_of_ours_cut_short_is_not_made_whole_by_the_block_below_it(make, line):
    body = make(f"{FIRST_LINE}\n{line[:-9]}")
    once = merge(body, info())
    assert merge(once, info()) == once
    assert strip(once) == body


@pytest.mark.parametrize("make", [text, markup])
@pytest.mark.parametrize("place", [FIRST_LINE, LAST_LINE, "<div>", "a\nb"])
def test_a_phone_number_that_would_not_be_known_again_is_left_out(make, place):
    strange = info(phone_numbers=(PhoneNumber("+43 1", place),))
    once = merge(make("Agenda"), strange)
    assert merge(once, strange) == once
    assert strip(once) == make("Agenda")
