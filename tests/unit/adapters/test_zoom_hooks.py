"""What comes in Zoom's name, attacked."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.zoom.hooks import (
    MOST_BYTES,
    Challenge,
    Deauthorised,
    HookRefused,
    MeetingChanged,
    OtherEvent,
    ZoomHooks,
)
from syncd.core.secret import Secret

SECRET = "hook-secret-of-the-app"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
REMOVED: dict[str, Any] = {
    "event": "app_deauthorized",
    "event_ts": 1740439732278,
    "payload": {"account_id": "acc-1", "user_id": "user-1", "client_id": "app"},
}


def body_of(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def signed(body: bytes, *, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={mac}"}


def hooks() -> ZoomHooks:
    return ZoomHooks(Secret(SECRET))


def refusal(headers: dict[str, str], body: bytes, *, at: ZoomHooks | None = None) -> str:
    with pytest.raises(HookRefused) as refused:
        (at or hooks()).read(headers, body, now=NOW)
    return refused.value.code


def test_a_signed_removal_of_the_app_is_believed():
    body = body_of(REMOVED)
    found = hooks().read(signed(body), body, now=NOW)
    assert found == Deauthorised(account_id="acc-1", user_id="user-1")


def test_events_of_no_matter_are_only_named():
    body = body_of({"event": "meeting.started", "payload": {}})
    assert hooks().read(signed(body), body, now=NOW) == OtherEvent(name="meeting.started")


@pytest.mark.parametrize("name", ["meeting.updated", "meeting.deleted"])
@pytest.mark.parametrize("told", [93812345678, "93812345678"])
def test_a_change_of_a_meeting_names_it(name, told):
    body = body_of({"event": name, "payload": {"account_id": "acc-1", "object": {"id": told}}})
    assert hooks().read(signed(body), body, now=NOW) == MeetingChanged(meeting_id=93812345678)


@pytest.mark.parametrize("told", [None, True, 1, -93812345678, "9381234567x", 1.5, [], "9" * 400])
def test_a_change_of_no_meeting_is_refused(told):
    body = body_of({"event": "meeting.updated", "payload": {"object": {"id": told}}})
    assert refusal(signed(body), body) == "hook_garbled"


def test_any_bit_turned_anywhere_in_the_body_makes_it_forged():
    body = body_of(REMOVED)
    headers, reader = signed(body), hooks()
    for place in range(len(body) * 8):
        turned = bytearray(body)
        turned[place // 8] ^= 1 << (place % 8)
        assert refusal(headers, bytes(turned), at=reader) == "hook_forged"
    # And nothing of that has spoilt the true one.
    assert isinstance(reader.read(headers, body, now=NOW), Deauthorised)


def test_any_other_digit_in_the_signature_makes_it_forged():
    body = body_of(REMOVED)
    headers = signed(body)
    for place in range(3, len(headers["x-zm-signature"])):
        digit = "0" if headers["x-zm-signature"][place] != "0" else "1"
        text = headers["x-zm-signature"][:place] + digit + headers["x-zm-signature"][place + 1 :]
        assert refusal(headers | {"x-zm-signature": text}, body) == "hook_forged"


def test_the_same_json_in_another_order_or_spacing_is_forged():
    headers = signed(body_of(REMOVED))
    for other in (json.dumps(REMOVED), json.dumps(dict(reversed(REMOVED.items())))):
        assert refusal(headers, other.encode()) == "hook_forged"


def test_another_secret_and_another_stamp_are_forged():
    body = body_of(REMOVED)
    assert refusal(signed(body, secret="guess"), body) == "hook_forged"
    later = str(int(NOW.timestamp()) + 1)
    assert refusal(signed(body) | {"x-zm-request-timestamp": later}, body) == "hook_forged"


@pytest.mark.parametrize("seconds", [-301, 301, -86400, 10**9])
def test_old_ones_and_those_of_the_future_are_stale(seconds: int):
    body = body_of(REMOVED)
    headers = signed(body, at=NOW + timedelta(seconds=seconds))
    assert refusal(headers, body) == "hook_stale"


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_either_way_are_good(seconds: int):
    body = body_of(REMOVED)
    headers = signed(body, at=NOW + timedelta(seconds=seconds))
    assert isinstance(hooks().read(headers, body, now=NOW), Deauthorised)


def test_a_replay_is_refused_for_as_long_as_its_stamp_is_good():
    body, reader = body_of(REMOVED), hooks()
    headers = signed(body, at=NOW + timedelta(seconds=300))
    reader.read(headers, body, now=NOW)
    for seconds in (0, 1, 299, 599, 600):
        with pytest.raises(HookRefused) as refused:
            reader.read(headers, body, now=NOW + timedelta(seconds=seconds))
        assert refused.value.code == "hook_replayed"
    with pytest.raises(HookRefused) as refused:
        reader.read(headers, body, now=NOW + timedelta(seconds=601))
    assert refused.value.code == "hook_stale"


def test_what_is_remembered_is_bounded():
    reader = hooks()
    for number in range(10_050):
        body = body_of(REMOVED | {"event_ts": number})
        reader.read(signed(body), body, now=NOW)
    assert len(reader._seen) == 10_000
    newest = body_of(REMOVED | {"event_ts": 10_049})
    assert refusal(signed(newest), newest, at=reader) == "hook_replayed"
    fresh = body_of(REMOVED | {"event_ts": -1})
    later = NOW + timedelta(seconds=700)
    reader.read(signed(fresh, at=later), fresh, now=later)
    assert len(reader._seen) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-zm-request-timestamp": "1"},
        {"x-zm-signature": ""},
        {"x-zm-signature": "v0=", "x-zm-request-timestamp": "1"},
        {"x-zm-signature": "v0=" + "A" * 64, "x-zm-request-timestamp": "1"},
        {"x-zm-signature": "v0=" + "\u0660" * 64, "x-zm-request-timestamp": "1"},
        {"x-zm-signature": "v0=" + "a" * 64},
        {"x-zm-signature": "v0=" + "a" * 64, "x-zm-request-timestamp": "-1"},
        {"x-zm-signature": "v0=" + "a" * 64, "x-zm-request-timestamp": "1e9"},
        {"x-zm-signature": "v0=" + "a" * 64, "x-zm-request-timestamp": "9" * 400},
        {"x-zm-signature": "v0=" + "a" * 64 + "\n", "x-zm-request-timestamp": "1"},
    ],
)
def test_what_is_not_signed_properly_is_unsigned(headers: dict[str, str]):
    assert refusal(headers, body_of(REMOVED)) == "hook_unsigned"


def challenge(token: object) -> bytes:
    return body_of({"event": "endpoint.url_validation", "payload": {"plainToken": token}})


@pytest.mark.parametrize("sign", [True, False])
def test_zooms_question_for_the_secret_is_answered(sign: bool):
    body = challenge("qgg8vlvZRS6UYooatFL8Aw")
    found = hooks().read(signed(body) if sign else {}, body, now=NOW)
    proof = hmac.new(SECRET.encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest()
    assert isinstance(found, Challenge)
    assert found.answer == {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": proof}
    assert proof not in repr(found)


def test_a_question_with_a_false_signature_is_not():
    body = challenge("abc")
    assert refusal(signed(body, secret="guess"), body) == "hook_forged"


@pytest.mark.parametrize(
    "token", ["", "a" * 129, "a b", "a\n", "ä", "v0:1:{}", None, 7, ["a"], {"a": "b"}, "a.b", "a="]
)
def test_nothing_but_a_plain_token_is_signed(token: object):
    assert refusal({}, challenge(token)) == "hook_challenge"


def test_it_is_no_oracle_for_signatures():
    wanted = body_of(REMOVED)
    stamp = str(int(NOW.timestamp()))
    assert refusal({}, challenge(f"v0:{stamp}:{wanted.decode()}")) == "hook_challenge"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"event":"app_deauthorized"}',
        b'{"event":7,"payload":{}}',
        b'{"event":"app_deauthorized","payload":[]}',
        b'{"event":"app_deauthorized","payload":{"account_id":"a"}}',
        b'{"event":"app_deauthorized","payload":{"account_id":"a","user_id":""}}',
        b'{"event":"app_deauthorized","payload":{"account_id":"a","user_id":{"$ne":1}}}',
        b'{"event":"app_deauthorized","payload":{"account_id":"a","user_id":"b\\n"}}',
        b'{"event":"x","payload":{"n":NaN}}',
    ],
)
def test_signed_nonsense_is_garbled(body: bytes):
    assert refusal(signed(body), body) == "hook_garbled"


def test_too_much_is_refused_unread():
    body = b" " * (MOST_BYTES + 1)
    assert refusal(signed(body), body) == "hook_too_large"


def test_an_empty_secret_signs_for_everybody_and_is_refused():
    with pytest.raises(ValueError, match="empty"):
        ZoomHooks(Secret(""))


HEADERS = st.dictionaries(
    st.sampled_from(["x-zm-signature", "x-zm-request-timestamp"]), st.text(max_size=80)
)


@given(HEADERS, st.binary(max_size=300))
def test_whatever_comes_in_is_refused_properly(headers: dict[str, str], body: bytes):
    with pytest.raises(HookRefused):
        hooks().read(headers, body, now=NOW)
