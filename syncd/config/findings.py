"""What the checks hand on before it has a place in the file."""

from dataclasses import dataclass
from typing import Literal

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One wrong setting: its path from the root, what is wrong, and what to write.

    `on` says whether to point at the key (unknown, doubled, something missing below it) or at
    the value.
    """

    path: Path
    problem: str
    remedy: str
    on: Literal["key", "value"] = "value"


def path_text(path: Path) -> str:
    """Return `("people", 2, "email")` as `people[2].email`, with unprintable characters marked."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{shown(step)}" for step in path)
    return "".join(parts).removeprefix(".")


def shown(text: str, *, limit: int = 60) -> str:
    """Return `text` fit for one line of a terminal: no control characters, at most `limit` long."""
    plain = "".join(c if c.isprintable() else "?" for c in text[: limit + 1])
    return f"{plain[:limit]}..." if len(text) > limit else plain
