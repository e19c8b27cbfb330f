"""The configuration files of a sandbox, which work as they are: for an admin, and for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from syncd.sandbox.fakes.places import Apps, Endpoints


def config_text(
    directory: Path,
    places: Endpoints,
    people: Sequence[str],
    apps: Apps,
    *,
    pages: int | None = None,
) -> str:
    """Write the configuration, YAML, for the sandbox whose files are in `directory`.

    With a port for the pages they are served there, and people may connect their own accounts.
    """
    content: dict[str, Any] = {
        "version": 1,
        "state": _state(directory),
        "zoom": _zoom(directory, places, apps),
        "google": _google(directory, places),
        "microsoft": _microsoft(directory, places, apps),
        "people": [_person(email) for email in people],
        "policy": {"hold_off": "5s"},
        "poll": {"interval": "2s"},
        "http": {"ca_file": str(directory / "ca.pem")},
    }
    if pages is not None:
        content["google"] |= _google_client(directory, apps)
        content["zoom"]["user_app"] = {
            "client_id": apps.zoom_user_client_id,
            "client_secret": _file(directory / "zoom-user-client-secret"),
        }
        content["microsoft"]["user_app"] = {
            "client_id": apps.microsoft_client_id,
            "client_secret": _file(directory / "microsoft-client-secret"),
        }
        content["web"] = _web(directory, people, pages)
    return _text(content)


def people_config_text(
    directory: Path, places: Endpoints, people: Sequence[str], apps: Apps, *, port: int
) -> str:
    """Write the configuration in which all people connect accounts of their own, on the pages.

    The pages are at `https://127.0.0.1:port`; the first person is an admin.
    """
    content: dict[str, Any] = {
        "version": 1,
        "state": _state(directory, "people.db"),
        "zoom": _zoom_of_people(directory, places, apps),
        "google": _google_of_people(directory, places, apps),
        "microsoft": _microsoft(directory, places, apps) | {"mode": "user"},
        "people": [{"email": email} for email in people],
        "policy": {"hold_off": "5s"},
        "poll": {"interval": "2s"},
        "web": _web(directory, people, port),
        "http": {"ca_file": str(directory / "ca.pem")},
    }
    return _text(content)


def _text(content: Mapping[str, Any]) -> str:
    return "# Made by the sandbox; its ports change with every start.\n" + "".join(_lines(content))


def _state(directory: Path, database: str = "syncd.db") -> dict[str, Any]:
    return {
        "database": f"sqlite:///{directory / database}",
        "keys": _file(directory / "keys"),
    }


def _web(directory: Path, people: Sequence[str], port: int) -> dict[str, Any]:
    return {
        "listen": f"127.0.0.1:{port}",
        "public_url": f"https://127.0.0.1:{port}",
        "admins": list(people[:1]),
        "support": "help@example.com",
        "tls": {
            "certificate": str(directory / "pages.pem"),
            "private_key": _file(directory / "pages-key.pem"),
        },
    }


def _zoom_of_people(directory: Path, places: Endpoints, apps: Apps) -> dict[str, Any]:
    return {
        "mode": "user",
        "account_id": apps.zoom_account_id,
        "client_id": apps.zoom_user_client_id,
        "client_secret": _file(directory / "zoom-user-client-secret"),
        "webhook_secret": _file(directory / "zoom-webhook-secret"),
        "plan": "business",
        "create_grace": "5s",
        **places.zoom,
    }


def _google_of_people(directory: Path, places: Endpoints, apps: Apps) -> dict[str, Any]:
    return {
        "mode": "user",
        **_google_client(directory, apps),
        **places.google,
    }


def _google_client(directory: Path, apps: Apps) -> dict[str, Any]:
    return {
        "client_id": apps.google_client_id,
        "client_secret": _file(directory / "google-client-secret"),
    }


def _zoom(directory: Path, places: Endpoints, apps: Apps) -> dict[str, Any]:
    return {
        "mode": "server_to_server",
        "account_id": apps.zoom_account_id,
        "client_id": apps.zoom_client_id,
        "client_secret": _file(directory / "zoom-client-secret"),
        "plan": "business",
        "create_grace": "5s",
        **places.zoom,
    }


def _google(directory: Path, places: Endpoints) -> dict[str, Any]:
    return {
        "mode": "service_account",
        "service_account": _file(directory / "google-service-account.json"),
        **places.google,
    }


def _microsoft(directory: Path, places: Endpoints, apps: Apps) -> dict[str, Any]:
    return {
        "mode": "application",
        "tenant": apps.microsoft_tenant,
        "client_id": apps.microsoft_client_id,
        "client_secret": _file(directory / "microsoft-client-secret"),
        **places.microsoft,
    }


def _person(email: str) -> dict[str, Any]:
    return {"email": email, "calendars": ["google:primary", "microsoft:primary"]}


def _file(path: Path) -> dict[str, str]:
    return {"file": str(path)}


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    """Write two levels of blocks; what lies deeper is JSON, which is YAML too."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield f"{key}:\n"
            yield from (f"  {name}: {json.dumps(one)}\n" for name, one in value.items())
        elif isinstance(value, list):
            yield f"{key}:\n"
            yield from (f"  - {json.dumps(one)}\n" for one in value)
        else:
            yield f"{key}: {json.dumps(value)}\n"
