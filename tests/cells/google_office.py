"""What Google answers when all is well, and what the calls to it are about."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

from syncd.core.conference import JoinInfo
from syncd.core.secret import Secret
from syncd.ports.calendar import NewEvent
from syncd.ports.oauth import Grant
from tests.cells.stage import (
    GOOGLE_API,
    GOOGLE_OAUTH,
    Stage,
)
from tests.cells.wire import Reply, Seen
from tests.fakes.clock import START
from tests.integration.adapters.google_wire import event

URL = "https://us05web.zoom.us/j/93000000001?pwd=abc"
JOIN = JoinInfo(93_000_000_001, URL, "123456")
NEW = NewEvent(
    title="Lunch",
    start=START + timedelta(days=1),
    end=START + timedelta(days=1, hours=1),
    zone="Europe/Berlin",
    attendees=(),
    text="",
)
KEY = "ab" * 32
SPAN: dict[str, Any] = {"begin": START, "end": START + timedelta(days=2)}
GRANT = Grant(
    access_token=Secret("access-1"),
    expires_at=START - timedelta(seconds=1),
    refresh_token=Secret("refresh-1"),
    scopes=frozenset(
        {
            "https://www.googleapis.com/auth/calendar.events.owned",
            "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
        }
    ),
)
_EVENTS = "/calendar/v3/calendars/primary/events"
_SCOPES = " ".join(("openid", "email", *sorted(GRANT.scopes)))


def jwt(claims: dict[str, Any]) -> str:
    """Write an ID token; its signature is nobody's business over TLS."""
    parts = ({"alg": "RS256"}, claims)
    written = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts]
    return ".".join([one.rstrip("=") for one in written] + ["c2ln"])


class GoogleOffice:
    """What Google answers when all is well."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        stage.serve(GOOGLE_API, self.api)
        stage.serve(GOOGLE_OAUTH, self.oauth)

    def oauth(self, seen: Seen) -> Reply:
        if seen.path == "/revoke":
            return Reply(200, {})
        body = {"access_token": "token-1", "expires_in": 3600, "token_type": "Bearer"}
        if seen.form["grant_type"] == "authorization_code":
            body |= {"refresh_token": "refresh-1", "scope": _SCOPES, "id_token": self._id_token()}
        return Reply(200, body)

    def api(self, seen: Seen) -> Reply:
        times = {name: event()[name] for name in ("id", "status", "start", "end")}
        entry = {"id": "ana@example.com", "summary": "Ana", "primary": True, "accessRole": "owner"}
        known = {
            "userinfo": {"sub": "1", "email": "ana@example.com", "email_verified": True},
            "calendarList": {"items": [entry]},
            "instances": {"items": [times | {"originalStartTime": times["start"]}]},
        }
        last = seen.path.rpartition("/")[2]
        if last in known:
            return Reply(200, known[last])
        return self._event(seen) if seen.path != _EVENTS else self._events(seen)

    def _events(self, seen: Seen) -> Reply:
        if seen.method == "POST":
            if self._stage.notes.get("inserted"):
                error = {"code": 409, "message": "no", "errors": [{"reason": "duplicate"}]}
                return Reply(409, {"error": error})
            return Reply(200, event(id=json.loads(seen.body)["id"]))
        facts = {"timeZone": "Europe/Berlin", "accessRole": "owner", "summary": "Ana"}
        return Reply(200, {**facts, "items": [event()], "nextSyncToken": "sync-2"})

    def _event(self, seen: Seen) -> Reply:
        if seen.method == "GET":
            return Reply(200, event(**self._stage.notes.get("event", {})))
        body = json.loads(seen.body)
        if "createRequest" in (body.get("conferenceData") or {}):
            key = body["conferenceData"]["createRequest"]
            body["conferenceData"] = {"createRequest": key | {"status": {"statusCode": "pending"}}}
        if self._stage.notes.get("keeps no button"):
            body["conferenceData"] = MEET["conferenceData"]
        return Reply(200, {**event(), **body, "etag": '"2"'})

    def _id_token(self) -> str:
        now = int(self._stage.clock.now().timestamp())
        claims = {
            "iss": "https://accounts.google.com",
            "aud": "app-1",
            "sub": "1",
            "email": "ana@example.com",
            "email_verified": True,
            "iat": now,
            "exp": now + 3600,
            "nonce": self._stage.notes["nonce"],
        }
        return jwt(claims)


MEET: dict[str, Any] = {
    "hangoutLink": "https://meet.google.com/abc",
    "conferenceData": {
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}},
        "entryPoints": [{"entryPointType": "video", "uri": "https://meet.google.com/abc"}],
    },
}
