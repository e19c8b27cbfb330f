"""`location` and `locations`, which mirror each other: writing one rewrites the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from syncd.sandbox.fakes.microsoft.errors import unreadable

Location = dict[str, Any]

_TYPES = {
    "default",
    "conferenceRoom",
    "homeAddress",
    "businessAddress",
    "geoCoordinates",
    "streetAddress",
    "hotel",
    "restaurant",
    "localBusiness",
    "postalAddress",
}
_TEXTS = {"displayName", "locationUri", "locationEmailAddress", "uniqueId"}
_OTHERS = {"locationType", "uniqueIdType", "address", "coordinates", "@odata.type"}


def empty_location() -> Location:
    """Give what the service shows for an event that takes place nowhere."""
    return {
        "displayName": "",
        "locationType": "default",
        "uniqueIdType": "unknown",
        "address": {},
        "coordinates": {},
    }


def from_location(value: Any) -> dict[str, Any]:
    """Give both properties after a write of `location`; it deletes the prior `locations`."""
    one = _read(value)
    return {"location": one, "locations": [one] if one["displayName"] else []}


def from_locations(value: Any) -> dict[str, Any]:
    """Give both properties after a write of `locations`; several names are joined by a semicolon."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise unreadable("The property 'locations' must be a collection.")
    several = [one for one in map(_read, value) if one["displayName"]]
    if not several:
        return {"location": empty_location(), "locations": []}
    names = "; ".join(one["displayName"] for one in several)
    return {"location": {**several[0], "displayName": names}, "locations": several}


def _read(value: Any) -> Location:
    if value is None:
        return empty_location()
    if not isinstance(value, Mapping):
        raise unreadable("A location must be an object.")
    _check(value)
    name = value.get("displayName") or ""
    return _filled(value, name) if name else empty_location()


def _check(value: Mapping[str, Any]) -> None:
    for key, content in value.items():
        if key not in _TEXTS | _OTHERS:
            raise unreadable(
                f"The property '{key}' does not exist on type 'microsoft.graph.location'."
            )
        if key in _TEXTS and not isinstance(content, str | None):
            raise unreadable("Cannot convert the value to the expected type 'Edm.String'.")
    if value.get("locationType") not in _TYPES | {None}:
        raise unreadable(f"Requested value '{value['locationType']}' was not found.")


def _filled(value: Mapping[str, Any], name: str) -> Location:
    mail = value.get("locationEmailAddress")
    room = bool(mail) or value.get("locationType") == "conferenceRoom"
    shown: Location = {"displayName": name}
    if value.get("locationUri"):
        shown["locationUri"] = value["locationUri"]
    if mail:
        shown["locationEmailAddress"] = mail
    shown["locationType"] = "conferenceRoom" if room else "default"
    shown["uniqueId"] = (value.get("uniqueId") or mail or name) if room else name
    shown["uniqueIdType"] = "directory" if room else "private"
    return shown | {key: value[key] for key in ("address", "coordinates") if value.get(key)}
