"""A secret named by where it is kept, and the reading of it."""

import errno
import os
import shlex
import stat
from pathlib import Path
from typing import Annotated, Any

from pydantic import Discriminator, Field, SecretStr, Tag, ValidationInfo, field_validator

from syncd.config.fields import Section, advice

MAX_SECRET_BYTES = 64 * 1024
SECRET_PROBLEM = "a secret is given by reference, never as the value itself"  # noqa: S105 - a text
SECRET_REMEDY = "write exactly one of {credential: NAME}, {file: PATH} or {env: NAME}"  # noqa: S105 - a text

_DIRECTORY = "CREDENTIALS_DIRECTORY"


class SecretUnreadable(Exception):
    """A reference leads to nothing usable; no message holds the value or the reference itself.

    `absent` is true when there is nothing at the place, and not something wrong with it.
    """

    def __init__(self, problem: str, remedy: str, *, absent: bool = False) -> None:
        """Keep what is wrong and what to do about it."""
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.absent = absent


def beside_config(path: Path, info: ValidationInfo) -> Path:
    """Return `path`, taken from the folder of the configuration file when it is relative."""
    base = (info.context or {}).get("base")
    return path if base is None else Path(base) / path


class FromCredential(Section):
    """A systemd credential (LoadCredential= or LoadCredentialEncrypted= in the unit)."""

    credential: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$")]
    """The credential's name; read from the folder that $CREDENTIALS_DIRECTORY names."""

    def path(self) -> Path:
        """Return the file of the credential; raises SecretUnreadable outside of systemd."""
        folder = os.environ.get(_DIRECTORY)
        if not folder:
            raise SecretUnreadable(
                f"${_DIRECTORY} is not set, so there are no credentials",
                "start syncd by its systemd unit, or refer to the secret by {file: PATH}",
                absent=True,
            )
        return Path(folder) / self.credential

    def read(self) -> SecretStr:
        """Return the secret; raises SecretUnreadable."""
        remedy = "add LoadCredential= for it to the systemd unit, and give the file a content"
        return _read(self.path(), remedy=remedy, private=False)


class FromFile(Section):
    """A file that its owner alone can read."""

    file: Annotated[Path, Field(json_schema_extra={"minLength": 1})]
    """The file's path; a relative one starts at the folder of the configuration file."""

    @field_validator("file", mode="before")
    @classmethod
    def _resolved(cls, value: object, info: ValidationInfo) -> Path:
        if isinstance(value, Path):
            return value
        if not isinstance(value, str) or not value.strip():
            raise advice(SECRET_PROBLEM, SECRET_REMEDY)
        return beside_config(Path(value), info)

    def path(self) -> Path:
        """Return the path of the file."""
        return self.file

    def read(self) -> SecretStr:
        """Return the secret; raises SecretUnreadable."""
        remedy = "create it; a relative path starts at the folder of the configuration file"
        return _read(self.file, remedy=remedy, private=True)


class FromEnv(Section):
    """An environment variable; other processes of the same user can see it."""

    env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    """The variable's name."""

    def read(self) -> SecretStr:
        """Return the secret; raises SecretUnreadable."""
        value = os.environ.get(self.env)
        if value is None:
            problem = "the environment variable named here is not set"
            raise SecretUnreadable(problem, "set it where syncd is started", absent=True)
        return _content(value, remedy="set it to the secret")


def _kind(value: Any) -> str | None:
    match value:
        case dict():
            kinds = [kind for kind in ("credential", "file", "env") if kind in value]
            return kinds[0] if len(kinds) == 1 else None
        case FromCredential():
            return "credential"
        case FromFile():
            return "file"
        case FromEnv():
            return "env"
        case _:
            return None


SecretReference = Annotated[
    Annotated[FromCredential, Tag("credential")]
    | Annotated[FromFile, Tag("file")]
    | Annotated[FromEnv, Tag("env")],
    Discriminator(_kind, custom_error_type="secret", custom_error_message=SECRET_PROBLEM),
]


def key_file_path(reference: FromCredential | FromFile | FromEnv) -> Path:
    """Return the file a reference leads to, there or not.

    Raises SecretUnreadable for an environment variable, and for a credential where
    $CREDENTIALS_DIRECTORY is not set.
    """
    if isinstance(reference, FromEnv):
        problem = "an environment variable has no file"
        raise SecretUnreadable(problem, "refer to the keys by {file: PATH}")
    return reference.path()


def _read(path: Path, *, remedy: str, private: bool) -> SecretStr:
    # O_NONBLOCK, so that opening a FIFO cannot hang; a credential may be a link, as in Kubernetes.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (os.O_NOFOLLOW if private else 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise _unopened(error, remedy) from None
    try:
        _check_status(path, os.fstat(descriptor), private=private)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(MAX_SECRET_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(raw) > MAX_SECRET_BYTES:
        raise SecretUnreadable("the file of this secret is larger than 64 KiB", "check the path")
    try:
        return _content(raw.decode(), remedy=remedy)
    except UnicodeDecodeError:
        raise SecretUnreadable("the secret is not UTF-8 text", "check the path") from None


def _unopened(error: OSError, remedy: str) -> SecretUnreadable:
    if error.errno == errno.ENOENT:
        return SecretUnreadable("there is no such file", remedy, absent=True)
    if error.errno == errno.ELOOP:
        return SecretUnreadable("a secret's file should not be a symbolic link", "name its target")
    problem = f"the file of this secret cannot be opened: {error.strerror}"
    return SecretUnreadable(problem, "let the user that runs syncd read it")


def _check_status(path: Path, status: os.stat_result, *, private: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SecretUnreadable("a secret should be in an ordinary file", "check the path")
    # systemd shows the mask of its access list as group bits, so credentials are left out.
    if private and status.st_mode & 0o066:
        mode = f"{stat.S_IMODE(status.st_mode):04o}"
        raise SecretUnreadable(
            f"the file of this secret is open to other users (mode {mode})",
            f"run: chmod 0600 {shlex.quote(str(path))}",
        )


def _content(text: str, *, remedy: str) -> SecretStr:
    value = text.removesuffix("\n").removesuffix("\r")
    if not value.strip():
        raise SecretUnreadable("the secret is empty", remedy)
    return SecretStr(value)
