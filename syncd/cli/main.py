"""The command `syncd`: finds the command's module only when it is called, so that help is quick."""

from __future__ import annotations

import atexit
import gc
import signal
from importlib import import_module
from typing import NoReturn

import click

from syncd import __version__
from syncd.cli.errors import guarded

# The order in which a new admin meets them.
_COMMANDS = {
    "demo": "Show in half a minute what syncd does, without any account.",
    "sandbox": "Run local stand-ins of Google, Microsoft and Zoom.",
    "config": "Check the configuration, or print an example or its schema.",
    "keys": "Make the key file that seals tokens, or give it new keys.",
    "db": "Bring the database to this version's schema, or check it.",
    "accounts": "List, connect and disconnect the accounts of people.",
    "plan": "Show what would be written, and write nothing.",
    "apply": "Carry out a plan that was shown, and nothing else.",
    "run": "Run the daemon in the foreground.",
    "sync": "Do all there is to do, then end.",
    "links": "List the events and their meetings.",
    "status": "Show accounts, calendars, waiting events and warnings.",
    "explain": "Tell why an event has a link, or none.",
    "choose": "Choose what conference an event is to have, or none.",
    "resume": "Let removals go ahead that were stopped, or an event that was set aside.",
    "audit": "Show who did what, and check that nothing of it was altered.",
    "sessions": "Sign people out of the page.",
    "panic": "Stop all writes at once, or let them go on.",
    "undo": "Take out again the links that were written since a moment.",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that is called."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"syncd.cli.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a bug, 78 configuration refused, 130 interrupted.",
)
@click.version_option(__version__, prog_name="syncd")
def cli() -> None:
    """Marked calendar events get their Zoom links, and keep them in step."""


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    # Asked to end by whichever signal, a command cleans up behind itself.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Garbage would be looked for among all modules, again and again, when the process has done all.
    atexit.register(gc.freeze)
    guarded(lambda: cli.main(standalone_mode=False))
