"""Telling the admin of an account in trouble: by a program of theirs, by an address, or by both."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from http import HTTPStatus

from syncd.adapters.http import Call, Http
from syncd.ports.errors import ProviderError
from syncd.ports.notify import Incident

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds that a program may take."""

_ACCOUNT = "notify"


def as_json(incident: Incident) -> bytes:
    """Write an incident as one JSON object; `since` is ISO 8601, UTC."""
    return json.dumps(
        {
            "account": str(incident.account),
            "provider": str(incident.account.provider),
            "address": incident.account.address,
            "state": incident.state,
            "reason": incident.reason,
            "remedy": incident.remedy,
            "since": incident.since.isoformat(),
        }
    ).encode()


class Announcer:
    """Implements `syncd.ports.notify.Notifier`; without a program and an address it tells nobody.

    `command` is run without a shell, with the incident on its standard input. `http` may reach
    `webhook` alone.
    """

    def __init__(self, *, command: Sequence[str], http: Http | None, webhook: str | None) -> None:
        self._command = tuple(command)
        self._http = http
        self._webhook = webhook

    async def tell(self, incident: Incident) -> None:
        """Tell both; what fails is logged, and the other is told all the same."""
        await asyncio.gather(self._run(as_json(incident)), self._post(as_json(incident)))

    async def _run(self, content: bytes) -> None:
        if not self._command:
            return
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            log.warning("notify command not started", extra={"problem": str(error)})
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await process.communicate(content)
        except TimeoutError:
            process.kill()
            await process.wait()
        if process.returncode != 0:
            log.warning("notify command failed", extra={"exit_code": process.returncode})

    async def _post(self, content: bytes) -> None:
        if self._webhook is None or self._http is None:
            return
        call = Call(
            method="POST",
            url=self._webhook,
            headers={"content-type": "application/json"},
            body=content,
            account=_ACCOUNT,
            operation="POST notify.webhook",
            repeatable=True,
        )
        try:
            answer = await self._http.send(call)
        except ProviderError as error:
            log.warning("notify webhook not reached", extra={"code": error.code})
            return
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            log.warning("notify webhook refused", extra={"status": answer.status})
