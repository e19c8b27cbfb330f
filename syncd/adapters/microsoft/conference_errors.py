"""What cannot be done about conferences in Outlook, as the errors of the ports."""

from __future__ import annotations

from syncd.ports.errors import Forbidden, Permanent, ProviderError


def teams_untouchable() -> ProviderError:
    """Say that the Teams meeting of an event stays: Graph cannot switch it off."""
    return Permanent(
        "A Teams meeting cannot be taken out of an event.",
        code="teams_untouchable",
        remedy="Make the event anew without Teams.",
    )


def teams_body() -> ProviderError:
    """Say that the new text would take the Teams meeting of an event with it."""
    return Permanent(
        "The text of an event with a Teams meeting cannot be changed without losing the meeting.",
        code="teams_untouchable",
        remedy="Change the text in Outlook.",
    )


def teams_not_allowed(owner: str) -> ProviderError:
    """Say that a calendar may not have Teams meetings."""
    return Forbidden(
        f"The calendar of {owner} may not have Teams meetings.",
        code="teams_not_allowed",
        remedy=f"Give {owner} a licence with Teams and let it schedule meetings in Outlook (Teams "
        "admin centre, meeting policies), or ask for Zoom.",
    )


def teams_refused(owner: str) -> ProviderError:
    """Say that Exchange made no Teams meeting although the calendar may have one."""
    return Forbidden(
        f"Exchange made no Teams meeting for {owner}.",
        code="teams_refused",
        remedy=f"See whether {owner} can switch Teams on for this event in Outlook, and whether "
        "another provider is the default of the tenant; or ask for Zoom.",
    )


def conference_elsewhere() -> ProviderError:
    """Say that Exchange cannot make a Google Meet."""
    return Permanent(
        "Google Meet can only be chosen in Google Calendar.",
        code="conference_elsewhere",
        remedy="Ask for Zoom or Teams in this event.",
    )
