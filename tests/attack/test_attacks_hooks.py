"""Attacks by way of what providers send by themselves, and of sizes and times: S18 to S21."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.acceptance.processes import until
from tests.attack.browsing import BO, Browser, Site

MIB = 1024 * 1024


class Zoom:
    """Whoever knows, or does not know, the secret of Zoom's deliveries."""

    def __init__(self, place: Site) -> None:
        self.place = place
        self.secret: str = place.sandbox.address["zoom"]["webhook_secret"]
        self.browser = place.browser()

    def body(self, event: str = "app_deauthorized", **payload: str) -> bytes:
        zoom = self.place.sandbox.address["zoom"]
        user = self.place.sandbox.people[1]["zoom"]["user_id"]
        told = {"account_id": zoom["account_id"], "user_id": user} | payload
        return json.dumps({"event": event, "payload": told, "event_ts": 1}).encode()

    def signed(self, body: bytes, *, stamp: int | str | None = None) -> dict[str, str]:
        moment = str(int(time.time()) if stamp is None else stamp)
        mac = hmac.new(self.secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256)
        return {"x-zm-request-timestamp": moment, "x-zm-signature": f"v0={mac.hexdigest()}"}

    def sends(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        kind = {"content-type": "application/json"}
        return self.browser.send("POST", "/hooks/zoom", content=body, headers=kind | headers)


@pytest.fixture(scope="module")
def zoom(place: Site) -> Zoom:
    place.connected(BO, "google", "zoom")
    return Zoom(place)


def _is_connected(place: Site) -> bool:
    return bool(place.rows("SELECT 1 FROM connection WHERE account = ?", f"zoom:{BO}"))


def _refused(zoom: Zoom, body: bytes, headers: dict[str, str]) -> None:
    answer = zoom.sends(body, headers)
    assert answer.status_code == 401
    assert answer.text == ""
    assert _is_connected(zoom.place)


def test_any_bit_turned_in_a_delivery_makes_it_worthless(zoom: Zoom):
    body = zoom.body()
    headers = zoom.signed(body)
    for bit in range(0, 8 * len(body), 37):
        turned = bytearray(body)
        turned[bit // 8] ^= 1 << bit % 8
        _refused(zoom, bytes(turned), headers)


def test_any_letter_turned_in_a_signature_makes_it_worthless(zoom: Zoom):
    body = zoom.body()
    headers = zoom.signed(body)
    signature = headers["x-zm-signature"]
    for place in range(3, len(signature), 4):
        letter = "0" if signature[place] != "0" else "1"
        turned = signature[:place] + letter + signature[place + 1 :]
        _refused(zoom, body, headers | {"x-zm-signature": turned})


@pytest.mark.parametrize("skew", [-86_400, -301, 301, 86_400, 10**11])
def test_a_delivery_of_another_time_is_worthless(zoom: Zoom, skew: int):
    body = zoom.body()
    _refused(zoom, body, zoom.signed(body, stamp=int(time.time()) + skew))


@pytest.mark.parametrize("stamp", ["", "-1", "1e9", "0x1", "9" * 30, "\u0661\u0662"])
def test_a_stamp_that_is_none_is_worthless(zoom: Zoom, stamp: str):
    body = zoom.body()
    headers = {name: value.encode() for name, value in zoom.signed(body, stamp=stamp).items()}
    answer = zoom.browser.send("POST", "/hooks/zoom", content=body, headers=headers)
    assert answer.status_code == 401
    assert _is_connected(zoom.place)


def test_the_same_json_in_other_words_is_worthless(zoom: Zoom):
    body = zoom.body()
    headers = zoom.signed(body)
    content = json.loads(body)
    for other in (
        json.dumps(dict(reversed(content.items()))).encode(),
        json.dumps(content, indent=1).encode(),
        body + b" ",
        b"\xef\xbb\xbf" + body,
    ):
        _refused(zoom, other, headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-zm-signature": "v0="},
        {"x-zm-signature": "v0=" + "0" * 64, "x-zm-request-timestamp": "1"},
        {"authorization": "Bearer x"},
    ],
    ids=str,
)
def test_an_unsigned_delivery_is_worthless(zoom: Zoom, headers: dict[str, str]):
    _refused(zoom, zoom.body(), headers)


def test_a_delivery_is_believed_once(zoom: Zoom):
    body = zoom.body("meeting.started")
    headers = zoom.signed(body)
    assert zoom.sends(body, headers).status_code == 204
    assert zoom.sends(body, headers).status_code == 401


def test_a_deauthorisation_of_somebody_else_takes_nothing_away(zoom: Zoom):
    for wrong in ({"user_id": "nobody"}, {"account_id": "another"}):
        body = zoom.body(**wrong)
        assert zoom.sends(body, zoom.signed(body)).status_code == 204
        assert _is_connected(zoom.place)


@pytest.mark.parametrize(
    "token", ["v0:1700000000:{}", "a:b", "", "x" * 129, "a b", "a\n", "\u00e4", {"a": 1}, None, 7]
)
def test_nobody_gets_a_signature_from_us(zoom: Zoom, token: Any):
    """What is asked back for a plain token could be the text that a delivery is signed over."""
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": token}})
    answer = zoom.sends(body.encode(), {})
    assert answer.status_code == 401
    assert answer.text == ""


def test_zooms_own_question_is_answered_and_for_nothing_else_of_use(zoom: Zoom):
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc_-9"}})
    answer = zoom.sends(body.encode(), {})
    assert answer.status_code == 200
    shown = hmac.new(zoom.secret.encode(), b"abc_-9", hashlib.sha256).hexdigest()
    assert answer.json() == {"plainToken": "abc_-9", "encryptedToken": shown}
    delivery = zoom.body()
    headers = {"x-zm-request-timestamp": str(int(time.time())), "x-zm-signature": f"v0={shown}"}
    _refused(zoom, delivery, headers)


@pytest.mark.parametrize("depth", [100, 10_000, 60_000])
def test_deep_json_is_refused(zoom: Zoom, depth: int):
    body = b"[" * depth
    _refused(zoom, body, zoom.signed(body))


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [
        ("microsoft?validationToken=%3Cscript%3Ealert(1)%3C/script%3E", {}, b""),
        ("microsoft?validationToken=" + "x" * 4000, {}, b""),
        ("microsoft", {"content-type": "application/json"}, b'{"value": [{"clientState": "x"}]}'),
        (
            "google",
            {
                "x-goog-channel-id": "1",
                "x-goog-channel-token": "guess",
                "x-goog-resource-id": "2",
                "x-goog-resource-state": "exists",
            },
            b"",
        ),
        ("google", {"x-goog-resource-state": "sync"}, b""),
        ("nobody", {}, b"{}"),
        ("zoom%2f..%2fgoogle", {}, b"{}"),
    ],
)
def test_nothing_is_listened_to_that_nobody_was_asked_to_send(
    zoom: Zoom, path: str, headers: dict[str, str], body: bytes
):
    """There are no subscriptions and no channels yet: such deliveries meet nothing at all."""
    kept = zoom.place.rows("SELECT account FROM connection")
    written = zoom.place.audit()
    answer = zoom.browser.send("POST", f"/hooks/{path}", content=body, headers=headers)
    assert answer.status_code == 404
    assert "alert" not in answer.text
    assert "xxxx" not in answer.text
    assert zoom.place.rows("SELECT account FROM connection") == kept
    assert zoom.place.audit() == written


def _memory(place: Site) -> int:
    status = Path(f"/proc/{place.daemon.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("path", ["/hooks/zoom", "/sign-in/google", "/new-event"])
def test_a_body_without_end_is_not_kept(place: Site, path: str):
    before = _memory(place)
    for _ in range(3):
        _pour(place, path, 50 * MIB)
    assert _memory(place) - before < 20 * MIB


def _pour(place: Site, path: str, size: int) -> None:
    """Send a body in chunks that never says how long it is, until nobody takes any more of it."""
    sent = 0
    with _connection(place) as wire:
        wire.sendall(_head(place, path, "transfer-encoding: chunked"))
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        try:
            while sent < size:
                wire.sendall(chunk)
                sent += 0x10000
        except OSError:
            pass
    assert sent < size, "the whole body was taken in"


def _connection(place: Site) -> ssl.SSLSocket:
    where = urlsplit(place.base)
    assert where.hostname is not None
    plain = socket.create_connection((where.hostname, where.port or 443), timeout=60)
    return place.trust.wrap_socket(plain, server_hostname=where.hostname)


def _head(place: Site, path: str, *lines: str) -> bytes:
    host = f"host: {urlsplit(place.base).netloc}"
    return "\r\n".join((f"POST {path} HTTP/1.1", host, *lines, "", "")).encode()


@pytest.mark.parametrize("told", ["262145", "52428800", "9" * 30, "-1", "1e3"])
def test_a_body_that_says_that_it_is_too_long_is_not_waited_for(place: Site, told: str):
    with _connection(place) as wire:
        wire.sendall(_head(place, "/hooks/zoom", f"content-length: {told}"))
        answer = wire.recv(4096)
    assert answer.split(b" ")[1] in (b"400", b"413")


def test_a_body_that_stops_and_headers_that_stop_are_given_up(place: Site):
    with _connection(place) as body, _connection(place) as head:
        begun = time.monotonic()
        body.sendall(_head(place, "/hooks/zoom", "content-length: 100") + b"{")
        head.sendall(b"GET /sign-in HTTP/1.1\r\nhost: ")
        # Others are served meanwhile.
        assert place.browser().get("/sign-in").status_code == 200
        assert body.recv(4096).startswith(b"HTTP/1.1 408")
        assert head.recv(4096) == b""
        assert 8 < time.monotonic() - begun < 40


def test_many_that_only_hold_the_line_shut_nobody_out(place: Site):
    held = [_connection(place) for _ in range(100)]
    try:
        for wire in held:
            wire.sendall(b"GET /sign-in HTTP/1.1\r\n")
        assert place.browser().get("/sign-in").status_code == 200
    finally:
        for wire in held:
            wire.close()
    assert place.daemon.process.poll() is None


@pytest.mark.parametrize(
    "raw",
    [
        (
            b"POST /hooks/zoom HTTP/1.1\r\nhost: {host}\r\ncontent-length: 3\r\n"
            b"transfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\nhost: {host}\r\n\r\n"
        ),
        b"GET /sign-in HTTP/1.1\r\nhost: {host}\r\nhost: evil.example\r\n\r\n",
        b"GET https://evil.example/sign-in HTTP/1.1\r\nhost: evil.example\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\n\r\n",
    ],
    ids=["smuggled", "two hosts", "absolute", "no host"],
)
def test_a_request_of_two_minds_is_refused(place: Site, raw: bytes):
    with _connection(place) as wire:
        wire.sendall(raw.replace(b"{host}", urlsplit(place.base).netloc.encode()))
        wire.settimeout(30)
        answer = wire.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 400"), answer[:80]
    assert answer.count(b"HTTP/1.1") == 1


def test_a_genuine_removal_at_zoom_ends_the_connection_and_is_written_down(zoom: Zoom):
    """The last test of this file, since it ends what the others attack."""
    body = zoom.body()
    assert zoom.sends(body, zoom.signed(body)).status_code == 204
    assert not _is_connected(zoom.place)
    zoom.place.told("syncd", "account.removed_at_provider", f"zoom:{BO}")

    def page() -> str | None:
        text = _signed_in(zoom.place).get("/settings").text
        return text if "Removed in Zoom on" in text else None

    until("the page tells of it", page)


def _signed_in(place: Site) -> Browser:
    return place.signed_in(BO)
