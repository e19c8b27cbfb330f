"""Words in every script, as people and their programs write them."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.text import folded, folded_with_places

UNSEEN = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff"
LETTERS = st.text() | st.lists(
    st.sampled_from(
        [
            *(
                "z",
                "O",
                "#",
                " ",
                "\xa0",
                "\u0301",
                "\u0323",
                "\u1100",
                "\u1161",
                "\u11a8",
                "\uff76",
            ),
            *("\uff9e", "\ufb03", "\u0130", "\u00df", "\u09c7", "\u09be", "\u20e3"),
            *UNSEEN,
        ]
    )
).map("".join)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("ZOOM", "zoom"),
        ("\u200fzoom\u200e", "zoom"),
        ("zo\u200bom", "zoom"),
        ("zo\u00adom", "zoom"),
        ("\ufeff zoom \u200b", "zoom"),
        ("\u2067zoom\u2069", "zoom"),
        ("\uff03\uff5a\uff4f\uff4f\uff4d", "#zoom"),
        ("\uff20zoom", "@zoom"),
        ("\u3000zoom\u2003", "zoom"),
        ("zoom\xa0meeting", "zoom meeting"),
        ("ZOOM-BESPRECHUNG", "Zoom-Besprechung"),
        ("\u4f1a\u8b70", "\u4f1a\u8b70"),
        (
            "\u200f\u0627\u062c\u062a\u0645\u0627\u0639\u200f",
            "\u0627\u062c\u062a\u0645\u0627\u0639",
        ),
        ("re\u0301union", "R\u00c9UNION"),
        ("\u1112\u116c\u110b\u1174", "\ud68c\uc758"),
        ("\uff76\uff9e", "\u30ac"),
        ("STRASSE", "stra\u00dfe"),
        ("TOPLANTI", "toplanti"),
    ],
)
def test_one_word_has_many_spellings(written, word):
    assert folded(written) == folded(word)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("zo\u00f6m", "zoom"),
        ("zoo\u0308m", "zoom"),
        ("zoom\u0301", "zoom"),
        ("zoom\u20e3", "zoom"),
        ("zoom.", "zoom"),
        ("(zoom)", "zoom"),
        ("zo om", "zoom"),
        ("zooml\u0131", "zoomli"),
        ("z\u03bf\u03bfm", "zoom"),
        ("ZOOM TOPLANTISI", "zoom toplant\u0131s\u0131"),
        ("\u0130", "i"),
    ],
)
def test_another_letter_makes_another_word(written, word):
    assert folded(written) != folded(word)


@given(st.text(alphabet=st.characters(exclude_characters=UNSEEN), max_size=40))
def test_folding_is_nfkc_and_case_folding_of_the_whole(text):
    whole = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    assert (
        unicodedata.normalize("NFKC", folded(text)) == unicodedata.normalize("NFKC", whole).strip()
    )


@given(LETTERS, LETTERS)
def test_what_nobody_sees_makes_no_difference(one, other):
    plain = re.sub(f"[{UNSEEN}]", "", one)
    assert folded(one + UNSEEN) == folded(plain)
    assert folded(f"{one} {UNSEEN} {other}") == folded(f"{plain}  {other}")


@given(LETTERS)
def test_both_ways_of_folding_agree(text):
    assert folded_with_places(text).text.strip() == folded(text)


@given(LETTERS, LETTERS)
def test_a_word_between_blanks_is_found_where_it_stands(before, after):
    title = f"{before} #Zoom {after}"
    fold = folded_with_places(title)
    found = [fold.origin(*match.span()) for match in re.finditer("#zoom(?= )", fold.text)]
    places = [place for place in found if place is not None]
    assert any(title[start:end].strip(UNSEEN) == "#Zoom" for start, end in places)


@given(LETTERS, st.integers(0, 30), st.integers(0, 30))
def test_a_place_folds_to_what_was_found_there(text, start, length):
    fold = folded_with_places(text)
    match = fold.text[start : start + length]
    place = fold.origin(start, min(start + length, len(fold.text)))
    if place is not None:
        assert folded_with_places(text[slice(*place)]).text == match


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("Talk #zoom", "Talk "),
        ("Talk \uff03\uff3a\uff2f\uff2f\uff2d here", "Talk  here"),
        ("\u200f#zo\u200bom\u200f Talk", " Talk"),
        ("caf\u00e9 cafe\u0301 #zoom", "caf\u00e9 cafe\u0301 "),
        ("\ufb03 #zoom \ufb03", "\ufb03  \ufb03"),
    ],
)
def test_a_word_is_cut_out_of_the_original(title, rest):
    fold = folded_with_places(title)
    place = fold.origin(fold.text.index("#zoom"), fold.text.index("#zoom") + 5)
    assert place is not None
    assert title[: place[0]] + title[place[1] :] == rest


@pytest.mark.parametrize("title", ["#zoom\u0333", "#zoom\u20e3", "#zoo\ufb03", "#zoom\u0301"])
def test_a_word_that_ends_within_a_letter_is_none(title):
    fold = folded_with_places(title)
    found = re.match("#zoom|#zoof", fold.text)
    assert found is None or fold.origin(*found.span()) is None


def test_nothing_stands_nowhere():
    assert folded_with_places("zoom").origin(2, 2) is None
    assert folded_with_places("").text == ""


@pytest.mark.parametrize(
    "hostile", ["\u0301\u0323", "\u200b", "\ufdfa", "\u1100", "a\u0301", "\uff9e", "#", "\ud800"]
)
def test_a_flood_of_marks_is_folded_to_its_end(hostile):
    flood = hostile * (200_000 // len(hostile))
    assert folded(f"{flood} zoom").endswith("zoom")
    fold = folded_with_places(f"{flood} zoom")
    assert fold.origin(len(fold.text) - 4, len(fold.text)) == (len(flood) + 1, len(flood) + 5)
