"""Every secret of a configuration, read once, in values that never show themselves."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr, TypeAdapter, ValidationError

from syncd.config.findings import Finding, Path, path_text
from syncd.config.references import (
    FromCredential,
    FromEnv,
    FromFile,
    SecretReference,
    SecretUnreadable,
)
from syncd.config.walk import secret_paths

_REFERENCE: TypeAdapter[FromCredential | FromFile | FromEnv] = TypeAdapter(SecretReference)
_KEYS: Path = ("state", "keys")
_KEYS_REMEDY = (
    "put back the key file that the database was made with; "
    "for a new database `syncd keys new` makes one"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What the references of the configuration lead to; None where there is no reference.

    `keys` is the content of the key file and None only where it was allowed to be missing;
    `google_service_account` is a JSON key; the two Microsoft certificate parts are PEM.
    """

    keys: SecretStr | None
    database_password: SecretStr | None
    zoom_client_secret: SecretStr
    zoom_webhook_secret: SecretStr | None
    google_service_account: SecretStr | None
    google_client_secret: SecretStr | None
    microsoft_client_secret: SecretStr | None
    microsoft_private_key: SecretStr | None
    microsoft_public_certificate: SecretStr | None
    zoom_user_secret: SecretStr | None
    microsoft_user_secret: SecretStr | None
    web_private_key: SecretStr | None


@dataclass(frozen=True, slots=True)
class SecretReading:
    """The secrets by path text, and what kept others from being read."""

    values: dict[str, SecretStr] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def secrets(self) -> Secrets:
        """Return the secrets of a configuration without findings."""
        found = self.values
        return Secrets(
            keys=found.get("state.keys"),
            database_password=found.get("state.database_password"),
            zoom_client_secret=found["zoom.client_secret"],
            zoom_webhook_secret=found.get("zoom.webhook_secret"),
            google_service_account=found.get("google.service_account"),
            google_client_secret=found.get("google.client_secret"),
            microsoft_client_secret=found.get("microsoft.client_secret"),
            microsoft_private_key=found.get("microsoft.certificate.private_key"),
            microsoft_public_certificate=found.get("microsoft.certificate.public_certificate"),
            zoom_user_secret=found.get("zoom.user_app.client_secret"),
            microsoft_user_secret=found.get("microsoft.user_app.client_secret"),
            web_private_key=found.get("web.tls.private_key"),
        )


def read_secrets(
    data: Mapping[str, Any], *, context: Mapping[str, Any], missing_keys_ok: bool
) -> SecretReading:
    """Read every well-formed reference in the plain data of a file; the others are passed over.

    With `missing_keys_ok` it is no finding that nothing is at the place of `state.keys`.
    """
    reading = SecretReading()
    for path, reference in _references(data, context):
        try:
            value = reference.read()
            _check_content(path, value)
        except SecretUnreadable as error:
            if not (missing_keys_ok and path == _KEYS and error.absent):
                is_lost = path == _KEYS and error.absent
                remedy = _KEYS_REMEDY if is_lost else error.remedy
                reading.findings.append(Finding(path=path, problem=error.problem, remedy=remedy))
        else:
            reading.values[path_text(path)] = value
    return reading


def _references(
    data: Mapping[str, Any], context: Mapping[str, Any]
) -> Iterator[tuple[Path, FromCredential | FromFile | FromEnv]]:
    for path in secret_paths():
        raw: Any = data
        for step in path:
            raw = raw.get(step) if isinstance(raw, dict) else None
        try:
            yield path, _REFERENCE.validate_python(raw, context=dict(context))
        except ValidationError:
            continue  # Not given, or not a reference: what is wrong with it the schema says.


def _check_content(path: Path, value: SecretStr) -> None:
    if path == ("google", "service_account") and not _is_service_account(value):
        raise SecretUnreadable(
            "this is not the JSON key of a service account",
            "give the whole content of the file that Google made, with client_email and private_key",
        )


def _is_service_account(value: SecretStr) -> bool:
    try:
        key = json.loads(value.get_secret_value())
    except (ValueError, RecursionError):
        return False
    parts = ("client_email", "private_key")
    return isinstance(key, dict) and all(isinstance(key.get(part), str) for part in parts)
