"""What admins see and do."""

from __future__ import annotations

from syncd.bootstrap.current import Current
from syncd.services import audit, resume, status
from syncd.web.views import AuditPage, Overview


class AdministrationDoor:
    """Implements `syncd.web.door.Administration`."""

    _current: Current

    async def overview(self) -> Overview:
        """Give accounts, calendars, bindings, budgets and what waits."""
        deps = self._current.deps
        return Overview(
            status=await status.status(deps),
            links=await status.links(deps),
            halt=await deps.store.run(lambda tx: tx.halt.get()),
        )

    async def resume(self, account: str, *, who: str, request_id: str) -> None:
        """Let the removals of an account go ahead."""
        await resume.resume(self._current.deps, account, who=who, request_id=request_id)

    async def audit(self, *, before: int | None, limit: int) -> AuditPage:
        """Give rows of the audit log, and whether its chain holds."""
        deps = self._current.deps
        page = await audit.page(deps, before=before, limit=limit)
        return AuditPage(rows=page.rows, broken_at=(await audit.verify(deps)).broken_at)
