"""Texts that strangers write into events never do anything on the pages but stand there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.browser.site import Site
from tests.browser.visitor import visiting

_CALLS = ("alert(1)", "fetch('https://evil.example')", "document.title='hacked'")
_TAGS = (
    "<script>{}</script>",
    "<ScRiPt>{}</sCrIpT>",
    "<img src=x onerror={}>",
    '<img src=x onerror="{}">',
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    "<body onload={}>",
    '<iframe src="javascript:{}"></iframe>',
    "<iframe srcdoc='<script>{}</script>'></iframe>",
    '<a href="javascript:{}">x</a>',
    "<input autofocus onfocus={}>",
    "<details open ontoggle={}>",
    "<video><source onerror={}>",
    "<math><mtext><script>{}</script>",
    "<marquee onstart={}>",
    '<object data="javascript:{}">',
    '<embed src="javascript:{}">',
    '<form action="javascript:{}"><button>x</button></form>',
    '<meta http-equiv=refresh content="0;url=javascript:{}">',
    '<link rel=stylesheet href="javascript:{}">',
    '<base href="https://evil.example/"><script>{}</script>',
    "<style>*{{background:url(https://evil.example)}}</style>{}",
    "<template><script>{}</script></template>",
    "<noscript><img src=x onerror={}></noscript>",
    "<textarea></textarea><script>{}</script>",
    "<title></title><script>{}</script>",
    '<table><td background="javascript:{}">',
    '<button form=x formaction="javascript:{}">x</button>',
    '<isindex action="javascript:{}" type=submit>',
    "<x contenteditable onblur={}>y",
    "<style onload={}></style>",
    "<audio src=x onerror={}>",
)
_BREAKS = (
    '"><script>{}</script>',
    "'><script>{}</script>",
    '" onmouseover={} x="',
    "' onfocus={} autofocus x='",
    "--><script>{}</script>",
    "]]><script>{}</script>",
    "</h3><script>{}</script>",
    "</span></summary><script>{}</script>",
    "</textarea><script>{}</script>",
    "</code><img src=x onerror={}>",
    "`;{};//",
    '\\";{};//',
    "{{{{{}}}}}",
    "{{% {} %}}",
    "${{{}}}",
    "<%= {} %>",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;script&#62;{}&#60;/script&#62;",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "%3Cscript%3E{}%3C/script%3E",
    "javascript:{}",
    "JaVaScRiPt:{}",
    "java\tscript:{}",
    " javascript:{}",
    "data:text/html,<script>{}</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=={}",
    "vbscript:{}",
    "https://zoom.us@evil.example/{}",
    "https://zoom.us.evil.example/j/1{}",
    "https://evil.example/?zoom.us/j/123456789{}",
    'https://us05web.zoom.us/j/123456789?"onclick={}',
    "\u202e<script>{}</script>",
    "\u0000<script>{}</script>",
    "\ufeff<script>{}</script>",
    "\uff1cscript\uff1e{}\uff1c/script\uff1e",
)
CORPUS = [form.format(call) for form in (*_TAGS, *_BREAKS) for call in _CALLS]


def test_the_corpus_is_large_and_without_doubles():
    assert len(CORPUS) == len(set(CORPUS)) >= 200


def test_hostile_texts_stand_there_and_do_nothing(browser: Browser, site: Site):
    with visiting(browser, site) as ana:
        origin = urlsplit(site.url).netloc
        asked: list[str] = []
        ana.sign_in()
        ana.connect("google")
        ana.connect("zoom")
        # All on one day, wherever the clock stands now.
        noon = 36 - site.hour
        week = f"/calendar?date={site.day(noon)}"
        for place, text in enumerate(CORPUS):
            field = ("summary", "location", "description")[place % 3]
            title = text if field == "summary" else f"Hostile {place}"
            other: dict[str, Any] = {} if field == "summary" else {field: text}
            site.event(title=title, hours=noon + (place % 20) / 20, **other)
        site.event(title="Waits <script>alert(1)</script>", location="zoom", hours=700 * 24)
        ana.context.on("request", lambda request: asked.append(request.url))
        for path in (week, f"{week}&view=day", "/admin", "/admin/audit", "/settings"):
            page = ana.open(path)
            page.mouse.move(300, 300)
            for summary in page.locator("details.menu > summary").all()[:3]:
                summary.click()
                page.keyboard.press("Escape")
            assert page.title().endswith("- syncd")
        page = ana.open(week)
        shown = page.inner_text("main")
        assert sum(1 for text in CORPUS if "<script>" in text and text.strip() in shown) >= 5
        hrefs = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        known = ("zoom.us", ".zoom.us", "meet.google.com", "teams.microsoft.com", "teams.live.com")
        for href in hrefs:
            host = urlsplit(href).hostname or ""
            is_ours = urlsplit(href).netloc == origin or href.startswith("mailto:")
            assert is_ours or host.endswith(known), href
        foreign = [url for url in asked if urlsplit(url).netloc != origin]
        assert foreign == []


def test_what_the_address_says_stands_nowhere_unescaped(browser: Browser, site: Site):
    with visiting(browser, site, 1) as bo:
        bo.sign_in()
        for text in (
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "javascript:alert(1)",
        ):
            for path in (
                "/sign-in?next={}",
                "/calendar?tz={}",
                "/calendar?date={}",
                "/calendar?view={}",
                "/settings?done={}",
                "/connect/{}",
                "/{}",
            ):
                page = bo.page
                page.goto(
                    site.url
                    + path.format(
                        text.replace('"', "%22")
                        .replace("<", "%3C")
                        .replace(">", "%3E")
                        .replace("#", "%23")
                    )
                )
                assert page.locator("img[src=x]").count() == 0
        bo.complaints[:] = [one for one in bo.complaints if "status of 40" not in one]
