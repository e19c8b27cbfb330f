"""Flags that ask for more than one thing, each with its place and remedy."""

import pytest

ONE = "keep it for one of the two; the other list is "

# Each case: the section `flags`, then `line:column: path: problem` and the remedy.
CASES = {
    "word of two kinds": (
        "{google_meet: {words: [call]}, teams: {words: [Call]}}",
        "9:55: flags.teams.words[0]: this word asks for Google Meet as well",
        ONE + "flags.google_meet.words",
    ),
    "word of a default": (
        "{words: [call, Google  meet, \uff2dEET]}",
        "9:37: flags.words[2]: this word asks for Google Meet as well",
        ONE + "flags.google_meet.words",
    ),
    "word of the default of Zoom": (
        "{teams: {words: [zoom meeting]}}",
        "9:25: flags.teams.words[0]: this word asks for Zoom as well",
        ONE + "flags.words",
    ),
    "tag of two kinds": (
        "{teams: {tags: [Meet]}}",
        "9:24: flags.teams.tags[0]: this tag asks for Google Meet as well",
        ONE + "flags.google_meet.tags",
    ),
    "category of two kinds": (
        "{google_meet: {categories: [zoom]}}",
        "9:36: flags.google_meet.categories[0]: this category asks for Zoom as well",
        ONE + "flags.categories",
    ),
    "address of two kinds": (
        "{addresses: [Call@example.com], teams: {addresses: [call@example.com]}}",
        "9:60: flags.teams.addresses[0]: this address asks for Zoom as well",
        ONE + "flags.addresses",
    ),
    "address that is none": (
        "{addresses: [zoom]}",
        "9:21: flags.addresses[0]: is not a mail address (got 'zoom')",
        "write it like ana@example.com",
    ),
    "word twice below a kind": (
        "{teams: {words: [a, A]}}",
        "9:28: flags.teams.words[1]: is listed twice (upper and lower case are the same)",
        "take one of the two out",
    ),
    "tag of Teams that refuses": (
        "{no_tags: [nozoom, teams]}",
        "9:27: flags.no_tags[1]: this tag both asks for a meeting and refuses one",
        "keep it in one of the two lists",
    ),
    "tag that refuses by default": (
        "{google_meet: {tags: [nolink]}}",
        "9:30: flags.google_meet.tags[0]: this tag both asks for a meeting and refuses one",
        "keep it in one of the two lists",
    ),
    "tag with its sign": (
        "{google_meet: {tags: ['#meet']}}",
        "9:30: flags.google_meet.tags[0]: is not a tag (got '#meet')",
        "write the word alone, without # or @ and without blanks",
    ),
    "unknown key of a kind": (
        "{teams: {word: [a]}}",
        "9:17: flags.teams.word: unknown setting",
        "did you mean 'words'?",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_wrong_flag_is_named_with_its_place_and_remedy(write, good, problems, case):
    flags, expected, remedy = case
    (problem,) = problems(write(good.replace("people:", f"flags: {flags}\npeople:")))
    assert f"{problem.line}:{problem.column}: {problem.path}: {problem.problem}" == expected
    assert problem.remedy == remedy
