"""Wrong settings of the whole file and of the providers, each with its place and remedy."""

import pytest

from syncd.config.errors import ConfigError, Problem

# Each case: what of the good file is replaced, by what, then `line:column: path: problem` and
# the remedy; the first problem of the report is compared.
CASES = {
    "unknown key with a near one": (
        "account_id: abc",
        "acount_id: abc",
        "4:3: zoom.acount_id: unknown setting",
        "did you mean 'account_id'?",
    ),
    "unknown key with none near": (
        "version: 1",
        "xyz: 1\nversion: 1",
        "1:1: xyz: unknown setting",
        "known here: version, state, zoom, google, microsoft, people, rules, flags, policy, poll, web, notify, http, log",
    ),
    "other version": (
        "version: 1",
        "version: 2",
        "1:10: version: is not a version of the configuration known here (got 2)",
        "write 1",
    ),
    "version as a truth value": (
        "version: 1",
        "version: true",
        "1:10: version: is not a version of the configuration known here (got true)",
        "write 1",
    ),
    "version missing": (
        "version: 1\n",
        "",
        "1:1: version: this setting is missing",
        "add `version: ...`; `syncd config example` shows it",
    ),
    "password in the URL of PostgreSQL": (
        "{keys: {file: keys}}",
        "\n  database: postgresql://ana:hunter2@db/x\n  keys: {file: keys}",
        "3:13: state.database: should hold no password",
        "write database_password: {credential: NAME} beside it, or leave the password to libpq's own ways: PGPASSFILE, a service file",
    ),
    "password as a parameter of PostgreSQL": (
        "{keys: {file: keys}}",
        "\n  database: postgresql://db/x?password=hunter2\n  keys: {file: keys}",
        "3:13: state.database: should hold no password",
        "write database_password: {credential: NAME} beside it, or leave the password to libpq's own ways: PGPASSFILE, a service file",
    ),
    "server of PostgreSQL without a database": (
        "{keys: {file: keys}}",
        "\n  database: postgresql://ana@db\n  keys: {file: keys}",
        "3:13: state.database: names no database",
        "write it like postgresql+psycopg://user@host/database",
    ),
    "former scheme of PostgreSQL": (
        "{keys: {file: keys}}",
        "\n  database: postgres://ana@db/x\n  keys: {file: keys}",
        "3:13: state.database: is not the URL of a database",
        "write it like postgresql+psycopg://user@host/database",
    ),
    "port of PostgreSQL": (
        "{keys: {file: keys}}",
        "\n  database: postgresql://db:port/x\n  keys: {file: keys}",
        "3:13: state.database: is not the URL of a database",
        "write it like postgresql+psycopg://user@host/database",
    ),
    "parameter of PostgreSQL": (
        "{keys: {file: keys}}",
        "\n  database: postgresql://db/x?options=-cfsync\n  keys: {file: keys}",
        "3:13: state.database: has a parameter that is not known here: 'options'",
        "write those of libpq: host, port, sslmode, sslrootcert, service, passfile and the like",
    ),
    "password of a file": (
        "{keys: {file: keys}}",
        "\n  database_password: {file: zoom}\n  keys: {file: keys}",
        "3:3: state.database_password: a database of SQLite has no password",
        "take it out, or name a database of PostgreSQL",
    ),
    "database in memory": (
        "{keys: {file: keys}}",
        "\n  database: 'sqlite:///:memory:'\n  keys: {file: keys}",
        "3:13: state.database: is not a database known here (got 'sqlite:///:memory:')",
        "write sqlite:////absolute/path or sqlite:///path/beside/this/file, or postgresql+psycopg://user@host/database",
    ),
    "keys missing": (
        "{keys: {file: keys}}",
        "{}",
        "2:1: state.keys: this setting is missing",
        "add `keys:` and write exactly one of {credential: NAME}, {file: PATH} or {env: NAME}",
    ),
    "Zoom for the account without its id": (
        "  account_id: abc\n",
        "",
        "3:1: zoom: account_id is missing",
        "give the account id of the server-to-server app, or write mode: user",
    ),
    "Zoom user mode with a second app": (
        "  account_id",
        "  mode: user\n  user_app: {client_id: c, client_secret: {file: zoom}}\n  account_id",
        "5:3: zoom.user_app: mode user has its app in client_id and client_secret already",
        "take user_app out, or write mode: server_to_server",
    ),
    "Google user mode without its client": (
        "  service_account: {file: google}",
        "  mode: user",
        "7:1: google: client_id and client_secret are missing",
        "give both, from the OAuth client of the Google Cloud project",
    ),
    "half of Google's client": (
        "  service_account",
        "  client_id: c\n  service_account",
        "7:1: google: client_secret is missing",
        "give both, from the OAuth client of the Google Cloud project",
    ),
    "Google service account left out": (
        "  service_account: {file: google}",
        "  send_updates: all",
        "7:1: google: service_account is missing",
        "give the service account's key, or write mode: user",
    ),
    "Microsoft application in no tenant": (
        "people:",
        "microsoft: {tenant: common, client_id: c, client_secret: {file: zoom}}\npeople:",
        "9:21: microsoft.tenant: an application acts in one tenant",
        "write the tenant's domain or id, or mode: user",
    ),
    "several tenants without their domains": (
        "people:",
        "policy: {allowed_tenants: [{id: a}, {id: b, domains: [b.example]}]}\npeople:",
        (
            "9:28: policy.allowed_tenants[0]: one of several tenants does not say whose addresses it "
            "is believed about"
        ),
        "add the mail domains of its people, like domains: [example.com]",
    ),
    "a program that is no path": (
        "people:",
        "notify: {command: [mail]}\npeople:",
        "9:19: notify.command: should be a list: a program and its arguments",
        "write it like [/usr/local/bin/tell-admins, --quiet]; there is no shell",
    ),
    "a number for text": (
        "account_id: abc",
        "account_id: 5",
        "4:15: zoom.account_id: should be text (got 5)",
        "put the value in quotes",
    ),
    "blank text": (
        "account_id: abc",
        "account_id: ' '",
        "4:15: zoom.account_id: should not be blank (got ' ')",
        "write a value, or leave the key out",
    ),
    "text over two lines": (
        "account_id: abc",
        'account_id: "a\\nb"',
        "4:15: zoom.account_id: should be one line of plain text (got 'a?b')",
        "take line breaks and tabs out",
    ),
    "a near choice": (
        "  account_id",
        "  plan: prp\n  account_id",
        "4:9: zoom.plan: is not a value known here (got 'prp')",
        "did you mean 'pro'? Write 'free', 'pro' or 'business'",
    ),
    "yes for true": (
        "  account_id",
        "  meeting: {waiting_room: yes}\n  account_id",
        "4:27: zoom.meeting.waiting_room: should be true or false (got 'yes')",
        "write true or false, without quotes",
    ),
    "number too large": (
        "  account_id",
        "  meeting: {phone_numbers: 21}\n  account_id",
        "4:28: zoom.meeting.phone_numbers: is too large (got 21)",
        "write 20 or less",
    ),
    "octal number": (
        "  account_id",
        "  meeting: {phone_numbers: 0600}\n  account_id",
        "4:28: zoom.meeting.phone_numbers: should be a whole number (got '0600')",
        "write the number without quotes",
    ),
    "series with a fixed day": (
        "  account_id",
        "  meeting: {series: fixed_tme}\n  account_id",
        "4:21: zoom.meeting.series: is not a value known here (got 'fixed_tme')",
        "did you mean 'fixed_time'? Write 'no_fixed_time' or 'fixed_time'",
    ),
    "alternative hosts as a truth value": (
        "  account_id",
        "  meeting: {alternative_hosts: false}\n  account_id",
        "4:32: zoom.meeting.alternative_hosts: is not a value known here (got false)",
        "write 'off' or 'attendees'",
    ),
    "sweep too often": (
        "  account_id",
        "  sweep: 59s\n  account_id",
        "4:10: zoom.sweep: is too short (got '59s')",
        "write a duration from 1m to 7d",
    ),
    "sweep too seldom": (
        "  account_id",
        "  sweep: 8d\n  account_id",
        "4:10: zoom.sweep: is too long (got '8d')",
        "write a duration from 1m to 7d",
    ),
    "conference data sometimes": (
        "  service_account",
        "  conference_data: sometimes\n  service_account",
        "8:20: google.conference_data: is not a value known here (got 'sometimes')",
        "write 'auto', 'always' or 'never'",
    ),
    "endpoint without TLS": (
        "  account_id",
        "  api_base: http://localhost\n  account_id",
        "4:13: zoom.api_base: should be an https URL (got 'http://localhost')",
        "write it like https://host/path, without user, query or fragment",
    ),
    "endpoint with an impossible port": (
        "  account_id",
        "  api_base: https://localhost:99999\n  account_id",
        "4:13: zoom.api_base: should be an https URL (got 'https://localhost:99999')",
        "write it like https://host/path, without user, query or fragment",
    ),
    "text for a section": (
        "people:",
        "policy: strict\npeople:",
        "9:9: policy: should be a section",
        "write its keys below it, indented, or leave it out",
    ),
    "section without content": (
        "people:",
        "log:\npeople:",
        "9:5: log: should be a section",
        "write its keys below it, indented, or leave it out",
    ),
    "Zoom missing": (
        "zoom:\n  account_id: abc\n  client_id: def\n  client_secret: {file: zoom}\n",
        "",
        "1:1: zoom: this setting is missing",
        "add the section `zoom:`; `syncd config example` shows it",
    ),
    "no calendar provider": (
        "google:\n  service_account: {file: google}\n",
        "",
        "1:1: no calendar provider is set up",
        "add the section `google:` or `microsoft:`; `syncd config example` shows both",
    ),
}


def headline(problem: Problem) -> str:
    path = f"{problem.path}: " if problem.path else ""
    return f"{problem.line}:{problem.column}: {path}{problem.problem}"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_wrong_setting_is_named_with_its_place_and_remedy(write, good, problems, case):
    old, new, expected, remedy = case
    assert old in good
    path = write(good.replace(old, new, 1))
    found = {headline(problem): problem for problem in problems(path)}
    assert expected in found
    assert found[expected].remedy == remedy
    assert f"{path}:{expected}" in ConfigError(found.values()).render()
