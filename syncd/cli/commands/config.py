"""`syncd config check|example|schema`."""

from __future__ import annotations

from pathlib import Path

import click

from syncd.cli.errors import Exit, Failed
from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say


@click.group()
def command() -> None:
    """Check the configuration, or print an example or its schema."""


@command.command()
@config_option
@json_option
def check(config_path: Path, *, is_json: bool) -> None:
    """Check the file and every secret it refers to; exit code 78 when it would be refused."""
    from syncd.config.errors import ConfigError
    from syncd.config.load import load

    try:
        loaded = load(config_path)
    except ConfigError as error:
        if not is_json:
            raise
        say(as_json({"problems": [problem.as_json() for problem in error.problems]}))
        raise Failed(code=Exit.CONFIG) from error
    if is_json:
        say(as_json({"problems": []}))
        return
    calendars = sum(len(person.calendars) for person in loaded.config.people)
    say(f"{config_path}: good; {len(loaded.config.people)} people, {calendars} calendars")


@command.command()
def example() -> None:
    """Print an example with every setting, its default and its meaning."""
    from syncd.config.example import example_yaml

    say(example_yaml().rstrip("\n"))


@command.command()
def schema() -> None:
    """Print the JSON schema of the configuration, for editors."""
    from syncd.config.example import json_schema_text

    say(json_schema_text().rstrip("\n"))
