"""What a form sent. Only the plain kind of form is taken; there is nothing to upload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

FORM_TYPE = "application/x-www-form-urlencoded"
_MOST_FIELDS = 500


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form; one that is not there reads as empty."""

    fields: Mapping[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        """Give a field without outer blanks, and its lines ended in one way."""
        return "\n".join(self.raw(name).splitlines()).strip()

    def raw(self, name: str) -> str:
        """Give a field as it was sent, the first of its name."""
        return self.fields.get(name, ("",))[0]

    def all(self, name: str) -> tuple[str, ...]:
        """Give every field of that name."""
        return self.fields.get(name, ())


EMPTY = Form({})


def read_form(content_type: str, body: bytes) -> Form:
    """Read a form; ValueError when it is none. What is no UTF-8 is replaced, never guessed."""
    if content_type.partition(";")[0].strip().lower() != FORM_TYPE:
        raise ValueError("not a form")
    pairs = parse_qsl(
        body.decode("utf-8", "replace"),
        keep_blank_values=True,
        encoding="utf-8",
        errors="replace",
        max_num_fields=_MOST_FIELDS,
    )
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return Form(fields)
