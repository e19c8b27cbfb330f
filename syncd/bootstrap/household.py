"""Whom syncd serves: the people of the configuration, and whoever connected an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from syncd.bootstrap import policies
from syncd.config.schema import Config
from syncd.core.admission import Admission, folded
from syncd.core.ids import CalendarKey, Provider
from syncd.core.policy import PersonPolicy
from syncd.ports.connections import ConnectionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """The people of one running engine, their calendars, and who of them is their own host."""

    people: dict[str, PersonPolicy]
    """By address, in lower case."""
    watched: frozenset[CalendarKey]
    own_zoom: frozenset[str]
    """Those who host by a Zoom account of their own."""


def admission(config: Config) -> Admission:
    """Give the lists of who may sign in and connect."""
    policy = config.policy
    return Admission(
        people=frozenset(folded(person.email) for person in config.people),
        users=frozenset(policy.allowed_users),
        domains=frozenset(policy.allowed_domains),
        tenants={folded(tenant.id): frozenset(tenant.domains) for tenant in policy.allowed_tenants},
        zoom_account=config.zoom.account_id,
        zoom_hosts={
            person.email: person.host
            for person in config.people
            if person.zoom is not None and not person.pool and "@" in person.host
        },
        admins=frozenset(config.web.admins),
    )


def by_admin(config: Config) -> frozenset[Provider]:
    """Name the providers at which an account of the installation acts for everybody."""
    google, microsoft = config.google, config.microsoft
    modes = {
        Provider.GOOGLE: google is not None and google.service_account is not None,
        Provider.MICROSOFT: microsoft is not None and microsoft.mode == "application",
        Provider.ZOOM: config.zoom.mode != "user",
    }
    return frozenset(provider for provider, acts in modes.items() if acts)


def household(config: Config, connections: Sequence[ConnectionRow]) -> Household:
    """Join the configuration and the connections.

    What a person picked in an account of their own stands in the place of what the configuration
    says of that provider. Whoever is admitted no more is served no more, and nothing is deleted.
    """
    admitted = admission(config)
    people = policies.people(config)
    served = [row for row in connections if _is_served(row, connections, admitted, people)]
    for row in served:
        person = row.account.address
        people.setdefault(person, policies.newcomer(config, person))
        if row.account.provider is Provider.ZOOM and people[person].pool:
            # Their own account is used for their meetings, in the place of any pool.
            people[person] = replace(people[person], host=person, pool=())
    return Household(
        people=people,
        watched=_watched(config, served),
        own_zoom=frozenset(
            row.account.address for row in served if row.account.provider is Provider.ZOOM
        ),
    )


def _watched(config: Config, served: Sequence[ConnectionRow]) -> frozenset[CalendarKey]:
    own = {row.account for row in served}
    named = {key for key in policies.watched(config) if key.account not in own}
    picked = {
        CalendarKey(row.account.provider, row.account.address, calendar_id)
        for row in served
        for calendar_id in row.calendars
    }
    return frozenset(named | picked)


def _is_served(
    row: ConnectionRow,
    connections: Sequence[ConnectionRow],
    admitted: Admission,
    people: dict[str, PersonPolicy],
) -> bool:
    person = row.account.address
    if person in people or admitted.admits(person):
        return True
    theirs = [one for one in connections if one.account.address == person]
    return any(_vouches(one, admitted) == person for one in theirs)


def _vouches(row: ConnectionRow, admitted: Admission) -> str | None:
    """Tell whom this account's identity admits, by its domain or its tenant."""
    identity = row.identity
    return admitted.person(
        row.account.provider,
        address=identity.address,
        tenant=identity.tenant,
        is_verified=identity.is_verified,
    )
