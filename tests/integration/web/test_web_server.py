"""The pages on a real socket: what stands on the wire, who is cut off, and TLS."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from syncd.web import server
from syncd.web.server import Certificate, serve, tls_context
from tests.fakes.web_stage import WebStage

HELLO = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"


async def said(port: int, *parts: bytes, context: ssl.SSLContext | None = None) -> bytes:
    """Send some bytes and read until the other side hangs up."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname="localhost" if context else None
    )
    for part in parts:
        writer.write(part)
    try:
        async with asyncio.timeout(20):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_nothing_on_the_wire_tells_what_serves():
    async with serve(WebStage().app, host="127.0.0.1", port=0) as serving:
        answer = await said(serving.port, HELLO + b"Connection: close\r\n\r\n")
    head = answer.lower().partition(b"\r\n\r\n")[0]
    assert head.startswith(b"http/1.1 200")
    assert b"strict-transport-security" in head
    for word in (b"\r\nserver:", b"\r\ndate:", b"uvicorn", b"python"):
        assert word not in head


async def test_a_body_that_says_it_is_too_large_is_answered_and_cut_off():
    async with serve(WebStage().app, host="127.0.0.1", port=0) as serving:
        answer = await said(
            serving.port,
            b"POST /sign-out HTTP/1.1\r\nHost: syncd.example.com\r\n"
            b"Content-Length: 50000000\r\n\r\n" + b"x" * 65536,
        )
    assert answer.startswith(b"HTTP/1.1 413") or answer == b""


@pytest.mark.parametrize("parts", [(), (b"GET / HT",), (HELLO, b"X-A: b\r\n")])
async def test_whoever_is_slow_with_the_headers_is_cut_off(monkeypatch, parts):
    monkeypatch.setattr(server, "HEADER_SECONDS", 0.05)
    async with serve(WebStage().app, host="127.0.0.1", port=0) as serving:
        assert await said(serving.port, *parts) == b""


async def test_a_kept_connection_is_answered_again_and_then_cut_off(monkeypatch):
    monkeypatch.setattr(server, "HEADER_SECONDS", 0.05)
    async with serve(WebStage().app, host="127.0.0.1", port=0) as serving:
        answer = await said(serving.port, HELLO + b"\r\n", HELLO + b"\r\n", b"GET / HT")
    assert answer.count(b"HTTP/1.1 200") == 2


async def test_a_body_that_never_comes_is_given_up(monkeypatch):
    monkeypatch.setattr("syncd.web.bounds.BODY_SECONDS", 0.05)
    async with serve(WebStage().app, host="127.0.0.1", port=0) as serving:
        answer = await said(
            serving.port,
            b"POST /sign-out HTTP/1.1\r\nHost: syncd.example.com\r\nContent-Length: 9\r\n\r\nab",
        )
    assert answer.startswith(b"HTTP/1.1 408")


async def test_a_port_that_is_taken_is_an_error():
    async with serve(WebStage().app, host="127.0.0.1", port=0) as serving:
        with pytest.raises(OSError, match="in use"):
            async with serve(WebStage().app, host="127.0.0.1", port=serving.port):
                pass


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, Certificate]:
    ca = trustme.CA()
    leaf = ca.issue_cert("localhost")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    leaf.private_key_pem.write_to_path(str(key))
    chain.write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
    return ca, Certificate(chain=chain, private_key=key)


async def test_tls_is_spoken_from_1_2_on(authority):
    ca, certificate = authority
    context = tls_context(certificate)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    client = ssl.create_default_context()
    ca.configure_trust(client)
    async with serve(WebStage().app, host="127.0.0.1", port=0, context=context) as serving:
        answer = await said(serving.port, HELLO + b"Connection: close\r\n\r\n", context=client)
        assert answer.startswith(b"HTTP/1.1 200")
        assert await said(serving.port, HELLO + b"\r\n") == b"", "plain text on the TLS port"


def test_a_certificate_that_is_none_is_an_error(tmp_path):
    (tmp_path / "x.pem").write_text("x")
    with pytest.raises(ssl.SSLError):
        tls_context(Certificate(chain=tmp_path / "x.pem", private_key=tmp_path / "x.pem"))
    with pytest.raises(OSError, match="No such file"):
        tls_context(Certificate(chain=tmp_path / "no.pem", private_key=tmp_path / "no.pem"))
