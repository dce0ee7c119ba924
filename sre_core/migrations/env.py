"""Alembic's entry point; the connection is handed in by ``store.open_database``."""

from alembic import context

from sre_core.store import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="wb_schema_version",
    render_as_batch=True,
    include_name=lambda name, kind, parents: kind != "table" or str(name).startswith("wb_"),
)
with context.begin_transaction():
    context.run_migrations()
