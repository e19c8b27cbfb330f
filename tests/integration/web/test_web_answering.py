"""Requests that are under way when the parts they work with are to be closed."""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive, Scope, Send

from syncd.web.answering import Answering

SCOPE: Scope = {"type": "http"}


class Slow:
    """An application that answers when it is let go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.fails = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.let_go.wait()
        if self.fails:
            raise RuntimeError("a bug")


async def _receive() -> Message:
    raise AssertionError("nothing is read")


async def _send(message: Message) -> None:
    raise AssertionError(f"nothing is sent: {message}")


async def test_nothing_is_waited_for_when_nobody_asks():
    async with asyncio.timeout(5):
        await Answering(Slow()).settled(patience=1000)


async def test_what_came_before_is_waited_for_and_what_comes_after_is_not():
    slow = Slow()
    app = Answering(slow)
    before = asyncio.create_task(app(SCOPE, _receive, _send))
    await asyncio.sleep(0)
    settled = asyncio.create_task(app.settled(patience=1000))
    await asyncio.sleep(0)
    assert not settled.done()
    slow.let_go.set()
    await before
    slow.let_go.clear()
    after = asyncio.create_task(app(SCOPE, _receive, _send))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await settled
    assert not after.done()
    slow.let_go.set()
    await after


async def test_a_failure_is_an_end_too_and_patience_has_one():
    slow = Slow()
    slow.fails = True
    app = Answering(slow)
    asked = asyncio.create_task(app(SCOPE, _receive, _send))
    await asyncio.sleep(0)
    await app.settled(patience=0.01)
    assert not asked.done()
    slow.let_go.set()
    (failure,) = await asyncio.gather(asked, return_exceptions=True)
    assert isinstance(failure, RuntimeError)
    async with asyncio.timeout(5):
        await app.settled(patience=1000)
