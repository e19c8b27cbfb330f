"""`syncd accounts list`, `connect` and `disconnect`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from syncd.cli.errors import Failed
from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say, table
from syncd.core.ids import Provider

if TYPE_CHECKING:
    from syncd.services.connect import Connected
    from syncd.services.disconnect import Disconnected, Parting

_MOST_PORT = 65535

_provider = click.argument("provider", type=click.Choice([str(one) for one in Provider]))
_person = click.option(
    "--person", default="", metavar="EMAIL", help="Whose account; the only person's by default."
)


@click.group()
def command() -> None:
    """List, connect and disconnect the accounts of people."""


@command.command(name="list")
@config_option
@json_option
def list_(config_path: Path, *, is_json: bool) -> None:
    """List the accounts that people connected, and those of the installation."""
    from syncd.bootstrap.ask import ask
    from syncd.services.accounts import listing

    lines = ask(config_path, listing)
    if is_json:
        say(as_json(lines))
        return
    table(
        "accounts",
        ("account", "mode", "state", "address", "calendars", "last seen", "reason", "remedy"),
        (
            (
                *(li.account, li.mode, li.state, li.address, ", ".join(li.calendars)),
                *(li.last_seen, li.reason, li.remedy),
            )
            for li in lines
        ),
    )


@command.command()
@_provider
@_person
@click.option("--device", is_flag=True, help="Consent on another device, by a code (Microsoft).")
@click.option(
    "--port",
    type=click.IntRange(0, _MOST_PORT),
    default=0,
    help="Where on 127.0.0.1 the browser comes back to; any free port by default.",
)
@click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
@config_option
@json_option
def connect(  # noqa: PLR0913 - one per option
    provider: str,
    person: str,
    config_path: Path,
    *,
    port: int,
    device: bool,
    no_browser: bool,
    is_json: bool,
) -> None:
    """Connect a person's own account at PROVIDER, by their consent in a browser."""
    where = Provider(provider)
    if device:
        done = _on_device(config_path, where, person)
    else:
        done = _in_browser(config_path, where, person, port=port, opens_browser=not no_browser)
    if is_json:
        say(as_json({"account": str(done.account), "address": done.address}))
    else:
        say(f"{done.account}: connected, {done.address} at {done.account.provider}")


@command.command()
@_provider
@_person
@click.option("--remove-links", is_flag=True, help="Take the links out of coming events first.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@config_option
@json_option
def disconnect(
    provider: str, person: str, config_path: Path, *, remove_links: bool, yes: bool, is_json: bool
) -> None:
    """Disconnect a person's account at PROVIDER: told first, then done.

    Meetings and links stay as they are, unless --remove-links takes those of coming events out.
    """
    from syncd.bootstrap.ask import ask
    from syncd.services import disconnect as service
    from syncd.services.whom import account_named

    where = Provider(provider)
    told = ask(config_path, lambda deps: service.preview(deps, account_named(deps, where, person)))
    if not yes:
        _show(told, remove_links=remove_links, is_json=is_json)
        if is_json or not click.confirm("Disconnect it?", err=True):
            raise Failed("nothing was done; --yes disconnects it")
    done = ask(
        config_path,
        lambda deps: service.disconnect(
            deps, account_named(deps, where, person), who="admin", remove_links=remove_links
        ),
    )
    say(as_json(done) if is_json else _what_was_done(done))


def _in_browser(
    config_path: Path, provider: Provider, person: str, *, port: int, opens_browser: bool
) -> Connected:
    from syncd.bootstrap.process import beside
    from syncd.cli.consent import in_browser
    from syncd.services.connect import begin, finish
    from syncd.services.whom import person_named

    return beside(
        config_path,
        lambda deps: in_browser(
            provider,
            partial(begin, deps, person=person_named(deps, person)),
            partial(finish, deps),
            port=port,
            opens_browser=opens_browser,
        ),
    )


def _on_device(config_path: Path, provider: Provider, person: str) -> Connected:
    from syncd.bootstrap.process import beside
    from syncd.cli.consent import on_device
    from syncd.services.connect import begin_device, finish_device
    from syncd.services.whom import person_named

    return beside(
        config_path,
        lambda deps: on_device(
            partial(begin_device, deps, provider),
            partial(finish_device, deps, provider, person=person_named(deps, person)),
            deps.clock.sleep,
        ),
    )


def _show(told: Parting, *, remove_links: bool, is_json: bool) -> None:
    if is_json:
        say(as_json(told))
        return
    say(f"{told.account}: {told.address}")
    for sentence in told.what_happens:
        say(f"- {sentence}")
    if remove_links:
        say(f"- First the links are taken out of {told.upcoming} coming events, and mails go out.")


def _what_was_done(done: Disconnected) -> str:
    if done.is_leaving:
        return f"{done.account}: its links are being taken out; then it goes by itself"
    if done.is_revoked:
        return f"{done.account}: disconnected, and its consent is ended"
    if done.is_retried:
        return (
            f"{done.account}: disconnected; its consent could not be ended yet, which is tried "
            f"again for a day. It can be removed at {done.remove_at_url}"
        )
    return f"{done.account}: disconnected. Remove the consent at {done.remove_at_url}"
