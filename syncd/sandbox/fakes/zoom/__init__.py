"""The stand-in of Zoom: OAuth, users and meetings of one account.

MUST: answer with Zoom's own statuses, codes and texts, and keep its quotas and its surprises.
MUST NOT: know anything of the daemon, nor send it anything but where a test says.
"""

from __future__ import annotations

from syncd.sandbox.fakes.zoom.standin import ZoomStandIn

__all__ = ["ZoomStandIn"]
