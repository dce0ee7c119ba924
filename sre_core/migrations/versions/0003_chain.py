"""Each event carries the hash that chains it to the one before it; those that are there already are chained as they stand."""

import hashlib

import sqlalchemy as sa
from alembic import op

from sre_core.migrations.words import PLAIN

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

READ = sa.text(
    "SELECT seq, CAST(body AS BLOB) FROM wb_events_unchained WHERE investigation_id IS :id ORDER BY seq"
)
MOVE = sa.text(
    "INSERT INTO wb_events (investigation_id, seq, type, at, body, chain) "
    "SELECT investigation_id, seq, type, at, body, :chain FROM wb_events_unchained "
    "WHERE investigation_id IS :id AND seq IS :seq"
)


def upgrade() -> None:
    op.rename_table("wb_events", "wb_events_unchained")
    op.create_table(
        "wb_events",
        sa.Column("investigation_id", PLAIN, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("type", PLAIN, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
    )
    connection = op.get_bind()
    for id_ in connection.scalars(sa.text("SELECT DISTINCT investigation_id FROM wb_events_unchained")).all():
        _move(connection, id_)
    op.drop_table("wb_events_unchained")


def _move(connection: sa.Connection, id_: str) -> None:
    """One investigation at a time, so that a large database needs little memory."""
    chain = "0" * 64
    chained = []
    for seq, body in connection.execute(READ, {"id": id_}):
        chain = hashlib.sha256(chain.encode() + b"\n" + body).hexdigest()
        chained.append({"id": id_, "seq": seq, "chain": chain})
    connection.execute(MOVE, chained)
