"""The operations on users."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from syncd.sandbox.fakes.world import Person
from syncd.sandbox.fakes.zoom.account import Account
from syncd.sandbox.fakes.zoom.call import Call, Operation
from syncd.sandbox.fakes.zoom.moments import stamp


def show(call: Call) -> Response:
    """Give a user of the account by `me`, id or address."""
    person = call.caller.user(call.account, call.path.get("userId", "me"))
    return JSONResponse(_user(call.account, person) | {"last_login_time": stamp(call.now)})


def _user(account: Account, person: Person) -> dict[str, Any]:
    first_name, _, last_name = person.name.partition(" ")
    return {
        "id": person.zoom_id,
        "first_name": first_name,
        "last_name": last_name,
        "display_name": person.name,
        "email": person.email,
        "type": account.user_type(person),
        "role_name": "Member",
        "pmi": account.pmi(person),
        "use_pmi": False,
        "timezone": account.account_timezone,
        "verified": 1,
        "created_at": "2024-01-15T09:00:00Z",
        "account_id": account.account_id,
        "status": "active",
        "personal_meeting_url": f"https://us05web.zoom.us/j/{account.pmi(person)}",
        "jid": f"{person.zoom_id}@xmpp.zoom.us",
        "language": "en-US",
        "cluster": "us05",
    }


OPERATIONS = (
    Operation(name="GET /users/me", scope="user:read:user", label="Light", act=show),
    Operation(name="GET /users/{userId}", scope="user:read:user", label="Light", act=show),
)
