"""Sources of documents that refresh, and what was last seen of each of their items."""

from sre_core.migrations.words import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """CREATE TABLE wb_feeds (
        id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, settings TEXT NOT NULL, added_at TEXT NOT NULL, added_by TEXT NOT NULL)""",
    """CREATE TABLE wb_feed_items (
        feed_id TEXT NOT NULL REFERENCES wb_feeds (id) ON DELETE CASCADE, item TEXT NOT NULL, stamp TEXT NOT NULL,
        digest TEXT NOT NULL, documents TEXT NOT NULL, refused TEXT NOT NULL, PRIMARY KEY (feed_id, item)) WITHOUT ROWID""",
    """CREATE TABLE wb_feed_runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT, feed_id TEXT NOT NULL REFERENCES wb_feeds (id) ON DELETE CASCADE,
        status TEXT NOT NULL, by TEXT NOT NULL, started TEXT NOT NULL, ended TEXT, counts TEXT NOT NULL,
        errors TEXT NOT NULL, problem TEXT)""",
    "CREATE INDEX wb_feed_runs_feed ON wb_feed_runs (feed_id, id)",
)
"""``wb_feed_items.documents`` is path -> digest of what the item gave; ``refused`` the sentences about what it did not."""


def upgrade() -> None:
    run(STATEMENTS)
