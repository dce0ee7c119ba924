"""Looks and facts know the content of the capsule that they come from, and not only its name."""

from sre_core.migrations.words import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE wb_looks ADD COLUMN capsule TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE wb_component_facts ADD COLUMN capsule TEXT NOT NULL DEFAULT ''",
)
"""Empty: none is known, and the name of the workspace has to do, as in every row from before."""


def upgrade() -> None:
    run(STATEMENTS)
