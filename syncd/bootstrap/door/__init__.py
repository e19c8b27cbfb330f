"""The door of the pages, opened onto the services; implements `syncd.web.door.Door`."""

from __future__ import annotations

from syncd.bootstrap.current import Current
from syncd.bootstrap.door.accounts import AccountsDoor
from syncd.bootstrap.door.administration import AdministrationDoor
from syncd.bootstrap.door.events import EventsDoor
from syncd.bootstrap.door.machinery import MachineryDoor
from syncd.bootstrap.door.visitors import VisitorsDoor
from syncd.config.load import Loaded


class PagesDoor(VisitorsDoor, AccountsDoor, EventsDoor, AdministrationDoor, MachineryDoor):
    """All that the pages ask for, answered by whatever engine is the current one."""

    def __init__(self, current: Current, loaded: Loaded) -> None:
        VisitorsDoor.__init__(self, current)
        EventsDoor.__init__(self, current)
        MachineryDoor.__init__(self, current, loaded)
