"""Which events are flagged, by which rule."""

from typing import Any

import pytest

from syncd.core import linkblock
from syncd.core.policy import FlagPolicy
from syncd.core.rules import FlagSource, decide
from tests.factories import event, info, markup, person, text

PERSON = person()


def source_of(**changes: Any) -> FlagSource | None:
    flag = decide(event(**changes), PERSON).flag
    return None if flag is None else flag.source


@pytest.mark.parametrize(
    "location",
    [
        "zoom",
        "Zoom",
        "ZOOM",
        " zoom ",
        "\tzoom\n",
        "@zoom",
        "@Zoom",
        "zoom meeting",
        "Zoom Meeting",
        "\uff5a\uff4f\uff4f\uff4d",
        "\xa0zoom",
    ],
)
def test_a_location_that_is_nothing_but_the_word_is_a_flag(location):
    assert source_of(location=location) is FlagSource.LOCATION_WORD


@pytest.mark.parametrize(
    "location",
    [
        "",
        "zoom room",
        "Room Zoom",
        "zoom.us",
        "zoomed",
        "@zoom.us",
        "https://zoom.us/j/1",
        "#nozoom",
    ],
)
def test_any_other_location_is_none(location):
    assert source_of(location=location) is None


TAGGED = [
    "#zoom",
    "#Zoom",
    "@zoom",
    "@ZOOM",
    "Talk #zoom",
    "#zoom Talk",
    "(#zoom)",
    "Talk, #zoom.",
    "#zoom!",
    "#zoom: Talk",
    "a\n#zoom\nb",
    "see https://x.example/ #zoom",
    "#zoom\xa0",
    "„#zoom“",
]
UNTAGGED = [
    "",
    "zoom",
    "# zoom",
    "#zoomed",
    "#zoom2",
    "#zoom-room",
    "#zoom_room",
    "#zoom@home",
    "##zoom",
    "@zoom.us",
    "mail@zoom",
    "bo@zoom.us",
    "a#zoom",
    "https://x.example/#zoom",
    "https://x.example/?a=(#zoom",
    "http://x.example/a!#zoom",
    "zoommtg://x/#zoom",
    "www.x.example/?#zoom",
    "x.example/#zoom",
    "x.example#zoom",
    "&#zoom;",
    "#nozoomed",
]


@pytest.mark.parametrize("content", TAGGED)
def test_a_tag_is_a_flag_in_the_title_and_in_the_text(content):
    assert source_of(title=content) is FlagSource.TITLE_TAG
    assert source_of(body=text(content)) is FlagSource.TEXT_TAG
    assert source_of(body=markup(content)) is FlagSource.TEXT_TAG


@pytest.mark.parametrize("content", UNTAGGED)
def test_what_only_looks_like_a_tag_is_none(content):
    assert source_of(title=content) is None
    assert source_of(body=text(content)) is None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("<p>#zoom</p>", True),
        ("#zo<b>om</b>", True),
        ("&#35;zoom", True),
        ("&nbsp;#zoom&nbsp;", True),
        ("a<br>#zoom<br>b", True),
        ("<td>a</td><td>#zoom</td>", True),
        ("<a href='https://x/#zoom'>#zoom</a>", True),
        ("<a href='https://x/#zoom'>x</a>", False),
        ("<style>#zoom {color: red}</style>", False),
        ("<!-- #zoom -->", False),
        ("a<i>#zoom</i>", False),
        ("&amp;#zoom", False),
    ],
)
def test_tags_in_markup_are_those_a_reader_sees(content, found):
    assert (source_of(body=markup(content)) is FlagSource.TEXT_TAG) is found


@pytest.mark.parametrize("no", ["#nozoom", "#NoZoom", "@nozoom", "#nolink", "a #nozoom b"])
@pytest.mark.parametrize("field", ["title", "body"])
def test_no_beats_every_other_flag(no, field):
    wanting = {"title": "Talk #zoom", "location": "zoom", "categories": ("Zoom",)}
    no_event = {field: text(no) if field == "body" else no}
    decision = decide(event(**{**wanting, **no_event}), PERSON)
    assert decision.refused
    assert not decision.wanted
    assert decision.wanting() == ()


def test_the_order_of_the_rules():
    flags = {
        "location": ("zoom", FlagSource.LOCATION_WORD),
        "title": ("#zoom", FlagSource.TITLE_TAG),
        "body": (text("#zoom"), FlagSource.TEXT_TAG),
        "categories": (("Zoom",), FlagSource.CATEGORY),
    }
    left = dict(flags)
    for name, (_, source) in flags.items():
        assert source_of(**{key: value for key, (value, _) in left.items()}) is source
        del left[name]
    assert source_of() is None


@pytest.mark.parametrize("categories", [("Zoom",), ("zoom",), ("Blue", "ZOOM"), (" Zoom ",)])
def test_a_category_is_a_flag_in_any_case(categories):
    assert source_of(categories=categories) is FlagSource.CATEGORY


def test_another_category_is_none():
    assert source_of(categories=("Zoomed", "Blue")) is None


@pytest.mark.parametrize(
    ("content", "wishes"),
    [
        ("#zoom", ()),
        ("#zoom:wait", ("wait",)),
        ("#zoom:wait:auth", ("wait", "auth")),
        ("#ZOOM:Wait", ("wait",)),
        ("#zoom:host=bo@example.com", ("host=bo@example.com",)),
        ("#zoom:wait.", ("wait",)),
        ("(#zoom:wait)", ("wait",)),
        ("#zoom:wait, #zoom:auth", ("wait", "auth")),
        ("#zoom and #zoom:wait", ("wait",)),
        ("#zoom:wait #zoom:wait", ("wait",)),
        ("#zoom:wait2", ("wait2",)),
        ("#zoom:wait-auth", ("wait-auth",)),
        ("#zoom:wait@home", ("wait@home",)),
        ("#zoom:10", ("10",)),
        ("#zoom: wait", ()),
    ],
)
def test_wishes_are_read_whole(content, wishes):
    flag = decide(event(title=content), PERSON).flag
    assert flag is not None
    assert flag.wishes == wishes


@pytest.mark.parametrize("body", [text("Agenda"), markup("<p>Agenda</p>"), text("")])
def test_our_own_block_is_never_a_flag(body):
    join = info(join_url="https://zoom.us/j/1?x= #zoom ", passcode="#zoom #nozoom")
    assert source_of(body=linkblock.merge(body, join)) is None


def test_a_tag_beside_our_block_still_is():
    assert source_of(body=linkblock.merge(text("#zoom"), info())) is FlagSource.TEXT_TAG


def test_every_verdict_is_told_and_the_first_match_is_the_reason():
    decision = decide(event(location="zoom", categories=("Zoom",)), PERSON)
    assert [(verdict.rule, verdict.matched) for verdict in decision.verdicts] == [
        ("a choice", False),
        ("a tag that says no", False),
        ("a word in the location", True),
        ("a tag in the title", False),
        ("a tag in the text", False),
        ("a category", True),
        ("an invited address", False),
    ]
    assert decision.reason == "a word in the location: 'zoom'"
    assert all(verdict.why for verdict in decision.verdicts)


def test_without_a_flag_the_reason_says_so():
    decision = decide(event(), PERSON)
    assert decision.reason == "nothing in the event asks for a link"
    assert not decision.wanted
    assert not decision.refused


def test_flags_compare_over_time_whatever_their_case_and_order():
    once = decide(event(location="Zoom", title="#ZOOM x"), PERSON).wanting()
    again = decide(event(location=" zoom ", title="x #zoom"), PERSON).wanting()
    assert once == again == ("location_word:zoom", "title_tag:#zoom")


def test_empty_lists_switch_the_rules_off():
    off = FlagPolicy(words=(), tags=(), no_tags=(), categories=())
    everything = event(
        title="#zoom #nozoom", location="zoom", body=text("#zoom"), categories=("Zoom",)
    )
    assert decide(everything, person(flags=off)).flag is None


def test_words_of_the_config_are_taken_literally():
    policy = FlagPolicy(words=("Video (extern)",), tags=("c++", "video"), no_tags=())
    assert decide(event(location="video (EXTERN)"), person(flags=policy)).wanted
    assert decide(event(title="#c++"), person(flags=policy)).wanted
    assert not decide(event(title="#ccc"), person(flags=policy)).wanted


@pytest.mark.parametrize(
    "hostile",
    [
        "#zoom:",
        "#zoom:a=!",
        "#zoom-",
        "a://",
        "https://",
        "#",
        "@zoom.",
        "#zoom:a-",
        ":a",
        "www.",
        "#zoom:a.@",
    ],
)
def test_a_megabyte_of_hostile_text_is_decided(hostile):
    flood = hostile * (1_000_000 // len(hostile))
    for content in (flood, "#zoom:" + flood, f"{flood} #zoom"):
        assert len(decide(event(title=content, body=text(content)), PERSON).verdicts) == 7
