"""Wrong settings of people and of the behaviour, each with its place and remedy."""

import pytest

from syncd.config.errors import ConfigError, Problem

# Each case: what of the good file is replaced, by what, then `line:column: path: problem` and
# the remedy; the first problem of the report is compared.
CASES = {
    "calendar of a missing provider": (
        "[google:primary]",
        "[google:primary, microsoft:primary]",
        "11:33: people[0].calendars[1]: there is no section `microsoft:` to reach this calendar by",
        "add the section `microsoft:`, or take the calendar out",
    ),
    "unknown kind of calendar": (
        "[google:primary]",
        "[apple:primary]",
        "11:17: people[0].calendars[0]: is not a calendar known here (got 'apple:primary')",
        "write google:primary, google:<calendar id>, microsoft:primary or microsoft:<calendar id>",
    ),
    "no calendars": (
        "[google:primary]",
        "[]",
        "10:5: people[0]: this person has no calendars",
        "name one, like calendars: [google:primary]",
    ),
    "one calendar for a list": (
        "[google:primary]",
        "google:primary",
        "11:16: people[0].calendars: should be a list (got 'google:primary')",
        "write it like [a, b], or one entry per line after `- `",
    ),
    "calendar twice under two names": (
        "[google:primary]",
        "[google:primary, 'google:Ana@example.com']",
        "11:33: people[0].calendars[1]: this calendar is listed twice (first under people[0])",
        "keep it with one person, once",
    ),
    "calendar of two people": (
        "    calendars: [google:primary]",
        "    calendars: [google:team]\n  - email: bo@example.com\n    calendars: [google:team]",
        "13:17: people[1].calendars[0]: this calendar is listed twice (first under people[0])",
        "keep it with one person, once",
    ),
    "person twice": (
        "people:",
        "people:\n  - {email: ANA@example.com, calendars: ['google:x']}",
        "11:12: people[1].email: this person is listed twice (first as people[0])",
        "put the calendars of both entries into one",
    ),
    "not an address": (
        "ana@example.com",
        "ana",
        "10:12: people[0].email: is not a mail address (got 'ana')",
        "write it like ana@example.com",
    ),
    "address missing": (
        "email: ana@example.com\n    ",
        "",
        "10:5: people[0].email: this setting is missing",
        "add `email: ...`; `syncd config example` shows it",
    ),
    "unknown key of a person": (
        "    calendars",
        "    zom: x\n    calendars",
        "11:5: people[0].zom: unknown setting",
        "did you mean 'zoom'?",
    ),
    "number for a host": (
        "    calendars",
        "    zoom: 7\n    calendars",
        "11:11: people[0].zoom: should be a Zoom user or a pool of them (got 7)",
        "write it like room1@example.com or {pool: [room1@example.com]}",
    ),
    "blank host": (
        "    calendars",
        "    zoom: ' '\n    calendars",
        "11:11: people[0].zoom: should not be blank (got ' ')",
        "write a value, or leave the key out",
    ),
    "pool of nobody": (
        "    calendars",
        "    zoom: {pool: []}\n    calendars",
        "11:18: people[0].zoom.pool: should have at least 1 entry",
        "add one",
    ),
    "unknown key beside a pool": (
        "    calendars",
        "    zoom: {pol: [room@example.com]}\n    calendars",
        "11:12: people[0].zoom.pol: unknown setting",
        "did you mean 'pool'?",
    ),
    "host of a pool that is no address": (
        "    calendars",
        "    zoom: {pool: [room]}\n    calendars",
        "11:19: people[0].zoom.pool[0]: is not a mail address (got 'room')",
        "write it like ana@example.com",
    ),
    "host twice in a pool": (
        "    calendars",
        "    zoom: {pool: [room@example.com, Room@example.com]}\n    calendars",
        "11:37: people[0].zoom.pool[1]: is listed twice (upper and lower case are the same)",
        "take one of the two out",
    ),
    "allowed host that is no address": (
        "    calendars",
        "    hosts_allowed: [bo]\n    calendars",
        "11:21: people[0].hosts_allowed[0]: is not a mail address (got 'bo')",
        "write it like ana@example.com",
    ),
    "allowed host twice": (
        "    calendars",
        "    hosts_allowed: [bo@example.com, bo@example.com]\n    calendars",
        "11:37: people[0].hosts_allowed[1]: is listed twice (upper and lower case are the same)",
        "take one of the two out",
    ),
    "alternative hosts of a person": (
        "    calendars",
        "    meeting: {alternative_hosts: all}\n    calendars",
        "11:34: people[0].meeting.alternative_hosts: is not a value known here (got 'all')",
        "write 'off' or 'attendees'",
    ),
    "domain with its sign": (
        "people:",
        "policy: {domains: ['@example.com']}\npeople:",
        "9:20: policy.domains[0]: is not a mail domain (got '@example.com')",
        "write what stands after the @, like example.com",
    ),
    "domain twice": (
        "people:",
        "policy: {domains: [a.example, A.example]}\npeople:",
        "9:31: policy.domains[1]: is listed twice (upper and lower case are the same)",
        "take one of the two out",
    ),
    "debounce too long": (
        "people:",
        "policy: {debounce: 61s}\npeople:",
        "9:20: policy.debounce: is too long (got '61s')",
        "write a duration from 0s to 60s",
    ),
    "unknown style of the block": (
        "people:",
        "policy: {block_style: zoom}\npeople:",
        "9:23: policy.block_style: is not a value known here (got 'zoom')",
        "write 'syncd' or 'zoom_invitation'",
    ),
    "word twice": (
        "people:",
        "flags: {words: [call, CALL]}\npeople:",
        "9:23: flags.words[1]: is listed twice (upper and lower case are the same)",
        "take one of the two out",
    ),
    "blank word": (
        "people:",
        "flags: {words: ['']}\npeople:",
        "9:17: flags.words[0]: should not be blank (got '')",
        "write a value, or leave the key out",
    ),
    "tag with its sign": (
        "people:",
        "flags: {tags: ['#zoom']}\npeople:",
        "9:16: flags.tags[0]: is not a tag (got '#zoom')",
        "write the word alone, without # or @ and without blanks",
    ),
    "tag that asks and refuses": (
        "people:",
        "flags: {no_tags: [nozoom, Zoom]}\npeople:",
        "9:27: flags.no_tags[1]: this tag both asks for a meeting and refuses one",
        "keep it in one of the two lists",
    ),
    "duration without a known unit": (
        "people:",
        "poll: {interval: 1w}\npeople:",
        "9:18: poll.interval: should be a duration, a whole number with its unit (got '1w')",
        "write it like 500ms, 30s, 5m, 1h or 1d; a plain number is seconds",
    ),
    "duration too short": (
        "people:",
        "poll: {interval: 500ms}\npeople:",
        "9:18: poll.interval: is too short (got '500ms')",
        "write a duration from 1s to 1d",
    ),
    "duration too long": (
        "people:",
        "policy: {hold_off: 3601}\npeople:",
        "9:20: policy.hold_off: is too long (got 3601)",
        "write a duration from 5s to 1h",
    ),
    "horizon of nothing": (
        "people:",
        "policy: {horizon_days: 0}\npeople:",
        "9:24: policy.horizon_days: is too small (got 0)",
        "write 1 or more",
    ),
    "address without a host": (
        "people:",
        "web: {listen: 8480}\npeople:",
        "9:15: web.listen: should be an address and a port (got 8480)",
        'write it like 127.0.0.1:8480 or "[::1]:8480"',
    ),
    "public page without TLS": (
        "people:",
        "web: {public_url: 'http://syncd.example'}\npeople:",
        "9:19: web.public_url: should be an https URL (got 'http://syncd.example')",
        "write it like https://host/path, without user, query or fragment",
    ),
    "authorities of an impossible name": (
        "people:",
        f"http: {{ca_file: {'x' * 5000}}}\npeople:",
        "9:17: http.ca_file: there is no such file",
        "correct the path; a relative one starts at the folder of this file",
    ),
    "authorities that are not there": (
        "people:",
        "http: {ca_file: nope.pem}\npeople:",
        "9:17: http.ca_file: there is no such file",
        "correct the path; a relative one starts at the folder of this file",
    ),
    "no proof for Microsoft": (
        "people:",
        "microsoft: {tenant: t, client_id: c}\npeople:",
        "9:1: microsoft: neither client_secret nor certificate is given",
        "give exactly one of client_secret and certificate",
    ),
    "two proofs for Microsoft": (
        "people:",
        "microsoft: {tenant: t, client_id: c, client_secret: {file: zoom}, certificate: {private_key: {file: zoom}, public_certificate: {file: zoom}}}\npeople:",
        "9:1: microsoft: both client_secret and certificate are given",
        "give exactly one of client_secret and certificate",
    ),
    "key twice": (
        "people:",
        "poll: {}\npoll: {}\npeople:",
        "10:1: poll: the key is given twice (first at line 9)",
        "keep one of the two",
    ),
    "merge key": (
        "  account_id",
        "  <<: {plan: pro}\n  account_id",
        "4:3: zoom.<<: merge keys (<<) are not used here",
        "write the settings out",
    ),
    "key that is a list": (
        "people:",
        "? [a]\n: b\npeople:",
        "9:3: a key should be plain text",
        "write `key: value`",
    ),
    "half of a character": (
        "account_id: abc",
        'account_id: "\\uD800"',
        "4:15: zoom.account_id: the value holds a character that cannot be used",
        "take it out",
    ),
}


def headline(problem: Problem) -> str:
    path = f"{problem.path}: " if problem.path else ""
    return f"{problem.line}:{problem.column}: {path}{problem.problem}"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_wrong_setting_of_people_or_behaviour_is_named_with_its_place_and_remedy(
    write, good, problems, case
):
    old, new, expected, remedy = case
    assert old in good
    path = write(good.replace(old, new, 1))
    found = {headline(problem): problem for problem in problems(path)}
    assert expected in found
    assert found[expected].remedy == remedy
    assert f"{path}:{expected}" in ConfigError(found.values()).render()
