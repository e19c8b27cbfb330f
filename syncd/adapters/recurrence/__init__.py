"""The recurrence of a series, followed with dateutil.

MUST: stop after a bounded number of years, whatever a rule says.
MUST NOT: let dateutil search by itself: for a rule that nothing meets it goes on to the year 9999.
"""

from syncd.adapters.recurrence.series import YEARS, Rules, occurrences

__all__ = ["YEARS", "Rules", "occurrences"]
