"""What the login side has given out: codes, tokens, device sign-ins, certificates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from syncd.sandbox.fakes.microsoft.aadsts import invalid_grant
from syncd.sandbox.fakes.world import Person, World

OIDC_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
ACCESS_LIFE = timedelta(seconds=3599)
_CODE_LIFE = timedelta(minutes=10)
_REFRESH_LIFE = timedelta(days=90)
_DEVICE_LIFE = timedelta(minutes=15)
_GRAPH = "https://graph.microsoft.com/"


@dataclass(frozen=True, kw_only=True)
class Code:
    """An authorization code with what it is bound to."""

    person: Person
    client: str
    redirect_uri: str
    scope: str
    challenge: str | None
    nonce: str | None
    expires: datetime
    used: bool = False


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """A refresh token; using it makes another and leaves this one good."""

    person: Person
    client: str
    scope: str
    public: bool
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class Access:
    """An access token; `person` is None in one of an application by itself."""

    person: Person | None
    client: str
    scopes: frozenset[str]
    """Short permission names such as Calendars.ReadWrite."""
    expires: datetime | None


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device sign-in on its way."""

    client: str
    scope: str
    user_code: str
    expires: datetime
    state: Literal["pending", "approved", "declined"] = "pending"
    person: Person | None = None


class Grants:
    """The registered application and everything issued to it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.client_id = "sandbox-microsoft-client"
        self.client_secret = f"sandbox~{world.random.getrandbits(128):032x}"
        self.tenant = "contoso.example"
        self.tenant_id = (
            f"{world.random.getrandbits(32):08x}-1111-4111-8111-{world.random.getrandbits(48):012x}"
        )
        self.certificates: dict[bytes, x509.Certificate] = {}
        """Registered certificates by both thumbprints, SHA-1 and SHA-256."""
        self.codes: dict[str, Code] = {}
        self.refreshes: dict[str, Refresh] = {}
        self.accesses = {person.microsoft_token: _own(person) for person in world.people}
        self.devices: dict[str, Device] = {}

    def reset(self) -> None:
        """Take back all that was issued; the application, its secret and certificates stay."""
        self.codes.clear()
        self.refreshes.clear()
        self.devices.clear()
        self.accesses = {person.microsoft_token: _own(person) for person in self._world.people}

    def register_certificate(self, pem: str) -> None:
        """Let the application prove itself with this certificate (PEM)."""
        certificate = x509.load_pem_x509_certificate(pem.encode())
        # SHA-1 is no proof here, only the name by which older clients point at a certificate.
        for digest in (hashes.SHA1(), hashes.SHA256()):  # noqa: S303 - see above
            self.certificates[certificate.fingerprint(digest)] = certificate

    def issue_code(self, code: Code) -> str:
        """Keep a code for ten minutes and give its text."""
        text = self._text("0.AX")
        self.codes[text] = replace(code, expires=self._world.now() + _CODE_LIFE)
        return text

    def take_code(self, text: str) -> Code:
        """Use up a code; raise LoginError when it is unknown, used or old."""
        code = self.codes.get(text)
        if code is None:
            raise invalid_grant(70000, "The provided authorization code is invalid.")
        if code.used:
            raise invalid_grant(54005, "OAuth2 Authorization code was already redeemed.")
        if code.expires <= self._world.now():
            raise invalid_grant(70008, "The provided authorization code has expired.")
        self.codes[text] = replace(code, used=True)
        return code

    def issue_access(self, person: Person | None, client: str, scopes: frozenset[str]) -> str:
        """Give an access token good for an hour."""
        text = self._text("EwB")
        expires = self._world.now() + ACCESS_LIFE
        self.accesses[text] = Access(person=person, client=client, scopes=scopes, expires=expires)
        return text

    def issue_refresh(self, person: Person, client: str, scope: str, *, public: bool) -> str:
        """Give a refresh token good for ninety days."""
        text = self._text("0.AR")
        expires = self._world.now() + _REFRESH_LIFE
        self.refreshes[text] = Refresh(
            person=person, client=client, scope=scope, public=public, expires=expires
        )
        return text

    def find_refresh(self, text: str) -> Refresh:
        """Find a refresh token; raise LoginError when it is unknown, revoked or old."""
        refresh = self.refreshes.get(text)
        if refresh is None or refresh.expires <= self._world.now():
            text = "The refresh token has expired due to inactivity."
            raise invalid_grant(700082, text, suberror="bad_token")
        return refresh

    def revoke(self, email: str) -> None:
        """Take away all tokens of a person, as an administrator or the person may."""
        self.refreshes = {k: one for k, one in self.refreshes.items() if one.person.email != email}
        self.accesses = {
            text: one
            for text, one in self.accesses.items()
            if one.expires is None or one.person is None or one.person.email != email
        }

    def open_device(self, client: str, scope: str) -> tuple[str, Device]:
        """Begin a device sign-in; give its device code and itself."""
        text = self._text("GAQ")
        device = Device(
            client=client,
            scope=scope,
            user_code=f"{self._world.random.getrandbits(36):09X}",
            expires=self._world.now() + _DEVICE_LIFE,
        )
        self.devices[text] = device
        return text, device

    def _text(self, prefix: str) -> str:
        return f"{prefix}{self._world.secret(256)}"


def permissions(scope: str) -> frozenset[str]:
    """Give the short permission names of a scope text, without those of OpenID Connect."""
    several = (one.removeprefix(_GRAPH) for one in scope.split())
    return frozenset(one for one in several if one not in OIDC_SCOPES)


def _own(person: Person) -> Access:
    everything = frozenset({"Calendars.ReadWrite", "User.Read"})
    return Access(person=person, client="outlook", scopes=everything, expires=None)
