"""The report as a whole: order, excerpts, limits, and what a terminal gets to see."""

import pytest

from syncd.config.errors import ConfigError
from syncd.config.load import MAX_PROBLEMS, load


def test_every_problem_is_reported_at_once_in_the_order_of_the_file(write, good, problems):
    text = good.replace("abc", "5").replace("[google:primary]", "[google:primary, microsoft:x]")
    path = write(text + "poll: {interval: 0s}\nwho: knows\nwho: knows\n")
    assert [problem.path for problem in problems(path)] == [
        "zoom.account_id",
        "people[0].calendars[1]",
        "poll.interval",
        "who",
        "who",
    ]


def test_the_report_points_at_the_value_and_counts(write, good, problems):
    path = write(good + "poll: {interval: 1w}\n")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert caught.value.render().splitlines() == [
        f"{path}:12:18: poll.interval: should be a duration, a whole number with its unit (got '1w')",
        "   12 |        interval: 1w",
        "      |                  ^^",
        "      = help: write it like 500ms, 30s, 5m, 1h or 1d; a plain number is seconds",
        "1 problem; nothing was changed",
    ]
    assert str(caught.value) == caught.value.render()


def test_the_report_points_at_an_unknown_key(write, good, problems):
    path = write(good + "pol: {interval: 1w}\n")
    assert problems(path)[0].excerpt == ("   12 | pol:", "      | ^^^")


def test_a_problem_as_json_has_the_six_documented_fields(write, good, problems):
    path = write(good.replace("version: 1", "version: 2"))
    assert problems(path)[0].as_json() == {
        "file": str(path),
        "line": 1,
        "column": 10,
        "path": "version",
        "problem": "is not a version of the configuration known here (got 2)",
        "remedy": "write 1",
    }


def test_a_flood_of_problems_is_cut_and_said_to_be(write, good, problems):
    flood = "".join(f"k{i}: 1\n" for i in range(MAX_PROBLEMS + 50))
    found = problems(write(good + flood))
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].problem == "and 50 or more others from here on"


def test_control_characters_of_a_key_do_not_reach_the_terminal(write, good, problems):
    found = problems(write(good + '"a\\u202eb": 1\n'))
    assert found[0].path == "a?b"


def test_a_very_long_value_is_shortened(write, good, problems):
    found = problems(write(good + f"poll: {{interval: {'x' * 5000}}}\n"))
    assert len(found[0].render()) < 700


def test_a_missing_file_is_a_problem_of_its_own(tmp_path, problems):
    found = problems(tmp_path / "nope.yaml")
    assert found[0].problem == "cannot read the file: No such file or directory"


def test_a_folder_is_not_a_file(tmp_path, problems):
    assert problems(tmp_path)[0].problem == "cannot read the file: Is a directory"
