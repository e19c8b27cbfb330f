"""How people ask for a meeting, and for which kind."""

import re
from typing import Annotated

from pydantic import AfterValidator

from syncd.config.fields import Address, Section, Text, advice, listed

_TAG = re.compile(r"[\w-]+")


def _tag(text: str) -> str:
    if not _TAG.fullmatch(text):
        raise advice("is not a tag", "write the word alone, without # or @ and without blanks")
    return text


Tag = Annotated[Text, AfterValidator(_tag)]


class MeetFlags(Section):
    """How people ask for Google Meet, in Google Calendar."""

    words: Annotated[tuple[Text, ...], listed()] = ("google meet", "meet")
    """An event whose location is nothing but one of these asks for Google Meet."""

    tags: Annotated[tuple[Tag, ...], listed()] = ("meet",)
    """Words that ask for Google Meet when they stand with # or @ in title or description."""

    categories: Annotated[tuple[Text, ...], listed()] = ()
    """Categories that ask for Google Meet."""

    addresses: Annotated[tuple[Address, ...], listed()] = ()
    """Inviting one of these addresses asks for Google Meet."""


class TeamsFlags(Section):
    """How people ask for Teams, in Outlook."""

    words: Annotated[tuple[Text, ...], listed()] = ("teams", "microsoft teams")
    """An event whose location is nothing but one of these asks for Teams."""

    tags: Annotated[tuple[Tag, ...], listed()] = ("teams",)
    """Words that ask for Teams when they stand with # or @ in title or description."""

    categories: Annotated[tuple[Text, ...], listed()] = ()
    """Outlook categories that ask for Teams."""

    addresses: Annotated[tuple[Address, ...], listed()] = ()
    """Inviting one of these addresses asks for Teams."""


class Flags(Section):
    """How people ask for a meeting. In each list upper and lower case are the same."""

    words: Annotated[tuple[Text, ...], listed()] = ("zoom", "@zoom", "zoom meeting")
    """An event whose location is nothing but one of these asks for a Zoom meeting."""

    tags: Annotated[tuple[Tag, ...], listed()] = ("zoom",)
    """Words that ask for a Zoom meeting when they stand with # or @ in title or description."""

    no_tags: Annotated[tuple[Tag, ...], listed()] = ("nozoom", "nolink")
    """Words that refuse any link in the same way, and win over everything else in the event."""

    categories: Annotated[tuple[Text, ...], listed()] = ("Zoom",)
    """Outlook categories that ask for a Zoom meeting."""

    addresses: Annotated[tuple[Address, ...], listed()] = ()
    """Inviting one of these addresses asks for a Zoom meeting. Off until you name one: the
    provider mails it like any guest, so it should be a mailbox of yours."""

    google_meet: MeetFlags = MeetFlags()
    """What asks for Google Meet in place of Zoom."""

    teams: TeamsFlags = TeamsFlags()
    """What asks for Teams in place of Zoom."""

    strip_title_tag: bool = True
    """Take the tag out of the title when the link is written, so that guests see a clean one."""
