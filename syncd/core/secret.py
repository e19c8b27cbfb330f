"""A text that never shows itself (I12)."""

from __future__ import annotations


class Secret:
    """Holds a secret text; only `reveal` gives it out, at the place of use."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself."""
        return self._text

    def __eq__(self, other: object) -> bool:
        """Compare by value; never used to check what an outsider sent."""
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        """Hash by value, beside `__eq__`."""
        return hash(self._text)

    def __repr__(self) -> str:
        """Show that there is something, never what."""
        return "Secret(...)"

    __str__ = __repr__
