from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syncd.adapters.microsoft.errors import Purpose, error_code, refusal
from syncd.ports.errors import (
    AuthLost,
    CursorExpired,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    RateLimited,
    Stale,
    Transient,
)
from tests.unit.adapters.microsoft_items import answer, graph_error

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LISTING, DELTA, READ, WRITE = Purpose.LISTING, Purpose.DELTA, Purpose.READ, Purpose.WRITE
HTML = b"<html>Welcome to the hotel</html>"


def judge(status: int, code: str | bytes = "", purpose: Purpose = READ, **headers: str):
    body = code if isinstance(code, bytes) else graph_error(code)
    return refusal(answer(status, body, **headers), purpose=purpose, now=NOW)


@pytest.mark.parametrize(
    ("status", "code", "purpose", "meaning"),
    [
        # Gone or not: only Graph's own word counts.
        (404, "ErrorItemNotFound", READ, (NotFound, "event_gone")),
        (404, "ErrorItemNotFound", WRITE, (NotFound, "event_gone")),
        (404, "ErrorItemNotFound", LISTING, (NotFound, "calendar_gone")),
        (404, "ErrorItemNotFound", DELTA, (NotFound, "calendar_gone")),
        (410, "ErrorItemNotFound", READ, (NotFound, "event_gone")),
        (404, "UnknownError", READ, (Transient, "provider_down")),
        (404, HTML, READ, (Transient, "provider_down")),
        (410, HTML, READ, (Transient, "provider_down")),
        # Whose mailbox, and who may open it.
        (403, "ErrorAccessDenied", READ, (Forbidden, "access_denied")),
        (403, "ErrorAccessDenied", WRITE, (Forbidden, "read_only")),
        (404, "MailboxNotEnabledForRESTAPI", READ, (Forbidden, "mailbox_not_online")),
        (404, "ErrorInvalidUser", LISTING, (Forbidden, "mailbox_missing")),
        (404, "ResourceNotFound", READ, (Forbidden, "mailbox_missing")),
        (403, "ErrorQuotaExceeded", WRITE, (Forbidden, "mailbox_full")),
        (403, "SomethingElse", WRITE, (Forbidden, "refused")),
        (403, HTML, READ, (Transient, "provider_down")),
        # The token.
        (401, "InvalidAuthenticationToken", READ, (AuthLost, "token_refused")),
        (401, b"", WRITE, (AuthLost, "token_refused")),
        (401, "NoPermissionsInAccessToken", READ, (AuthLost, "no_permission")),
        # Cursors.
        (410, HTML, DELTA, (CursorExpired, "cursor_expired")),
        (410, "resyncRequired", DELTA, (CursorExpired, "cursor_expired")),
        (404, "SyncStateNotFound", DELTA, (CursorExpired, "cursor_expired")),
        (400, "syncStateNotFound", DELTA, (CursorExpired, "cursor_expired")),
        (409, "SYNCSTATEINVALID", DELTA, (CursorExpired, "cursor_expired")),
        (400, "ErrorInvalidUrlQuery", DELTA, (CursorExpired, "cursor_expired")),
        (400, "ErrorInvalidUrlQuery", LISTING, (Permanent, "refused")),
        # Versions.
        (412, "ErrorIrresolvableConflict", WRITE, (Stale, "event_changed")),
        (409, "ErrorIrresolvableConflict", WRITE, (Stale, "event_changed")),
        (412, "ErrorIrresolvableConflict", READ, (Transient, "provider_down")),
        (412, "ErrorIrresolvableConflict", LISTING, (Transient, "provider_down")),
        # Refused for good.
        (400, "ErrorInvalidIdMalformed", READ, (Permanent, "id_malformed")),
        (400, "ErrorPropertyValidationFailure", WRITE, (Permanent, "refused")),
        (413, "ErrorMessageSizeExceeded", WRITE, (Permanent, "event_too_large")),
        # Passing.
        (409, "Conflict", WRITE, (Transient, "provider_down")),
        (423, "Locked", WRITE, (Transient, "provider_down")),
        (408, "RequestTimeout", READ, (Transient, "provider_down")),
        (500, "ErrorInternalServerError", READ, (Transient, "provider_down")),
        (503, HTML, DELTA, (Transient, "provider_down")),
        (504, b"", LISTING, (Transient, "provider_down")),
        (302, b"", READ, (Permanent, "redirected")),
        (204, b"", READ, (Transient, "provider_down")),
        # A write that may have been done.
        (500, "ErrorInternalServerError", WRITE, (OutcomeUnknown, "no_certain_answer")),
        (503, HTML, WRITE, (OutcomeUnknown, "no_certain_answer")),
        (504, b"", WRITE, (OutcomeUnknown, "no_certain_answer")),
        (408, "RequestTimeout", WRITE, (OutcomeUnknown, "no_certain_answer")),
        (404, HTML, WRITE, (OutcomeUnknown, "no_certain_answer")),
        (302, b"", WRITE, (OutcomeUnknown, "no_certain_answer")),
        (202, b"", WRITE, (OutcomeUnknown, "no_certain_answer")),
    ],
)
def test_an_answer_has_its_meaning(status, code, purpose, meaning):
    error = judge(status, code, purpose)
    assert (type(error), error.code) == meaning


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "ApplicationThrottled"),
        (429, "TooManyRequests"),
        (429, HTML),
        (503, "ErrorServerBusy"),
        (503, "serviceNotAvailable"),
    ],
)
def test_a_throttled_call_rests_as_long_as_told(status, code, purpose):
    error = judge(status, code, purpose, retry_after="120")
    assert type(error) is RateLimited
    assert error.retry_after == timedelta(minutes=2)


def test_a_throttled_call_may_not_be_told_how_long():
    error = judge(429, "ApplicationThrottled")
    assert isinstance(error, RateLimited)
    assert error.retry_after is None


def test_no_access_says_how_to_give_it():
    assert "RBAC for Applications" in judge(403, "ErrorAccessDenied").remedy


def test_nothing_of_graphs_message_is_passed_on():
    body = {"error": {"code": "ErrorInvalidRecipients", "message": "Secret dinner"}}
    error = refusal(answer(400, body), purpose=WRITE, now=NOW)
    assert "Secret" not in f"{error} {error.remedy}"


@pytest.mark.parametrize(
    "body", [b"", HTML, None, [], "x", {"error": "x"}, {"error": {}}, {"error": {"code": 4}}]
)
def test_a_body_that_is_not_graphs_has_no_code(body):
    assert error_code(answer(400, body)) == ""
