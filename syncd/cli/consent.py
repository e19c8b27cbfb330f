"""A consent given from the command line: in the browser of this machine, or on another device."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import click

from syncd.cli.errors import Failed
from syncd.cli.loopback import Loopback, listening
from syncd.core.ids import Provider
from syncd.ports.oauth import ConsentRefused, DeviceCode, Purpose
from syncd.services.connect import LASTS, Asked, Connected, NotPermitted, SignedIn, UnknownConsent

Begin = Callable[[Asked], Awaitable[str]]
Finish = Callable[[Asked, Mapping[str, str]], Awaitable[SignedIn | Connected]]
Look = Callable[[DeviceCode], Awaitable[Connected | None]]
Sleep = Callable[[float], Awaitable[None]]

_LOOK_EVERY = timedelta(seconds=5)


async def in_browser(
    provider: Provider, begin: Begin, finish: Finish, *, port: int, opens_browser: bool
) -> Connected:
    """Have the consent given in the browser of this machine, and wait for it.

    Failed says why there is none.
    """
    async with listening(f"/{provider}/callback", port=port) as listener:
        asked = Asked(
            provider=provider,
            purpose=Purpose.CONNECT,
            session="",
            redirect_uri=listener.redirect_uri,
        )
        with refusals():
            url = await begin(asked)
            _show(url, opens_browser=opens_browser)
            answer = await _answered(listener, url)
            done = await finish(asked, answer)
    if not isinstance(done, Connected):
        raise Failed("the provider's answer belongs to another consent")
    return done


async def on_device(
    begin: Callable[[], Awaitable[DeviceCode]],
    look: Look,
    sleep: Sleep,
    *,
    lasts: timedelta = LASTS,
) -> Connected:
    """Have it given on another device, and look every few seconds whether it was."""
    with refusals():
        code = await begin()
        _tell(f"On any device, open {code.url} and type the code {code.code}")
        for _ in range(int(lasts / _LOOK_EVERY)):
            await sleep(_LOOK_EVERY.total_seconds())
            done = await look(code)
            if done is not None:
                return done
    raise Failed("nobody gave the consent in time; run the command again")


@contextmanager
def refusals() -> Iterator[None]:
    """Tell why there is no consent, and what to do about it."""
    try:
        yield
    except ConsentRefused as refused:
        told = " ".join(filter(None, (refused.message, refused.remedy, refused.link)))
        raise Failed(told) from None
    except (NotPermitted, UnknownConsent) as refused:
        raise Failed(str(refused)) from None


async def _answered(listener: Loopback, url: str) -> Mapping[str, str]:
    try:
        return await listener.answer(begun_at=url, within=LASTS.total_seconds())
    except TimeoutError:
        raise Failed("nobody gave the consent in time; run the command again") from None


def _show(url: str, *, opens_browser: bool) -> None:
    _tell(f"Give your consent in a browser on this machine, at\n{url}")
    if opens_browser and _has_screen():
        webbrowser.open(url)


def _has_screen() -> bool:
    """Tell whether a browser can be shown; one in the terminal would hide the address."""
    is_unix = sys.platform not in {"darwin", "win32"}
    return not is_unix or any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _tell(text: str) -> None:
    # The answer of the command alone goes to its output.
    click.echo(text, err=True)
