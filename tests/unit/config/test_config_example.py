"""The example and the JSON schema: made from the schema, committed, and true."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from syncd.config.example import example_yaml, json_schema, json_schema_text
from syncd.config.fields import Section
from syncd.config.load import load
from syncd.config.schema import Config
from syncd.config.walk import is_secret, secret_paths, sections

FOLDER = Path(__file__).parents[3] / "config"


def test_the_committed_example_is_the_generated_one():
    assert (FOLDER / "syncd.example.yaml").read_text() == example_yaml()


def test_the_committed_schema_is_the_generated_one():
    assert (FOLDER / "syncd.schema.json").read_text() == json_schema_text()


def test_the_example_names_its_schema_for_editors():
    assert example_yaml().splitlines()[0] == "# yaml-language-server: $schema=syncd.schema.json"


def credentials(folder: Path) -> None:
    text = example_yaml()
    for name in {part.split("}")[0] for part in text.split("{credential: ")[1:]}:
        (folder / name).write_text('{"client_email": "a@b.c", "private_key": "pem"}')


def test_the_example_loads_once_its_secrets_are_there(tmp_path, monkeypatch):
    (tmp_path / "syncd.yaml").write_text(example_yaml())
    credentials(tmp_path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    loaded = load(tmp_path / "syncd.yaml")
    assert loaded.config.google is not None
    assert loaded.config.microsoft is not None
    assert loaded.config.people[0].host == "ana@example.com"


def test_the_commented_certificate_loads_in_place_of_the_secret(tmp_path, monkeypatch):
    secret = "  client_secret: {credential: microsoft-client-secret}\n"
    before, after = example_yaml().split(secret)
    section, rest = after.split("  # An app registration", 1)
    lines = section.replace("  # certificate:", "  certificate:").replace("  #   ", "    ")
    (tmp_path / "syncd.yaml").write_text(f"{before}{lines}  # An app registration{rest}")
    credentials(tmp_path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    loaded = load(tmp_path / "syncd.yaml")
    assert loaded.secrets.microsoft_private_key is not None
    assert loaded.secrets.microsoft_client_secret is None


def with_rules(text: str) -> str:
    """Take the rules of the example into force."""
    before, rules, after = text.partition("# rules:\n")
    commented, blank, rest = after.partition("\n\n")
    lines = [line.removeprefix("# ") for line in commented.splitlines()]
    return "\n".join([before + rules.removeprefix("# ").rstrip(), *lines]) + blank + rest


def test_the_commented_rules_load(tmp_path, monkeypatch):
    (tmp_path / "syncd.yaml").write_text(with_rules(example_yaml()))
    credentials(tmp_path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (rule,) = load(tmp_path / "syncd.yaml").config.rules
    assert (rule.name, rule.provider) == ("customers", "zoom")
    assert all(value is not None for value in rule.model_dump().values())
    assert load(tmp_path / "syncd.yaml").config.people[0].zoom == "ana@example.com"


def test_the_commented_rules_satisfy_the_json_schema():
    data = yaml.safe_load(with_rules(example_yaml()))
    assert data["rules"]
    jsonschema.Draft202012Validator(json_schema()).validate(data)


def keys_of(section: type[Section]) -> set[str]:
    found: set[str] = set()
    for key, info in section.model_fields.items():
        found.add(key)
        parts = [info.annotation, *getattr(info.annotation, "__args__", ())]
        inner = [] if is_secret(info.annotation) else [s for p in parts for s in sections(p)]
        found = found.union(*(keys_of(part) for part in inner))
    return found


@pytest.mark.parametrize("key", sorted(keys_of(Config)))
def test_the_example_shows_every_key(key):
    assert f"{key}:" in example_yaml()


def test_the_example_satisfies_the_json_schema():
    data = yaml.safe_load(example_yaml())
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.Draft202012Validator(json_schema()).validate(data)


@pytest.mark.parametrize(
    "patch",
    [{"who": 1}, {"version": 2}, {"poll": {"interval": "1w"}}, {"zoom": {}}, {"rules": [{}]}],
)
def test_the_json_schema_refuses_what_an_editor_should_mark(patch):
    data = {**yaml.safe_load(example_yaml()), **patch}
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(data)


def definition(field: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = json_schema()["$defs"].get(field.get("$ref", "").rsplit("/")[-1], {})
    return found


def test_every_key_is_explained_in_the_json_schema():
    schema = json_schema()
    models = [schema, *schema["$defs"].values()]
    bare = [
        f"{model['title']}.{name}"
        for model in models
        for name, field in model["properties"].items()
        if not {**definition(field), **field}.get("description")
    ]
    assert bare == []


def test_the_json_schema_writes_defaults_as_the_file_does():
    policy = json_schema()["$defs"]["Policy"]["properties"]
    assert policy["hold_off"]["default"] == "30s"
    assert (
        json.loads(json_schema_text())["$defs"]["Poll"]["properties"]["with_push"]["default"]
        == "15m"
    )


def test_the_schema_knows_its_secrets():
    assert [".".join(map(str, path)) for path in secret_paths()] == [
        "state.database_password",
        "state.keys",
        "zoom.client_secret",
        "zoom.user_app.client_secret",
        "zoom.webhook_secret",
        "google.service_account",
        "google.client_secret",
        "microsoft.client_secret",
        "microsoft.certificate.private_key",
        "microsoft.certificate.public_certificate",
        "microsoft.user_app.client_secret",
        "web.tls.private_key",
    ]
