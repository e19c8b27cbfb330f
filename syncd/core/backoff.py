"""When to try again after a passing fault."""

from __future__ import annotations

from datetime import timedelta

from syncd.core.policy import RetryPolicy


def wait_for(attempt: int, policy: RetryPolicy, jitter: float) -> timedelta:
    """Give the wait before the next try: doubled each time, with full jitter from `jitter` in [0, 1).

    `attempt` counts the tries that failed, from 1. At least a quarter of the full wait is kept, so
    that bad luck does not make a hot loop.
    """
    doubled = policy.first * (1 << min(attempt - 1, 20))
    return min(doubled, policy.most) * (0.25 + 0.75 * jitter)
