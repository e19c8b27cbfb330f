"""Of several flags the first in the order decides: what a person says for this event comes first."""

from __future__ import annotations

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.ids import Provider
from syncd.core.policy import AutoRule, FlagPolicy, KindFlags
from tests.behaviour.looks import comes, gets_link
from tests.behaviour.world import ANA, BO, GUEST, Play

ROBOT = "other@example.com"


def other(play: Play) -> tuple[ConferenceKind, str]:
    """Give the conference that is not Zoom in this calendar, and its word."""
    if play.provider is Provider.GOOGLE:
        return ConferenceKind.GOOGLE_MEET, "meet"
    return ConferenceKind.TEAMS, "teams"


async def test_a_choice_comes_before_every_flag(play: Play):
    await play.settle(10)
    _, word = other(play)
    event_id = await play.add(
        title=f"Review #{word}", text="#nozoom", location=word, guests=[BO, GUEST]
    )
    await play.choose(event_id, "zoom")
    await comes(play, event_id)


async def test_the_location_comes_before_tags(play: Play):
    _, word = other(play)
    await gets_link(play, location="zoom", title=f"Review #{word}", text=f"#{word}")


async def test_the_title_comes_before_the_text(play: Play):
    _, word = other(play)
    await gets_link(play, title="Review #zoom", text=f"#{word}")


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_tags_come_before_categories(play: Play):
    play.set_policy(ANA, flags=FlagPolicy(teams=KindFlags(categories=("Teams",))))
    await gets_link(play, text="#zoom", categories=["Teams"])


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_categories_come_before_addresses(play: Play):
    play.set_policy(ANA, flags=FlagPolicy(teams=KindFlags(addresses=(ROBOT,))))
    await gets_link(play, categories=["Zoom"], guests=[BO, GUEST, ROBOT])


async def test_tags_come_before_addresses(play: Play):
    kind, _ = other(play)
    asked = KindFlags(addresses=(ROBOT,))
    is_meet = kind is ConferenceKind.GOOGLE_MEET
    flags = FlagPolicy(google_meet=asked) if is_meet else FlagPolicy(teams=asked)
    play.set_policy(ANA, flags=flags)
    await gets_link(play, text="#zoom", guests=[BO, GUEST, ROBOT])


async def test_addresses_come_before_rules(play: Play):
    kind, _ = other(play)
    play.set_policy(
        ANA, flags=FlagPolicy(addresses=(ROBOT,)), rules=(AutoRule(name="all", provider=kind),)
    )
    await gets_link(play, guests=[BO, GUEST, ROBOT])


async def test_rules_come_before_a_copied_link(play: Play):
    first = await play.seen(await gets_link(play, location="zoom"))
    play.set_policy(ANA, rules=(AutoRule(name="none", provider=ConferenceKind.NONE),))
    copy = await play.add(text=first.text, location=first.location, guests=[BO, GUEST])
    await play.settle(60)
    assert len(await play.meetings()) == 1
    await play.rests()
    assert (await play.seen(copy)).link == first.link
