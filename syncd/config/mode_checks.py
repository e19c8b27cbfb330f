"""What each way of signing in needs beside it, and what it has no use for."""

from collections.abc import Iterator

from syncd.config.data import Data, calendars_of, entries, section
from syncd.config.findings import Finding


def mode_checks(data: Data) -> Iterator[Finding]:
    """Yield what a provider's mode lacks, and the people who could never have a calendar."""
    yield from _google(data)
    yield from _microsoft(data)
    yield from _zoom(data)
    yield from _without_calendars(data)
    yield from _tenants(data)


def _google(data: Data) -> Iterator[Finding]:
    if not isinstance(data.get("google"), dict):
        return
    google = section(data, "google")
    is_user = google.get("mode") == "user"
    if is_user and google.get("service_account") is not None:
        yield _at(
            "google",
            "mode user has no use for a service account",
            "write mode: service_account to have both, or take service_account out",
        )
    if not is_user and google.get("service_account") is None:
        yield _at(
            "google",
            "service_account is missing",
            "give the service account's key, or write mode: user",
        )
    yield from _both_or_neither(google, is_needed=is_user)


def _both_or_neither(google: Data, *, is_needed: bool) -> Iterator[Finding]:
    given = [key for key in ("client_id", "client_secret") if google.get(key) is not None]
    if len(given) == 1 or (is_needed and not given):
        missing = " and ".join({"client_id", "client_secret"} - set(given) or ("client_id",))
        yield _at(
            "google",
            f"{missing} is missing"
            if len(given) == 1
            else "client_id and client_secret are missing",
            "give both, from the OAuth client of the Google Cloud project",
        )


def _microsoft(data: Data) -> Iterator[Finding]:
    if not isinstance(data.get("microsoft"), dict):
        return
    proofs = section(data, "microsoft")
    secret, certificate = (proofs.get(k) is not None for k in ("client_secret", "certificate"))
    if secret == certificate:
        both = "both client_secret and certificate are given"
        neither = "neither client_secret nor certificate is given"
        yield _at(
            "microsoft",
            both if secret else neither,
            "give exactly one of client_secret and certificate",
        )
    if proofs.get("mode") == "user":
        yield from _no_second_app(proofs, "microsoft", "application")
    elif proofs.get("tenant") in ("common", "organizations", "consumers"):
        yield Finding(
            path=("microsoft", "tenant"),
            problem="an application acts in one tenant",
            remedy="write the tenant's domain or id, or mode: user",
        )


def _zoom(data: Data) -> Iterator[Finding]:
    if not isinstance(data.get("zoom"), dict):
        return
    zoom = section(data, "zoom")
    if zoom.get("mode") == "user":
        yield from _no_second_app(zoom, "zoom", "server_to_server")
    elif zoom.get("account_id") is None:
        yield _at(
            "zoom",
            "account_id is missing",
            "give the account id of the server-to-server app, or write mode: user",
        )


def _no_second_app(settings: Data, name: str, other: str) -> Iterator[Finding]:
    if settings.get("user_app") is not None:
        yield _at(
            name,
            "mode user has its app in client_id and client_secret already",
            f"take user_app out, or write mode: {other}",
            "user_app",
        )


def _without_calendars(data: Data) -> Iterator[Finding]:
    if _people_connect(data):
        return
    for i, person in entries(data, "people"):
        if not calendars_of(person) and not person.get("calendars"):
            yield Finding(
                path=("people", i),
                problem="this person has no calendars",
                remedy="name one, like calendars: [google:primary]",
            )


def _people_connect(data: Data) -> bool:
    google, microsoft = section(data, "google"), section(data, "microsoft")
    by_microsoft = microsoft.get("mode") == "user" or microsoft.get("user_app") is not None
    return google.get("client_id") is not None or by_microsoft


def _at(name: str, problem: str, remedy: str, *rest: str) -> Finding:
    return Finding(path=(name, *rest), problem=problem, remedy=remedy, on="key")


def _tenants(data: Data) -> Iterator[Finding]:
    """Have several tenants say which addresses each is believed about."""
    tenants = section(data, "policy").get("allowed_tenants")
    if not isinstance(tenants, list) or len(tenants) < 2:  # noqa: PLR2004 - one is believed
        return
    for i, tenant in enumerate(tenants):
        if isinstance(tenant, dict) and not tenant.get("domains"):
            yield Finding(
                path=("policy", "allowed_tenants", i),
                problem="one of several tenants does not say whose addresses it is believed about",
                remedy="add the mail domains of its people, like domains: [example.com]",
            )
