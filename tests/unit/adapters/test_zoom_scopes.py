"""What a consent covers, and for whom an account acts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.zoom.scopes import OPTIONAL, REQUIRED, USUAL, covers, lacking
from syncd.adapters.zoom.whom import AnyUser, Oneself
from syncd.ports.errors import Forbidden

CREATE = "POST /users/{userId}/meetings"
PATCH = "PATCH /meetings/{meetingId}"


@pytest.mark.parametrize(
    ("granted", "is_covered"),
    [
        ({"meeting:update:meeting"}, True),
        ({"meeting:update:meeting:admin"}, True),
        ({"meeting:update:meeting:master"}, True),
        ({"meeting:read:meeting"}, False),
        ({"meeting:update:meetings"}, False),
        # Nothing was told, or only of scopes of the old kind: Zoom's answer to the call decides.
        (set(), True),
        ({"meeting:write", "user_info:read"}, True),
        ({"meeting:write:admin", "user:read:admin", "meeting:master"}, True),
        ({"meeting:write:admin", "user:read:user:admin"}, False),
    ],
)
def test_granted_scopes_decide(granted: set[str], is_covered: bool):
    assert covers(frozenset(granted), "meeting:update:meeting") is is_covered
    assert (lacking(PATCH, frozenset(granted)) is None) is is_covered


def test_the_usual_scopes_open_every_operation_but_the_invitation():
    granted = frozenset(USUAL)
    operations = (CREATE, PATCH, "GET /users/{userId}", "GET /users/{userId}/meetings")
    assert [lacking(each, granted) for each in operations] == [None] * 4
    invitation = "GET /meetings/{meetingId}/invitation"
    assert lacking(invitation, granted) == "meeting:read:invitation"
    assert lacking("GET /something/else", granted) is None


def test_every_scope_says_what_it_is_for():
    assert set(USUAL) <= {*REQUIRED, *OPTIONAL}
    assert all({**REQUIRED, **OPTIONAL}.values())


def test_ones_own_account_is_me_and_nobody_else():
    own = Oneself("Ana@example.com")
    assert own.path("ana@EXAMPLE.com") == "me"
    for host in ("bo@example.com", "", "me", "ana@example.com/../bo@example.com"):
        with pytest.raises(Forbidden) as refused:
            own.path(host)
        assert refused.value.code == "zoom_host_unknown"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_host_leaves_its_place_in_the_path(host: str):
    try:
        path = AnyUser().path(host)
    except Forbidden:
        path = "refused"
    assert path not in ("", ".", "..", "me")
    assert not set(path) & set("/?#\\ \r\n")
