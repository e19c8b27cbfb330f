"""The key file: made once, kept apart from the database, read at every start.

    {"version": 1,
     "seal_keys":   [{"id": "<8 hexadecimal digits>", "key": "<base64 of 32 bytes>"}],
     "marker_keys": [{"id": "<8 hexadecimal digits>", "key": "<base64 of 32 bytes>"}],
     "instance":    "<10 characters of a-z and 2-7>"}

The first key of each list makes, all of them recognise.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from syncd.store.crypto import ID_LENGTH, KEY_LENGTH, KeyRing, SealKey

_VERSION = 1
_ID = re.compile(r"[0-9a-f]{8}")
_INSTANCE = re.compile(r"[a-z2-7]{10}")


class KeyFileError(Exception):
    """The key file cannot be used; the message says why and never shows its content."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What the key file holds; `marker_keys` are 32 bytes each, the one that makes first."""

    ring: KeyRing
    marker_keys: tuple[bytes, ...] = field(repr=False)
    instance: str


def new_key_file() -> str:
    """Make the content of a new key file from fresh random keys."""
    content = {
        "version": _VERSION,
        "seal_keys": [_new_key()],
        "marker_keys": [_new_key()],
        "instance": base64.b32encode(secrets.token_bytes(7)).decode("ascii").lower()[:10],
    }
    return _text(content)


def _new_key() -> dict[str, str]:
    key = secrets.token_bytes(KEY_LENGTH)
    return {"id": secrets.token_hex(ID_LENGTH), "key": base64.b64encode(key).decode("ascii")}


def write_key_file(path: Path, content: str) -> None:
    """Write a new file that only its owner reads (0600), on disk when this returns.

    FileExistsError when anything is at that place, even a dangling link; OSError as usual. No
    part of a file stays behind after a failure.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise
    _sync_folder(path.parent)


def replace_key_file(path: Path, content: str) -> None:
    """Put a new key file in the place of the former one, for the same owner alone (0600).

    Either the former or the new one is at that place, whenever the machine stops; on disk when
    this returns. OSError as usual.
    """
    fresh = path.with_name(f".{path.name}.new")
    # Left behind by one who was killed.
    fresh.unlink(missing_ok=True)
    former = path.stat()
    write_key_file(fresh, content)
    try:
        os.chown(fresh, former.st_uid, former.st_gid)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def with_new_seal_key(content: str) -> str:
    """Give the content of a key file with a new seal key before the others."""
    return _with_new_key(content, "seal_keys")


def with_new_marker_key(content: str) -> str:
    """Give the content of a key file with a new marker key before the others, which recognise."""
    return _with_new_key(content, "marker_keys")


def with_one_seal_key(content: str) -> str:
    """Give the content of a key file without its former seal keys."""
    data = json.loads(content)
    data["seal_keys"] = data["seal_keys"][:1]
    return _text(data)


def seal_key_ids(content: str) -> tuple[str, ...]:
    """Give the ids of the seal keys, 8 hexadecimal digits each, the one that seals first."""
    return tuple(key["id"] for key in json.loads(content)["seal_keys"])


def _with_new_key(content: str, name: str) -> str:
    data = json.loads(content)
    ids = {key["id"] for key in data[name]}
    fresh = next(key for key in iter(_new_key, None) if key["id"] not in ids)
    data[name] = [fresh, *data[name]]
    return _text(data)


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2) + "\n"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_key_file(source: Path | str) -> KeyFile:
    """Read a key file: the file at a Path, or the content itself as text. KeyFileError otherwise."""
    text = _content(source) if isinstance(source, Path) else source
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        # The chain of the JSON error would carry the whole text.
        raise KeyFileError("the key file is not JSON; `syncd keys new` makes a good one") from None
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        raise KeyFileError(f"the key file is not of version {_VERSION}")
    marker_keys = tuple(key.key for key in _keys(data, "marker_keys"))
    return KeyFile(KeyRing(_keys(data, "seal_keys")), marker_keys, _instance(data))


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyFileError(f"there is no key file {path}; `syncd keys new` makes one") from None
    except OSError as error:
        raise KeyFileError(f"the key file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise KeyFileError(f"the key file {path} is not text") from None


def _keys(data: dict[str, Any], name: str) -> tuple[SealKey, ...]:
    entries = data.get(name)
    if not isinstance(entries, list) or not entries:
        raise KeyFileError(f"{name} of the key file must be a list with at least one key")
    keys = tuple(_key(entry, f"{name}[{place}]") for place, entry in enumerate(entries))
    if len({key.id for key in keys}) < len(keys):
        raise KeyFileError(f"{name} of the key file holds an id twice")
    return keys


def _key(entry: object, where: str) -> SealKey:
    if not isinstance(entry, dict):
        raise KeyFileError(f"{where} of the key file must hold an id and a key")
    key_id, text = entry.get("id"), entry.get("key")
    if not isinstance(key_id, str) or not _ID.fullmatch(key_id):
        raise KeyFileError(f"{where}.id of the key file must be 8 hexadecimal digits")
    return SealKey(bytes.fromhex(key_id), _key_bytes(text, f"{where}.key"))


def _key_bytes(text: object, where: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        raise KeyFileError(f"{where} of the key file is not base64") from None
    if len(key) != KEY_LENGTH:
        raise KeyFileError(f"{where} of the key file must be {KEY_LENGTH} bytes, not {len(key)}")
    return key


def _instance(data: dict[str, Any]) -> str:
    instance = data.get("instance")
    if not isinstance(instance, str) or not _INSTANCE.fullmatch(instance):
        raise KeyFileError("instance of the key file must be 10 characters of a-z and 2-7")
    return instance
