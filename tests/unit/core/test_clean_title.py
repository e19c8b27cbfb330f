"""Titles as guests should see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.policy import FlagPolicy
from syncd.core.rules import decide
from syncd.core.tags import clean_title
from tests.factories import event, person

POLICY = FlagPolicy()


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("Talk #zoom", "Talk"),
        ("#zoom Talk", "Talk"),
        ("Talk #zoom with Bo", "Talk with Bo"),
        ("Talk #zoom:wait:auth with Bo", "Talk with Bo"),
        ("Talk #zoom @zoom with Bo", "Talk with Bo"),
        ("#zoom #zoom Talk #Zoom", "Talk"),
        ("#zoom", ""),
        (" #zoom ", ""),
        ("Talk (#zoom)", "Talk"),
        ("Talk [ #zoom ] two", "Talk two"),
        ("Talk (with #zoom)", "Talk (with)"),
        ("Talk", "Talk"),
        ("  Talk  ", "  Talk  "),
        ("Talk #zoomed", "Talk #zoomed"),
        ("bo@zoom.us", "bo@zoom.us"),
        ("Talk #nozoom", "Talk #nozoom"),
        ("https://x.example/?a=(#zoom #zoom", "https://x.example/?a=(#zoom"),
        ("", ""),
    ],
)
def test_tags_go_with_the_blanks_around_them(title, clean):
    assert clean_title(title, POLICY) == clean


@pytest.mark.parametrize("policy", [FlagPolicy(strip_title_tag=False), FlagPolicy(tags=())])
def test_a_title_stays_when_policy_says_so(policy):
    assert clean_title("Talk #zoom", policy) == "Talk #zoom"


PIECES = st.lists(
    st.sampled_from(
        [
            "#zoom",
            "@Zoom",
            "#zoom:wait",
            " ",
            "Talk",
            "#zoomed",
            "https://x/#zoom",
            "(",
            ":",
            "\u00e9",
        ]
    )
)


@given(PIECES.map("".join))
def test_a_title_without_a_tag_is_left_alone_and_a_cleaned_one_has_none_or_less(title):
    clean = clean_title(title, POLICY)
    is_tagged = decide(event(title=title), person(flags=FlagPolicy(no_tags=()))).wanted
    assert (clean == title) is not is_tagged
    assert len(clean) <= len(title)


@given(st.lists(st.sampled_from(["Talk", "with", "Bo", "#zoom"]), min_size=1))
def test_of_plain_words_only_the_tags_go(words):
    kept = [word for word in words if word != "#zoom"]
    assert clean_title(" ".join(words), POLICY) == " ".join(kept)
