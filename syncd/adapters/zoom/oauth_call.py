"""One request to Zoom's token service, signed as our app."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from syncd.adapters.http import Call
from syncd.core.secret import Secret


def oauth_call(  # noqa: PLR0913 - all by keyword
    url: str,
    form: Mapping[str, str],
    *,
    client_id: str,
    client_secret: Secret,
    account: str,
    repeatable: bool,
    send_by: float,
) -> Call:
    """Give a POST of the form with the app's id and secret (HTTP Basic)."""
    pair = f"{client_id}:{client_secret.reveal()}"
    return Call(
        method="POST",
        url=url,
        headers={
            "authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        },
        body=urlencode(form).encode(),
        account=account,
        operation=f"POST /oauth/{urlsplit(url).path.rpartition('/')[2]}",
        repeatable=repeatable,
        send_by=send_by,
    )
