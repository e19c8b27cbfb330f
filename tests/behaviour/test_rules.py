"""Automatic rules: an admin's own words on which events get a link without anybody asking."""

from __future__ import annotations

from typing import Any

from syncd.config.patterns import title_search
from syncd.core.conference import ConferenceKind
from syncd.core.ids import Provider
from syncd.core.policy import AutoRule
from tests.behaviour.looks import comes, gets_link, nothing_comes, stays_bare
from tests.behaviour.world import ANA, BO, CEM, GUEST, Play


def rule(**fields: Any) -> AutoRule:
    """Give a rule for Zoom, or what `provider` says."""
    return AutoRule(**{"name": "all", "provider": ConferenceKind.ZOOM, **fields})


def rules(play: Play, *several: AutoRule) -> None:
    """Give Ana these rules."""
    play.set_policy(ANA, rules=several)


async def test_rules_are_off_until_written(play: Play):
    await stays_bare(play)


async def test_a_rule_for_all_events(play: Play):
    rules(play, rule())
    await gets_link(play, location="Room 4")


async def test_a_rule_by_calendar(play: Play):
    here = "google" if play.provider is Provider.GOOGLE else "microsoft"
    rules(play, rule(calendars=frozenset({f"{here}:another"})))
    event_id = await stays_bare(play)
    rules(play, rule(calendars=frozenset({f"{here}:primary"})))
    await play.edit(event_id, title="Changed")
    await comes(play, event_id)


async def test_a_rule_by_number_of_attendees(play: Play):
    rules(play, rule(attendees_min=3, attendees_max=3))
    await stays_bare(play, guests=[BO, GUEST])
    await stays_bare(play, guests=[BO, CEM, GUEST, "more@elsewhere.example"])
    await gets_link(play, guests=[BO, CEM, GUEST])


async def test_a_rule_by_somebody_from_outside(play: Play):
    rules(play, rule(outside=True))
    await stays_bare(play, guests=[BO, CEM])
    await gets_link(play, guests=[BO, GUEST])


async def test_a_rule_by_words_in_the_title(play: Play):
    rules(play, rule(title_words=("interview", "job talk")))
    await stays_bare(play, title="Interviews")
    await stays_bare(play, title="Job and talk")
    await gets_link(play, title="Second INTERVIEW: Eva")
    await gets_link(play, title="A job  talk!")


async def test_a_rule_by_regex_in_the_title(play: Play):
    pattern = r"^sprint\s+\d+"
    rules(play, rule(title_matches=title_search(pattern), title_pattern=pattern))
    await stays_bare(play, title="The sprint 12")
    await gets_link(play, title="Sprint 12 review")


async def test_a_rule_by_organiser(play: Play):
    rules(play, rule(organisers=frozenset({BO})))
    await stays_bare(play)
    rules(play, rule(organisers=frozenset({ANA})))
    await gets_link(play)


async def test_the_first_rule_that_matches_decides(play: Play):
    none = rule(name="lunch", provider=ConferenceKind.NONE, title_words=("lunch",))
    rules(play, none, rule())
    await stays_bare(play, title="Lunch")
    await gets_link(play, title="Review")
    rules(play, rule(), none)
    await gets_link(play, title="Late lunch")


async def test_a_rule_for_none_stops_no_person(play: Play):
    rules(play, rule(provider=ConferenceKind.NONE))
    await gets_link(play, title="Review #zoom")


async def test_a_rule_for_the_calendars_own_conference(play: Play):
    is_google = play.provider is Provider.GOOGLE
    rules(play, rule(provider=ConferenceKind.GOOGLE_MEET if is_google else ConferenceKind.TEAMS))
    event_id = await play.add(guests=[GUEST])
    async with play.spending() as spent:
        await play.settle(20)
    assert (await play.seen(event_id)).conference is not None
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 0, 1)
    await play.rests()


async def test_a_no_in_the_event_wins_over_rules(play: Play):
    rules(play, rule())
    await stays_bare(play, text="#nozoom")


async def test_a_rule_never_takes_a_link_away(play: Play):
    rules(play, rule(attendees_min=2))
    event_id = await gets_link(play)
    shown = await play.seen(event_id)
    rules(play)
    await play.edit(event_id, guests=[BO])
    await play.settle(60)
    play.clock.advance(3600)
    await play.rests()
    assert (await play.seen(event_id)).link == shown.link
    assert shown.link in await play.meetings()


async def test_explain_shows_every_rule_with_its_verdict(play: Play):
    rules(play, rule(name="talks", title_words=("talk",)), rule(name="all"))
    event_id = await gets_link(play, title="Review #zoom")
    play.set_policy(ANA, hosts_allowed=frozenset())
    bare = await play.add(title="Talk", text="#nozoom")
    await nothing_comes(play, bare)
    told = await play.explained(event_id)
    assert (told.wants, told.state) == ("yes", "linked")
    last = [(one.rule, one.matched) for one in told.rules][-3:]
    copied = ("a link of ours copied along", False)
    assert last == [("the rule 'talks'", False), ("the rule 'all'", True), copied]
    told = await play.explained(bare)
    assert (told.wants, told.code) == ("no", "said_no")
    assert "#nozoom" in told.reason
    verdicts = {one.rule: (one.matched, one.why) for one in told.rules}
    assert len(verdicts) == 10
    assert verdicts["a tag that says no"] == (True, "a tag that says no: '#nozoom'")
    assert verdicts["a category"] == (False, "no: a category")
    assert verdicts["the rule 'talks'"] == (True, "the rule 'talks' says zoom")
