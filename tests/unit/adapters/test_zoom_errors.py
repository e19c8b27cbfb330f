from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from syncd.adapters.http import Answer
from syncd.adapters.zoom.errors import create_error_of, error_of, read_problem, token_refused
from syncd.ports.errors import (
    AuthLost,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    ProviderError,
    RateLimited,
    Transient,
)

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
DAILY = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted "
    "for this particular user. You may resume these requests at GMT 00:00:00."
)


def answer(status: int, code: int | None = None, message: str = "No.", **more) -> Answer:
    headers = more.pop("headers", {})
    body = b"<html>" if code is None else json.dumps({"code": code, "message": message} | more)
    return Answer(status, headers, body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        (answer(400, 124, "Access token is expired."), AuthLost, "zoom_auth"),
        (answer(401, 124), AuthLost, "zoom_auth"),
        (answer(401, 200), AuthLost, "zoom_auth"),
        (answer(400, 4700, "Token cannot be empty."), AuthLost, "zoom_auth"),
        (answer(400, 4711), Forbidden, "zoom_scope_missing"),
        (answer(400, 4700, "does not contain scopes:[a]."), Forbidden, "zoom_scope_missing"),
        (answer(400, 200), Forbidden, "zoom_no_permission"),
        (answer(400, 300, "Validation Failed."), Permanent, "zoom_invalid"),
        (answer(400, 3161), Forbidden, "zoom_host_not_allowed"),
        (answer(400, 3000), Permanent, "zoom_refused"),
        (answer(400, 3003), Permanent, "zoom_not_host"),
        (answer(400, 3018), Permanent, "zoom_refused"),
        (answer(400, 3002), Transient, "zoom_meeting_running"),
        (answer(404, 3001), NotFound, "zoom_meeting_gone"),
        (answer(400, 3001), Permanent, "zoom_refused"),
        (answer(404, 1001), Forbidden, "zoom_host_unknown"),
        (answer(400, 1010), Forbidden, "zoom_host_unknown"),
        (answer(400, 1120), Forbidden, "zoom_host_unknown"),
        (answer(418, 987), Permanent, "zoom_refused"),
        (
            answer(429, 429, "You have reached the maximum per-second rate limit for this API."),
            RateLimited,
            "zoom_rate_limit",
        ),
        (answer(429), RateLimited, "zoom_rate_limit"),
        (answer(429, 429, DAILY), RateLimited, "zoom_daily_limit"),
        (
            answer(
                300,
                300,
                "A maximum of 100 meetings can be created/updated for a single user in one day.",
            ),
            RateLimited,
            "zoom_daily_limit",
        ),
        (answer(300, 300, "Elsewhere."), Permanent, "redirected"),
        (answer(302), Permanent, "redirected"),
        (answer(404), Transient, "garbled"),
        (answer(401), Transient, "garbled"),
        (answer(200), Transient, "garbled"),
        (answer(500, 300, "No."), Transient, "zoom_unavailable"),
        (answer(503), Transient, "zoom_unavailable"),
    ],
)
def test_every_answer_has_its_error(given: Answer, kind: type[ProviderError], code: str):
    error = error_of(given, now=NOW)
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize("status", [200, 201, 204, 301, 302, 307, 400, 403, 404, 500, 502, 503])
def test_a_create_without_zooms_own_refusal_may_have_happened(status: int):
    assert isinstance(create_error_of(answer(status), now=NOW, host="ana"), OutcomeUnknown)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_server_never_says_no_to_a_create(status: int):
    given = answer(status, 300, "Validation Failed.")
    assert isinstance(create_error_of(given, now=NOW, host="ana"), OutcomeUnknown)


def test_a_status_300_without_the_cap_may_have_happened():
    given = answer(300, 300, "Elsewhere.")
    assert isinstance(create_error_of(given, now=NOW, host="ana"), OutcomeUnknown)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(400, 300), Permanent),
        (answer(404, 1001), Forbidden),
        (answer(429), RateLimited),
        (answer(429, 429, DAILY), RateLimited),
        (answer(300, 300, DAILY), RateLimited),
        (answer(401, 124), AuthLost),
    ],
)
def test_a_certain_no_to_a_create_is_said_as_such(given: Answer, kind: type[ProviderError]):
    assert type(create_error_of(given, now=NOW, host="ana")) is kind


@pytest.mark.parametrize("headers", [{}, {"retry-after": "2026-12-02T00:00:00Z"}])
def test_a_daily_limit_ends_at_midnight_utc(headers: dict[str, str]):
    error = error_of(answer(429, 429, DAILY, headers=headers), now=NOW)
    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(hours=6)


def test_a_daily_limit_is_known_by_its_header_too():
    error = error_of(answer(429, headers={"x-ratelimit-type": "Daily-limit"}), now=NOW)
    assert error.code == "zoom_daily_limit"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 1),
        ({"retry-after": "9"}, 9),
        ({"x-ratelimit-reset": "1796148030"}, 30),
        ({"x-ratelimit-reset": "1796148030", "retry-after": "9"}, 9),
        ({"x-ratelimit-reset": "1796147999"}, 1),
        ({"x-ratelimit-reset": "99999999999"}, 3600),
        ({"x-ratelimit-reset": "9" * 400}, 1),
        ({"x-ratelimit-reset": "soon"}, 1),
    ],
)
def test_another_limit_ends_when_zoom_says(headers: dict[str, str], seconds: int):
    error = error_of(answer(429, headers=headers), now=NOW)
    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(seconds=seconds)


def test_missing_scopes_are_named():
    text = "Invalid access token, does not contain scopes:[meeting:write:meeting, meeting:write:meeting:admin]."
    error = error_of(answer(400, 4711, text), now=NOW)
    assert "meeting:write:meeting, meeting:write:meeting:admin" in error.message
    assert "Marketplace" in error.remedy


def test_an_unknown_host_is_named_with_the_remedy():
    error = error_of(answer(404, 1001), now=NOW, host="ana@example.com")
    assert error.message == "Zoom: ana@example.com is not a user of this Zoom account."
    assert error.remedy == "Map the host under people: or invite that user to the Zoom account."


def test_the_fields_that_fail_are_named():
    fields = [{"field": "duration", "message": "Invalid field."}]
    error = error_of(answer(400, 300, "Validation Failed.", errors=fields), now=NOW)
    assert error.message == "Zoom: Validation Failed. (duration)"


def test_a_foreign_text_becomes_one_short_line():
    problem = read_problem(answer(400, 1, "a\nb\x07" + "c" * 1000))
    assert problem is not None
    assert problem.text.startswith("a b ccc")
    assert len(problem.text) == 300


def test_the_other_form_of_an_error_is_read():
    body = json.dumps({"status": False, "errorCode": 401, "errorMessage": "Nope"}).encode()
    problem = read_problem(Answer(401, {}, body))
    assert problem is not None
    assert (problem.code, problem.text) == (401, "Nope")


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b'{"code": "124"}', b'{"code": true}', b"<x/>"])
def test_what_is_not_zooms_error_is_none(body: bytes):
    assert read_problem(Answer(400, {}, body)) is None


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        (answer(401, 124), True),
        (answer(400, 124), True),
        (answer(401, 200), True),
        (answer(401), False),
        (answer(500, 124), False),
        (answer(200, 124), False),
        (answer(400, 4711), False),
    ],
)
def test_a_refused_token_is_told_from_other_refusals(given: Answer, refused: bool):
    assert token_refused(given) is refused


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (answer(400, 3000, "Cannot access webinar info."), "zoom_is_webinar"),
        (answer(400, 3000, "Cannot access webinar information."), "zoom_is_webinar"),
        (
            answer(400, 3000, "Users in 'x' have been blocked from joining meetings and webinars."),
            "zoom_refused",
        ),
        (answer(400, 300, "Invalid parameter: `occurrence_id`."), "zoom_occurrence_gone"),
        (answer(400, 300, "No.", errors=[{"field": "recurrence.type"}]), "zoom_recurrence"),
        (answer(400, 300, "No.", errors=[{"field": "recurrences"}]), "zoom_invalid"),
    ],
)
def test_one_code_stands_for_several_refusals(given: Answer, code: str):
    error = error_of(given, now=NOW)
    assert (type(error), error.code) == (Permanent, code)
