"""Whom an address means that is typed on the command line."""

from __future__ import annotations

from syncd.core.admission import folded
from syncd.core.ids import AccountKey, Provider
from syncd.engine.deps import Deps


def person_named(deps: Deps, wanted: str = "") -> str:
    """Give the person whom an address names, or the only one that the configuration does.

    LookupError when that is nobody who may use syncd.
    """
    if not wanted:
        if len(deps.admission.people) == 1:
            return next(iter(deps.admission.people))
        raise LookupError("say whose account it is, with --person EMAIL")
    person, lists = folded(wanted.strip()), deps.admission
    # Members of a domain or a tenant are known by their consent alone.
    if lists.admits(person) or lists.domains or lists.tenants or person in deps.people:
        return person
    raise LookupError(
        f"{person} may not use syncd here; name them under people: or policy.allowed_users"
    )


def account_named(deps: Deps, provider: Provider, wanted: str = "") -> AccountKey:
    """Give a person's account; with an address, of somebody who may use syncd no more too."""
    return AccountKey(provider, folded(wanted.strip()) if wanted else person_named(deps))
