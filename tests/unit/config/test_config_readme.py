"""The configuration that README shows is a good one."""

from __future__ import annotations

import re
from pathlib import Path

from syncd.config.load import load

README = Path(__file__).parents[3] / "README.md"


def test_the_configuration_of_the_readme_loads(tmp_path, monkeypatch):
    (text,) = re.findall(r"```yaml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    (tmp_path / "syncd.yaml").write_text(text)
    for name in re.findall(r"{credential: ([\w-]+)}", text):
        (tmp_path / name).write_text('{"client_email": "a@b.c", "private_key": "pem"}')
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    config = load(tmp_path / "syncd.yaml").config
    assert [person.email for person in config.people] == [
        "ana@example.com",
        "bo@example.com",
        "desk@example.com",
    ]
    assert [rule.name for rule in config.rules] == ["focus", "customers"]
