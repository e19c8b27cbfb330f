"""The sandbox as it is found on disk, and as a process."""

from __future__ import annotations

import json
import os
import signal
import ssl
import stat
from pathlib import Path

import httpx
import pytest

from syncd.config.load import load
from syncd.sandbox.fakes.run import run_sandbox, running_sandbox
from syncd.sandbox.fakes.server import make_authority


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def client_of(authority_pem: str, base: str) -> httpx.AsyncClient:
    context = ssl.create_default_context(cadata=authority_pem)
    return httpx.AsyncClient(base_url=base, verify=context, trust_env=False)


async def test_the_directory_describes_a_sandbox_that_answers(tmp_path):
    directory = tmp_path / "box"
    async with running_sandbox(directory, people=3) as running:
        content = json.loads(running.address_file.read_text())
        assert running.address_file == directory / "sandbox.json"
        pem = (directory / "ca.pem").read_text()
        async with client_of(pem, content["base"]) as client:
            state = (await client.get(content["control"] + "/state")).json()
            ana = content["people"][0]
            url = f"{content['google']['api_base']}calendars/{ana['google']['calendar_id']}/events"
            headers = {"authorization": f"Bearer {ana['google']['token']}"}
            listed = await client.get(url, headers=headers)
    assert {"google", "microsoft", "zoom", "mails", "requests"} <= set(state)
    assert listed.json()["items"] == []
    assert len(content["people"]) == 3
    assert set(content) == {
        *("base", "ca_file", "config_file", "control", "google", "microsoft", "zoom", "people")
    }
    assert set(content["zoom"]) == {
        *("api_base", "oauth_base", "account_id", "client_id", "client_secret", "scopes"),
        *("user_client_id", "user_client_secret", "webhook_secret"),
    }
    assert "meeting:read:meeting:admin" in content["zoom"]["scopes"]


async def test_secrets_are_for_the_owner_only(tmp_path):
    directory = tmp_path / "box"
    async with running_sandbox(directory):
        pass
    assert mode(directory) == 0o700
    open_to_all = {"ca.pem", "syncd.yaml"}
    modes = {one.name: mode(one) for one in directory.iterdir() if one.name not in open_to_all}
    assert set(modes.values()) == {0o600}
    assert {"keys", "sandbox.json", "google-service-account.json", "zoom-client-secret"} <= {*modes}


async def test_the_configuration_works_as_it_is(tmp_path):
    async with running_sandbox(tmp_path, people=2) as running:
        loaded = load(tmp_path / "syncd.yaml")
        assert str(loaded.config.zoom.api_base) == f"{running.base}/zoom/v2"
    assert [one.email for one in loaded.config.people] == ["ana@example.com", "bo@example.com"]
    assert loaded.config.poll.interval.total_seconds() == 2
    assert loaded.config.policy.hold_off.total_seconds() == 5
    assert loaded.config.zoom.plan == "business"
    assert loaded.secrets.keys is not None
    assert set(json.loads(loaded.secrets.keys.get_secret_value())) == {
        *("version", "seal_keys", "marker_keys", "instance")
    }


async def test_the_key_file_survives_a_new_start(tmp_path):
    async with running_sandbox(tmp_path):
        first = (tmp_path / "keys").read_text()
    async with running_sandbox(tmp_path):
        assert (tmp_path / "keys").read_text() == first


async def test_it_serves_until_a_signal_and_announces_one_line(tmp_path):
    announced: list[str] = []

    def announce(line: str) -> None:
        announced.append(line)
        os.kill(os.getpid(), signal.SIGTERM)

    await run_sandbox(tmp_path, port=0, people=1, latency_ms=0, announce=announce)
    assert announced == [str(tmp_path / "sandbox.json")]


async def test_a_taken_port_is_an_error_at_once(tmp_path):
    async with running_sandbox(tmp_path / "a") as running:
        port = int(running.base.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            async with running_sandbox(tmp_path / "b", port=port):
                pass
    assert not (tmp_path / "b").exists()


async def test_a_client_needs_the_sandboxs_own_authority(tmp_path):
    async with running_sandbox(tmp_path) as running:
        stranger = make_authority()
        async with client_of(stranger.ca_pem.decode(), running.base) as client:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.get("/_sandbox/state")
