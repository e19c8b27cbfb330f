"""The unit file: sealed off, and of one mind with the configuration and the daemon."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

from syncd.cli.errors import Exit

_ROOT = Path(__file__).resolve().parents[2]
_UNIT = _ROOT / "systemd" / "syncd.service"
_EXAMPLE = _ROOT / "config" / "syncd.example.yaml"

# What `systemd-analyze security` weighs, so that nothing is lost where it cannot be asked.
_SEALS = [
    "DynamicUser=yes",
    "StateDirectoryMode=0700",
    "UMask=0077",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "PrivateTmp=yes",
    "PrivateMounts=yes",
    "PrivateDevices=yes",
    "PrivateUsers=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "ProtectProc=invisible",
    "ProcSubset=pid",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelLogs=yes",
    "ProtectControlGroups=yes",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "RemoveIPC=yes",
    "KeyringMode=private",
    "DevicePolicy=closed",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged @resources",
    "IPAddressDeny=link-local multicast",
    "LimitCORE=0",
]


def _lines() -> list[str]:
    return [line for line in _UNIT.read_text().splitlines() if line and line[0] not in "#;"]


def _values(key: str) -> list[str]:
    return [line.partition("=")[2] for line in _lines() if line.partition("=")[0] == key]


def _analyze(*words: str) -> subprocess.CompletedProcess[str] | None:
    """Ask systemd's own judge; None where it is not installed."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        return None
    return subprocess.run([tool, *words], capture_output=True, text=True, check=False, timeout=60)


def test_nothing_that_seals_the_service_off_is_missing():
    assert [seal for seal in _SEALS if seal not in _lines()] == []
    assert _values("SystemCallFilter") == ["@system-service", "~@privileged @resources"]
    judged = _analyze("security", "--offline=true", "--threshold=15", "--no-pager", str(_UNIT))
    assert judged is None or judged.returncode == 0, judged.stdout + judged.stderr


def test_it_is_a_unit_file_that_systemd_understands(tmp_path: Path):
    parser = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # the documented way to keep the case of keys
    parser.read(_UNIT)
    assert parser.sections() == ["Unit", "Service", "Install"]
    assert all(re.fullmatch(r"\[[A-Z][a-z]+\]|[A-Z][A-Za-z]+=.*", line) for line in _lines())
    # The judge also looks whether the programs are there, which syncd is only once installed.
    (tmp_path / _UNIT.name).write_text(_UNIT.read_text().replace("/usr/bin/syncd", "/bin/sh"))
    judged = _analyze("verify", "--man=no", str(tmp_path / _UNIT.name))
    # Its words about other units of the machine, and its exit code with them, are not ours.
    told = [] if judged is None else judged.stderr.splitlines()
    assert [line for line in told if _UNIT.name in line] == []


def test_it_gives_every_credential_that_the_example_names():
    text = _EXAMPLE.read_text()
    in_force = re.findall(r"^ [^#\n]*\{credential: ([A-Za-z-]+)\}", text, re.MULTILINE)
    mentioned = re.findall(r"\{credential: ([A-Za-z-]+)\}", text)
    given = [value.split(":") for value in _values("LoadCredential")]
    assert set(in_force) <= {name for name, _ in given} <= set(mentioned)
    assert {"google-client-secret", "zoom-user-app-secret", "web-key"} <= {n for n, _ in given}
    assert all(path == f"/etc/syncd/credentials/{name}" for name, path in given)


def test_a_credential_without_a_file_is_left_to_syncd_to_complain_about():
    names = [value.split(":")[0] for value in _values("LoadCredential")]
    assert _values("SetCredential") == [f"{name}:\\n" for name in names]


def test_it_is_told_how_the_daemon_starts_reloads_and_gives_up():
    assert _values("Type") == ["notify"]
    assert _values("ExecReload") == ["/bin/kill -HUP $MAINPID"]
    assert _values("RestartPreventExitStatus") == [str(int(Exit.CONFIG))]
    assert _values("ExecStart") == ["/usr/bin/syncd run --config /etc/syncd/syncd.yaml"]


def test_its_state_is_where_the_database_is_by_default():
    (directory,) = _values("StateDirectory")
    assert f"  database: sqlite:////var/lib/{directory}/syncd.db\n" in _EXAMPLE.read_text()
