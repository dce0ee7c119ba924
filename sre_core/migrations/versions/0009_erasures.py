"""That an investigation was erased, by whom and when: each record carries the hash that chains it to the one before it."""

from sre_core.migrations.words import run

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """CREATE TABLE wb_erasures (
        number INTEGER PRIMARY KEY, investigation_id TEXT NOT NULL, body TEXT NOT NULL, chain TEXT NOT NULL)""",
    "CREATE INDEX wb_erasures_investigation ON wb_erasures (investigation_id)",
    "CREATE TABLE wb_outputs_let_go (digest TEXT PRIMARY KEY)",
)
"""``wb_outputs_let_go``: outputs that an erased investigation named, until it was looked whether another one names them too."""


def upgrade() -> None:
    run(STATEMENTS)
