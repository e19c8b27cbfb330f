"""What is kept of a consent from its beginning until the browser comes back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from syncd.core.secret import Secret
from syncd.ports.oauth import Purpose


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
