"""Documents with versions, names, dates and vectors; passages are cut anew from the texts that are there."""

from sre_core.migrations.words import Either, run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    Either("DROP TABLE wb_chunks_vocabulary", None),
    Either("DROP TABLE wb_chunks_fts", None),
    "DROP TABLE wb_chunks",
    "ALTER TABLE wb_documents RENAME TO wb_documents_before",
    """CREATE TABLE wb_documents (
        id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, title TEXT NOT NULL, kind TEXT NOT NULL,
        component TEXT, faults TEXT NOT NULL, names TEXT NOT NULL, links TEXT NOT NULL, source TEXT NOT NULL,
        form TEXT NOT NULL, media_type TEXT NOT NULL, sections TEXT, dated TEXT, digest TEXT NOT NULL,
        added_at TEXT NOT NULL, added_by TEXT NOT NULL, updated_at TEXT NOT NULL, updated_by TEXT NOT NULL,
        version INTEGER NOT NULL, text TEXT NOT NULL, redacted TEXT NOT NULL, notes TEXT NOT NULL,
        given TEXT NOT NULL, cut_by INTEGER NOT NULL)""",
    """INSERT INTO wb_documents (id, path, title, kind, component, faults, names, links, source, form, media_type, digest,
            added_at, added_by, updated_at, updated_by, version, text, redacted, notes, given, cut_by)
        SELECT id, path, title, kind, component, faults, '[]', '[]', 'upload', 'markdown', 'text/markdown', digest,
            added_at, added_by, added_at, added_by, 1, text, '{}', '[]', '{}', 0 FROM wb_documents_before""",
    "DROP TABLE wb_documents_before",
    """CREATE TABLE wb_document_versions (
        document_id INTEGER NOT NULL REFERENCES wb_documents (id) ON DELETE CASCADE, version INTEGER NOT NULL,
        digest TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (document_id, version))""",
    """CREATE TABLE wb_tombstones (
        path TEXT PRIMARY KEY, title TEXT NOT NULL, deleted_at TEXT NOT NULL, deleted_by TEXT NOT NULL, because TEXT NOT NULL)""",
    "CREATE INDEX wb_documents_cut_by ON wb_documents (cut_by)",
    "CREATE TABLE wb_scrubs_due (id INTEGER PRIMARY KEY AUTOINCREMENT)",
    """CREATE TABLE wb_chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES wb_documents (id) ON DELETE CASCADE,
        heading TEXT NOT NULL, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, text TEXT NOT NULL,
        embedded TEXT NOT NULL)""",
    "CREATE INDEX wb_chunks_document ON wb_chunks (document_id)",
    "CREATE INDEX wb_chunks_embedded ON wb_chunks (embedded)",
    "CREATE INDEX wb_documents_component ON wb_documents (component)",
    "CREATE INDEX wb_documents_digest ON wb_documents (digest)",
    """CREATE TABLE wb_vectors (
        model TEXT NOT NULL, digest TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, digest))""",
    """CREATE TABLE wb_names (
        name TEXT NOT NULL, tier TEXT NOT NULL,
        document_id INTEGER NOT NULL REFERENCES wb_documents (id) ON DELETE CASCADE,
        PRIMARY KEY (name, document_id, tier)) WITHOUT ROWID""",
    "CREATE INDEX wb_names_document ON wb_names (document_id)",
    Either(
        "CREATE VIRTUAL TABLE wb_chunks_fts USING fts5 (title, heading, body, scope, tokenize = 'unicode61')",
        """CREATE TABLE wb_chunks_fts (
            id BIGINT PRIMARY KEY REFERENCES wb_chunks (id) ON DELETE CASCADE, words tsvector NOT NULL, length BIGINT NOT NULL)""",
    ),
    Either(
        "CREATE VIRTUAL TABLE wb_chunks_vocabulary USING fts5vocab ('wb_chunks_fts', 'row')",
        'CREATE TABLE wb_chunks_vocabulary (term TEXT COLLATE "C" PRIMARY KEY, doc BIGINT NOT NULL)',
    ),
    Either(None, "CREATE INDEX wb_chunks_fts_words ON wb_chunks_fts USING gin (words)"),
)
"""``wb_chunks.embedded`` is the SHA-256 of the text that is embedded (prefix and passage); ``wb_documents.given`` what the
reader said beside the text; ``cut_by`` the version of the cutter, so that a newer one cuts again. In PostgreSQL,
``wb_chunks_fts.length`` is how many words a passage has, and ``wb_chunks_vocabulary`` is kept by ``knowledge.tsvector``."""


def upgrade() -> None:
    run(STATEMENTS)
