"""Codes of Graph that mean one thing wherever they come, as the errors of the ports."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from syncd.core.read_only import READ_ONLY, REASON, REMEDY
from syncd.ports.errors import AuthLost, Forbidden, Permanent, ProviderError


@dataclass(frozen=True, slots=True)
class _Known:
    """What one of Graph's codes means wherever it comes."""

    kind: type[ProviderError]
    _: KW_ONLY
    code: str
    message: str
    remedy: str

    def error(self) -> ProviderError:
        """Give it as an error of the ports."""
        return self.kind(self.message, code=self.code, remedy=self.remedy)


_NOT_ALLOWED = _Known(
    Forbidden,
    code="access_denied",
    message="The application may not open this mailbox.",
    remedy="Let it in by RBAC for Applications in Exchange Online (role Application "
    "Calendars.ReadWrite, with a scope that holds this mailbox), and see that no application access "
    "policy shuts it out. Changes there take up to two hours.",
)
_NO_MAILBOX = _Known(
    Forbidden,
    code="mailbox_missing",
    message="The tenant has no such mailbox.",
    remedy="See that the address is spelled as the user's principal name or address, and that the "
    "user has an Exchange Online licence.",
)
_NOT_ONLINE = _Known(
    Forbidden,
    code="mailbox_not_online",
    message="The mailbox is not in Exchange Online, so Graph cannot reach it.",
    remedy="Give the user an Exchange Online licence or move the mailbox there; or take the person "
    "out of the configuration.",
)
_FULL = _Known(
    Forbidden,
    code="mailbox_full",
    message="The mailbox is full.",
    remedy="Its owner has to delete something.",
)
_NO_PERMISSION = _Known(
    AuthLost,
    code="no_permission",
    message="The application has no permission for calendars in this tenant.",
    remedy="Grant it Calendars.ReadWrite as an application: by RBAC for Applications in Exchange "
    "Online, or with admin consent in Entra.",
)
_TOO_LARGE = _Known(
    Permanent,
    code="event_too_large",
    message="Exchange finds the event too large.",
    remedy="Shorten its text, or take attachments out.",
)
_BAD_ID = _Known(
    Permanent,
    code="id_malformed",
    message="Graph does not know ids of this form.",
    remedy="See that the calendar's id is spelled in the configuration as Graph gives it.",
)

KNOWN = {
    "erroraccessdenied": _NOT_ALLOWED,
    "authorization_requestdenied": _NOT_ALLOWED,
    "accessdenied": _NOT_ALLOWED,
    "resourcenotfound": _NO_MAILBOX,
    "request_resourcenotfound": _NO_MAILBOX,
    "errorinvaliduser": _NO_MAILBOX,
    "errornonexistentmailbox": _NO_MAILBOX,
    "mailboxnotenabledforrestapi": _NOT_ONLINE,
    "mailboxnotsupportedforrestapi": _NOT_ONLINE,
    "errorquotaexceeded": _FULL,
    "nopermissionsinaccesstoken": _NO_PERMISSION,
    "errormessagesizeexceeded": _TOO_LARGE,
    "errorinvalididmalformed": _BAD_ID,
    "errorinvalidmailboxitemid": _BAD_ID,
}

_OWN_DENIED = _Known(
    Forbidden,
    code="access_denied",
    message="This Outlook account may not open the calendar.",
    remedy="Choose a calendar of your own; what others share with you cannot be written.",
)
_OWN_UNSCOPED = _Known(
    AuthLost,
    code="no_permission",
    message="The consent does not cover calendars.",
    remedy="Connect Outlook again and accept all that is asked for.",
)
_OWN_MAILBOX = _Known(
    Forbidden,
    code="mailbox_not_online",
    message="This Microsoft account has no mailbox that Outlook on the web can open.",
    remedy="Open outlook.com once with this account, or connect the one that has your calendar.",
)
# Whoever may read a mailbox and not write is let into it, but not so far.
_READ_ONLY = _Known(Forbidden, code=READ_ONLY, message=REASON, remedy=REMEDY)

# What is the person's to put right, not the admin's, where the person consented.
KNOWN_OF_OWN = {
    "erroraccessdenied": _OWN_DENIED,
    "accessdenied": _OWN_DENIED,
    "nopermissionsinaccesstoken": _OWN_UNSCOPED,
    "mailboxnotenabledforrestapi": _OWN_MAILBOX,
    "mailboxnotsupportedforrestapi": _OWN_MAILBOX,
}


def forbids_writing(code: str) -> ProviderError | None:
    """Give what a write's refusal means when it means that the calendar may only be read."""
    return _READ_ONLY.error() if KNOWN.get(code) is _NOT_ALLOWED else None
