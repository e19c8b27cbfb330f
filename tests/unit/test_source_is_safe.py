"""What stands nowhere in the source: secrets compared by `==`, shells, pickles, SQL made of texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "syncd"
DAEMON = sorted(path for path in ROOT.rglob("*.py") if "sandbox" not in path.parts)
EVERYTHING = sorted(ROOT.rglob("*.py"))

VERIFIERS = {
    "adapters/google/id_token.py",
    "adapters/google/oauth.py",
    "adapters/microsoft/id_token.py",
    "adapters/microsoft/oauth.py",
    "adapters/zoom/consent.py",
    "adapters/zoom/hooks.py",
    "cli/loopback.py",
    "core/marks.py",
    "web/browsers.py",
}
"""Where something secret, or something made with a secret, is compared with what somebody sent."""

OF_OURS = {
    "adapters/google/own_grants.py": "acting.grant.access_token == refused",
    "adapters/google/tokens.py": "held.token == refused",
    "adapters/microsoft/own_grants.py": "own.grant.access_token.reveal() == refused.token",
    "adapters/microsoft/tokens.py": "self._held.token != refused",
}
"""Two tokens that we hold ourselves, one of which a provider has refused: nobody sends a guess."""

_SECRET = re.compile(
    r"secret|token|signature|cookie|nonce|verifier|state_of|\bmac\b|digest|password|api_key",
    re.IGNORECASE,
)
# Words that name a kind, a number or a place of a secret, and not the secret.
_HARMLESS = re.compile(
    r"token_type|tokens?_?(of|for|in|left|class)|status|\.state$|spec_digest|digest_of|secret_from|"
    r"digest\(\)|TOKEN_REFUSED|SECRET_CHECK\.c|^secret$",
)
_FORBIDDEN_CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "os.execv",
    "pickle.load",
    "pickle.loads",
    "marshal.loads",
    "shelve.open",
    "yaml.load",
    "yaml.unsafe_load",
    "yaml.full_load",
    "subprocess.getoutput",
    "tempfile.mktemp",
    "random.choice",
    "random.randint",
    "Markup",
    "markupsafe.Markup",
}
_FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "telnetlib", "ftplib", "xml"}
_SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|ALTER TABLE|DROP)\b\s")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def _at(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)} {ast.unparse(node)[:80]}"


def _nodes(paths: list[Path]) -> Iterator[tuple[Path, ast.AST]]:
    for path in paths:
        for node in ast.walk(_tree(path)):
            yield path, node


def _names_a_secret(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return False
    text = ast.unparse(node)
    return bool(_SECRET.search(text)) and not _HARMLESS.search(text)


def compared(source: str) -> list[ast.Compare]:
    """Give the comparisons by `==` and `!=` of two things of which one is named like a secret."""
    return [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare)
        and any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops)
        and any(_names_a_secret(each) for each in (node.left, *node.comparators))
        and not any(isinstance(each, ast.Constant) for each in (node.left, *node.comparators))
    ]


def test_no_secret_is_compared_by_what_takes_longer_the_closer_a_guess_is():
    found = {
        str(path.relative_to(ROOT)): ast.unparse(node)
        for path in DAEMON
        for node in compared(path.read_text("utf-8"))
    }
    assert found == OF_OURS


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("sent_token == token", True),
        ("if mac != given: pass", True),
        ("answer['state_of'] == row.secret.reveal()", True),
        ("hmac.compare_digest(sent, token)", False),
        ("token == ''", False),
        ("row.state == other.state", False),
    ],
)
def test_such_a_comparison_would_be_found(source: str, *, is_found: bool):
    assert bool(compared(source)) is is_found


def test_every_verifier_compares_in_constant_time_and_none_is_new():
    users = {
        str(path.relative_to(ROOT))
        for path in DAEMON
        if "compare_digest" in path.read_text("utf-8")
    }
    assert users == VERIFIERS


def test_nothing_runs_a_text_and_nothing_unpacks_objects():
    calls = [
        _at(path, node)
        for path, node in _nodes(EVERYTHING)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _FORBIDDEN_CALLS
    ]
    assert calls == []
    modules = [
        _at(path, node)
        for path, node in _nodes(EVERYTHING)
        if (isinstance(node, ast.Import) and {a.name for a in node.names} & _FORBIDDEN_MODULES)
        or (isinstance(node, ast.ImportFrom) and node.module in _FORBIDDEN_MODULES)
    ]
    assert modules == []


def test_no_shell_is_ever_started_and_no_certificate_goes_unlooked_at():
    found = [
        _at(path, node)
        for path, node in _nodes(EVERYTHING)
        if isinstance(node, ast.keyword)
        and (node.arg, ast.unparse(node.value))
        in {
            ("shell", "True"),
            ("verify", "False"),
            ("trust_env", "True"),
            ("autoescape", "False"),
            ("check_hostname", "False"),
            ("follow_redirects", "True"),
        }
    ]
    assert found == []
    assert not [path for path in EVERYTHING if "create_subprocess_shell" in path.read_text("utf-8")]
    assert not [path for path in DAEMON if "CERT_NONE" in path.read_text("utf-8")]


def test_templates_switch_no_escaping_off():
    templates = sorted((ROOT / "web" / "templates").glob("*.html"))
    assert len(templates) > 10
    for path in templates:
        text = path.read_text("utf-8")
        for word in (
            "|safe",
            "| safe",
            "autoescape",
            "javascript:",
            " onclick=",
            " style=",
            "<script>",
        ):
            # The shapes of icons are texts of the template itself.
            is_own = (path.name, word) == ("icons.html", "| safe") and text.count(word) == 1
            assert word not in text or is_own, (path.name, word)


def _is_made_of_texts(node: ast.AST) -> bool:
    """Tell whether a statement of SQL is put together from pieces."""
    if isinstance(node, ast.JoinedStr):
        fixed = "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
        pieces = any(isinstance(value, ast.FormattedValue) for value in node.values)
        return pieces and bool(_SQL.search(fixed))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        sides = (node.left, node.right)
        return any(
            isinstance(side, ast.Constant) and bool(_SQL.search(str(side.value))) for side in sides
        )
    return False


def test_no_statement_of_sql_is_put_together_from_texts():
    found = {
        ast.unparse(node): str(path.relative_to(ROOT))
        for path, node in _nodes(DAEMON)
        if _is_made_of_texts(node)
    }
    # The name of a table of Alembic's, a constant.
    assert found == {"f'SELECT version_num FROM {_VERSION_TABLE}'": "store/migrate.py"}


@pytest.mark.parametrize(
    "source",
    ["f'SELECT * FROM t WHERE a = {x}'", "'DELETE FROM t WHERE a = ' + x", "'UPDATE %s' % x"],
)
def test_such_a_statement_would_be_found(source: str):
    assert any(_is_made_of_texts(node) for node in ast.walk(ast.parse(source)))
