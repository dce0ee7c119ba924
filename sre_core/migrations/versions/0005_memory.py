"""Incidents with what is believed of them, and what else is remembered."""

from sre_core.migrations.words import Either, run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str | Either, ...] = (
    "ALTER TABLE wb_incidents RENAME TO wb_incidents_before",
    """CREATE TABLE wb_incidents (
        id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, derived TEXT NOT NULL, edits TEXT NOT NULL, pinned INTEGER NOT NULL,
        merged_into TEXT, merged_by TEXT, apart INTEGER NOT NULL, revision INTEGER NOT NULL, changed INTEGER NOT NULL)""",
    Either(
        """INSERT INTO wb_incidents (id, fingerprint, derived, edits, pinned, merged_into, merged_by, apart, revision, changed)
        SELECT id, '', json_object('id', id, 'title', title, 'component', component, 'fault', fault, 'symptoms', symptoms,
            'resolution', resolution, 'started_at', started_at, 'source', source,
            'investigation_id', CASE WHEN source LIKE 'investigation %' THEN substr(source, 15) END),
            '{}', 0, NULL, NULL, 0, 1, 1 FROM wb_incidents_before""",
        None,
    ),
    "DROP TABLE wb_incidents_before",
    "CREATE INDEX wb_incidents_fingerprint ON wb_incidents (fingerprint)",
    """CREATE TABLE wb_incident_revisions (
        incident_id TEXT NOT NULL, revision INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, because TEXT NOT NULL,
        believed TEXT, PRIMARY KEY (incident_id, revision))""",
    """CREATE TABLE wb_incident_vectors (
        incident_id TEXT NOT NULL, model TEXT NOT NULL, digest TEXT NOT NULL, vector BLOB NOT NULL,
        PRIMARY KEY (incident_id, model))""",
    "CREATE TABLE wb_forgotten (id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL)",
    'CREATE TABLE wb_memory_changes ("only" INTEGER PRIMARY KEY CHECK ("only" = 1), changes INTEGER NOT NULL)',
    "INSERT INTO wb_memory_changes VALUES (1, 1)",
    """CREATE TABLE wb_ratings (
        investigation_id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, verdict TEXT NOT NULL, confidence REAL NOT NULL,
        rating TEXT NOT NULL, claimed_right INTEGER)""",
    """CREATE TABLE wb_looks (
        investigation_id TEXT NOT NULL, tool TEXT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL, component TEXT NOT NULL,
        fault TEXT, occurrence TEXT NOT NULL, at TEXT NOT NULL, helped INTEGER NOT NULL,
        PRIMARY KEY (investigation_id, tool, target))""",
    "CREATE INDEX wb_looks_kind ON wb_looks (kind, component)",
    """CREATE TABLE wb_dead_end_notes (
        id TEXT PRIMARY KEY, note TEXT NOT NULL, minded INTEGER NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL)""",
    """CREATE TABLE wb_component_facts (
        id TEXT PRIMARY KEY, component TEXT NOT NULL, text TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
        investigation_id TEXT, seq INTEGER, workspace TEXT, edited_by TEXT, edited_at TEXT)""",
    "CREATE INDEX wb_component_facts_component ON wb_component_facts (component)",
    """CREATE TABLE wb_profiles (name TEXT PRIMARY KEY, body TEXT NOT NULL, updated_at TEXT NOT NULL)""",
)
"""``wb_incidents.changed`` is the count of ``wb_memory_changes`` at its last change, so that what is held in memory is read again
where it changed; ``wb_incident_revisions.believed`` is NULL while nothing was believed; ``wb_ratings.claimed_right`` says
whether what was claimed to have happened before turned out to be the cause, NULL where nothing was claimed."""


def upgrade() -> None:
    run(STATEMENTS)
