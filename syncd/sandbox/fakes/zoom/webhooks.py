"""What Zoom sends to the app by itself, signed; and what came back.

Zoom's bodies are compact JSON, and the signature is over the very bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from syncd.sandbox.fakes.zoom.moments import stamp

_PATIENCE = 3.0
_MOST = 4096


@dataclass(kw_only=True)
class Delivery:
    """One event on its way; `status` is None until it was answered, and 0 when nobody did."""

    event: str
    headers: Mapping[str, str]
    body: str
    status: int | None = None
    answer: str = ""


@dataclass
class Webhooks:
    """The event subscription of the user-managed app."""

    secret: str
    url: str | None = None
    deliveries: list[Delivery] = field(default_factory=list)
    _under_way: set[asyncio.Future[None]] = field(default_factory=set)

    def send(self, event: str, payload: Mapping[str, Any], now: datetime) -> Delivery:
        """Sign an event, and send it where the app wants it; without an address it is only kept."""
        content = {"event": event, "event_ts": int(now.timestamp() * 1000), "payload": payload}
        body = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
        delivery = Delivery(event=event, headers=self._signed(body, now), body=body)
        self.deliveries.append(delivery)
        if self.url is not None:
            loop = asyncio.get_running_loop()
            sending = loop.run_in_executor(None, _post, self.url, delivery)
            self._under_way.add(sending)
            sending.add_done_callback(self._under_way.discard)
        return delivery

    def under_way(self) -> tuple[asyncio.Future[None], ...]:
        """Give what is being sent, to be waited for."""
        return tuple(self._under_way)

    def _signed(self, body: str, now: datetime) -> dict[str, str]:
        at = str(int(now.timestamp()))
        mac = hmac.new(self.secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256)
        return {
            "content-type": "application/json; charset=utf-8",
            "x-zm-request-timestamp": at,
            "x-zm-signature": f"v0={mac.hexdigest()}",
        }


def deauthorisation(
    *, account_id: str, user_id: str, client_id: str, now: datetime
) -> dict[str, Any]:
    """Give the payload of `app_deauthorized`."""
    return {
        "account_id": account_id,
        "user_id": user_id,
        "signature": hashlib.sha256(user_id.encode()).hexdigest(),
        "deauthorization_time": stamp(now),
        "client_id": client_id,
    }


def _post(url: str, delivery: Delivery) -> None:
    request = urllib.request.Request(  # noqa: S310 - a test says where
        url, data=delivery.body.encode(), headers=dict(delivery.headers), method="POST"
    )
    context = ssl.create_default_context()
    # The app under test has a certificate of its own making.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(request, timeout=_PATIENCE) as answer:
            delivery.answer = answer.read(_MOST).decode("utf-8", "replace")
            delivery.status = answer.status
    except urllib.error.HTTPError as refusal:
        delivery.status = refusal.code
    except OSError:
        delivery.status = 0
