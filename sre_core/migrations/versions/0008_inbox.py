"""Alerts that were received and wait for somebody, what they came in as, and how unknown forms are read."""

from sre_core.migrations.words import run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """CREATE TABLE wb_inbox (
        id TEXT PRIMARY KEY, workspace TEXT NOT NULL, fingerprint TEXT NOT NULL, last_seen TEXT NOT NULL, body TEXT NOT NULL,
        changed INTEGER NOT NULL, UNIQUE (workspace, fingerprint))""",
    "CREATE INDEX wb_inbox_changed ON wb_inbox (changed)",
    """CREATE TABLE wb_inbox_deliveries (
        alert_id TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, via TEXT NOT NULL,
        became TEXT NOT NULL, digest TEXT NOT NULL, own TEXT NOT NULL, context TEXT NOT NULL,
        PRIMARY KEY (alert_id, number))""",
    "CREATE INDEX wb_inbox_deliveries_digest ON wb_inbox_deliveries (digest)",
    "CREATE INDEX wb_inbox_deliveries_own ON wb_inbox_deliveries (own)",
    """CREATE TABLE wb_inbox_payloads (
        digest TEXT PRIMARY KEY, at TEXT NOT NULL, characters INTEGER NOT NULL, body TEXT NOT NULL)""",
    "CREATE INDEX wb_inbox_payloads_at ON wb_inbox_payloads (at, digest, characters)",
    """CREATE TABLE wb_inbox_changes (
        "only" INTEGER PRIMARY KEY CHECK ("only" = 1), changes INTEGER NOT NULL, let_go INTEGER NOT NULL)""",
    "CREATE TABLE wb_alert_templates (name TEXT PRIMARY KEY, body TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL)",
    """CREATE TABLE wb_alert_template_changes (
        name TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, via TEXT NOT NULL, body TEXT,
        PRIMARY KEY (name, number))""",
)
"""``wb_inbox.changed`` is the count of ``wb_inbox_changes`` at its last change, so that what is held in memory is read again where
it changed; ``let_go`` counts the alerts that made room for others. A payload that several alerts came in with is kept once;
``wb_inbox_deliveries.own`` is the same with the one alert alone in it.
``wb_alert_template_changes.body`` is NULL where a template was deleted."""


def upgrade() -> None:
    run(STATEMENTS)
