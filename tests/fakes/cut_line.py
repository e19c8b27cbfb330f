"""A line to a PostgreSQL server that can be cut: before a commit arrives, or before its answer does."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

_SOCKET = ".s.PGSQL.5432"
_COMMIT = b"COMMIT"

When = Literal["before", "after"]


class CutLine:
    """Listens in a folder of its own and passes everything on, but for the next commit when told so."""

    def __init__(self, server: Path, folder: Path) -> None:
        self.folder = folder
        self._server = server
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / _SOCKET))
        self._listener.listen()
        self._cut: When | None = None
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_commit(self, when: When) -> None:
        """Cut the line at the next commit."""
        self._cut = when

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self._server / _SOCKET))
            down = threading.Thread(target=self._down, args=(client, server), daemon=True)
            down.start()
            self._up(client, server)
            down.join()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if _COMMIT in data and self._cut is not None:
                    when, self._cut = self._cut, None
                    self.cuts += 1
                    if when == "after":
                        # Whoever reads downwards would pass the answer on.
                        _shut(client)
                        server.sendall(data)
                        continue
                    break
                server.sendall(data)
        _shut(client, server)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
        _shut(client)


def _shut(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cut_line(server: Path) -> Iterator[CutLine]:
    """Lead a line to the server whose socket is in this folder."""
    with tempfile.TemporaryDirectory(prefix="syncd-line-") as folder:
        line = CutLine(server, Path(folder))
        yield line
        line.close()
