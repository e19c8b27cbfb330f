"""Where lives are lived: a sandbox that is new in every round, and a database for each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.acceptance.kill import kept, seen
from tests.acceptance.kill.kept import Kept
from tests.acceptance.kill.seen import Seen
from tests.acceptance.processes import Sandbox

_LISTINGS = (
    ("google", "GET /calendars/{calendarId}/events"),
    ("microsoft", "GET /users/{user-id}/calendarView/delta"),
)
# So many that a round's events stay below what Zoom allows a host in a day.
PEOPLE = 3


class Ground:
    """A sandbox of its own. `new_database` gives the URL of an empty database in a folder."""

    def __init__(self, directory: Path, new_database: Callable[[Path], str]) -> None:
        self._directory = directory
        self._new_database = new_database
        self.sandbox = Sandbox(directory / "sandbox", people=PEOPLE, log=directory / "sandbox.log")
        self.sandbox.set('interval: "2s"', 'interval: "1s"')
        self.sandbox.set('hold_off: "5s"', 'hold_off: "5s"\n  debounce: "0s"')
        # Whoever deletes a link deletes all of it.
        self.sandbox.set("google:\n", 'google:\n  conference_data: "never"\n')
        self._text = self.sandbox.config.read_text()
        self.database = ""

    def renewed(self, name: str) -> Path:
        """Begin anew, with nothing in the calendars and no database; gives a configuration."""
        self.sandbox.call("POST", self.sandbox.address["control"] + "/reset")
        folder = self._directory / name
        folder.mkdir()
        self.database = self._new_database(folder)
        former = next(line for line in self._text.splitlines() if "database:" in line)
        config = folder / "syncd.yaml"
        config.write_text(self._text.replace(former, f'  database: "{self.database}"'))
        return config

    def add_pages(self) -> None:
        """Let the daemon serve its pages, at any free port, and tell there whether it is ready."""
        folder = self.sandbox.directory
        web = {
            "listen": "127.0.0.1:0",
            "public_url": "https://127.0.0.1",
            "tls": {
                "certificate": str(folder / "pages.pem"),
                "private_key": {"file": str(folder / "pages-key.pem")},
            },
        }
        self._text += f"web: {json.dumps(web)}\n"

    def seen(self) -> Seen:
        """Look at the sandbox alone."""
        return seen.read(self.sandbox.state())

    def look(self) -> tuple[Seen, Kept | None]:
        """Look at the sandbox and at what a dead daemon left."""
        return self.seen(), kept.read(self.database)

    def requests(self) -> tuple[int, int]:
        """Count how often calendars were listed, and how often anything was written."""
        listed = written = 0
        for provider, operations in self.sandbox.state()["requests"].items():
            for operation, count in operations.items():
                if (provider, operation) in _LISTINGS:
                    listed += count
                elif not operation.startswith("GET") and "token" not in operation:
                    written += count
        return listed, written

    def calls(self, provider: str, operation: str) -> int:
        """Count the requests of one operation."""
        count: int = self.sandbox.state()["requests"].get(provider, {}).get(operation, 0)
        return count

    def close(self) -> None:
        """End the sandbox."""
        self.sandbox.stop()


def in_file(folder: Path) -> str:
    """Give a database of SQLite."""
    return f"sqlite:///{folder / 'syncd.db'}"
