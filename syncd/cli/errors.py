"""The one place where an exception becomes a message and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import NoReturn

import click


class Exit(IntEnum):
    """The exit codes every script may rely on."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    BUG = 3
    CONFIG = 78
    INTERRUPTED = 130


class Failed(Exception):
    """A command did not do what it was asked; the message is one for the person who asked."""

    def __init__(self, message: str = "", *, code: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.code = code


def guarded(work: Callable[[], object]) -> NoReturn:
    """Run `work` and end the process: with 0, or with the code of what it raised."""
    try:
        result = work()
    except (KeyboardInterrupt, click.Abort):
        _end(Exit.INTERRUPTED, "interrupted")
    except BrokenPipeError:
        # The reader has gone, as `head` does; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _end(Exit.FAILED, "")
    except click.ClickException as error:
        error.show()
        _end(Exit.USAGE, "")
    except Exception as error:  # noqa: BLE001 - the outermost boundary
        _end(*_told(error))
    _end(Exit(result) if isinstance(result, int) else Exit.DONE, "")


def _told(error: Exception) -> tuple[Exit, str]:
    from syncd.config.errors import ConfigError
    from syncd.ports.errors import ProviderError, with_remedy
    from syncd.ports.store import StoreError

    match error:
        case ConfigError():
            return Exit.CONFIG, error.render()
        case Failed():
            return error.code, str(error)
        case ProviderError():
            return Exit.FAILED, with_remedy(error.message, error.remedy)
        case OSError(filename=str(place), strerror=str(why)):
            return Exit.FAILED, f"{place}: {why}"
        case StoreError() | LookupError() | OSError() if not isinstance(
            error, KeyError | IndexError
        ):
            return Exit.FAILED, str(error)
        case _:
            return Exit.BUG, _bug(error)


def _bug(error: Exception) -> str:
    import traceback

    trace = "".join(traceback.format_exception(error))
    return f"{trace}\nThis is a bug in syncd. Please report it with the lines above."


def _end(code: Exit, message: str) -> NoReturn:
    if message:
        click.echo(message, err=True)
    sys.exit(int(code))
