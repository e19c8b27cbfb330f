"""What Google's refusals mean, and what its silences and its proxies do not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from syncd.adapters.google.errors import Asked, error_of, token_error_of
from syncd.adapters.http import Answer
from syncd.core.ids import CalendarKey, Provider
from syncd.ports.errors import (
    AuthLost,
    CursorExpired,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    ProviderError,
    RateLimited,
    Stale,
    Transient,
)

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
CALENDAR = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")
LISTING = Asked(calendar=CALENDAR, target="calendar")
EVENT = Asked(calendar=CALENDAR, target="event")
WRITE = Asked(calendar=CALENDAR, target="event", writes=True)


def answer(status: int, body: Any, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {k.replace("_", "-"): v for k, v in headers.items()}, content)


def google(status: int, reason: str, **headers: str) -> Answer:
    error = {"domain": "calendar", "reason": reason, "message": "secret title"}
    body = {"error": {"code": status, "message": "secret title", "errors": [error]}}
    return answer(status, body, **headers)


def check(error: ProviderError, kind: type[ProviderError], code: str) -> None:
    assert (type(error), error.code) == (kind, code)
    assert "secret" not in f"{error.message} {error.remedy}"
    assert error.message.endswith(".")


@pytest.mark.parametrize("asked", [LISTING, EVENT, WRITE])
@pytest.mark.parametrize(
    ("status", "reason", "kind", "code"),
    [
        (400, "invalid", Permanent, "refused"),
        (400, "timeRangeEmpty", Permanent, "refused"),
        (401, "authError", AuthLost, "token_refused"),
        (403, "userRateLimitExceeded", RateLimited, "rate_limited"),
        (403, "rateLimitExceeded", RateLimited, "rate_limited"),
        (403, "quotaExceeded", RateLimited, "writes_paused"),
        (403, "dailyLimitExceeded", RateLimited, "project_quota"),
        (403, "accessNotConfigured", AuthLost, "api_disabled"),
        (403, "insufficientPermissions", AuthLost, "scope_missing"),
        (403, "forbidden", Forbidden, "forbidden"),
        (403, "forbiddenForNonOrganizer", Forbidden, "not_organiser"),
        (403, "notACalendarUser", Forbidden, "no_calendar"),
        (403, "somethingNew", Forbidden, "forbidden"),
        (409, "conflict", Stale, "event_changed"),
        (410, "fullSyncRequired", CursorExpired, "cursor_expired"),
        (410, "updatedMinTooLongAgo", CursorExpired, "cursor_expired"),
        (412, "conditionNotMet", Stale, "event_changed"),
        (413, "uploadTooLarge", Permanent, "refused"),
        (429, "rateLimitExceeded", RateLimited, "rate_limited"),
    ],
)
def test_a_refusal_is_named_by_its_reason(*, asked, status, reason, kind, code):
    check(error_of(google(status, reason), asked, now=NOW), kind, code)


@pytest.mark.parametrize(
    ("asked", "code"),
    [(LISTING, "calendar_gone"), (EVENT, "event_gone"), (WRITE, "event_gone")],
)
def test_what_google_does_not_know_is_named_by_what_was_asked_for(asked, code):
    check(error_of(google(404, "notFound"), asked, now=NOW), NotFound, code)


def test_a_deleted_event_is_not_found_but_a_listing_that_is_gone_starts_anew():
    gone = google(410, "deleted")
    check(error_of(gone, EVENT, now=NOW), NotFound, "event_gone")
    check(error_of(gone, WRITE, now=NOW), NotFound, "event_gone")
    check(error_of(gone, LISTING, now=NOW), CursorExpired, "cursor_expired")


def test_a_sync_token_google_cannot_read_is_an_expired_cursor():
    complaint = {"reason": "invalid", "location": "syncToken", "locationType": "parameter"}
    refused = answer(400, {"error": {"code": 400, "errors": [complaint]}})
    check(error_of(refused, LISTING, now=NOW), CursorExpired, "cursor_expired")


def test_the_front_ends_own_form_of_a_reason_is_read_too():
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED"}]
    refused = answer(403, {"error": {"code": 403, "details": details, "status": "X"}})
    check(error_of(refused, EVENT, now=NOW), AuthLost, "api_disabled")


def test_a_missing_scope_is_named():
    details = [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]
    error = error_of(answer(403, {"error": {"details": details}}), EVENT, now=NOW)
    check(error, AuthLost, "scope_missing")
    assert "https://www.googleapis.com/auth/calendar.events" in error.remedy


@pytest.mark.parametrize(
    ("reason", "header", "expected"),
    [
        ("userRateLimitExceeded", {}, None),
        ("userRateLimitExceeded", {"retry_after": "30"}, timedelta(seconds=30)),
        ("quotaExceeded", {}, timedelta(hours=1)),
        ("quotaExceeded", {"retry_after": "1800"}, timedelta(minutes=30)),
        ("dailyLimitExceeded", {}, timedelta(hours=1)),
    ],
)
def test_a_limit_says_how_long_to_rest(reason, header, expected):
    error = error_of(google(403, reason, **header), WRITE, now=NOW)
    assert isinstance(error, RateLimited)
    assert error.retry_after == expected


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (302, b""),
        (400, b"<html>proxy</html>"),
        (403, {"error": "no"}),
        (404, b"<html>not found</html>"),
        (404, {}),
        (404, []),
        (407, b""),
        (412, b""),
        (500, {"error": {"code": 500, "errors": [{"reason": "backendError"}]}}),
        (502, b""),
        (503, b"try later"),
        (504, b""),
        (599, b""),
    ],
)
def test_a_write_that_google_itself_did_not_refuse_may_have_happened(status, body):
    error = error_of(answer(status, body), WRITE, now=NOW)
    check(error, OutcomeUnknown, "no_certain_answer")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""),
        (503, b""),
        (404, b"<html>"),
        (403, {"error": []}),
        (404, b'{"error":{"errors":5}}'),
    ],
)
def test_a_read_that_google_itself_did_not_answer_is_passing(status, body):
    check(error_of(answer(status, body), EVENT, now=NOW), Transient, "provider_down")


def test_a_redirect_of_a_read_is_a_wrong_address():
    check(error_of(answer(301, b""), LISTING, now=NOW), Permanent, "redirected")


def test_a_reason_that_is_no_word_is_not_shown():
    error = error_of(google(403, "secret of a guest"), EVENT, now=NOW)
    check(error, Forbidden, "forbidden")
    assert "no reason given" in error.message


def token_error(status: int, error: str, description: str = "") -> ProviderError:
    body = {"error": error, "error_description": description}
    return token_error_of(
        answer(status, body), owner="ana@example.com", client_id="1234567890", now=NOW
    )


def test_missing_delegation_says_where_to_click():
    error = token_error(401, "unauthorized_client", "Client is unauthorized to retrieve")
    check(error, AuthLost, "delegation_missing")
    for part in ("1234567890", "auth/calendar.events", "Domain-wide delegation", "Admin console"):
        assert part in error.remedy


@pytest.mark.parametrize(
    ("status", "error", "description", "kind", "code"),
    [
        (400, "invalid_grant", "Invalid email or User ID", AuthLost, "unknown_user"),
        (400, "invalid_grant", "", AuthLost, "unknown_user"),
        (400, "invalid_grant", "Invalid JWT Signature.", AuthLost, "key_refused"),
        (400, "invalid_grant", "Invalid grant: account not found", AuthLost, "key_refused"),
        (400, "invalid_grant", "Invalid JWT: Failed audience check.", AuthLost, "key_refused"),
        (
            400,
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
            Transient,
            "clock_wrong",
        ),
        (400, "invalid_client", "The OAuth client was not found.", AuthLost, "sign_in_refused"),
        (400, "admin_policy_enforced", "", AuthLost, "sign_in_refused"),
        (429, "rate_limit_exceeded", "", RateLimited, "rate_limited"),
        (500, "internal_failure", "", Transient, "sign_in_unavailable"),
        (503, "backend_error", "", Transient, "sign_in_unavailable"),
        (302, "x", "", Permanent, "redirected"),
    ],
)
def test_a_refused_token_is_named_by_its_error(*, status, error, description, kind, code):
    check(token_error(status, error, description), kind, code)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", [], {}, {"error": {"code": 403}}, {"error": "a b"}]
)
def test_a_token_answer_of_no_known_form_is_passing(body):
    error = token_error_of(answer(403, body), owner="a@b.example", client_id="1", now=NOW)
    check(error, Transient, "sign_in_unavailable")


def test_an_unknown_user_is_named():
    assert "ana@example.com" in token_error(400, "invalid_grant").message


def test_a_calendar_and_an_event_are_told_apart():
    def message(target: Literal["calendar", "event"]) -> str:
        asked = Asked(calendar=CALENDAR, target=target)
        return error_of(google(404, "notFound"), asked, now=NOW).message

    assert "calendar" in message("calendar")
    assert "event" in message("event")


@pytest.mark.parametrize(
    ("status", "message", "kind", "code"),
    [
        (400, "Invalid Conference type value: secret", Permanent, "conference_refused"),
        (400, "Invalid conference data.", Permanent, "conference_refused"),
        (400, "Invalid value for: secret", Permanent, "refused"),
        (400, None, Permanent, "refused"),
        (400, ["conferences"], Permanent, "refused"),
        (413, "The conference is too long.", Permanent, "refused"),
        (412, "conference", Stale, "event_changed"),
    ],
)
def test_a_refusal_about_a_conference_is_known_by_its_sentence(status, message, kind, code):
    item = {"domain": "global", "reason": "invalid"}
    body = {"error": {"code": status, "message": message, "errors": [item]}}
    check(error_of(answer(status, body), WRITE, now=NOW), kind, code)
