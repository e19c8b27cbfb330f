"""The only module that speaks httpx."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

from syncd.adapters.http.call import Answer, Call, Limits
from syncd.adapters.http.departure import Departure
from syncd.adapters.http.gate import Gate
from syncd.adapters.http.retries import LONGEST_WAIT, Lost, TooLarge, Tries, told_to_wait
from syncd.adapters.http.sane_json import MOST_BYTES
from syncd.adapters.http.share import Share
from syncd.ports.clock import Clock
from syncd.ports.errors import OutcomeUnknown, Permanent, Transient

logger = logging.getLogger(__name__)

# At their lower levels they write whole addresses and headers, tokens included.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# More only makes its pool slower.
_CONNECTIONS = 20
# Of them, those that accounts share whose last call met silence: each may last until its deadline.
_CONNECTIONS_IN_SILENCE = 5
# Of the deadline, once for TCP and once for TLS: ended by the deadline itself, a handshake would
# leave its socket open (httpcore closes it on errors, not on cancellation).
_CONNECT_SHARE = 0.45


class Http:
    """Sends calls to a fixed set of origins, each account at its own pace.

    `origins` are `https://host[:port]`. `deadline` in seconds bounds each sending, from connecting
    to the last byte of the answer. `on_call` learns the status of every sending, None for silence.
    """

    def __init__(  # noqa: PLR0913 - all by keyword, given once by the composition root
        self,
        *,
        clock: Clock,
        origins: Collection[str],
        ca_file: Path | None,
        limits: Limits,
        deadline: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
        on_call: Callable[[Call, int | None], None] | None = None,
        share: Share | None = None,
    ) -> None:
        self._clock = clock
        self._origins = frozenset(map(_origin, origins))
        self._limits = limits
        self._deadline = deadline
        self._on_call = on_call or (lambda _call, _status: None)
        self._share = share or Share()
        self._gates: dict[str, Gate] = {}
        self._lines = asyncio.Semaphore(_CONNECTIONS)
        self._lines_in_silence = asyncio.Semaphore(_CONNECTIONS_IN_SILENCE)
        self._silent: set[str] = set()
        # Only httpcore tells when a request leaves.
        self._traced = transport is None
        self._client = _client(ca_file, deadline, transport)

    def allows(self, url: str) -> bool:
        """Whether a call to this address would be sent at all."""
        try:
            return _origin(url) in self._origins
        except ValueError:
            return False

    async def send(self, call: Call) -> Answer:
        """Send until there is an answer that another sending would not better.

        Transient: it had no effect, or may be repeated. OutcomeUnknown: it may have had its effect
        and must not be repeated. Permanent `url_refused`: the address is not one of ours. A
        redirect is an answer like any other.
        """
        if not self.allows(call.url):
            raise Permanent(
                "A request to an address that is not configured.",
                code="url_refused",
                remedy="See that the addresses of the providers in the configuration are right.",
            )
        gate = self._gate(call.account)
        tries = Tries(call)
        while True:
            result = await self._attempt(call, gate)
            pause = tries.pause(result, now=self._clock.now(), jitter=self._clock.random())
            if pause is None:
                return _settle(call, result)
            await self._clock.sleep(pause)

    def _gate(self, account: str) -> Gate:
        gate = self._gates.get(account)
        if gate is None:
            gate = self._gates[account] = Gate(self._clock, self._limits, self._share)
        return gate

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _attempt(self, call: Call, gate: Gate) -> Answer | Lost:
        departure = Departure(self._clock, call.send_by)
        async with gate.turn(), self._shared(call.account), self._lines:
            departure.check()
            began = self._clock.monotonic()
            result = await self._exchange(call, departure)
            self._note_silence(call.account, result)
            if isinstance(result, Answer):
                self._obey(result, gate)
        self._report(call, result, seconds=self._clock.monotonic() - began)
        return result

    def _shared(self, account: str) -> AbstractAsyncContextManager[None]:
        return self._lines_in_silence if account in self._silent else nullcontext()

    def _note_silence(self, account: str, result: Answer | Lost) -> None:
        if isinstance(result, Answer):
            self._silent.discard(account)
        elif isinstance(result.cause, TimeoutError | httpx.TimeoutException):
            self._silent.add(account)

    def _obey(self, answer: Answer, gate: Gate) -> None:
        wait = told_to_wait(answer, self._clock.now())
        if wait is not None and wait <= LONGEST_WAIT:
            gate.close(wait.total_seconds())

    async def _exchange(self, call: Call, departure: Departure) -> Answer | Lost:
        try:
            async with asyncio.timeout(self._deadline):
                return await self._read(call, departure)
        except (httpx.HTTPError, OSError, TooLarge) as exc:
            unsent = isinstance(exc, _NEVER_LEFT) or (self._traced and not departure.left)
            return Lost(exc, left=not unsent)

    async def _read(self, call: Call, departure: Departure) -> Answer:
        async with self._client.stream(
            call.method,
            _parsed(call.url),
            headers=dict(call.headers),
            content=call.body,
            extensions={"trace": departure},
        ) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise TooLarge
            return Answer(response.status_code, dict(response.headers), bytes(body))

    def _report(self, call: Call, result: Answer | Lost, *, seconds: float) -> None:
        status = result.status if isinstance(result, Answer) else None
        self._on_call(call, status)
        logger.debug(
            "call",
            extra={
                "operation": call.operation,
                "account": call.account,
                "status": status,
                "ms": round(seconds * 1000),
            },
        )


def _client(
    ca_file: Path | None, deadline: float, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        # Where a transport is given none is made, and trust, which takes 25 ms to read, is not needed.
        verify=transport is not None or ssl.create_default_context(cafile=ca_file),
        transport=transport,
        limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
        timeout=httpx.Timeout(None, connect=deadline * _CONNECT_SHARE),
        headers={"user-agent": "syncd", "accept-encoding": "gzip"},
        # Accounts share the connections; a cookie would carry one account into another.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
    )


# An address is looked at, sent to, and often soon sent to again; a delta link is long to parse.
@lru_cache(maxsize=256)
def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as exc:
        raise ValueError("not a URL") from exc


def _origin(url: str) -> tuple[str, int]:
    parsed = _parsed(url)
    if parsed.scheme != "https" or not parsed.host or parsed.userinfo:
        raise ValueError("not an https origin")
    return parsed.raw_host.decode("ascii"), parsed.port or 443


def _settle(call: Call, result: Answer | Lost) -> Answer:
    """Give the answer, or raise what a silence means for this call."""
    match result:
        case Answer():
            return result
        case Lost(left=False, cause=cause):
            raise Transient(
                f"{_host(call)} cannot be reached.",
                code="unreachable",
                remedy="Check the network, the names of the hosts, and http.ca_file.",
            ) from cause
        case Lost(cause=cause):
            kind = Transient if call.repeatable else OutcomeUnknown
            raise kind(
                f"{_host(call)} gave no usable answer.",
                code="answer_too_large" if isinstance(cause, TooLarge) else "no_answer",
            ) from cause


def _host(call: Call) -> str:
    return _parsed(call.url).host
