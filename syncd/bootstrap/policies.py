"""From the words of the configuration to the policies of the rules."""

from __future__ import annotations

from datetime import timedelta

from syncd.config.people import Person
from syncd.config.schema import Config
from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.core.policy import (
    FlagPolicy,
    LinkPolicy,
    MeetingPolicy,
    OnEventDeleted,
    OnMeetingDeleted,
    PersonPolicy,
)
from syncd.engine.deps import Timing


def people(config: Config) -> dict[str, PersonPolicy]:
    """Give the policy of every person, by address."""
    flags = FlagPolicy(
        words=config.flags.words,
        tags=config.flags.tags,
        no_tags=config.flags.no_tags,
        categories=config.flags.categories,
        strip_title_tag=config.flags.strip_title_tag,
    )
    link = LinkPolicy(
        on_event_deleted=OnEventDeleted(config.policy.on_event_deleted),
        on_meeting_deleted=OnMeetingDeleted(config.policy.on_meeting_deleted),
        horizon=timedelta(days=config.policy.horizon_days),
        hold_off=config.policy.hold_off,
        replace_meet=config.policy.replace_meet,
        keep=timedelta(days=config.policy.keep_days),
    )
    return {
        person.email: PersonPolicy(
            email=person.email,
            host=person.host,
            meeting=_meeting(person, config),
            flags=flags,
            link=link,
        )
        for person in config.people
    }


def _meeting(person: Person, config: Config) -> MeetingPolicy:
    wanted = person.meeting_settings(config.zoom.meeting)
    return MeetingPolicy(
        waiting_room=wanted.waiting_room,
        join_before_host=wanted.join_before_host,
        phone_numbers=wanted.phone_numbers,
    )


def watched(config: Config) -> frozenset[CalendarKey]:
    """Name every calendar that is to be read."""
    return frozenset(
        CalendarKey(Provider(name.provider), person.email, name.name)
        for person in config.people
        for name in person.calendar_names
    )


def timing(config: Config) -> Timing:
    """Give the timings; those that no setting names stand as the engine proved them."""
    return Timing(poll=config.poll.interval, grace=config.zoom.create_grace)


def zoom_account(config: Config) -> AccountKey:
    """Name the account in which meetings are made."""
    return AccountKey(Provider.ZOOM, config.zoom.account_id)
