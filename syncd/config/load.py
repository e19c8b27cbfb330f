"""Read, check, resolve: the one way from a file to a configuration."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from syncd.config import translate
from syncd.config.checks import cross_checks
from syncd.config.errors import ConfigError, Problem
from syncd.config.findings import Finding
from syncd.config.placing import place
from syncd.config.schema import Config
from syncd.config.secrets import Secrets, read_secrets
from syncd.config.source import MAX_BYTES, Document, parse

MAX_PROBLEMS = 200
"""Problems that are reported; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration that can be used, and its secrets; neither shows a secret when printed."""

    config: Config
    secrets: Secrets


def load(path: Path, *, missing_keys_ok: bool = False) -> Loaded:
    """Read the configuration file at `path` and every secret it refers to.

    With `missing_keys_ok` the keys that `state.keys` names need not be there yet.
    Relative paths in the file start at its folder. Raises ConfigError with every problem found.
    """
    document, context = _document(path)
    config, findings = _validated(document, context)
    reading = read_secrets(document.data, context=context, missing_keys_ok=missing_keys_ok)
    checked = _accepted(document, config, [*findings, *reading.findings])
    return Loaded(checked, reading.secrets())


def load_without_secrets(path: Path) -> Config:
    """Read the file alone, for commands that run where its secrets are not to be had.

    Raises ConfigError with every problem found.
    """
    document, context = _document(path)
    config, findings = _validated(document, context)
    return _accepted(document, config, findings)


def _document(path: Path) -> tuple[Document, dict[str, Any]]:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        base = path.resolve().parent
    except OSError as error:
        problem = f"cannot read the file: {error.strerror}"
        remedy = "name another by --config or SYNCD_CONFIG; `syncd config example` prints one"
        raise ConfigError([Problem(str(path), 1, 1, "", problem, remedy)]) from error
    return parse(raw, file=str(path)), {"base": base}


def _validated(document: Document, context: dict[str, Any]) -> tuple[Config | None, list[Finding]]:
    findings = list(cross_checks(document.data, base=context["base"]))
    try:
        return Config.model_validate(document.data, context=context), findings
    except ValidationError as error:
        return None, [*translate.findings(error), *findings]


def _accepted(document: Document, config: Config | None, findings: Iterable[Finding]) -> Config:
    problems = [place(document, flaw, node=node) for flaw, node in document.flaws]
    problems += [place(document, finding) for finding in findings]
    if config is None or problems:
        raise ConfigError(_first(problems))
    return config


def _first(problems: list[Problem]) -> list[Problem]:
    ordered = ConfigError(problems).problems
    if len(ordered) <= MAX_PROBLEMS:
        return list(ordered)
    next_one = ordered[MAX_PROBLEMS]
    rest = f"and {len(ordered) - MAX_PROBLEMS} or more others from here on"
    last = Problem(
        next_one.file, next_one.line, next_one.column, "", rest, "correct those above first"
    )
    return [*ordered[:MAX_PROBLEMS], last]
