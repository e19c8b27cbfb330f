"""What a person sees of a text."""

import pytest

from syncd.core.text import folded, shows_meeting, shows_url, visible
from tests.factories import markup, text, url_of


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("plain", "plain"),
        ("a &amp; b&nbsp;c", "a & b\xa0c"),
        ("&lt;b&gt;", "<b>"),
        ("#zo<b>om</b>", "#zoom"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<p class='x'>a</p>b", "\na\nb"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "\n\n\na\n\nb\n\n\n"),
        ("a<hr>b", "a\nb"),
        ("<style><!-- #zoom {} --></style>a", "a"),
        ("<SCRIPT type=x>#zoom</script >a", "a"),
        ("a<!-- #zoom > b -->c", "ac"),
        ("<!--[if mso]><xml><o:x>#zoom</o:x></xml><![endif]-->a", "a"),
        ("<a href='https://x/#zoom'>here</a>", "here"),
        ("&#35;zoom", "#zoom"),
    ],
)
def test_markup_is_read_as_a_reader_sees_it(written, seen):
    assert visible(markup(written)) == seen


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("5 < 6 #zoom 7 > 6", "5 < 6 #zoom 7 > 6"),
        ("<#zoom>", "<#zoom>"),
        ("Google<br>writes <b>tags</b> too", "Google\nwrites tags too"),
        ("a &amp; b", "a & b"),
    ],
)
def test_plain_texts_may_hold_markup_and_signs_alike(written, seen):
    assert visible(text(written)) == seen


URL = url_of()


@pytest.mark.parametrize(
    "shown",
    [
        URL,
        f"at {URL}.",
        f"({URL})",
        f'<a href="{URL}">join</a>',
        f"{URL}#success",
        f"{URL}&from=addon",
        f"<{URL}>",
        f"&lt;{URL}&gt;",
        f"{URL}\r\n",
    ],
)
def test_a_link_is_seen_wherever_it_stands(shown):
    assert shows_url(shown, URL)


@pytest.mark.parametrize("other", ["", "zoom", URL[:-1], URL + "2", URL + ".2", URL.split("?")[0]])
def test_another_link_is_not_taken_for_ours(other):
    assert not shows_url(other, URL)


def test_a_longer_meeting_number_is_another_meeting():
    assert not shows_url("https://zoom.us/j/1234567890", "https://zoom.us/j/123456789")


def test_the_same_meeting_with_a_passcode_is_still_shown():
    assert shows_url("https://zoom.us/j/123456789?pwd=x", "https://zoom.us/j/123456789")


@pytest.mark.parametrize(
    "link",
    [
        URL,
        url_of(passcode="older.1"),
        URL.split("?")[0],
        f"{URL.split('?')[0]}?pwd=a.1&amp;from=x",
        f"<a href='{url_of(passcode='x')}'>",
    ],
)
def test_every_link_with_the_number_leads_to_the_meeting(link):
    assert shows_meeting(link, URL)


@pytest.mark.parametrize(
    "other",
    [
        "",
        URL.replace("/j/", "/my/"),
        url_of(857460654321),
        url_of(8574606543),
        "https://evil.example/j/85746065432",
    ],
)
def test_no_other_link_leads_to_the_meeting(other):
    assert not shows_meeting(other, URL)


def test_of_a_personal_link_only_the_link_itself_is_known():
    assert shows_meeting("at https://zoom.us/my/ana.", "https://zoom.us/my/ana")
    assert not shows_meeting("at https://zoom.us/my/anabel", "https://zoom.us/my/ana")


@pytest.mark.parametrize("ampersand", ["&", "&amp;", "&#38;", "&#x26;", "&AMP;"])
def test_every_spelling_of_an_ampersand_is_the_same_link(ampersand):
    assert shows_url(f"see https://zoom.us/j/1?a=2{ampersand}b=3", "https://zoom.us/j/1?a=2&b=3")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ZOOM", "zoom"),
        (" Zoom\t", "zoom"),
        ("\uff5a\uff4f\uff4f\uff4d", "zoom"),
        ("\xa0zoom\xa0", "zoom"),
        ("STRASSE", "straße"),
    ],
)
def test_words_compare_without_regard_to_case_width_and_blanks(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    "hostile",
    ["<style>", "<style", "<!--", "<", "<br", "</script ", "<script></", "&lt;", "<a <", "&"],
)
def test_a_megabyte_of_hostile_markup_is_read_to_its_end(hostile):
    flood = hostile * (1_000_000 // len(hostile))
    assert visible(markup(flood + " end")).endswith("end")
    assert not shows_url(flood, URL)
    assert not shows_meeting(flood, URL)
