"""What machines ask: whether we can work, and what Zoom tells us by itself."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus

from syncd.adapters.zoom.hooks import (
    Challenge,
    Deauthorised,
    HookRefused,
    MeetingChanged,
    OtherEvent,
    ZoomHooks,
)
from syncd.bootstrap.building import hidden
from syncd.bootstrap.current import Current
from syncd.config.load import Loaded
from syncd.core.ids import Provider
from syncd.ports.store import StoreError
from syncd.services import disconnect, hooks
from syncd.web.door import HookAnswer, HookCall

log = logging.getLogger(__name__)


class MachineryDoor:
    """Implements `syncd.web.door.Machinery`."""

    def __init__(self, current: Current, loaded: Loaded) -> None:
        self._current = current
        secret = loaded.secrets.zoom_webhook_secret
        self._zoom = None if secret is None else ZoomHooks(hidden(secret))

    async def is_ready(self) -> bool:
        """Tell whether the database can be used: without it nothing is done.

        That it can be read is not enough: a full disk can be read as well as ever.
        """
        deps = self._current.deps
        try:
            await deps.store.run(lambda tx: tx.connections.version())
        except StoreError:
            return False
        return deps.health.database is None

    async def hook(self, provider: Provider, call: HookCall) -> HookAnswer:
        """Take what Zoom signed; nobody else has been asked to send anything."""
        if provider is not Provider.ZOOM or self._zoom is None:
            return HookAnswer(status=HTTPStatus.NOT_FOUND)
        try:
            hook = self._zoom.read(call.headers, call.body, now=self._current.clock.now())
        except HookRefused as error:
            log.warning("webhook refused", extra={"code": error.code})
            return HookAnswer(status=HTTPStatus.UNAUTHORIZED)
        match hook:
            case Challenge(answer=answer):
                return HookAnswer(status=HTTPStatus.OK, text=json.dumps(dict(answer)), is_json=True)
            case Deauthorised():
                await self._deauthorised(hook)
            case MeetingChanged():
                await hooks.meeting_changed(self._current.deps, hook.meeting_id)
            case OtherEvent():
                log.debug("webhook of no use", extra={"event": hook.name})
        return HookAnswer()

    async def _deauthorised(self, hook: Deauthorised) -> None:
        is_gone = await disconnect.deauthorised(
            self._current.deps, zoom_account_id=hook.account_id, zoom_user_id=hook.user_id
        )
        if is_gone:
            self._current.outdated.set()
