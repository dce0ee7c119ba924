"""The templates that people made for forms that nobody knows by name: kept as they wrote them, with who wrote what."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import Field
from sqlalchemy import Connection, Engine, RowMapping, text

from sre_core.domain import Moment, Value
from sre_core.errors import RefusedInput
from sre_core.intake.template_text import template_of
from sre_core.intake.templates import AlertTemplate
from sre_core.investigator import utc_now
from sre_core.people import Person
from sre_core.store import reading, upsert, writing

MOST = 100
"""Templates that are kept at once; every payload of unknown form is held against all of them."""

_KEEP = upsert("wb_alert_templates", "name", "body, by, at")


class KnownTemplate(Value):
    """A template as it stands."""

    template: AlertTemplate
    text: str = Field(description="As it was written.")
    by: str
    at: Moment


class TemplateChange(Value):
    """One time that somebody wrote or deleted it."""

    name: str
    number: int
    at: Moment
    by: str
    via: str
    text: str | None = Field(description="None: it was deleted.")


class Templates:
    """Templates in the database. Thread-safe; whether somebody may is asked elsewhere."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now
        self._lock = threading.Lock()
        self._parsed: dict[tuple[str, str], AlertTemplate] = {}

    def all(self) -> list[KnownTemplate]:
        """All that can still be read, by name; the first that suits a payload reads it."""
        with reading(self._engine) as connection:
            told = connection.execute(text("SELECT * FROM wb_alert_templates ORDER BY name")).mappings().all()
        return [known for row in told if (known := self._known(row))]

    def _known(self, row: RowMapping) -> KnownTemplate | None:
        key = (row["name"], row["body"])
        with self._lock:
            if key not in self._parsed:
                try:
                    self._parsed[key] = template_of(row["body"])
                except RefusedInput:  # of another version of the workbench; its text is still in the history
                    return None
            return KnownTemplate(template=self._parsed[key], text=row["body"], by=row["by"], at=row["at"])

    def save(self, written: str, by: Person, replaces: str | None = None) -> AlertTemplate:
        """Keep it, in place of the one it replaces; returns it as it is understood.

        Raises ``RefusedInput`` when it cannot be used, another one has its name, or there are too many.
        """
        template = template_of(written)
        with writing(self._engine) as connection:
            names = set(connection.scalars(text("SELECT name FROM wb_alert_templates")))
            if template.name in names and template.name != replaces:
                raise RefusedInput(
                    f"name: there is a template {template.name!r} already. Edit that one, or give this one another name. "
                    "Nothing was saved."
                )
            if replaces not in names and len(names) >= MOST:
                raise RefusedInput(f"There are {MOST} templates already. Delete one first. Nothing was saved.")
            if replaces in names and replaces != template.name:
                self._delete(connection, replaces or "", by)
            said = {"name": template.name, "body": written, "by": by.name, "at": self._now().isoformat()}
            connection.execute(_KEEP, said)
            self._note(connection, template.name, by, written)
        return template

    def delete(self, name: str, by: Person) -> bool:
        """Read nothing by it any more; what it read stays as it is. False when there was none."""
        with writing(self._engine) as connection:
            return self._delete(connection, name, by)

    def _delete(self, connection: Connection, name: str, by: Person) -> bool:
        there = connection.execute(text("DELETE FROM wb_alert_templates WHERE name = :name"), {"name": name}).rowcount
        if there:
            self._note(connection, name, by, None)
        return there > 0

    def _note(self, connection: Connection, name: str, by: Person, written: str | None) -> None:
        query = text("SELECT coalesce(max(number), 0) + 1 FROM wb_alert_template_changes WHERE name = :name")
        told = {"name": name, "number": connection.scalar(query, {"name": name}), "at": self._now().isoformat()}
        connection.execute(
            text("INSERT INTO wb_alert_template_changes VALUES (:name, :number, :at, :by, :via, :body)"),
            told | {"by": by.name, "via": by.via, "body": written},
        )

    def changes(self) -> Sequence[TemplateChange]:
        """Who wrote or deleted what, the latest first."""
        query = text("SELECT * FROM wb_alert_template_changes ORDER BY at DESC, number DESC, name")
        with reading(self._engine) as connection:
            return [_change(row) for row in connection.execute(query).mappings()]


def _change(row: RowMapping) -> TemplateChange:
    told = {name: value for name, value in row.items() if name != "body"}
    return TemplateChange(**told, text=row["body"])
