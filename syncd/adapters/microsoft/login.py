"""The way to the token endpoint for msal: one origin, no environment, no redirects, bounded."""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

from syncd.adapters.http import Garbled, sane_json
from syncd.ports.clock import Clock
from syncd.ports.errors import Permanent

# msal writes whole answers of the token endpoint to its log when it cannot read them.
logging.getLogger("msal").setLevel(logging.CRITICAL)
logging.getLogger("urllib3").setLevel(logging.WARNING)

_CONNECT_SECONDS = 5
_READ_SECONDS = 10
# Of one answer, however slowly it drips; a thread that waits cannot be ended from outside.
_ANSWER_SECONDS = 20
_MOST_BYTES = 1024 * 1024
_CHUNK = 16 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer, as msal's `http_client` gives them; header names are in lower case."""

    status_code: int
    headers: dict[str, str] = field(repr=False)
    text: str = field(repr=False)


class Login:
    """An `http_client` of msal for one attempt.

    `last` is the answer to its last request, None for silence; `posted` says that a token may have
    been asked for.
    """

    def __init__(self, *, login_base: str, ca_file: Path | None, clock: Clock) -> None:
        parts = urlsplit(login_base)
        self._origin = f"{parts.scheme}://{parts.netloc}/"
        self._session = requests.Session()
        self._session.trust_env = False
        self._verify = _roots(ca_file)
        self._clock = clock
        self.last: Reply | None = None
        self.posted = False

    def __enter__(self) -> Self:
        """Open nothing yet: connections are made when needed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close all connections."""
        self.close()

    def get(self, url: str, **options: Any) -> Reply:
        """Read a discovery document."""
        return self._send("GET", url, options)

    def post(self, url: str, **options: Any) -> Reply:
        """Ask for a token."""
        return self._send("POST", url, options)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def _send(self, method: str, url: str, options: dict[str, Any]) -> Reply:
        # The discovery document names the token endpoint, so it is checked like any address.
        if not url.startswith(self._origin):
            raise Permanent(
                "A request to an address that is not configured.",
                code="url_refused",
                remedy="See that the addresses of the providers in the configuration are right.",
            )
        self.last, self.posted = None, method == "POST"
        fixed: dict[str, Any] = {
            # Given with the request, since on the session REQUESTS_CA_BUNDLE would go before it.
            "verify": self._verify,
            "timeout": (_CONNECT_SECONDS, _READ_SECONDS),
            "allow_redirects": False,
            "stream": True,
        }
        try:
            with self._session.request(method, url, **options | fixed) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                body = self._read(response)
                text = body.decode("utf-8", "replace")
                self.last = Reply(response.status_code, headers, text)
        except requests.ConnectionError as error:
            self.posted = self.posted and not _never_left(error)
            raise
        # msal's own reading has no bounds.
        sane_json(body)
        return self.last

    def _read(self, response: requests.Response) -> bytes:
        ends_at = self._clock.monotonic() + _ANSWER_SECONDS
        body = bytearray()
        # A read of so many bytes would wait for all of them.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > _MOST_BYTES:
                raise Garbled("the answer is too large")
            if self._clock.monotonic() > ends_at:
                raise TimeoutError("the answer does not come to its end")
        return bytes(body)


def _never_left(error: requests.ConnectionError) -> bool:
    """Tell whether no connection was made: what may have left is never taken for unsent."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, SSLError):
        return any(isinstance(one, ssl.SSLCertVerificationError) for one in reason.args)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _roots(ca_file: Path | None) -> str | bool:
    """Give the certificates that every other connection trusts: the file, or the system's."""
    if ca_file is not None:
        return str(ca_file)
    system = ssl.get_default_verify_paths()
    return system.cafile or system.capath or True
