from __future__ import annotations

import socket
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from syncd.adapters.systemd import Notifier


def listener(address: str) -> socket.socket:
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    channel.bind(address)
    channel.setblocking(False)
    return channel


def heard(channel: socket.socket) -> list[str]:
    return channel.recv(4096).decode().split("\n")


def test_ready_carries_the_status(tmp_path: Path):
    path = str(tmp_path / "notify")
    with closing(listener(path)) as channel:
        Notifier({"NOTIFY_SOCKET": path}, pid=7).ready("3 calendars")
        assert heard(channel) == ["READY=1", "STATUS=3 calendars"]


def test_a_name_in_the_abstract_namespace_is_reached():
    name = "syncd-test-notifier"
    with closing(listener("\0" + name)) as channel:
        Notifier({"NOTIFY_SOCKET": "@" + name}, pid=7).stopping()
        assert heard(channel) == ["STOPPING=1"]


def test_a_reload_carries_the_monotonic_time(tmp_path: Path):
    path = str(tmp_path / "notify")
    with closing(listener(path)) as channel:
        Notifier({"NOTIFY_SOCKET": path}, pid=7).reloading()
        word, moment = heard(channel)
    assert word == "RELOADING=1"
    assert moment.startswith("MONOTONIC_USEC=")
    assert int(moment.partition("=")[2]) > 0


def test_a_line_break_in_a_status_starts_no_other_word(tmp_path: Path):
    path = str(tmp_path / "notify")
    with closing(listener(path)) as channel:
        Notifier({"NOTIFY_SOCKET": path}, pid=7).status("refused:\nSTOPPING=1")
        assert heard(channel) == ["STATUS=refused: STOPPING=1"]


def test_the_watchdog_is_fed(tmp_path: Path):
    path = str(tmp_path / "notify")
    with closing(listener(path)) as channel:
        Notifier({"NOTIFY_SOCKET": path}, pid=7).alive()
        assert heard(channel) == ["WATCHDOG=1"]


@pytest.mark.parametrize("address", ["", "relative", "vsock:2:1234"])
def test_without_a_socket_nothing_is_sent(address: str, caplog: pytest.LogCaptureFixture):
    Notifier({"NOTIFY_SOCKET": address}, pid=7).ready("up")
    assert caplog.records == []


def test_a_socket_that_is_gone_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}, pid=7).ready("up")
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.parametrize(
    ("environment", "period"),
    [
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, timedelta(minutes=1)),
        ({"WATCHDOG_USEC": "60000000"}, timedelta(minutes=1)),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_period_is_read_for_this_process(environment, period):
    assert Notifier(environment, pid=7).watchdog_period == period
