"""Bodies, locations and Teams meetings, as Exchange rewrites them."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.microsoft_stage import Stage, text_of

TEAMS = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
HEAD = '<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'


def html(content: str) -> dict[str, str]:
    return {"contentType": "html", "content": content}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<p>Hi</p>", "<p>Hi</p>"),
        ("<p>a</p><!-- mark --><p>b</p>", "<p>a</p><p>b</p>"),
        (
            '<div id="x" class=\'y\' data-z=1 style="color:red">a</div>',
            '<div style="color:red">a</div>',
        ),
        ("a<script>alert(1)</script>b", "ab"),
        ("<p>a</p>\n<p>b</p>", "<p>a</p>\r\n<p>b</p>"),
        (
            '<a href="https://z.us/j/1?a=1&b=2">x</a>',
            '<a href="https://z.us/j/1?a=1&amp;b=2">x</a>',
        ),
        ("<html><head><title>t</title></head><body dir=ltr>in</body></html>", "in"),
    ],
)
async def test_html_is_kept_in_the_shape_of_exchange(sent, kept):
    stage = Stage()
    event = await stage.create(body=html(sent))
    content = event["body"]["content"]
    assert content.startswith(HEAD)
    assert content.endswith("\r\n</body>\r\n</html>\r\n")
    assert text_of(content) == kept

    again = await stage.patch(event, {"body": event["body"]})
    assert again["body"] == event["body"]


async def test_text_becomes_html():
    event = await Stage().create(body={"contentType": "text", "content": "a < b\nc"})
    assert event["body"]["contentType"] == "html"
    assert text_of(event["body"]["content"]) == "a &lt; b<br>\r\nc"
    assert event["bodyPreview"] == "a < b\r\nc"


async def test_an_empty_body_stays_empty():
    event = await Stage().create()
    assert event["body"] == html("")
    assert event["bodyPreview"] == ""


async def test_a_reader_may_prefer_text():
    stage = Stage()
    event = await stage.create(body=html("<p>One</p><p>Two</p>"))
    headers = {"Prefer": 'outlook.body-content-type="text"'}
    answer = await stage.call("GET", f"/me/events/{event['id']}", headers=headers)
    assert answer.json()["body"] == {"contentType": "text", "content": "One\r\nTwo"}
    assert answer.headers["Preference-Applied"] == 'outlook.body-content-type="text"'


async def test_the_preview_has_at_most_255_characters():
    event = await Stage().create(body=html("x" * 300))
    assert event["bodyPreview"] == "x" * 255


async def test_no_location_has_the_documented_form():
    event = await Stage().create()
    assert event["locations"] == []
    assert event["location"] == {
        "displayName": "",
        "locationType": "default",
        "uniqueIdType": "unknown",
        "address": {},
        "coordinates": {},
    }


async def test_writing_location_deletes_prior_locations():
    stage = Stage()
    rooms = [{"displayName": "Hall"}, {"displayName": "Room", "locationEmailAddress": "r@x.org"}]
    event = await stage.create(locations=rooms)
    assert event["location"]["displayName"] == "Hall; Room"
    assert event["locations"][1]["locationType"] == "conferenceRoom"

    link = "https://zoom.us/j/1"
    changed = await stage.patch(event, {"location": {"displayName": link, "locationUri": link}})
    assert changed["locations"] == [changed["location"]]
    assert changed["location"] == {
        "displayName": link,
        "locationUri": link,
        "locationType": "default",
        "uniqueId": link,
        "uniqueIdType": "private",
    }


async def test_writing_locations_keeps_rooms_that_are_sent_back():
    stage = Stage()
    room = {"displayName": "Room", "locationEmailAddress": "r@x.org"}
    event = await stage.create(locations=[room])
    more = [*event["locations"], {"displayName": "https://zoom.us/j/1"}]
    changed = await stage.patch(event, {"locations": more})
    assert changed["locations"][0] == event["locations"][0]
    assert changed["location"]["displayName"] == "Room; https://zoom.us/j/1"


async def test_a_location_with_an_unknown_property_is_refused():
    stage = Stage()
    event = await stage.create()
    answer = await stage.patch(event, {"location": {"name": "x"}}, 400)
    assert answer["error"]["code"] == "RequestBodyRead"


async def test_teams_puts_a_link_and_a_block_into_the_event():
    stage = Stage()
    event = await stage.create(body=html("<p>Hi</p>"))
    event = await stage.patch(event, TEAMS)
    link = event["onlineMeeting"]["joinUrl"]
    assert event["isOnlineMeeting"] is True
    assert event["onlineMeetingUrl"] is None
    assert link in event["body"]["content"]
    assert "<p>Hi</p>" in event["body"]["content"]


async def test_teams_cannot_be_switched_off():
    stage = Stage()
    event = await stage.create(**TEAMS)
    off = {"isOnlineMeeting": False, "onlineMeetingProvider": "unknown"}
    changed = await stage.patch(event, off)
    names = ("isOnlineMeeting", "onlineMeetingProvider", "onlineMeeting", "body")
    assert [changed[name] for name in names] == [event[name] for name in names]


async def test_a_body_with_the_block_keeps_the_teams_meeting():
    stage = Stage()
    event = await stage.create(**TEAMS)
    more = event["body"]["content"].replace("<body>", "<body><p>Agenda</p>")
    changed = await stage.patch(event, {"body": html(more)})
    assert changed["onlineMeeting"] == event["onlineMeeting"]


async def test_a_body_without_the_block_drops_or_changes_the_teams_meeting():
    stage = Stage()
    first, second = await stage.create(**TEAMS), await stage.create(**TEAMS)
    dropped = await stage.patch(first, {"body": html("<p>Mine</p>")})
    changed = await stage.patch(second, {"body": html("<p>Mine</p>")})

    assert (dropped["isOnlineMeeting"], dropped["onlineMeeting"]) == (False, None)
    assert changed["onlineMeeting"]["joinUrl"] != second["onlineMeeting"]["joinUrl"]
    assert changed["onlineMeeting"]["joinUrl"] in changed["body"]["content"]


async def test_a_personal_calendar_reads_over_the_wish_for_teams():
    stage = Stage()
    stage.exchange.teams.allowed = ("unknown",)
    calendar = await stage.get("/me/calendar")
    assert calendar["allowedOnlineMeetingProviders"] == ["unknown"]
    event = await stage.create(**TEAMS)
    assert (event["isOnlineMeeting"], event["onlineMeeting"]) == (False, None)


async def test_a_provider_the_calendar_does_not_allow_is_not_used():
    event = await Stage().create(isOnlineMeeting=True, onlineMeetingProvider="skypeForBusiness")
    assert event["isOnlineMeeting"] is False


async def test_a_text_and_the_wish_for_teams_go_in_together():
    stage = Stage()
    event = await stage.create(body=html("<p>Old</p>"))
    event = await stage.patch(event, {"body": html("<p>New</p>"), **TEAMS})
    assert "<p>New</p>" in event["body"]["content"]
    assert "Old" not in event["body"]["content"]
    assert event["onlineMeeting"]["joinUrl"] in event["body"]["content"]


async def test_a_slow_teams_meeting_has_its_link_by_the_next_look():
    stage = Stage()
    await stage.http.post("/microsoft/_knobs", json={"teams_slow": True})
    event = await stage.patch(await stage.create(), TEAMS)
    assert (event["isOnlineMeeting"], event["onlineMeeting"]) == (True, None)
    ready = await stage.get(f"/me/events/{event['id']}")
    assert ready["onlineMeeting"]["joinUrl"] in ready["body"]["content"]
    assert ready["@odata.etag"] != event["@odata.etag"]
    assert await stage.get(f"/me/events/{event['id']}") == ready


async def test_a_deaf_exchange_reads_over_the_wish_for_teams():
    stage = Stage()
    await stage.http.post("/microsoft/_knobs", json={"teams_deaf": True})
    event = await stage.patch(await stage.create(), TEAMS | {"subject": "Dinner"})
    assert (event["isOnlineMeeting"], event["onlineMeeting"]) == (False, None)
    assert event["subject"] == "Dinner"
    stage.microsoft.reset()
    assert (await stage.patch(await stage.create(), TEAMS))["isOnlineMeeting"] is True
