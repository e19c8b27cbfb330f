"""The mails that Zoom sends about a meeting: to alternative hosts, and to the host at its end."""

from __future__ import annotations

from syncd.sandbox.fakes.zoom.account import Account
from syncd.sandbox.fakes.zoom.alternates import named
from syncd.sandbox.fakes.zoom.meeting import Meeting


def to_alternative_hosts(account: Account, meeting: Meeting, *, before: Meeting | None) -> None:
    """Tell those who became alternative hosts, unless either notification is off."""
    settings = meeting.settings
    if not (settings["email_notification"] and settings["alternative_hosts_email_notification"]):
        return
    known = set() if before is None else set(_alternative_hosts(account, before))
    for address in _alternative_hosts(account, meeting):
        if address not in known:
            account.world.mail(
                "zoom",
                to=address,
                sender=meeting.host_email,
                event=str(meeting.id),
                reason="invited",
            )


def of_deletion(account: Account, meeting: Meeting) -> None:
    """Tell host and alternative hosts that a meeting, or one date of it, is cancelled."""
    for address in (meeting.host_email, *_alternative_hosts(account, meeting)):
        account.world.mail(
            "zoom",
            to=address,
            sender=meeting.host_email,
            event=str(meeting.id),
            reason="cancelled",
        )


def _alternative_hosts(account: Account, meeting: Meeting) -> list[str]:
    people = [(name, account.person(name)) for name in named(meeting.settings)]
    return [name if person is None else person.email for name, person in people]
