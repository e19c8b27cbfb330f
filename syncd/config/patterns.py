"""Regular expressions that admins write and titles of strangers are searched with.

RE2 takes time linear in the title, whatever the pattern; Python's own can take for ever.
"""

from collections.abc import Callable

import re2

MAX_PATTERN = 500
"""Characters of one pattern."""


class BadPattern(Exception):
    """A pattern that RE2 does not take; the message is its reason."""


def title_search(pattern: str) -> Callable[[str], bool]:
    """Return the search for `pattern` in a title; upper and lower case are the same.

    Raises BadPattern. The search raises nothing, whatever the title holds.
    """
    options = re2.Options()
    options.case_sensitive = False
    # It would write to standard error, past the log and past the report of all problems.
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        raise BadPattern(_reason(error)) from None
    except UnicodeEncodeError:
        raise BadPattern("it holds half of a character") from None

    def search(title: str) -> bool:
        # Half of a character cannot be encoded; such a title holds a ? in its place.
        return compiled.search(title.encode("utf-8", "replace").decode()) is not None

    return search


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else b""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
