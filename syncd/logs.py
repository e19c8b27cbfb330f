"""The log: one record per line, JSON for machines or plain text for people, and never a secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

# What the logging module itself puts on a record; everything else is a field of ours.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# One record must stay one line of bearable length, whatever a provider's answer holds.
_LONGEST = 2000


def configure(
    *,
    level: str,
    form: Literal["auto", "json", "text"],
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send all records to standard error. `auto` writes text on a terminal and JSON elsewhere."""
    out = stream or sys.stderr
    is_text = form == "text" or (form == "auto" and out.isatty())
    handler = logging.StreamHandler(out)
    handler.setFormatter(_Text() if is_text else _json())
    handler.addFilter(_Redaction(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # They tell every job and every token at levels of their own.
    for noisy in ("apscheduler", "msal", "urllib3", "googleapiclient", "google", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _json() -> logging.Formatter:
    return JsonFormatter(
        "{asctime}{levelname}{name}{message}",
        style="{",
        rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        datefmt="%Y-%m-%dT%H:%M:%S%z",
    )


class _Text(logging.Formatter):
    """`07:08:09 info  meeting created  event=...`, one line unless there is a traceback."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:<7} {message}", datefmt="%H:%M:%S", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base class names it
        fields = (f"{k}={_escaped(v)}" for k, v in vars(record).items() if k not in _OWN)
        line = super().formatMessage(record)
        return "  ".join((_escaped(line), *fields))


class _Redaction(logging.Filter):
    """Takes known secrets out of whatever reaches the log, tracebacks included."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)  # noqa: PLR2004 - shorter ones would eat ordinary words

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place; it is always let through."""
        record.msg, record.args = self._clean(record.getMessage()), None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = self._clean(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        for name, value in list(vars(record).items()):
            if name not in _OWN and isinstance(value, str):
                setattr(record, name, self._clean(value)[:_LONGEST])
        return True

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text


def _escaped(value: object) -> str:
    """Keep a record on its line: whatever breaks lines or moves the cursor is written out."""
    text = str(value)
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
