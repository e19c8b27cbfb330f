"""The key file is made once, private, and every fault of it is told without showing it."""

from __future__ import annotations

import base64
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from syncd.store.keyfile import KeyFileError, new_key_file, read_key_file, write_key_file

PLACE = {"table": "token", "row": "row", "purpose": "test"}
KEY = base64.b64encode(b"k" * 32).decode()


def content(**changes: Any) -> str:
    good = {
        "version": 1,
        "seal_keys": [{"id": "00000001", "key": KEY}],
        "marker_keys": [{"id": "00000002", "key": KEY}],
        "instance": "abcdefghij",
    }
    return json.dumps(good | changes)


def test_a_new_file_reads_back():
    file = read_key_file(new_key_file())

    assert file.ring.open(file.ring.seal(b"x", **PLACE), **PLACE) == b"x"
    assert [len(key) for key in file.marker_keys] == [32]
    assert len(file.instance) == 10


def test_no_two_new_files_are_alike():
    one, two = read_key_file(new_key_file()), read_key_file(new_key_file())

    assert one.marker_keys != two.marker_keys
    assert one.instance != two.instance


def test_a_file_is_read_by_its_path(tmp_path: Path):
    path = tmp_path / "keys"
    path.write_text(content())

    assert read_key_file(path).instance == "abcdefghij"


def test_all_keys_are_read_in_their_order():
    second = base64.b64encode(b"2" * 32).decode()
    keys = [{"id": "0000000a", "key": KEY}, {"id": "0000000b", "key": second}]

    file = read_key_file(content(seal_keys=keys, marker_keys=keys))

    assert file.marker_keys == (b"k" * 32, b"2" * 32)
    assert file.ring.seal(b"", **PLACE)[1:5] == bytes.fromhex("0000000a")


def test_no_key_shows_in_the_repr():
    assert "kkkk" not in repr(read_key_file(content()))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"version": 2}, "not of version 1"),
        ({"seal_keys": []}, "seal_keys of the key file must be a list"),
        ({"marker_keys": None}, "marker_keys of the key file must be a list"),
        ({"seal_keys": ["text"]}, r"seal_keys\[0\] of the key file must hold"),
        ({"seal_keys": [{"id": "xyz", "key": KEY}]}, r"seal_keys\[0\].id .* 8 hexadecimal"),
        ({"seal_keys": [{"id": "00000001"}]}, r"seal_keys\[0\].key .* 32 bytes, not 0"),
        ({"seal_keys": [{"id": "00000001", "key": "a2tr"}]}, "32 bytes, not 3"),
        ({"seal_keys": [{"id": "00000001", "key": "*"}]}, "not base64"),
        ({"seal_keys": [{"id": "00000001", "key": "é"}]}, "not base64"),
        ({"seal_keys": [{"id": "00000001", "key": KEY}] * 2}, "holds an id twice"),
        ({"instance": "ABCDEFGHIJ"}, "instance .* 10 characters"),
        ({"instance": None}, "instance .* 10 characters"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place_of_the_fault(changes: dict[str, Any], problem: str):
    with pytest.raises(KeyFileError, match=problem) as caught:
        read_key_file(content(**changes))

    assert KEY not in str(caught.value)


@pytest.mark.parametrize("text", ["", "not json", "[]", "[" * 100_000, '"canary"'])
def test_what_is_no_key_file_is_refused(text: str):
    with pytest.raises(KeyFileError, match="is not"):
        read_key_file(text)


def test_the_error_of_a_broken_file_does_not_carry_its_text():
    with pytest.raises(KeyFileError) as caught:
        read_key_file('{"key": "canary"')

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_missing_file_is_told_with_its_remedy(tmp_path: Path):
    with pytest.raises(KeyFileError, match=r"no key file .*keys; `syncd keys new`"):
        read_key_file(tmp_path / "keys")


def test_a_folder_is_no_key_file(tmp_path: Path):
    with pytest.raises(KeyFileError, match="cannot be read: Is a directory"):
        read_key_file(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path):
    path = tmp_path / "keys"
    path.write_bytes(b"\xff\xfe\xff")

    with pytest.raises(KeyFileError, match="is not text"):
        read_key_file(path)


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_a_written_file_is_private_under_any_umask(tmp_path: Path, umask: int):
    path = tmp_path / "keys"
    before = os.umask(umask)
    try:
        write_key_file(path, content())
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == content()


def test_writing_never_replaces_a_file(tmp_path: Path):
    path = tmp_path / "keys"
    path.write_text("precious")

    with pytest.raises(FileExistsError):
        write_key_file(path, content())

    assert path.read_text() == "precious"


def test_writing_never_follows_a_dangling_link(tmp_path: Path):
    path = tmp_path / "keys"
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileExistsError):
        write_key_file(path, content())

    assert not (tmp_path / "elsewhere").exists()


def test_a_failed_write_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_key_file(tmp_path / "keys", content())

    assert list(tmp_path.iterdir()) == []
