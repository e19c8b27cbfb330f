"""What the policies of the configuration change, by the real daemon."""

from tests.acceptance.household import (
    ANA,
    BO,
    Household,
)
from tests.acceptance.marks_in_google import at
from tests.acceptance.processes import Sandbox, syncd


def test_policies_keep_meetings_and_take_dead_links_out(sandbox: Sandbox):
    sandbox.set(
        'hold_off: "5s"', 'hold_off: "5s"\n  on_event_deleted: keep\n  on_meeting_deleted: unlink'
    )
    home = Household(sandbox, "google")
    deleted, dead = home.add(ANA, location="zoom"), home.add(ANA, location="zoom")
    long = home.add(BO, location="zoom", end=at("09:41"))
    config = ("--config", str(sandbox.config))
    syncd("sync", *config)
    assert [w["event"] for w in home.ask("status")["warnings"]] == [long]
    kept, link = home.seen(ANA, deleted).link, home.seen(ANA, dead).link
    home.delete(ANA, deleted)
    zoom = f"{sandbox.address['zoom']['api_base']}/meetings/{home.meetings()[str(link)]['id']}"
    sandbox.call("DELETE", zoom, token=sandbox.people[ANA]["zoom"]["token"])
    home.edit(ANA, dead, summary="Later")
    syncd("sync", *config)
    assert kept in home.meetings()
    assert home.seen(ANA, dead).link is None
    assert len(home.meetings()) == 2
