"""Documents, their passages with full text, and remembered incidents."""

from sre_core.migrations.words import Either, run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE wb_documents (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, title TEXT NOT NULL, kind TEXT NOT NULL, component TEXT,
        faults TEXT NOT NULL, digest TEXT NOT NULL, added_at TEXT NOT NULL, added_by TEXT NOT NULL, text TEXT NOT NULL)""",
    """CREATE TABLE wb_chunks (
        id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES wb_documents (id) ON DELETE CASCADE,
        heading TEXT NOT NULL, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, text TEXT NOT NULL)""",
    "CREATE INDEX wb_chunks_document ON wb_chunks (document_id)",
    Either("CREATE VIRTUAL TABLE wb_chunks_fts USING fts5 (title, heading, body, tokenize = 'unicode61')", None),
    Either("CREATE VIRTUAL TABLE wb_chunks_vocabulary USING fts5vocab ('wb_chunks_fts', 'row')", None),
    """CREATE TABLE wb_incidents (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, component TEXT, fault TEXT, symptoms TEXT NOT NULL,
        resolution TEXT NOT NULL, started_at TEXT, source TEXT NOT NULL)""",
)


def upgrade() -> None:
    run(STATEMENTS)
