"""Secrets: where they may be kept, and that no message ever shows one."""

import json
import os

import pytest
from pydantic import TypeAdapter

from syncd.config.errors import ConfigError
from syncd.config.load import load, load_without_secrets
from syncd.config.references import (
    FromCredential,
    FromEnv,
    FromFile,
    SecretReference,
    SecretUnreadable,
    key_file_path,
)
from syncd.config.walk import secret_paths

CANARY = "CANARY7f3a"
BY_REFERENCE = "a secret is given by reference, never as the value itself"
KINDS = "write exactly one of {credential: NAME}, {file: PATH} or {env: NAME}"


def report(path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return caught.value.render()


def test_secrets_are_read_and_never_shown(write, good):
    loaded = load(write(good))
    assert loaded.secrets.zoom_client_secret.get_secret_value() == "zoom-secret"
    assert loaded.secrets.microsoft_client_secret is None
    assert loaded.secrets.keys is not None
    assert loaded.secrets.keys.get_secret_value() == "k1"
    assert "zoom-secret" not in f"{loaded!r} {loaded.secrets} {loaded.config.model_dump_json()}"


def test_a_secret_comes_from_a_credential(write, good, tmp_path, monkeypatch):
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "zoom-x").write_text("from-systemd")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    loaded = load(write(good.replace("{file: zoom}", "{credential: zoom-x}")))
    assert loaded.secrets.zoom_client_secret.get_secret_value() == "from-systemd"


def test_a_secret_comes_from_the_environment(write, good, monkeypatch):
    monkeypatch.setenv("ZOOM_SECRET", "from-env\n")
    loaded = load(write(good.replace("{file: zoom}", "{env: ZOOM_SECRET}")))
    assert loaded.secrets.zoom_client_secret.get_secret_value() == "from-env"


def test_every_secret_of_the_schema_is_read(write, good, tmp_path):
    text = good.replace("  account_id", "  webhook_secret: {file: zoom}\n  account_id")
    app = "  user_app: {client_id: c, client_secret: {file: zoom}}\n"
    text = text.replace("  account_id", app + "  account_id")
    client = "  client_id: c\n  client_secret: {file: zoom}\n"
    text = text.replace("  service_account", client + "  service_account")
    text += (
        "microsoft:\n  tenant: t\n  client_id: c\n  certificate:\n"
        "    private_key: {file: zoom}\n    public_certificate: {file: zoom}\n" + app
    )
    text += "web: {tls: {certificate: zoom, private_key: {file: zoom}}}\n"
    server = "database: postgresql://ana@db/x, database_password: {file: zoom}"
    text = text.replace("{keys: {file: keys}}", f"{{keys: {{file: keys}}, {server}}}")
    secrets = load(write(text)).secrets
    read = [name for name in secrets.__slots__ if getattr(secrets, name) is not None]
    assert len(read) == len(secrets.__slots__) - 1 == len(secret_paths()) - 1
    assert "microsoft_client_secret" not in read


INLINE = {
    "plain": CANARY,
    "quoted": f"'{CANARY} with blanks'",
    "number": "123456789",
    "braces only": f"{{{CANARY}}}",
    "unknown kind": f"{{value: {CANARY}}}",
    "two kinds": f"{{file: zoom, env: {CANARY}}}",
    "kind and more": f"{{file: zoom, {CANARY}: x}}",
    "given twice": f"{{file: zoom, {CANARY}: 1, {CANARY}: 2}}",
    "list": f"[{CANARY}]",
    "bad credential name": f"{{credential: '{CANARY}/x'}}",
    "bad variable name": f"{{env: '{CANARY}-x'}}",
    "unset variable": f"{{env: {CANARY}}}",
    "missing file": f"{{file: {CANARY}}}",
    "missing credential": f"{{credential: {CANARY}}}",
    "block text": f"|\n    {CANARY}\n    {CANARY}",
    "broken": f"{CANARY}: {CANARY}: x",
    "half a character": f'"{CANARY}\\uD800"',
}


@pytest.mark.parametrize("written", INLINE.values(), ids=INLINE.keys())
def test_a_value_in_the_place_of_a_reference_is_never_shown(write, good, written):
    text = report(write(good.replace("{file: zoom}", written)))
    assert CANARY not in text
    assert "123456789" not in text
    assert ":6:" in text


def test_an_inline_secret_is_refused_with_the_three_ways_to_keep_it(write, good):
    path = write(good.replace("{file: zoom}", CANARY))
    assert report(path).splitlines() == [
        f"{path}:6:18: zoom.client_secret: {BY_REFERENCE}",
        f"      = help: {KINDS}",
        "1 problem; nothing was changed",
    ]


BESIDE = {
    "misspelled key": f"  client_secrt: {CANARY}\n  client_id: 5",
    "neighbour on the line": f"zoom2: {{plan: x, client_secret: {CANARY}}}",
    "key given twice": f"  client_secret: {CANARY}\n  client_id: 5",
    "unknown section of its own": f"  secrets: {{a: {CANARY}, a: {CANARY}}}\n  client_id: 5",
    "unusable and misspelled": f'  client_secrt: "{CANARY}\\0"\n  client_id: 5',
}


@pytest.mark.parametrize("written", BESIDE.values(), ids=BESIDE.keys())
def test_a_secret_beside_another_mistake_is_never_shown(write, good, written):
    text = report(write(good.replace("  client_id: def", written)))
    assert CANARY not in text


def test_a_secret_on_the_line_of_another_mistake_is_never_shown(write, good):
    flow = f"microsoft: {{tenant: 5, client_id: c, client_secret: {CANARY}, certificate: {CANARY}}}"
    text = report(write(good + flow + "\n"))
    assert "microsoft.tenant: should be text (got 5)" in text
    assert "microsoft.certificate: should be a section" in text
    assert CANARY not in text


@pytest.mark.parametrize("key", ["state.database", "zoom.api_base", "web.public_url"])
def test_the_password_of_a_url_is_never_shown(write, good, key):
    section, name = key.split(".")
    url = f"{name}: postgresql+psycopg://u:{CANARY}@db/x"
    text = good.replace("state: {keys", f"state: {{{url}, keys") if section == "state" else good
    text = text.replace("  account_id", f"  {url}\n  account_id") if section == "zoom" else text
    text = f"{text}web: {{{url}}}\n" if section == "web" else text
    shown = report(write(text))
    assert f"{key}: " in shown
    assert CANARY not in shown


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666])
def test_a_secret_open_to_others_is_refused_with_the_command_to_run(write, good, tmp_path, mode):
    path = write(good)
    (tmp_path / "zoom").chmod(mode)
    text = report(path)
    assert f"is open to other users (mode {mode:04o})" in text
    assert f"= help: run: chmod 0600 {tmp_path / 'zoom'}" in text


def test_the_command_to_run_quotes_an_odd_path(tmp_path):
    path = tmp_path / "my secret"
    path.write_text("x")
    path.chmod(0o644)
    with pytest.raises(SecretUnreadable) as caught:
        FromFile(file=path).read()
    assert caught.value.remedy == f"run: chmod 0600 '{path}'"


def unreadable(path) -> str:
    with pytest.raises(SecretUnreadable) as caught:
        FromFile(file=path).read()
    return caught.value.problem


def private(path, content: bytes):
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_a_symbolic_link_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(private(tmp_path / "real", b"x"))
    assert unreadable(tmp_path / "link") == "a secret's file should not be a symbolic link"


def test_a_fifo_is_refused_without_waiting_for_a_writer(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert unreadable(tmp_path / "pipe") == "a secret should be in an ordinary file"


def test_a_folder_is_refused(tmp_path):
    assert unreadable(tmp_path) == "a secret should be in an ordinary file"


def test_a_large_file_is_refused(tmp_path):
    path = private(tmp_path / "x", b"x" * (64 * 1024 + 1))
    assert unreadable(path) == "the file of this secret is larger than 64 KiB"


@pytest.mark.parametrize("content", [b"", b"\n", b"  \n"])
def test_an_empty_secret_is_refused(tmp_path, content):
    assert unreadable(private(tmp_path / "x", content)) == "the secret is empty"


def test_binary_content_is_refused(tmp_path):
    assert unreadable(private(tmp_path / "x", b"\xff\xfe")) == "the secret is not UTF-8 text"


@pytest.mark.parametrize("content", [b"secret", b"secret\n", b"secret\r\n"])
def test_one_trailing_newline_is_not_part_of_the_secret(tmp_path, content):
    value = FromFile(file=private(tmp_path / "x", content)).read()
    assert value.get_secret_value() == "secret"


def test_a_wrong_kind_of_google_key_is_refused_unseen(write, good, tmp_path):
    path = write(good)
    for content in (CANARY, "[" * 60_000, json.dumps({"client_email": CANARY})):
        (tmp_path / "google").write_text(content)
        text = report(path)
        assert "google.service_account: this is not the JSON key of a service account" in text
        assert CANARY not in text


def test_missing_keys_are_tolerated_only_when_asked(write, good, tmp_path):
    path = write(good)
    (tmp_path / "keys").unlink()
    assert "state.keys: there is no such file" in report(path)
    assert load(path, missing_keys_ok=True).secrets.keys is None


def test_keys_that_are_there_and_wrong_are_never_tolerated(write, good, tmp_path):
    path = write(good)
    (tmp_path / "keys").chmod(0o644)
    with pytest.raises(ConfigError):
        load(path, missing_keys_ok=True)


def test_other_missing_secrets_are_never_tolerated(write, good, tmp_path):
    path = write(good)
    (tmp_path / "zoom").unlink()
    with pytest.raises(ConfigError):
        load(path, missing_keys_ok=True)


def test_the_file_alone_can_be_read_where_its_secrets_are_not(write, good, tmp_path):
    path = write(good)
    (tmp_path / "zoom").unlink()
    config = load_without_secrets(path)
    assert config.zoom.client_secret == FromFile(file=tmp_path / "zoom")


def test_without_systemd_a_credential_says_so(write, good, monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    text = report(write(good.replace("{file: zoom}", "{credential: zoom}")))
    assert "$CREDENTIALS_DIRECTORY is not set" in text


def test_the_key_file_of_a_reference(tmp_path, monkeypatch):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert key_file_path(FromCredential(credential="k")) == tmp_path / "k"
    assert key_file_path(FromFile(file=tmp_path / "f")) == tmp_path / "f"
    with pytest.raises(SecretUnreadable):
        key_file_path(FromEnv(env="K"))


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "x" * 101])
def test_a_credential_name_cannot_leave_its_folder(name):
    with pytest.raises(ValueError, match="credential"):
        TypeAdapter(SecretReference).validate_python({"credential": name})
