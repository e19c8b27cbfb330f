"""Whatever stands in the file: it loads, or it is refused as a person would understand it."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.config.errors import ConfigError
from syncd.config.example import example_yaml
from syncd.config.load import Loaded, load, load_without_secrets
from syncd.config.patterns import BadPattern, title_search

QUIET = settings(
    max_examples=200,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
EXAMPLE = example_yaml()
# What the example has commented out, or at its simplest.
RULES = """\
version: 1
rules:
  - {name: a, calendars: [google:primary, "microsoft: x"], attendees_min: 1, attendees_max: 2}
  - {outside: true, title_words: [a, b], title_regex: "^(a|b)+$", all_day: false, provider: zoom}
  - {organisers: [a@b.example], provider: teams, zoom: {pool: [a@b.example]}}
  - {provider: none}
people:
  - {email: a@b.example, calendars: [google:primary], zoom: {pool: [a@b.example]}, hosts_allowed: []}
zoom: {sweep: 1h, meeting: {alternative_hosts: off, series: fixed_time}}
"""
SIGNS = list("{}[]:,-?#&*!|>%@`'\"\\\t\n ~=<\0\x85\u2028\ufeff\U0001f600")
WORDS = (
    "zoom off ( (? [ \\p{ x{9} rules:_ provider:_ title_regex:_ title_words:_ pool:_ meet teams a people: email version:_1 true null 1 -0.5 {file:_x} {env:_HOME} client_secret:_ *a &a_ "
    ":_ -_ <<:_ ?_ --- \\U \\x0 9999999999999999999999"
)
PIECES = st.sampled_from([*SIGNS, "\n  ", *(word.replace("_", " ") for word in WORDS.split())])
SNIPPETS = st.lists(PIECES, max_size=25).map("".join)


def outcome(path: Path) -> Loaded | ConfigError:
    try:
        load_without_secrets(path)
        return load(path)
    except ConfigError as error:
        return error


def is_readable(refused: Loaded | ConfigError) -> bool:
    return (
        isinstance(refused, ConfigError)
        and refused.render().endswith("nothing was changed")
        and len(refused.problems) > 0
        and all(p.line > 0 and p.column > 0 and p.remedy for p in refused.problems)
    )


@QUIET
@given(text=SNIPPETS)
def test_pieces_of_yaml_load_or_are_refused(tmp_path, text):
    path = tmp_path / "syncd.yaml"
    path.write_text(text, encoding="utf-8")
    assert is_readable(outcome(path))


@QUIET
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_refused(tmp_path, raw):
    path = tmp_path / "syncd.yaml"
    path.write_bytes(raw)
    assert is_readable(outcome(path))


@QUIET
@given(
    start=st.integers(0, len(EXAMPLE)),
    length=st.integers(0, 60),
    text=SNIPPETS | st.text(max_size=9),
)
def test_a_damaged_example_loads_or_is_refused(tmp_path, start, length, text):
    damaged = EXAMPLE[:start] + text + EXAMPLE[start + length :]
    path = tmp_path / "syncd.yaml"
    path.write_bytes(damaged.encode("utf-8", "surrogatepass"))
    result = outcome(path)
    assert isinstance(result, Loaded) or is_readable(result)


@QUIET
@given(data=st.data(), length=st.integers(0, 30), text=SNIPPETS | st.text(max_size=9))
def test_damaged_rules_are_refused_or_lack_the_rest(tmp_path, data, length, text):
    start = data.draw(st.integers(0, len(RULES)))
    damaged = RULES[:start] + text + RULES[start + length :]
    path = tmp_path / "syncd.yaml"
    path.write_bytes(damaged.encode("utf-8", "surrogatepass"))
    assert is_readable(outcome(path))


@QUIET
@given(pattern=st.text(max_size=40) | SNIPPETS, title=st.text(max_size=40))
def test_any_pattern_is_refused_or_searches_any_title(pattern, title):
    try:
        search = title_search(pattern)
    except BadPattern as error:
        search = str(error).__contains__
    assert search(title) in (True, False)
