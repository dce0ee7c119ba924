"""Feeds, what was seen of their items, and their runs, in the database."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, RowMapping, text
from sqlalchemy.exc import IntegrityError

from sre_core.errors import RefusedInput
from sre_core.knowledge.feeds.records import Counts, FeedRun, KnownFeed, RunStatus, SeenItem
from sre_core.knowledge.feeds.settings import FEED_SETTINGS, FeedSettings
from sre_core.store import reading, upsert, writing

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_SEEN = upsert("wb_feed_items", "feed_id, item", "stamp, digest, documents, refused")
_TAKEN = frozenset({"upload", "uploads"})


def _new_id() -> str:
    return f"feed-{secrets.token_hex(4)}"


def _now() -> datetime:
    return datetime.now(UTC)


class Feeds:
    """The feeds of one workbench. Thread-safe; each call is one transaction."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = _now, new_id: Callable[[], str] = _new_id) -> None:
        self._engine = engine
        self._now = now
        self._new_id = new_id

    # -- feeds ---------------------------------------------------------------------------------------------------------

    def add(self, name: str, settings: FeedSettings, *, by: str) -> KnownFeed:
        """Keep a feed. Raises ``RefusedInput`` when the name is taken or cannot begin a path."""
        if not NAME.fullmatch(name) or name in _TAKEN:
            raise RefusedInput(
                f"A source cannot be called {name!r}. Give up to 63 small letters, digits, '-', '_' or '.', "
                "with a letter or digit first."
            )
        feed = KnownFeed(id=self._new_id(), name=name, settings=settings, added_at=self._now(), added_by=by)
        values = feed.model_dump(mode="json") | {"settings": settings.model_dump_json()}
        statement = """INSERT INTO wb_feeds (id, name, settings, added_at, added_by)
            VALUES (:id, :name, :settings, :added_at, :added_by)"""
        try:
            with writing(self._engine) as connection:
                connection.execute(text(statement), values)
        except IntegrityError as error:
            raise RefusedInput(f"There is a source {name!r} already. Give another name, or remove that one.") from error
        return feed

    def list(self) -> tuple[KnownFeed, ...]:
        """All feeds, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(text("SELECT * FROM wb_feeds ORDER BY name")).mappings().all()
        return tuple(_feed(row) for row in rows)

    def get(self, name_or_id: str) -> KnownFeed:
        """A feed by its name or id. Raises ``RefusedInput`` when there is none."""
        with reading(self._engine) as connection:
            statement = text("SELECT * FROM wb_feeds WHERE id = :it OR name = :it")
            row = connection.execute(statement, {"it": name_or_id}).mappings().first()
        if row is None:
            raise RefusedInput(f"There is no source {name_or_id!r}.")
        return _feed(row)

    def forget(self, feed: str) -> None:
        """A feed by its id, its items and its runs are gone; its documents are not."""
        with writing(self._engine) as connection:
            for table in ("wb_feed_items", "wb_feed_runs"):
                connection.execute(text(f"DELETE FROM {table} WHERE feed_id = :feed"), {"feed": feed})  # noqa: S608
            connection.execute(text("DELETE FROM wb_feeds WHERE id = :feed"), {"feed": feed})

    # -- items ---------------------------------------------------------------------------------------------------------

    def seen(self, feed: str) -> dict[str, SeenItem]:
        """Id of an item -> what was last seen of it."""
        statement = "SELECT item, stamp, digest, documents, refused FROM wb_feed_items WHERE feed_id = :feed"
        with reading(self._engine) as connection:
            rows = connection.execute(text(statement), {"feed": feed}).all()
        return {
            row.item: SeenItem(
                row.item, row.stamp, row.digest, json.loads(row.documents), tuple(json.loads(row.refused))
            )
            for row in rows
        }

    def acknowledge(self, run: FeedRun, item: SeenItem) -> None:
        """An item is done with: what was seen of it and how far the run is, in one transaction."""
        values = {
            "feed_id": run.feed,
            "item": item.item,
            "stamp": item.stamp,
            "digest": item.digest,
            "documents": json.dumps(dict(item.documents)),
            "refused": json.dumps(item.refused),
        }
        with writing(self._engine) as connection:
            connection.execute(_SEEN, values)
            _keep(connection, run)

    def drop(self, run: FeedRun, item: str) -> None:
        """An item is no more."""
        with writing(self._engine) as connection:
            statement = text("DELETE FROM wb_feed_items WHERE feed_id = :feed AND item = :item")
            connection.execute(statement, {"feed": run.feed, "item": item})
            _keep(connection, run)

    # -- runs ----------------------------------------------------------------------------------------------------------

    def begin(self, feed: str, by: str) -> FeedRun:
        """A run that begins. One of the feed that is still said to run belongs to a process that is no more."""
        values = {"feed": feed, "by": by, "at": self._now().isoformat(), "none": Counts().model_dump_json()}
        statement = """INSERT INTO wb_feed_runs (feed_id, status, by, started, counts, errors)
            VALUES (:feed, 'running', :by, :at, :none, '[]') RETURNING *"""
        with writing(self._engine) as connection:
            _interrupt(connection, "AND feed_id = :feed", {"feed": feed, "at": values["at"]})
            return _run(connection.execute(text(statement), values).mappings().one())

    def end(self, run: FeedRun, status: RunStatus, problem: str | None = None) -> FeedRun:
        """The run as it ended."""
        ended = run.model_copy(update={"status": status, "problem": problem, "ended": self._now()})
        with writing(self._engine) as connection:
            _keep(connection, ended)
        return ended

    def settle(self) -> None:
        """Runs that are still said to run were interrupted. For the start of the one process that holds the database."""
        with writing(self._engine) as connection:
            _interrupt(connection, "", {"at": self._now().isoformat()})

    def runs(self, feed: str, limit: int = 10) -> tuple[FeedRun, ...]:
        """The last runs of a feed by its id, the latest first."""
        statement = text("SELECT * FROM wb_feed_runs WHERE feed_id = :feed ORDER BY id DESC LIMIT :limit")
        with reading(self._engine) as connection:
            rows = connection.execute(statement, {"feed": feed, "limit": limit}).mappings().all()
        return tuple(_run(row) for row in rows)


def _keep(connection: Connection, run: FeedRun) -> None:
    statement = """UPDATE wb_feed_runs SET status = :status, ended = :ended, counts = :counts, errors = :errors,
        problem = :problem WHERE id = :id"""
    values = {
        "id": run.id,
        "status": run.status,
        "ended": run.ended.isoformat() if run.ended else None,
        "counts": run.counts.model_dump_json(),
        "errors": json.dumps(run.errors),
        "problem": run.problem,
    }
    connection.execute(text(statement), values)


def _interrupt(connection: Connection, where: str, values: dict[str, str]) -> None:
    statement = f"UPDATE wb_feed_runs SET status = 'interrupted', ended = :at WHERE status = 'running' {where}"  # noqa: S608
    connection.execute(text(statement), values)


def _feed(row: RowMapping) -> KnownFeed:
    return KnownFeed(**{**row, "settings": FEED_SETTINGS.validate_json(row["settings"])})


def _run(row: RowMapping) -> FeedRun:
    parsed = {"counts": Counts.model_validate_json(row["counts"]), "errors": tuple(json.loads(row["errors"]))}
    return FeedRun(
        **{name: row[name] for name in ("id", "status", "by", "started", "ended", "problem")},
        **parsed,
        feed=row["feed_id"],
    )
