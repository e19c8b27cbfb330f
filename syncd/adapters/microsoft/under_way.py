"""What is kept of a consent from its beginning until the browser comes back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from syncd.adapters.microsoft.reading import Part, Unclear, needed
from syncd.core.secret import Secret
from syncd.ports.oauth import Purpose

_LONGEST_DEVICE = 900


@dataclass(frozen=True, slots=True)
class UnderWay:
    """msal's own account of one consent: state, PKCE verifier (RFC 7636), nonce; for one answer."""

    purpose: Purpose
    flow: dict[str, Any] = field(repr=False)

    @property
    def state(self) -> str:
        """Give what the browser must bring back."""
        return str(self.flow["state"])

    @property
    def nonce(self) -> str:
        """Give what the ID token must answer to: msal sends a hash of what it keeps."""
        return parse_qs(urlsplit(str(self.flow["auth_uri"])).query)["nonce"][0]

    def written(self) -> Secret:
        """Write it as one text."""
        return Secret(json.dumps(asdict(self)))

    @classmethod
    def read(cls, kept: Secret) -> UnderWay:
        """Read what `written` wrote."""
        read = json.loads(kept.reveal())
        return cls(Purpose(read["purpose"]), read["flow"])


@dataclass(frozen=True, slots=True)
class OnDevice:
    """What Entra says of a consent on another device; `code` is typed in at `url`."""

    url: str
    code: str
    lasts: int
    """In seconds; a quarter of an hour at most."""
    flow: dict[str, Any] = field(repr=False)

    @classmethod
    def read(cls, content: Part) -> OnDevice:
        """Read an answer of the device endpoint; Unclear when it is none."""
        url, lasts = needed(content, "verification_uri"), content.get("expires_in")
        if not url.startswith("https://"):
            raise Unclear("its address is none")
        if isinstance(lasts, bool) or not isinstance(lasts, int):
            raise Unclear("its end is no time")
        needed(content, "device_code")
        # msal would wait for this long between two looks, and with 0 never stop looking.
        flow = {**content, "interval": 1}
        return cls(url, needed(content, "user_code"), max(0, min(lasts, _LONGEST_DEVICE)), flow)

    def written(self) -> Secret:
        """Write what a look needs as one text."""
        return Secret(json.dumps(self.flow))
