"""By what the application proves to Entra who it is."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.core.secret import Secret


@dataclass(frozen=True, slots=True)
class CertificateCredential:
    """A certificate in place of a client secret: an unencrypted key and its certificate, PEM."""

    private_key: Secret
    public_certificate: str


Credential = Secret | CertificateCredential


def for_msal(credential: Credential) -> str | dict[str, str]:
    """Write it as msal's `client_credential`."""
    match credential:
        case Secret():
            return credential.reveal()
        case CertificateCredential():
            return {
                "private_key": credential.private_key.reveal(),
                "public_certificate": credential.public_certificate,
            }
