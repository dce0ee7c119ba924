"""Secrets go, and everything that only looks like one stays."""

from __future__ import annotations

import json
import random
import re
import textwrap
from base64 import b64decode, b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from sre_core.redaction import redact
from tests.tries import tried

KEY = (
    "MIIEpAIBAAKCAQEA7bq3h8x1v0Z5m2nQk9tYwLr4sPcJd6fGhUeXoVzBaNiTyKMw\n" + "abcdefGHIJ0123456789" * 3 + "\nshort+end=="
)

LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""As ``str.splitlines`` has it."""

SECRETS = [
    ("AKIAIOSFODNN7EXAMPLE", "[redacted: AWS key]"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key = [redacted: AWS key]"),
    (
        'export AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY"',
        'export AWS_SECRET_ACCESS_KEY="[redacted: AWS key]"',
    ),
    ("AIzaSyA1234567890abcdefghijklmnopqrstuv", "[redacted: Google key]"),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted: GitHub token]"),
    ("glpat-abcDEF1234567890abcd", "[redacted: GitLab token]"),
    ("xoxb-123456789012-abcdefGHIJKL", "[redacted: Slack token]"),
    ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "[redacted: Stripe key]"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "[redacted: JWT]"),
    ("password: hunter2", "password: [redacted: password]"),
    ("password: swordfish", "password: [redacted: password]"),
    ("Password: Tr0ub4dor&3", "Password: [redacted: password]"),
    ("DB_PASSWORD=s3cr3t", "DB_PASSWORD=[redacted: password]"),
    ('dbPassword: "correct horse battery staple"', 'dbPassword: "[redacted: password]"'),
    ("PGPASSWORD=hunter psql -h x", "PGPASSWORD=[redacted: password] psql -h x"),
    ("mysql --password=hunter mydb", "mysql --password=[redacted: password] mydb"),
    ("mysql -u root -pS3cretPw mydb", "mysql -u root -p[redacted: password] mydb"),
    ("--password hunter2", "--password [redacted: password]"),
    ("--token 0123456789abcdef0123", "--token [redacted: token]"),
    ("Authorization: Bearer abc123def456ghi789", "Authorization: Bearer [redacted: token]"),
    ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic [redacted: token]"),
    (
        'curl -H "Authorization: Bearer mF_9.B5f-4.1JqM" https://x',
        'curl -H "Authorization: Bearer [redacted: token]" https://x',
    ),
    ("curl -u admin:S3cr3t https://x", "curl -u admin:[redacted: password] https://x"),
    ("postgres://app:s3cr3t@db:5432/app", "postgres://app:[redacted: password in an address]@db:5432/app"),
    (
        "DATABASE_URL=postgresql://app:hunter2@db/app",
        "DATABASE_URL=postgresql://app:[redacted: password in an address]@db/app",
    ),
    ("redis://:p4ssw0rd@cache:6379", "redis://:[redacted: password in an address]@cache:6379"),
    (
        "Server=db;User Id=sa;Password=Abc123!;Encrypt=yes",
        "Server=db;User Id=sa;Password=[redacted: password];Encrypt=yes",
    ),
    ("db.internal:5432:app:appuser:S3cr3tPw", "db.internal:5432:app:appuser:[redacted: password]"),
    ("  - name: DB_PASSWORD\n    value: hunter2", "  - name: DB_PASSWORD\n    value: [redacted: password]"),
    ('{"name": "API_TOKEN", "value": "abc123def456"}', '{"name": "API_TOKEN", "value": "[redacted: token]"}'),
    ('"password": "hunter2",', '"password": "[redacted: password]",'),
    ("api_key: 9f8d7c6b5a4e3d2c", "api_key: [redacted: API key]"),
    ("api key: abcd1234efgh", "api key: [redacted: API key]"),
    ("client_secret=correcthorse", "client_secret=[redacted: secret]"),
    ("token: 550e8400-e29b-41d4-a716-446655440000", "token: [redacted: token]"),
    ("<password>hunter2</password>", "<password>[redacted: password]</password>"),
    ("the password is S3cr3t!23 today", "the password is [redacted: password] today"),
    ("| DB password | `hunter2x` |", "| DB password | `[redacted: password]` |"),
    ("ALTER USER app WITH PASSWORD 'newpass1';", "ALTER USER app WITH PASSWORD '[redacted: password]';"),
    ("IDENTIFIED BY 'hunter22'", "IDENTIFIED BY '[redacted: password]'"),
    ('echo "root:Hunter2" | chpasswd', 'echo "root:[redacted: password]" | chpasswd'),
    ("requirepass foobared1", "requirepass [redacted: password]"),
    ("redis-cli -h x -a foobared1 ping", "redis-cli -h x -a [redacted: password] ping"),
    ("sshpass -p hunter2 ssh x", "sshpass -p [redacted: password] ssh x"),
    ("machine x login bob password hunter22", "machine x login bob password [redacted: password]"),
    (
        "kubectl create secret generic x --from-literal=password=hunter2",
        "kubectl create secret generic x --from-literal=password=[redacted: password]",
    ),
    ("hvs.CAESIAbcdefghijklmnopqrstuvwx", "[redacted: Vault token]"),
    (
        "https://hooks.slack.com/services/T01ABCDEF/B01ABCDEF/abcdefghijklmnopqrstuvwx",
        "https://hooks.slack.com/services/[redacted: Slack webhook]",
    ),
    (
        "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr==;",
        "AccountKey=[redacted: key];",
    ),
    ('config["password"] = "hunter2"', 'config["password"] = "[redacted: password]"'),
    ("**Password:** hunter2", "**Password:** [redacted: password]"),
    ("$6$rounds=5000$abcdefgh$klmnopqrstuvwxyz0123456789ABCDEF", "[redacted: password hash]"),
    ("password: |\n    hunter two three\n  next: 1", "password: |\n    [redacted: password]\n"),
    ("spring.datasource.password=hunter2", "spring.datasource.password=[redacted: password]"),
    ('"secret": "a8f5f167f44f4964e6c998dee827110c"', '"secret": "[redacted: secret]"'),
    ("password = 123456", "password = [redacted: password]"),
    ("app:x9Kq27LmPz@tcp(db:3306)/orders", "app:[redacted: password in an address]@tcp(db:3306)/orders"),
    (
        'dsn := "app:x9Kq@27LmPz@unix(/tmp/mysql.sock)/orders"',
        'dsn := "app:[redacted: password in an address]@unix(/tmp/mysql.sock)/orders"',
    ),
    ("sqlplus -S scott/x9Kq27LmPz@db", "sqlplus -S scott/[redacted: password]@db"),
    ("jdbc:oracle:thin:u/x9Kq27Lm@db:1521:x", "jdbc:oracle:thin:u/[redacted: password in an address]@db:1521:x"),
    ("integration_key: 9f8d7c6b5a4e3d2c9f8d7c6b5a4e3d2c", "integration_key: [redacted: API key]"),
    ('serviceKey: "9f8d7c6b5a4e3d2c9f8d7c6b5a4e3d2c"', 'serviceKey: "[redacted: API key]"'),
    ("routing_key: R0ABCD1234EFGH5678IJKL9012MNOP34", "routing_key: [redacted: API key]"),
    ("PresharedKey = cR4DPJuCyCs6r+2YdTzJ9vPzEU0tD9CKL5rI4mNk1Xk=", "PresharedKey = [redacted: key]"),
    ("psk=x9Kq27LmPz8", "psk=[redacted: key]"),
    (
        "- name: DB_PASSWORD\n  # set by ops\n  value: hunter2",
        "- name: DB_PASSWORD\n  # set by ops\n  value: [redacted: password]",
    ),
    ("- name: DB_PASSWORD # ops\n  value: hunter2", "- name: DB_PASSWORD # ops\n  value: [redacted: password]"),
    ("- value: hunter2\n  name: DB_PASSWORD", "- value: [redacted: password]\n  name: DB_PASSWORD"),
    ('{"value": "hunter2", "name": "DB_PASSWORD"}', '{"value": "[redacted: password]", "name": "DB_PASSWORD"}'),
    (
        "<tr><td>Password</td><td>x9Kq27LmPz</td></tr>",
        "<tr><td>Password</td><td>[redacted: password]</td></tr>",
    ),
    (
        "<th><b>API key:</b></th>\n<td><code>x9Kq27LmPz</code></td>",
        "<th><b>API key:</b></th>\n<td><code>[redacted: API key]</code></td>",
    ),
    ("Password:\nx9Kq27LmPz\n", "Password:\n[redacted: password]\n"),
    ("The root **password**:\n\n`x9Kq27LmPz`\n", "The root **password**:\n\n`[redacted: password]`\n"),
    ("Password:\n\n```text\nx9Kq27LmPz\n```\n", "Password:\n\n```text\n[redacted: password]\n```\n"),
    ('"password": ["x9Kq27LmPz"]', '"password": ["[redacted: password]"]'),
    ("passwords:\n  - x9Kq27LmPz # old\n  - admin\n", "passwords:\n  - [redacted: password] # old\n  - admin\n"),
    ("cqlsh -u cassandra -p x9Kq27LmPz host", "cqlsh -u cassandra -p [redacted: password] host"),
    ("ipmitool -H h -U admin -P x9Kq27LmPz sel", "ipmitool -H h -U admin -P [redacted: password] sel"),
    ("sqlcmd -S db -U sa -P x9Kq27LmPz", "sqlcmd -S db -U sa -P [redacted: password]"),
    ("snmpwalk -v2c -c n0tpubl1c host", "snmpwalk -v2c -c [redacted: password] host"),
    ("snmpget -v3 -u mon -A x9Kq27LmPz host", "snmpget -v3 -u mon -A [redacted: password] host"),
    ("vault login s.iyNUhq8Ov4hIAx6snw5mB2nL", "vault login [redacted: Vault token]"),
    ("vault login -method=token x9Kq27LmPzx9Kq27LmPz", "vault login -method=token [redacted: Vault token]"),
    ("the root token s.iyNUhq8Ov4hIAx6snw5mB2nL expired", "the root token [redacted: Vault token] expired"),
    (" password 7 094F471A1A0A", " password 7 [redacted: password]"),
    ("enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0", "enable secret 5 [redacted: password hash]"),
    ("username ops secret 9 $9$nhEmQVczB7dqsO$X.HsgL6x1il", "username ops secret 9 [redacted: password]"),
    ("Cookie: theme=dark; session=x9Kq27LmPz", "Cookie: theme=dark; session=[redacted: session cookie]"),
    (
        "Set-Cookie: sid=x9Kq27LmPz; Path=/; Max-Age=3600; HttpOnly",
        "Set-Cookie: sid=[redacted: session cookie]; Path=/; Max-Age=3600; HttpOnly",
    ),
    ("curl -b 'sid=x9Kq27LmPz' https://x", "curl -b 'sid=[redacted: session cookie]' https://x"),
    ("JWT_SECRET=keyboardcat", "JWT_SECRET=[redacted: secret]"),
    ("export ADMIN_TOKEN=letmeinplease", "export ADMIN_TOKEN=[redacted: token]"),
    ("SESSION_SECRET=correct-horse-battery", "SESSION_SECRET=[redacted: secret]"),
]

NO_SECRETS = [
    "password: <password>",
    "password: ${PASSWORD}",
    "password: $PASSWORD",
    "--password=$PASSWORD",
    '--password "$DB_PASSWORD"',
    "password: {{ .Values.password }}",
    "password: changeme",
    "password: xxx",
    "password: ********",
    "password: your-password-here",
    "API_KEY=<your api key>",
    "the password is rotated weekly",
    "The token is refreshed every 30 minutes",
    "Password: ask the DBA on call",
    "use --password to set it",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "image: registry/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "550e8400-e29b-41d4-a716-446655440000",
    "secretName: grafana-tls",
    "existingSecret: my-db-credentials",
    "secret: grafana-tls-2",
    "checksum/secret: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "https://user:password@example.com",
    "postgres://user:${PASS}@host/db",
    "http://localhost:9090/graph?x=a@b",
    "docker://nginx:1.25@sha256:abcdef",
    "Authorization: Bearer $TOKEN",
    "Authorization: Bearer <token>",
    "Authorization: Bearer ${TOKEN}",
    "Bearer authentication is used",
    'curl -u "$USER:$PASS" https://x',
    "docker run -u 1000:1000 x",
    "password = get_password()",
    "password=self.password",
    "def f(password: str, token: str | None = None) -> None:",
    "PWD=/root/x",
    "tokens: 12000",
    "max_tokens: 4096",
    "token_type: bearer",
    "passwordSecretRef: db-secret",
    "key: value",
    "Pass: 12 tests",
    "password: null",
    "password_file: /run/secrets/db",
    "password: /run/secrets/db",
    "secretKeyRef:",
    "    name: db-secret",
    "    key: password",
    "2024-01-01T00:00:00 INFO a:1234:b message",
    "-----BEGIN PRIVATE KEY-----",
    "runbook_url: https://example.com/runbooks/token-expired",
    "apiVersion: v1",
    "kubectl get secret db-credentials -o yaml",
    "token: invalid",
    'Error: password authentication failed for user "app"',
    'password: "The user\'s password"',
    "| `password` | Password of the database user |",
    "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
    "aws_secret_access_key = YOUR_SECRET_KEY",
    'password: "{{ vault_db_password }}"',
    'token: "%(token)s"',
    "password: vault:secret/data/db#password",
    "The secret key must be 32 bytes long",
    "Keys: api-key rotation is documented below",
    "author: Jane Doe",
    "primary key: customer_id",
    "Token: see Vault",
    "foo.py:12:5:E501:message",
    "kubectl -n x get secret foo -o jsonpath='{.data.password}' | base64 -d",
    "PASSWORD=$(kubectl get secret x)",
    "password=$(cat /x)",
    "  password: *default-password",
    "keyboard: qwerty1234",
    "passed: 1234567",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ user@host",
    "client-key-data: LS0tLS1CRUdJTi...",
    "user:password@tcp(localhost:3306)/db",
    "${USER}:${PASS}@tcp(db:3306)/orders",
    "sqlplus / as sysdba @scripts/run.sql",
    "sqlplus user/password@db",
    "routing_key=orders.created",
    "service_key: checkout-api",
    "key_mgmt=WPA-PSK",
    "<code>{ psk: &#x3C;Buffer|TypedArray> }</code>",
    "- name: LOG_LEVEL\n  value: x9Kq27LmPz\n- name: DB_PASSWORD\n  valueFrom:",
    "- value: x9Kq27LmPz\n- name: DB_PASSWORD",
    "user,password\nann,<password>\nbob,changeme\n",
    "Ask for a user,password\nand then, when it has come, log in.",
    "user,password\nThey are needed twice, the second time by the operator.",
    "<td>Password</td><td>Password of the user</td>",
    "<td>Token</td><td>string</td>",
    "Password:\nask the database team\n",
    "password:\n  secretKeyRef:\n    name: db-1\n    key: password\n",
    "To renew the token:\n\n```bash\n./renew-token-v2.sh\n```\n",
    "To renew the token:\n\n```\nkubectl create token prometheus-k8s\n```\n",
    "the password:\n\n> is never written down\n",
    "secrets:\n- default-token-x8zkq2\n- etcd-certs\n",
    'secrets: ["default-token-x8zkq2"]',
    "tokens:\n- name: a1b2c3d4\n",
    '"password": ["This field may not be blank."]',
    '"password": ["required|string|min:8"]',
    "passwords:\n- are rotated\n- Grafana\n",
    "docker run -p 8080:80 cqlsh",
    "ipmitool -P $IPMI_PASSWORD sel list",
    "snmpwalk -v2c -c public host",
    "vault login -method=kubernetes-auth-v2 role=app",
    "s.registerMetricsAndHandler1(x)",
    "a password 8 characters long",
    "the password 7 days before it ends",
    "Cookie: theme=dark; lang=en",
    "Set-Cookie: sid=<value>; Max-Age=31536000; Path=/",
    "curl -b cookies.txt https://x",
    "TLS_SECRET=grafana-tls",
    "IMAGE_PULL_SECRET=regcred",
    "API_TOKEN=changeme",
    "GITHUB_TOKEN=${{ secrets.GITHUB_TOKEN }}",
    "API_KEY=your-api-key",
]


@pytest.mark.parametrize(("text", "left"), SECRETS)
def test_a_secret_is_taken_out_and_its_kind_named(text: str, left: str) -> None:
    redacted = redact(text)
    assert redacted.text == left
    assert sum(redacted.found.values()) == 1
    assert redact(left).found == {}


@pytest.mark.parametrize("text", NO_SECRETS)
def test_what_only_stands_for_a_secret_or_reads_like_one_stays(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).found == {}


@pytest.mark.parametrize("kind", ["RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])
@pytest.mark.parametrize("indent", ["", "    "])
def test_a_private_key_goes_whole_and_leaves_its_lines(kind: str, indent: str) -> None:
    block = textwrap.indent(f"-----BEGIN {kind}-----\n{KEY}\n-----END {kind}-----", indent)
    redacted = redact(f"before\n{block}\nafter 7\n")
    assert redacted.text == f"before\n{indent}[redacted: private key]\n\n\n\n\nafter 7\n"


def test_a_private_key_that_was_cut_off_goes_as_far_as_it_goes() -> None:
    redacted = redact(f"-----BEGIN EC PRIVATE KEY-----\n{KEY}\nSome words follow.\n")
    assert redacted.text == "[redacted: private key]\n\n\n\nSome words follow.\n"


def test_a_private_key_in_one_line_of_json() -> None:
    line = KEY.replace("\n", "\\n")
    text = f'{{"private_key": "-----BEGIN PRIVATE KEY-----\\n{line}\\n-----END PRIVATE KEY-----\\n", "type": "x"}}'
    assert redact(text).text == '{"private_key": "[redacted: private key]", "type": "x"}'


def encoded(label: str, wrapped_at: int = 0) -> str:
    """A PEM block as kubectl shows it: base64, in one line or in several."""
    line = b64encode(f"-----BEGIN {label}-----\n{KEY}\n-----END {label}-----\n".encode()).decode()
    return "\n".join(textwrap.wrap(line, wrapped_at)) if wrapped_at else line


@pytest.mark.parametrize("kind", ["RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY"])
@pytest.mark.parametrize("name", ["client-key-data", "tls.key", "anything"])
def test_a_private_key_in_base64_goes(kind: str, name: str) -> None:
    assert redact(f"  {name}: {encoded(kind)}\nnext: 1").text == f"  {name}: [redacted: private key]\nnext: 1"


def test_a_private_key_in_base64_that_was_wrapped_goes_to_its_last_line() -> None:
    wrapped = encoded("PRIVATE KEY", 76)
    left = "[redacted: private key]" + "\n" * wrapped.count("\n")
    assert redact(f"before\n{wrapped}\nafter it\n").text == f"before\n{left}\nafter it\n"


def test_a_certificate_in_base64_stays_and_a_key_behind_one_goes() -> None:
    text = f"certificate-authority-data: {encoded('CERTIFICATE')}"
    assert redact(text).text == text
    both = b64encode(b64decode(encoded("CERTIFICATE")) + b64decode(encoded("PRIVATE KEY"))).decode()
    assert redact(f"pem: {both}").text == "pem: [redacted: private key]"


def test_a_column_of_passwords_between_commas_goes_until_the_table_ends() -> None:
    text = "user,password,team\nann,swordfish,core\nbob,x9Kq27LmPz,edge\n\nann,swordfish,core\n"
    mark = "[redacted: password]"
    assert redact(text).text == text.replace("swordfish", mark, 1).replace("x9Kq27LmPz", mark)


def test_every_item_of_a_list_of_secrets_goes() -> None:
    redacted = redact("tokens: [x9Kq27LmPz,\n  'y9Kq27LmPz', admin]\npasswords:\n- x9Kq27LmPz\n- z9Kq27LmPz\n")
    assert "Kq27LmPz" not in redacted.text
    assert redacted.found == {"password": 2, "token": 2}
    assert "admin" in redacted.text


def test_values_of_a_kubernetes_secret_go_and_those_of_a_config_map_stay() -> None:
    text = textwrap.dedent("""\
        apiVersion: v1
        data:
          user: YWRtaW4=
          tls.crt: |
            TElORTE=
            TElORTI=
        kind: Secret
        stringData:
          a: "${FROM_VAULT}"
        ---
        kind: ConfigMap
        data:
          keep: bm90aGluZw==
    """)
    mark = "[redacted: Kubernetes secret]"
    expected = text.replace("YWRtaW4=", mark).replace("TElORTE=", mark).replace("TElORTI=", mark)
    assert redact(text).text == expected
    as_json = '{"apiVersion": "v1", "data": {"user": "YWRtaW4="}, "kind": "Secret"}'
    assert redact(as_json).text == as_json.replace("YWRtaW4=", mark)


def test_a_column_of_passwords_goes() -> None:
    text = "| host | Password | note |\n|---|---|---|\n| a | swordfish | x |\n| b | ask the team | y |\n| c | `<pw>` | z |\n"
    assert redact(text).text == text.replace("swordfish", "[redacted: password]")


def test_a_block_of_yaml_below_a_secret_name_goes() -> None:
    text = "auth:\n  password: |\n    correct horse\n    battery staple\n  user: ann\n"
    assert redact(text).text == "auth:\n  password: |\n    [redacted: password]\n\n  user: ann\n"


def test_kinds_are_counted() -> None:
    redacted = redact("password: hunter2\npassword: hunter3\nAKIAQWERTYUIOPASDFGH\n")
    assert redacted.found == {"AWS key": 1, "password": 2}


def test_a_secret_given_under_a_name_is_called_by_its_own_kind() -> None:
    assert redact("token: ghp_abcdefghijklmnopqrstuvwxyz0123456789").text == "token: [redacted: GitHub token]"


SIGNS = """\n \t : = " ' | > - / @ $ { } < > ; & \\ . , ` * # [redacted: x] password token secret kind:Secret data: value: ://
\r"""

PIECES = [
    *(text for text, _ in SECRETS),
    *NO_SECRETS,
    *SIGNS.split(" "),
    f"-----BEGIN PRIVATE KEY-----\n{KEY}\n-----END PRIVATE KEY-----",
]


@tried(200)
@given(some.lists(some.one_of(some.sampled_from(PIECES), some.text(max_size=8)), max_size=14).map("".join))
@example("password: [redacted: password]\x85x1y2z3")
def test_twice_is_once_and_lines_stay(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text
    assert redact(once.text).found == {}
    assert once.text.count("\n") == text.count("\n")
    assert LINE_END.findall(once.text) == LINE_END.findall(text)


@tried(100)
@given(
    some.text("abcdefghijkmnpqrstuvwxyzABCDEFGH23456789", min_size=12, max_size=40).filter(
        lambda value: any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and len(set(value)) > 6
    ),
    some.sampled_from(
        ["password: {}", "DB_PASSWORD={}", '"apiToken": "{}"', "--client-secret {}", "postgres://app:{}@db/x"]
    ),
)
def test_no_random_value_gets_through(value: str, form: str) -> None:
    assert value not in redact(form.format(value)).text


HOSTILE = {
    "begins": "-----BEGIN PRIVATE KEY-----\n",
    "broken keys": "-----BEGIN PRIVATE KEY-----\nAb3Ab3Ab3Ab3Ab3Ab3\n",
    "names": "password=",
    "placeholders": "password=$a;",
    "open quotes": 'password="',
    "escapes": '\\"',
    "JWT": "eyJ",
    "addresses": "://a:",
    "commands": "mysql login echo a|",
    "rows": "| password ",
    "tables": "a|b\n---|---\n",
    "maps": "kind: Secret\ndata:\n",
    "lists": "- ",
    "JSON": '"kind": "Secret", "data": {',
    "blocks": "password: |\n  a\n",
    "elements": "<password>",
    "dots": "a.",
    "letters": "a",
    "blanks": " ",
    "pgpass": "a:1234:b:c:",
    "pairs": "name: password value",
    "api": "api ",
    "encoded": "LS0tLS1CRUdJTi",
    "encoded lines": encoded("CERTIFICATE", 76) + "\n",
    "drivers": "a:b@tcp(",
    "drivers' users": "a:@tcp",
    "SQL clients": "sqlplus a/",
    "cookies": "Cookie: a=",
    "comments": "name: password\n# a\n",
    "values": "- value: a\n",
    "headings": "user,password\n",
    "HTML cells": "<td>password</td>",
    "names above": "password:\n",
    "names above fences": "password:\n\n```\n",
    "items": "- x9Kq27LmPz\n- password:\n",
    "brackets": "password: [",
    "quoted brackets": '"password:[",',
    "devices": "password 7 ",
    "variables": "A_",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_a_long_text_of_anything_takes_time_in_proportion(piece: str) -> None:
    """A pattern that went over the text again and again would take a minute here, not a tenth of a second."""
    text = piece * (200_000 // len(piece))
    assert redact(text).text.count("\n") == text.count("\n")


@pytest.mark.slow
def test_a_long_text_of_noise() -> None:
    text = "".join(random.Random(3).choices("password:=\n \"'|<>-/@token. 1aA{}", k=300_000))
    once = redact(text)
    assert redact(once.text).text == once.text


WRAPPED = {
    "coloured": "\x1b[36mpassword\x1b[0m=\x1b[31mkJ8mQ2vX9pLw4Z\x1b[0m done",
    "coloured in the middle": "token ghp_aB3dE5\x1b[1mfG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5",
    "with a sign that nobody sees": "ghp_aB3dE5fG\u200b7hI9jK1lM3nO5pQ7rS9tU1vW3xY5",
    "under a name with such a sign": "pass\u200bword=kJ8mQ2vX9pLw4Z",
    "behind a wide sign": "password＝kJ8mQ2vX9pLw4Z",
    "in an address within an address": "GET /login?next=postgres%3A%2F%2Fapp%3AkJ8mQ2vX9pLw4Z%40db%2Fshop",
    "in an encoded query": "GET /x?to=%2Fy%3Fpassword%3DkJ8mQ2vX9pLw4Z%26page%3D2",
    "in HTML": "<pre>password=&quot;kJ8mQ2vX9pLw4Z&quot;</pre>",
    "escaped again and again": json.dumps(json.dumps(json.dumps({"password": "kJ8mQ2vX9pLw4Z"}))),
    "under an escaped name": '{"pass\\u0077ord":"kJ8mQ2vX9pLw4Z"}',
}


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED.keys())
def test_a_secret_is_found_however_it_is_wrapped(text: str) -> None:
    redacted = redact(text)
    assert "[redacted: " in redacted.text
    assert not any(part in redacted.text for part in ("kJ8mQ2vX9pLw4Z", "fG7hI9jK1lM3nO5pQ7rS9t", "7hI9jK1lM3nO5pQ7"))
    assert redact(redacted.text).text == redacted.text


@pytest.mark.parametrize(
    "text",
    ["\x1b[32m200\x1b[0m GET /x?a=1%26b=2", "say &quot;hello&quot; to a%20friend", 'caf\u00e9 \\\\"x\\\\"', "％ ＝"],
)
def test_what_is_wrapped_and_no_secret_stays_as_it_is(text: str) -> None:
    assert redact(text).text == text


@given(some.text(alphabet="ab=:\\\"'%&;u0037password \x1b[m\u200b＝\n", max_size=80))
def test_wrapped_text_keeps_its_lines_and_is_redacted_once(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once
    assert once.count("\n") == text.count("\n")
