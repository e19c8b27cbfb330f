"""A queue before something that fails waits through one failure, not through one each."""

import asyncio

import pytest

from syncd.adapters.http import SharedFailure
from syncd.ports.errors import Transient


class Endpoint:
    def __init__(self) -> None:
        self.asked = 0
        self.works = False
        self._lock = asyncio.Lock()
        self._failures = SharedFailure()

    async def token(self) -> str:
        since = self._failures.count
        async with self._lock:
            with self._failures.attempt(since=since):
                self.asked += 1
                await asyncio.sleep(0)
                if not self.works:
                    raise Transient("Silence.", code="no_answer")
                return "token"


async def test_all_who_waited_share_one_failure():
    endpoint = Endpoint()
    results = await asyncio.gather(*(endpoint.token() for _ in range(20)), return_exceptions=True)
    assert [type(result) for result in results] == [Transient] * 20
    assert len({id(result) for result in results}) == 20
    assert endpoint.asked == 1


async def test_whoever_comes_after_a_failure_tries_anew():
    endpoint = Endpoint()
    with pytest.raises(Transient):
        await endpoint.token()
    endpoint.works = True
    assert await endpoint.token() == "token"
    assert endpoint.asked == 2
