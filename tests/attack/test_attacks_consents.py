"""Attacks on consents: S1 to S6 and S8 to S10 of config/security.md."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.sandbox.fakes.google.forging import FORGERIES
from tests.attack.browsing import ANA, BO, CEM, DANA, Browser, Site, query, with_query

CONSENTS = [
    ("sign-in", "google"),
    ("sign-in", "microsoft"),
    ("connect", "google"),
    ("connect", "microsoft"),
    ("connect", "zoom"),
]

_CALENDAR = "https://www.googleapis.com/auth/calendar"
MICROSOFT_SIGN_IN = {"openid", "profile"}
MICROSOFT_CONNECT = {"Calendars.ReadWrite", "offline_access", "openid", "profile"}
GOOGLE_SIGN_IN = {"openid", "email", "profile"}
GOOGLE_CONNECT = {
    "openid",
    "email",
    f"{_CALENDAR}.events",
    f"{_CALENDAR}.calendarlist.readonly",
}
ZOOM_CONNECT = {
    "meeting:write:meeting",
    "meeting:read:meeting",
    "meeting:update:meeting",
    "meeting:delete:meeting",
    "meeting:read:list_meetings",
    "user:read:user",
}


def _begun(place: Site, purpose: str, provider: str, person: str = BO) -> tuple[Browser, str]:
    """Give a browser, and the address that leads it back with an honest code."""
    browser = place.browser() if purpose == "sign-in" else place.signed_in(person)
    return browser, browser.consents(browser.asks(purpose, provider), person)


def _refused_unasked(place: Site, browser: Browser, url: str) -> None:
    """See that an answer is refused, that no provider is asked, and that nothing is kept."""
    calls, cookie = place.token_calls(), browser.cookie
    connections = place.rows("SELECT account, connected_at FROM connection ORDER BY account")
    sessions = place.rows("SELECT count(*) FROM session")
    answer = browser.comes_back(url)
    assert answer.status_code == 400, answer.text
    assert place.token_calls() == calls
    assert "set-cookie" not in answer.headers or not cookie
    assert (
        place.rows("SELECT account, connected_at FROM connection ORDER BY account") == connections
    )
    assert place.rows("SELECT count(*) FROM session") == sessions


@pytest.mark.parametrize(("purpose", "provider"), CONSENTS)
@pytest.mark.parametrize(
    "state",
    [None, "", "A" * 43, "%00", "'; DROP TABLE flow; --", "\ud7ff\u2028", "x" * 4000],
    ids=["missing", "empty", "guessed", "zero", "sql", "strange", "long"],
)
def test_a_state_that_we_never_gave_is_worth_nothing(
    place: Site, purpose: str, provider: str, state: str | None
):
    browser, url = _begun(place, purpose, provider)
    _refused_unasked(place, browser, with_query(url, state=state))
    # The honest answer was not used up by it.
    assert browser.comes_back(url).status_code == 303


@pytest.mark.parametrize(("purpose", "provider"), CONSENTS)
def test_a_state_is_good_once(place: Site, purpose: str, provider: str):
    browser, url = _begun(place, purpose, provider)
    assert browser.comes_back(url).status_code == 303
    _refused_unasked(place, browser, url)


@pytest.mark.parametrize(("purpose", "provider"), CONSENTS)
def test_a_state_of_ten_minutes_ago_is_over(place: Site, purpose: str, provider: str):
    browser, url = _begun(place, purpose, provider)
    place.rows("UPDATE flow SET expires_at = datetime(expires_at, '-601 seconds') || '.000000'")
    _refused_unasked(place, browser, url)
    told = [row for row in place.audit() if row[1].endswith(".refused")]
    assert told[-1][2] == f"{provider} unknown_state"


@pytest.mark.parametrize(("purpose", "provider"), CONSENTS)
def test_a_state_of_another_browser_is_worth_nothing(place: Site, purpose: str, provider: str):
    """Whoever follows an attacker's way back is neither signed in as the attacker nor linked."""
    attacker, url = _begun(place, purpose, provider)
    for victim in (place.browser(), place.signed_in(CEM)):
        before = place.rows("SELECT count(*) FROM connection WHERE account LIKE ?", f"%{CEM}")
        calls = place.token_calls()
        answer = victim.comes_back(url)
        assert answer.status_code in (400, 401), answer.text
        assert place.token_calls() == calls
        after = place.rows("SELECT count(*) FROM connection WHERE account LIKE ?", f"%{CEM}")
        assert after == before
    assert attacker.get("/settings").status_code == (200 if purpose == "connect" else 401)


def test_the_same_person_in_another_browser_is_another_session(place: Site):
    one, url = _begun(place, "connect", "zoom")
    other = place.signed_in(BO)
    _refused_unasked(place, other, url)
    assert one.cookie != other.cookie


@pytest.mark.parametrize(
    ("begun", "led_to"),
    [
        ("connect/zoom", "connect/google"),
        ("connect/google", "connect/zoom"),
        ("connect/zoom", "connect/microsoft"),
        ("connect/google", "connect/microsoft"),
        ("connect/zoom", "sign-in/google"),
        ("connect/google", "sign-in/google"),
        ("sign-in/google", "connect/google"),
    ],
)
def test_a_code_goes_to_no_other_provider_and_no_other_purpose(
    place: Site, begun: str, led_to: str
):
    browser = place.signed_in(BO)
    purpose, provider = begun.split("/")
    url = browser.consents(browser.asks(purpose, provider), BO)
    _refused_unasked(place, browser, url.replace(f"/{begun}/", f"/{led_to}/"))


@pytest.mark.parametrize(("purpose", "provider"), CONSENTS)
@pytest.mark.parametrize(
    "issuer", ["https://evil.example", "https://accounts.google.com.evil.example"]
)
def test_an_answer_that_names_another_issuer_is_never_redeemed(
    place: Site, purpose: str, provider: str, issuer: str
):
    browser, url = _begun(place, purpose, provider)
    _refused_unasked(place, browser, with_query(url, iss=issuer))


@pytest.mark.parametrize(("purpose", "provider"), CONSENTS)
def test_a_downgrade_of_the_challenge_on_the_way_is_refused(
    place: Site, purpose: str, provider: str
):
    browser = place.browser() if purpose == "sign-in" else place.signed_in(BO)
    url = browser.asks(purpose, provider)
    assert query(url)["code_challenge_method"] == "S256"
    assert len(query(url)["code_challenge"]) == 43
    tampered = with_query(url, code_challenge_method=None, code_challenge=None)
    cookie = browser.cookie
    assert browser.comes_back(browser.consents(tampered, BO)).status_code == 400
    assert browser.cookie == cookie


def test_every_consent_was_asked_for_with_s256(place: Site):
    place.connected(BO, "google", "microsoft", "zoom")
    state = place.state()
    tampered = [
        one for one in state["google"]["authorisations"] if "code_challenge_method" not in one
    ]
    honest = [one for one in state["google"]["authorisations"] if one not in tampered]
    assert len(honest) >= 3
    assert {one["code_challenge_method"] for one in honest} == {"S256"}
    assert {one["state_length"] for one in honest} == {43}
    assert {one["nonce_length"] for one in honest} == {43}
    assert "S256" in {one["method"] for one in state["zoom"]["consents"]}
    asked = [one for one in state["microsoft"]["consents"] if one["has_code_challenge"]]
    assert len(asked) >= 3
    assert {one["code_challenge_method"] for one in asked} == {"S256"}
    assert all(one["has_state"] and one["has_nonce"] for one in asked)


def test_a_state_and_a_challenge_are_never_given_twice(place: Site):
    browser = place.signed_in(BO)
    asked = [query(browser.asks("connect", "zoom")) for _ in range(5)]
    assert len({one["state"] for one in asked}) == 5
    assert len({one["code_challenge"] for one in asked}) == 5


@pytest.mark.parametrize("forgery", [one for one in FORGERIES if one])
def test_a_forged_id_token_signs_nobody_in(place: Site, forgery: str):
    browser, url = _begun(place, "sign-in", "google")
    sessions = place.rows("SELECT count(*) FROM session")
    place.knobs("google", forge_id_token=forgery)
    try:
        answer = browser.comes_back(url)
    finally:
        place.knobs("google", forge_id_token="")
    assert answer.status_code in (400, 403), answer.text
    assert place.rows("SELECT count(*) FROM session") == sessions
    assert browser.get("/settings").status_code == 401


@pytest.mark.parametrize(
    "forgery",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"claims": {"aud": "another-app"}},
        {"claims": {"aud": ["sandbox-microsoft-client", "another-app"]}},
        {"claims": {"iss": "https://evil.example/v2.0"}},
        {"claims": {"iss": None}},
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"exp": 1}},
        {"claims": {"exp": None}},
        {"claims": {"exp": "4102444800"}},
        {"claims": {"nbf": 4102444800}},
        {"claims": {"tid": "11111111-2222-3333-4444-555555555555"}},
        {"claims": {"tid": None}},
        {"claims": {"oid": None}},
        {"claims": {"preferred_username": None}},
        {"claims": {"preferred_username": "\u0430na@example.com"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("purpose", ["sign-in", "connect"])
def test_a_forged_id_token_of_microsoft_is_refused(
    place: Site, purpose: str, forgery: dict[str, Any]
):
    browser, url = _begun(place, purpose, "microsoft", CEM)
    sessions = place.rows("SELECT count(*) FROM session")
    place.knobs("microsoft", forge_id_tokens=forgery)
    try:
        answer = browser.comes_back(url)
    finally:
        place.knobs("microsoft", forge_id_tokens={})
    assert answer.status_code in (400, 403), answer.text
    assert place.rows("SELECT count(*) FROM session") == sessions
    assert not place.rows("SELECT 1 FROM connection WHERE account = ?", f"microsoft:{CEM}")


@pytest.mark.parametrize("forgery", ["wrong_aud", "wrong_nonce", "alg_none", "unverified"])
def test_a_forged_id_token_connects_nothing(place: Site, forgery: str):
    browser, url = _begun(place, "connect", "google", CEM)
    place.knobs("google", forge_id_token=forgery)
    try:
        answer = browser.comes_back(url)
    finally:
        place.knobs("google", forge_id_token="")
    assert answer.status_code in (400, 403), answer.text
    assert not place.rows("SELECT account FROM connection WHERE account = ?", f"google:{CEM}")


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-host": "evil.example"},
        {"x-forwarded-proto": "http", "x-forwarded-port": "80"},
        {"forwarded": "host=evil.example;proto=http"},
        {"x-original-url": "/admin", "x-rewrite-url": "/admin"},
        {"x-forwarded-prefix": "//evil.example"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_no_header_moves_the_way_back(place: Site, headers: dict[str, str]):
    browser = place.browser()
    form = {"form_token": browser.token()}
    answer = browser.send(
        "POST", "/sign-in/google", data=form, headers={"origin": place.base, **headers}
    )
    asked = query(answer.headers["location"])
    assert asked["redirect_uri"] == f"{place.base}/sign-in/google/callback"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:443"])
def test_a_foreign_host_is_refused(place: Site, host: str):
    answer = place.browser().get("/sign-in", headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "after",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%2f%2fevil.example",
        "%2f%2fevil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/settings@evil.example",
        "/settings/../..//evil.example",
        "/\t/evil.example",
        "/settings\r\nSet-Cookie: x=1",
        "///evil.example",
        "/calendar\u2028//evil.example",
        "settings",
    ],
)
def test_the_way_on_leads_nowhere_else(place: Site, after: str):
    browser = place.browser()
    url = browser.consents(browser.asks("sign-in", "google", next=after), BO)
    answer = browser.comes_back(url)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/calendar"
    assert answer.headers.get_list("set-cookie")[0].startswith("__Host-syncd=")
    shown = place.browser().get("/sign-in", params={"next": after})
    assert "evil" not in shown.text
    connected = place.signed_in(BO)
    back = connected.comes_back(
        connected.consents(connected.asks("connect", "zoom", next=after), BO)
    )
    assert back.headers["location"].startswith("/calendar?")


def test_a_planted_cookie_is_worth_nothing_after_the_sign_in(place: Site):
    victim, attacker = place.browser(), place.browser()
    planted = "A" * 43
    victim.cookie = attacker.cookie = planted
    url = victim.consents(victim.asks("sign-in", "google"), BO)
    assert victim.comes_back(url).status_code == 303
    assert victim.get("/settings").status_code == 200
    # The jar of this client keeps both; only what the browser would send now counts.
    assert attacker.get("/settings").status_code == 401


def test_the_cookie_from_before_an_account_was_connected_is_over(place: Site):
    browser, thief = place.signed_in(BO), place.browser()
    thief.cookie = browser.cookie
    assert thief.get("/settings").status_code == 200
    browser.connects("zoom", BO)
    assert browser.get("/settings").status_code == 200
    assert thief.get("/settings").status_code == 401


def test_a_link_alone_connects_nothing(place: Site):
    """No GET begins a consent; the way back alone does not link an account."""
    victim = place.signed_in(CEM)
    before = len(place.state()["zoom"]["consents"])
    answer = victim.get("/connect/zoom", params={"code": "x", "state": "y", "next": "/settings"})
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert len(place.state()["zoom"]["consents"]) == before


def test_exactly_these_scopes_are_asked_for(place: Site):
    place.connected(BO, "google", "microsoft", "zoom")
    state = place.state()
    sign_in, connect = (
        {
            frozenset(one["scope"].split())
            for one in state["google"]["authorisations"]
            if f"/{purpose}/" in one["redirect_uri"]
        }
        for purpose in ("sign-in", "connect")
    )
    assert sign_in == {frozenset(GOOGLE_SIGN_IN)}
    assert connect == {frozenset(GOOGLE_CONNECT)}
    sign_in, connect = (
        {
            frozenset(one["scope"].split())
            for one in state["microsoft"]["consents"]
            if f"/{purpose}/" in one["redirect_uri"]
        }
        for purpose in ("sign-in", "connect")
    )
    assert sign_in == {frozenset(MICROSOFT_SIGN_IN)}
    assert connect == {frozenset(MICROSOFT_CONNECT)}
    assert {one["asked"] for one in state["zoom"]["consents"]} == {None}
    assert set(state["zoom"]["grants"][BO]) == ZOOM_CONNECT


def test_a_box_left_empty_is_named_and_the_consent_ended(place: Site):
    browser = place.signed_in(CEM)
    url = browser.consents(browser.asks("connect", "google"), CEM, sandbox_scope="openid email")
    answer = browser.comes_back(url)
    assert answer.status_code == 400
    assert "calendar" in answer.text
    assert not place.rows("SELECT account FROM connection WHERE account = ?", f"google:{CEM}")
    place.told(CEM, "connect.refused", "google scopes_missing")


def test_a_stranger_is_let_in_nowhere(place: Site):
    browser, url = _begun(place, "sign-in", "google", DANA)
    answer = browser.comes_back(url)
    assert answer.status_code == 403
    assert browser.get("/settings").status_code == 401
    assert DANA not in {row[0] for row in place.rows("SELECT person FROM session")}
    assert "google not_allowed" in {about for _, _, about in place.audit()}


@pytest.mark.parametrize(
    ("provider", "whose"), [("google", DANA), ("google", ANA), ("zoom", ANA), ("microsoft", ANA)]
)
def test_the_account_of_somebody_else_is_not_connected(place: Site, provider: str, whose: str):
    browser = place.signed_in(CEM)
    answer = browser.comes_back(browser.consents(browser.asks("connect", provider), whose))
    assert answer.status_code == 400, answer.text
    assert not place.rows("SELECT account FROM connection WHERE account = ?", f"{provider}:{CEM}")
    place.told(CEM, "connect.refused", f"{provider} wrong_account")


def test_no_code_and_no_state_stands_in_any_log(place: Site):
    place.connected(BO, "google", "zoom")
    words = {
        value
        for answer in place.answers
        for name, value in query(str(answer.request.url)).items()
        if name in ("code", "state") and len(value) > 20
    }
    assert len(words) > 10
    text = place.daemon.log.read_text()
    assert [word for word in words if word in text] == []
