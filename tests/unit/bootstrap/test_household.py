"""Whom syncd serves, from the configuration and the connections together."""

from datetime import UTC, datetime
from typing import Any

import pytest

from syncd.bootstrap.household import by_admin, household
from syncd.config.schema import Config
from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.ports.connections import ConnectionRow, ConnectionState
from syncd.ports.oauth import Identity

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def config(**more: Any) -> Config:
    return Config.model_validate(
        {
            "version": 1,
            "state": {"keys": {"file": "keys"}},
            "zoom": {
                "account_id": "abc",
                "client_id": "c",
                "client_secret": {"file": "zoom"},
            },
            "google": {"service_account": {"file": "google"}},
            "people": [{"email": "ana@example.com", "calendars": ["google:primary"]}],
            **more,
        }
    )


def connection(
    provider: Provider,
    person: str,
    *calendars: str,
    tenant: str = "",
    is_verified: bool = True,
    address: str = "",
) -> ConnectionRow:
    return ConnectionRow(
        account=AccountKey(provider, person),
        identity=Identity(
            subject=f"{provider}-{person}",
            tenant=tenant,
            address=address or person,
            name="",
            is_verified=is_verified,
        ),
        scopes=frozenset(),
        calendars=calendars,
        state=ConnectionState.CONNECTED,
        connected_at=NOW,
        probed_at=NOW,
    )


def test_without_connections_the_configuration_alone_counts():
    served = household(config(), [])
    assert set(served.people) == {"ana@example.com"}
    assert served.watched == {CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")}
    assert served.own_zoom == frozenset()


def test_what_a_person_picked_stands_in_the_place_of_the_configuration():
    row = connection(Provider.GOOGLE, "ana@example.com", "team", "primary")
    names = {key.calendar_id for key in household(config(), [row]).watched}
    assert names == {"team", "primary"}


def test_another_provider_comes_beside():
    row = connection(Provider.MICROSOFT, "ana@example.com", "primary")
    assert {key.provider for key in household(config(), [row]).watched} == {
        Provider.GOOGLE,
        Provider.MICROSOFT,
    }


def test_a_person_with_a_zoom_account_of_their_own_keeps_the_host_that_the_file_names():
    people = [{"email": "ana@example.com", "calendars": ["google:primary"], "zoom": "a@zoom.test"}]
    row = connection(Provider.ZOOM, "ana@example.com", address="a@zoom.test")
    served = household(config(people=people), [row])
    assert served.own_zoom == {"ana@example.com"}
    assert served.people["ana@example.com"].host == "a@zoom.test"


def test_an_account_of_their_own_replaces_a_pool():
    pool = {"pool": ["r1@example.com", "r2@example.com"]}
    people = [{"email": "ana@example.com", "calendars": ["google:primary"], "zoom": pool}]
    served = household(config(people=people), [connection(Provider.ZOOM, "ana@example.com")])
    assert served.people["ana@example.com"].pool == ()
    assert served.people["ana@example.com"].host == "ana@example.com"
    assert "ana@example.com" in served.own_zoom


@pytest.mark.parametrize(
    ("policy", "tenant"),
    [
        ({"allowed_users": ["bo@example.com"]}, ""),
        ({"allowed_domains": ["example.com"]}, "example.com"),
    ],
)
def test_a_newcomer_who_is_admitted_is_served_by_the_common_policy(policy, tenant):
    row = connection(Provider.GOOGLE, "bo@example.com", "primary", tenant=tenant)
    served = household(config(policy=policy), [row])
    assert served.people["bo@example.com"].host == "bo@example.com"
    assert CalendarKey(Provider.GOOGLE, "bo@example.com", "primary") in served.watched


def test_a_tenant_admits_its_members():
    row = connection(
        Provider.MICROSOFT, "bo@example.com", "primary", tenant="T-1", is_verified=False
    )
    served = household(config(policy={"allowed_tenants": [{"id": "t-1"}]}), [row])
    assert "bo@example.com" in served.people


def test_whoever_is_admitted_no_more_is_served_no_more():
    rows = [
        connection(Provider.GOOGLE, "bo@example.com", "primary", tenant="example.com"),
        connection(Provider.ZOOM, "bo@example.com", tenant="abc"),
    ]
    served = household(config(), rows)
    assert set(served.people) == {"ana@example.com"}
    assert served.own_zoom == frozenset()


def test_a_newcomers_zoom_account_alone_admits_nobody():
    served = household(config(), [connection(Provider.ZOOM, "bo@example.com", tenant="abc")])
    assert "bo@example.com" not in served.people


def test_the_admin_serves_where_an_account_of_the_installation_does():
    app = {"client_id": "c", "client_secret": {"file": "s"}}
    assert by_admin(config()) == {Provider.GOOGLE, Provider.ZOOM}
    beside = config(google={"service_account": {"file": "google"}, **app})
    assert Provider.GOOGLE in by_admin(beside)
    own = config(google={"mode": "user", **app}, zoom={"mode": "user", **app})
    assert by_admin(own) == frozenset()
