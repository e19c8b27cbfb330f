"""A zone is known by the name of its place, and by nothing else."""

from __future__ import annotations

import pytest

from syncd.core.zones import zone_named


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"])
def test_the_name_of_a_place_gives_its_zone(name: str):
    zone = zone_named(name)
    assert zone is not None
    assert zone.key == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "localtime",
        "Factory",
        "posixrules",
        "right/Europe/Berlin",
        "posix/Europe/Berlin",
        "Europe",
        "../UTC",
        "/etc/localtime",
        "Nowhere/Town",
        "a\x00b",
        "\ud800",
        "x" * 100_000,
        "a/" * 600 + "b",
        "a." * 600 + "a/b",
    ],
)
def test_what_is_no_place_gives_none_whatever_the_machine_has(name: str):
    assert zone_named(name) is None
