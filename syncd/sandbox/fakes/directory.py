"""The directory of a running sandbox: what a client needs to find, trust and use it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from syncd.sandbox.fakes.config_text import config_text
from syncd.sandbox.fakes.places import Apps, Endpoints, endpoints
from syncd.sandbox.fakes.world import World

_ADDRESS_FILE = "sandbox.json"
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def write_directory(directory: Path, base: str, world: World, *, ca_pem: bytes, apps: Apps) -> Path:
    """Write ca.pem, the secrets, syncd.yaml and last sandbox.json, whose path is returned.

    The directory is made with mode 0700 and every secret with 0600. The key file is kept where
    it is there already, because a database beside it was sealed with it.
    """
    directory = directory.resolve()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    (directory / "ca.pem").write_bytes(ca_pem)
    _write_secrets(directory, apps)
    if not (directory / "keys").exists():
        _write_secret(directory / "keys", json.dumps(make_keys(world.random)))
    places = endpoints(base)
    people = [person.email for person in world.people]
    text = config_text(directory, places, people, apps)
    (directory / "syncd.yaml").write_text(text, encoding="utf-8")
    return _write_address(directory, base, world, places=places, zoom=_zoom(places, apps))


def make_keys(generator: Random) -> dict[str, Any]:
    """Make the content of a key file: one key to seal with, one to mark with, and an instance."""
    return {
        "version": 1,
        "seal_keys": [_key(generator)],
        "marker_keys": [_key(generator)],
        "instance": "".join(generator.choice(_BASE32) for _ in range(10)),
    }


def _key(generator: Random) -> dict[str, str]:
    key = base64.b64encode(generator.randbytes(32)).decode()
    return {"id": f"{generator.getrandbits(32):08x}", "key": key}


def _write_secrets(directory: Path, apps: Apps) -> None:
    info = json.dumps(apps.google_service_account, indent=2)
    _write_secret(directory / "google-service-account.json", info)
    _write_secret(directory / "google-client-secret", apps.google_client_secret)
    _write_secret(directory / "microsoft-client-secret", apps.microsoft_client_secret)
    _write_secret(directory / "zoom-client-secret", apps.zoom_client_secret)
    _write_secret(directory / "zoom-user-client-secret", apps.zoom_user_client_secret)
    _write_secret(directory / "zoom-webhook-secret", apps.zoom_webhook_secret)


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="utf-8")


def _zoom(places: Endpoints, apps: Apps) -> dict[str, Any]:
    app = {
        "account_id": apps.zoom_account_id,
        "client_id": apps.zoom_client_id,
        "client_secret": apps.zoom_client_secret,
        "scopes": list(apps.zoom_scopes),
        "user_client_id": apps.zoom_user_client_id,
        "user_client_secret": apps.zoom_user_client_secret,
        "webhook_secret": apps.zoom_webhook_secret,
    }
    return {**places.zoom, **app}


def _write_address(
    directory: Path, base: str, world: World, *, places: Endpoints, zoom: Mapping[str, Any]
) -> Path:
    content = {
        "base": base,
        "ca_file": str(directory / "ca.pem"),
        "config_file": str(directory / "syncd.yaml"),
        "control": f"{base}/_sandbox",
        "google": places.google,
        "microsoft": places.microsoft,
        "zoom": zoom,
        "people": _people(world),
    }
    # Renamed into place, so that whoever waits for the file never reads half of it.
    draft = directory / f".{_ADDRESS_FILE}.new"
    _write_secret(draft, json.dumps(content, indent=2))
    return draft.replace(directory / _ADDRESS_FILE)


def _people(world: World) -> list[dict[str, Any]]:
    return [
        {
            "email": person.email,
            "google": {"calendar_id": person.email, "token": person.google_token},
            "microsoft": {"user_id": person.microsoft_id, "token": person.microsoft_token},
            "zoom": {"user_id": person.zoom_id, "token": person.zoom_token},
        }
        for person in world.people
    ]
