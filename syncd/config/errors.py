"""What is wrong with a configuration file, said so that a person can correct it."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct.

    `line` and `column` count from 1; `path` reads like `people[2].email` and is empty for the
    file as a whole. `excerpt` holds the lines of text to print below the headline; it is empty
    where the source line could show a secret.
    """

    file: str
    line: int
    column: int
    path: str
    problem: str
    remedy: str
    excerpt: tuple[str, ...] = field(default=(), repr=False)

    def as_json(self) -> dict[str, str | int]:
        """Return the six public fields, as `syncd config check --json` prints them."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "problem": self.problem,
            "remedy": self.remedy,
        }

    def render(self) -> str:
        """Return `file:line:column: path: what`, the excerpt, and the remedy."""
        path = f"{self.path}: " if self.path else ""
        headline = f"{self.file}:{self.line}:{self.column}: {path}{self.problem}"
        return "\n".join([headline, *self.excerpt, f"      = help: {self.remedy}"])


class ConfigError(Exception):
    """The file cannot be used; a configuration that is already in force stays in force."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, at least one, in the order of their places."""
        self.problems = tuple(sorted(problems, key=lambda p: (p.line, p.column, p.path, p.problem)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.render()

    def render(self) -> str:
        """Return the whole report as text without a final newline."""
        count = len(self.problems)
        summary = f"{count} problem{'' if count == 1 else 's'}; nothing was changed"
        return "\n".join([*(problem.render() for problem in self.problems), summary])
