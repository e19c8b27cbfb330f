"""The main job, by the real daemon against the real sandbox, through the providers' own clients."""

import json
import re
from collections import Counter
from typing import Any

import httplib2
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build

from tests.acceptance.processes import (
    Daemon,
    Sandbox,
    google_event,
    outlook_event,
    syncd,
    until,
)

_MEETING_ID = re.compile(r"/j/(\d+)")


def test_an_event_made_with_googles_own_client_gets_its_link(sandbox: Sandbox, daemon: Daemon):
    person = sandbox.people[0]
    transport = httplib2.Http(ca_certs=sandbox.address["ca_file"])
    calendar = build(
        "calendar",
        "v3",
        http=AuthorizedHttp(Credentials(person["google"]["token"]), http=transport),
        client_options={"api_endpoint": sandbox.address["google"]["api_base"]},
    )
    made = (
        calendar.events().insert(calendarId="primary", body=google_event(location="zoom")).execute()
    )

    def linked() -> dict[str, Any] | None:
        event: dict[str, Any] = (
            calendar.events().get(calendarId="primary", eventId=made["id"]).execute()
        )
        return event if event["location"].startswith("https://") else None

    event = until("the link", linked)
    (meeting,) = sandbox.meetings()
    assert event["location"] == meeting["join_url"]
    assert meeting["join_url"] in event["description"]
    assert meeting["host_email"] == person["email"]
    transport.close()


def test_an_event_made_through_graph_gets_its_link(sandbox: Sandbox, daemon: Daemon):
    made = sandbox.outlook(1, "POST", body=outlook_event(categories=["Zoom"]))

    def linked() -> dict[str, Any] | None:
        event = sandbox.outlook(1, "GET", made["id"])
        return event if event["location"]["displayName"].startswith("https://") else None

    event = until("the link", linked)
    (meeting,) = sandbox.meetings()
    assert event["location"]["displayName"] == meeting["join_url"]
    assert "Agenda" in event["body"]["content"]
    assert meeting["join_url"].replace("&", "&amp;") in event["body"]["content"]


def test_links_and_status_say_what_happened(sandbox: Sandbox, daemon: Daemon):
    good = sandbox.google(0, "POST", body=google_event(location="zoom"))
    whole_day = {"start": {"date": "2099-05-01"}, "end": {"date": "2099-05-02"}}
    bad = sandbox.google(0, "POST", body={"summary": "Fair #zoom", **whole_day})
    config = str(sandbox.config)

    def both() -> list[dict[str, Any]] | None:
        lines = json.loads(syncd("links", "--json", "--config", config))
        states = {line["event"]: line["state"] for line in lines}
        return lines if states == {good["id"]: "linked", bad["id"]: "waiting"} else None

    lines = until("one linked and one waiting", both)
    linked = next(line for line in lines if line["event"] == good["id"])
    assert linked["join_url"] == sandbox.google(0, "GET", good["id"])["location"]
    status = json.loads(syncd("status", "--json", "--config", config))
    (waiting,) = status["waiting"]
    assert (waiting["event"], waiting["code"]) == (bad["id"], "all_day")
    assert waiting["reason"]
    assert waiting["remedy"]
    assert status["budgets"] == [
        {"host": sandbox.people[0]["email"], "used_today": 1, "left_today": 89}
    ]
    assert {account["state"] for account in status["accounts"]} == {"ok"}


def test_plan_writes_nothing_and_sync_does_what_it_said(sandbox: Sandbox):
    config = str(sandbox.config)
    event = sandbox.google(0, "POST", body=google_event(location="zoom"))
    plan = json.loads(syncd("plan", "--json", "--config", config))
    assert [action["kind"] for action in plan["actions"]] == ["create_meeting", "write_link"]
    assert {action["event"] for action in plan["actions"]} == {event["id"]}
    assert sandbox.meetings() == []
    assert sandbox.google(0, "GET", event["id"])["etag"] == event["etag"]
    assert list(sandbox.directory.glob("syncd.db*")) == []
    told = json.loads(syncd("sync", "--json", "--config", config))
    assert told == {"complete": True, "linked": 1, "waiting": 0}
    assert len(sandbox.meetings()) == 1
    assert json.loads(syncd("plan", "--json", "--config", config))["actions"] == []


def test_explain_tells_every_rule(sandbox: Sandbox):
    event = sandbox.google(0, "POST", body=google_event(summary="Talk #zoom #nozoom"))
    told = json.loads(syncd("explain", event["id"], "--json", "--config", str(sandbox.config)))
    assert told["wants"] == "no"
    assert [(rule["rule"], rule["matched"]) for rule in told["rules"]] == [
        ("a choice", False),
        ("a tag that says no", True),
        ("a word in the location", False),
        ("a tag in the title", True),
        ("a tag in the text", False),
        ("a category", False),
        ("an invited address", False),
        ("a link of ours copied along", False),
    ]
    assert "no watched calendar" in syncd(
        "explain", "nosuchevent", "--config", str(sandbox.config), code=1
    )


def test_the_demonstration_keeps_every_promise():
    shown = json.loads(syncd("demo", "--once", "--json"))
    assert Counter(step["step"] for step in shown["steps"]) == {
        "linked": 9,
        "rescheduled": 1,
        "series": 1,
        "copied": 1,
        "switched": 3,
        "opted out": 1,
        "unmarked": 1,
        "deleted": 1,
        "left alone": 1,
    }
    events = {(event["title"], event["marked_by"]): event for event in shown["events"]}
    assert len(events) == 11
    links = {title: event["link"] for (title, _), event in events.items()}
    without = ("Coffee", "Budget", "Interview", "Lunch")
    assert [title for title, link in links.items() if link is None] == list(without)
    assert "teams.microsoft.com" in links["Handover"]
    unbound = {*without, "Handover"}
    living = {meeting["id"] for meeting in shown["zoom"] if meeting["state"] == "scheduled"}
    assert len(living) == len(events) - len(unbound)
    assert {
        int(m[1]) for link in links.values() if link and (m := _MEETING_ID.search(link))
    } == living
    # One mail tells of the invitation, one of the link; the rest follows what people do.
    mailed = {title: event["mails"] for (title, _), event in events.items()}
    assert mailed["Customer visit"] == mailed["Sprint planning"] == {"invited": 1, "updated": 1}
    assert mailed["Lunch"] == {"invited": 1}
    assert mailed["Interview"] == {"invited": 1, "updated": 1, "cancelled": 1}
    assert shown["writes_at_rest"] == 0
