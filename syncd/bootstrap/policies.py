"""From the words of the configuration to the policies of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.config.flags import MeetFlags, TeamsFlags
from syncd.config.patterns import title_search
from syncd.config.providers import MeetingSettings
from syncd.config.rules import Rule
from syncd.config.schema import Config
from syncd.core.conference import ConferenceKind
from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.core.policy import (
    AlternativeHosts,
    AutoRule,
    BlockStyle,
    FlagPolicy,
    KindFlags,
    LinkPolicy,
    MeetingPolicy,
    OnEventDeleted,
    OnMeetingDeleted,
    PersonPolicy,
    SeriesStyle,
)
from syncd.engine.deps import Timing


def people(config: Config) -> dict[str, PersonPolicy]:
    """Give the policy of every person, by address."""
    common = _common(config)
    return {
        person.email: replace(
            common,
            email=person.email,
            host=person.host,
            meeting=_meeting(person.meeting_settings(config.zoom.meeting)),
            pool=person.pool,
            hosts_allowed=frozenset(person.hosts_allowed),
        )
        for person in config.people
    }


def newcomer(config: Config, email: str) -> PersonPolicy:
    """Give the policy of somebody whom the file does not name, and who may connect all the same."""
    return replace(_common(config), email=email, host=email)


def _common(config: Config) -> PersonPolicy:
    ours = config.policy.domains or (p.email.rpartition("@")[2] for p in config.people)
    return PersonPolicy(
        email="",
        host="",
        meeting=_meeting(config.zoom.meeting),
        flags=_flags(config),
        link=_link(config),
        rules=_rules(config),
        domains=frozenset(ours),
    )


def _flags(config: Config) -> FlagPolicy:
    flags = config.flags
    return FlagPolicy(
        words=flags.words,
        tags=flags.tags,
        no_tags=flags.no_tags,
        categories=flags.categories,
        addresses=flags.addresses,
        google_meet=_kind(flags.google_meet),
        teams=_kind(flags.teams),
        strip_title_tag=flags.strip_title_tag,
    )


def _kind(flags: MeetFlags | TeamsFlags) -> KindFlags:
    return KindFlags(
        words=flags.words,
        tags=flags.tags,
        categories=flags.categories,
        addresses=flags.addresses,
    )


def _link(config: Config) -> LinkPolicy:
    policy = config.policy
    return LinkPolicy(
        on_event_deleted=OnEventDeleted(policy.on_event_deleted),
        on_meeting_deleted=OnMeetingDeleted(policy.on_meeting_deleted),
        horizon=timedelta(days=policy.horizon_days),
        hold_off=policy.hold_off,
        replace_meet=policy.replace_meet,
        debounce=policy.debounce,
        backfill=policy.backfill,
        block_style=BlockStyle(policy.block_style),
        reason_in_event=policy.reason_in_event,
        keep=timedelta(days=policy.keep_days),
    )


def _rules(config: Config) -> tuple[AutoRule, ...]:
    return tuple(_rule(place, rule) for place, rule in enumerate(config.rules, start=1))


def _rule(place: int, rule: Rule) -> AutoRule:
    return AutoRule(
        name=rule.name or f"rule {place}",
        provider=ConferenceKind(rule.provider),
        calendars=frozenset(rule.calendars),
        organisers=frozenset(rule.organisers),
        attendees_min=rule.attendees_min,
        attendees_max=rule.attendees_max,
        outside=rule.outside,
        title_words=rule.title_words,
        title_matches=title_search(rule.title_regex) if rule.title_regex else None,
        title_pattern=rule.title_regex or "",
        all_day=rule.all_day,
        pool=rule.zoom.pool if rule.zoom else (),
    )


def _meeting(wanted: MeetingSettings) -> MeetingPolicy:
    return MeetingPolicy(
        waiting_room=wanted.waiting_room,
        join_before_host=wanted.join_before_host,
        phone_numbers=wanted.phone_numbers,
        series=SeriesStyle(wanted.series),
        alternative_hosts=AlternativeHosts(wanted.alternative_hosts),
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
    return Timing(
        poll=config.poll.interval, grace=config.zoom.create_grace, sweep=config.zoom.sweep
    )


def zoom_account(config: Config) -> AccountKey | None:
    """Name the account in which meetings are made for all hosts; None where each has their own."""
    if config.zoom.mode == "user" or config.zoom.account_id is None:
        return None
    return AccountKey(Provider.ZOOM, config.zoom.account_id)
