"""What the guides to the three providers say is what syncd takes, asks for and tells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from syncd.adapters.google import scopes as google
from syncd.adapters.zoom import scopes as zoom
from syncd.config.load import load
from syncd.ports.oauth import ConsentRefused
from syncd.web.routes import PAGES
from tests.unit.codes_in_source import told

CONFIG = Path(__file__).parents[3] / "config"
GUIDES = {name: (CONFIG / f"connect-{name}.md").read_text("utf-8") for name in ("google", "zoom")}
GUIDES["microsoft"] = (CONFIG / "connect-microsoft.md").read_text("utf-8")
BLOCKS = [
    (name, text)
    for name, page in GUIDES.items()
    for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
]
# What a fragment leaves out, because another provider's guide says it.
REST = {
    "google": "google:\n  service_account: {credential: rest}\n",
    "zoom": "zoom:\n  account_id: rest\n  client_id: rest\n  client_secret: {credential: rest}\n",
}
FRAME = """version: 1
state:
  keys: {credential: rest-keys}
people:
  - {email: ana@example.com, calendars: [google:primary]}
"""


def first_cells(page: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)`", page, re.MULTILINE))


def refusals(name: str) -> set[str]:
    (part,) = re.findall(r"\n## When it is refused\n(.*?)\n## ", GUIDES[name], re.DOTALL)
    return first_cells(part)


@pytest.mark.parametrize(("name", "text"), BLOCKS, ids=range(len(BLOCKS)))
def test_every_configuration_of_the_guides_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
):
    rest = "".join(given for other, given in REST.items() if f"{other}:\n" not in text)
    (tmp_path / "syncd.yaml").write_text(FRAME + text + rest)
    for credential in re.findall(r"{credential: ([\w-]+)}", FRAME + text + rest):
        (tmp_path / credential).write_text('{"client_email": "a@b.c", "private_key": "pem"}')
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    config: Any = load(tmp_path / "syncd.yaml").config
    assert getattr(config, name) is not None


def test_every_scope_that_is_asked_for_stands_in_its_guide():
    connecting = google.connecting(shared_calendars=True)
    assert first_cells(GUIDES["google"]) >= {*connecting, *google.SIGN_IN}
    cells = first_cells(GUIDES["zoom"])
    assert cells >= set(zoom.USUAL)
    assert cells >= {f"{scope}:admin" for scope in zoom.USUAL}


@pytest.mark.parametrize("name", sorted(GUIDES))
def test_every_refusal_has_its_row_and_no_other_has(name: str):
    known = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", ConsentRefused.__doc__ or ""))
    assert len(known) > 8
    sources = (f"syncd/adapters/{name}/", "syncd/services/connect.py")
    can = {
        code
        for each in told()
        if each.where.startswith(sources) and each.kind in {"ConsentRefused", "_Told"}
        for code in each.codes
    }
    assert can & known <= refusals(name) <= known


@pytest.mark.parametrize("name", sorted(GUIDES))
def test_the_redirect_addresses_are_pages_that_there_are(name: str):
    there = {page.path.replace("{provider}", name) for page in PAGES if page.method == "GET"}
    named = set(re.findall(r"https://syncd\.example\.com(/[a-z/-]+/callback)", GUIDES[name]))
    signs_in = {f"/sign-in/{name}/callback"} - {"/sign-in/zoom/callback"}
    assert named == {f"/connect/{name}/callback"} | signs_in
    assert named <= there
