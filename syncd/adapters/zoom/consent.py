"""A consent at Zoom between its beginning and its end; nothing here asks the network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncd.adapters.zoom.errors import tidy
from syncd.core.secret import Secret
from syncd.ports.oauth import ConsentRefused, Purpose

_VERIFIER_BYTES = 48
_CODE = re.compile(r"[\x21-\x7e]{1,4096}")
_NOT_APPROVED = re.compile(r"approv|administrator|restricted|\b4[,.]?738\b", re.IGNORECASE)
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is remembered until the browser comes back."""

    state: str
    verifier: str
    redirect_uri: str
    purpose: Purpose

    @classmethod
    def new(cls, *, state: str, redirect_uri: str, purpose: Purpose) -> Kept:
        """Begin one, with a verifier of 384 bits (RFC 7636: 43 to 128 characters)."""
        verifier = secrets.token_urlsafe(_VERIFIER_BYTES)
        return cls(state=state, verifier=verifier, redirect_uri=redirect_uri, purpose=purpose)

    @classmethod
    def read(cls, kept: Secret) -> Kept:
        """Read what `text` wrote; ConsentRefused when it is something else."""
        try:
            parts = json.loads(kept.reveal())
            return cls(
                state=str(parts["state"]),
                verifier=str(parts["verifier"]),
                redirect_uri=str(parts["redirect_uri"]),
                purpose=Purpose(parts["purpose"]),
            )
        except (ValueError, KeyError, TypeError) as exc:
            raise consent_broken("what was kept of it cannot be read") from exc

    def text(self) -> Secret:
        """Write it as one text."""
        return Secret(
            json.dumps(
                {
                    "state": self.state,
                    "verifier": self.verifier,
                    "redirect_uri": self.redirect_uri,
                    "purpose": self.purpose.value,
                }
            )
        )

    def challenge(self) -> str:
        """Give the S256 challenge of the verifier (RFC 7636, 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def returned_code(
    kept: Kept, answer: Mapping[str, str], *, app: str, client_id: str, oauth_base: str
) -> str:
    """Give the code of an answer to this very consent; ConsentRefused says why there is none."""
    # A query may hold half a character, which nothing else can encode.
    given = answer.get("state", "").encode(errors="backslashreplace")
    if not hmac.compare_digest(kept.state.encode(), given):
        raise consent_broken("the answer belongs to another attempt")
    # RFC 9207: Zoom names no issuer, so one that is named tells an answer of somebody else's.
    if answer.get("iss", oauth_base).rstrip("/") not in {oauth_base, oauth_base.rpartition("/")[0]}:
        raise consent_broken("the answer is not Zoom's")
    if error := answer.get("error", ""):
        raise _refused(error, answer, app=app, client_id=client_id)
    code = answer.get("code", "")
    if not _CODE.fullmatch(code):
        raise consent_broken("Zoom sent no code")
    return code


def consent_broken(why: str, *, remedy: str = "Connect it again.") -> ConsentRefused:
    """Say that it came to nothing, by nobody's decision."""
    return ConsentRefused(
        f"Zoom was not connected: {why}.",
        code="consent_broken",
        remedy=remedy,
    )


def not_granted(missing: Sequence[str]) -> ConsentRefused:
    """Say which scopes a consent lacks without which it is of no use."""
    return ConsentRefused(
        f"Zoom did not grant what syncd needs: {', '.join(missing)}.",
        code="scopes_missing",
        remedy="Have the administrator add these under Scopes of the app in the Zoom App "
        "Marketplace, then connect Zoom again and allow all of them.",
    )


def _refused(error: str, answer: Mapping[str, str], *, app: str, client_id: str) -> ConsentRefused:
    said = f"{error} {answer.get('error_description', '')} {answer.get('reason', '')}"[:2000]
    approval = (
        f'your Zoom administrator must approve the app "{app}". Write to them: "Please approve the '
        f"app {app} (client id {client_id}) for our Zoom account, in the Zoom App Marketplace under "
        'Manage, Apps on Account."'
    )
    if _NOT_APPROVED.search(said):
        return ConsentRefused(
            "Zoom does not let this app in: your organisation restricts apps.",
            code="app_not_approved",
            remedy=approval[0].upper() + approval[1:],
        )
    if error == "access_denied":
        return ConsentRefused(
            "Zoom was not connected: the consent was refused.",
            code="consent_refused",
            remedy="If you declined it, connect Zoom again and press Allow. If Zoom gave you no "
            f"choice, {approval}",
        )
    return consent_broken(f"Zoom says {tidy(error)[:_LONGEST_WORD]}")
