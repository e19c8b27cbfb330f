"""Hostile texts stand in the pages as texts; links lead where we know them to lead."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import syncd.web
from syncd.web.links import is_safe
from syncd.web.local_paths import HOME, local_path
from syncd.web.texts import text
from syncd.web.words import TEXTS
from tests.fakes.web_door import ADMIN, ANA, ENTRY
from tests.fakes.web_stage import WebStage

WEB = Path(syncd.web.__file__).parent
CORPUS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    '" autofocus onfocus=alert(1) x="',
    "{{ 7*7 }}{% raw %}",
    "{0.__class__} %s %(x)s",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<form action=https://evil.example><button>",
    "\u202e\u2066<b>",
    "<\x00script>alert(1)</script>",
    "&lt;script&gt;",
    "]]><script>alert(1)</script>",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
]
PAGES = ("/calendar", "/settings", "/new-event", "/admin", "/admin/audit", "/calendars/google")


class Elements(HTMLParser):
    """Lists every element with the names of its attributes, and every address."""

    def __init__(self) -> None:
        super().__init__()
        self.shape: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.shape.append((tag, tuple(name for name, _ in attrs)))
        self.addresses += [value for name, value in attrs if name in {"href", "src", "action"}]


def read(page: str) -> Elements:
    elements = Elements()
    elements.feed(page)
    return elements


@pytest.mark.parametrize("hostile", CORPUS)
@pytest.mark.parametrize("path", PAGES)
async def test_a_hostile_text_changes_no_element_of_a_page(path, hostile):
    plain, attacked = WebStage(), WebStage()
    plain.door.text, attacked.door.text = "harmless", hostile
    expected = read((await plain.browser(ADMIN).get(path)).text)
    answer = await attacked.browser(ADMIN).get(path)
    assert answer.status_code == 200
    found = read(answer.text)
    assert found.shape == expected.shape
    assert len(found.addresses) == len(expected.addresses)
    assert not [one for one in found.addresses if "evil" in one or one.startswith("javascript")]


@pytest.mark.parametrize("hostile", CORPUS)
async def test_what_was_typed_comes_back_as_text(hostile):
    stage = WebStage()
    fields = dict.fromkeys(("title", "guests", "description", "zone", "start", "calendar"), hostile)
    answer = await stage.browser(ANA).post("/new-event", **fields)
    assert answer.status_code == 422
    tags = {tag for tag, _ in read(answer.text).shape}
    assert not tags & {"img", "base", "iframe"}
    assert answer.text.count("<script") == 1


BAD_LINKS = [
    "javascript:alert(1)",
    "http://zoom.us/j/1",
    "https://zoom.us@evil.example/j/1",
    "https://zoom.us:443@evil.example/",
    "https://zoom.us.evil.example/j/1",
    "https://evilzoom.us/j/1",
    "https://zoom.us\\.evil.example/",
    "https://evil.example/#zoom.us",
    "https://z\u043e\u043em.us/j/1",
    "https://xn--zm-jiba.us/j/1",
    "//zoom.us/j/1",
    "https:zoom.us/j/1",
    "https://zoom.us:8443/j/1",
    "https://zoom.us:x/",
    "https://[::1/",
    "https://zoom.us./j/1",
    "https://zoom.us/j/1\nx",
    'https://zoom.us/j/1" onclick=x',
    "data:text/html,x",
    "",
    "https://zoom.us/" + "a" * 5000,
]


@pytest.mark.parametrize("url", BAD_LINKS)
async def test_a_link_that_leads_elsewhere_is_not_shown(url):
    assert not is_safe(url)
    stage = WebStage()
    stage.door.entries = (replace(ENTRY, join_url=url),)
    page = (await stage.browser(ANA).get("/calendar")).text
    assert "data-copy" not in page
    assert url == "" or url not in read(page).addresses


@pytest.mark.parametrize(
    "url",
    [
        "https://zoom.us/j/1?pwd=a.b",
        "https://us05web.zoom.us/j/1",
        "https://agency.zoomgov.com/j/1",
        "https://meet.google.com/abc-defg-hij",
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting",
        "https://teams.live.com/meet/1",
        "https://zoom.us:443/j/1",
    ],
)
def test_the_providers_own_links_are_shown(url):
    assert is_safe(url)


def test_more_hosts_may_be_known():
    assert is_safe("https://127.0.0.1:8443/x", more_hosts=frozenset({"127.0.0.1"}))
    assert not is_safe("http://127.0.0.1:8443/x", more_hosts=frozenset({"127.0.0.1"}))


@given(st.text(max_size=300))
def test_no_text_breaks_the_checks_of_links_and_paths(words):
    is_safe(words)
    is_safe(f"https://{words}")
    assert local_path(words).startswith("/")


@given(st.text(alphabet="/\\.:@?#%abc\r\n\t", max_size=20))
def test_a_local_path_is_one_of_ours_or_home(words):
    assert local_path(words) == HOME
    assert local_path(f"/calendar{words}").startswith("/calendar")


def test_every_text_is_used_and_every_used_one_is_there():
    sources = [*WEB.glob("templates/*.html"), *WEB.glob("**/*.py")]
    code = "\n".join(p.read_text() for p in sources if p.name not in {"words.py", "texts.py"})
    named = set(re.findall(r"""(?<![.\w])(?:t|text)\(\s*["']([a-z_.]+[a-z_])["'][,)\s]""", code))
    assert named <= set(TEXTS)
    built = ("provider.", "service.", "kind.", "state.", "entry.", "done.", "failure.", "audit.")
    quoted = set(re.findall(r"""["']([a-z_0-9.]+)["']""", code))
    lost = {
        key
        for key in TEXTS
        if key not in quoted and not key.startswith(built) and not key.endswith(("_lead", "_view"))
    }
    assert lost == set()


def test_a_text_with_braces_is_put_in_and_not_read():
    assert (
        text("form.guest_wrong", guest="{guest.__class__}")
        == "{guest.__class__} is no mail address."
    )
