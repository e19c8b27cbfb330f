"""What is kept of a consent from its beginning until the browser comes back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from syncd.core.secret import Secret
from syncd.ports.oauth import Purpose


@dataclass(frozen=True, slots=True)
class UnderWay:
    """State, PKCE verifier (RFC 7636) and nonce of one consent; good for one answer."""

    purpose: Purpose
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    redirect_uri: str

    def written(self) -> Secret:
        """Write it as one text."""
        return Secret(json.dumps(asdict(self)))

    @classmethod
    def read(cls, kept: Secret) -> UnderWay:
        """Read what `written` wrote."""
        read = json.loads(kept.reveal())
        return cls(**{**read, "purpose": Purpose(read["purpose"])})
