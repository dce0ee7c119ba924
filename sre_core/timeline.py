"""The append-only store of what happened, and of the bulky outputs that events point at."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import uuid
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, bindparam, case, func, insert, literal, select, text, update
from sqlalchemy.exc import IntegrityError

from sre_core import door
from sre_core.chain import FIRST, chained
from sre_core.domain import ContentRef
from sre_core.errors import (
    ContentGone,
    RefusedInput,
    SeqTaken,
    StoreUnavailable,
    UnknownInvestigation,
    UnreadableTimeline,
)
from sre_core.events import (
    EVENT,
    ActionApproved,
    ApprovalExpired,
    Entry,
    Event,
    Happening,
    InvestigationClosed,
    InvestigationForked,
    InvestigationStopped,
    QuestionAnswered,
    QuestionAsked,
    SecondOpinionAsked,
    SecondOpinionGiven,
)
from sre_core.investigation import Investigation, fold
from sre_core.store import contents, events, reading, writing

log = logging.getLogger(__name__)

Listener = Callable[[Event], None]

OVER = (InvestigationClosed.__name__, InvestigationStopped.__name__)

ASKS = (QuestionAsked.__name__, SecondOpinionAsked.__name__)
ANSWERS = (QuestionAnswered.__name__, SecondOpinionGiven.__name__)

PATIENCE = 10.0
"""Seconds until something is tried again that could not be written or read."""

AT_ONCE = 500
"""Rows that are fetched together where there may be very many."""

MOST_TRIES = 50
"""How often a person's entry is tried again when others append at the same moment."""


EVENT_BEFORE = (
    select(events.c.seq, events.c.chain)
    .where(events.c.investigation_id == bindparam("id"), events.c.seq < bindparam("seq"))
    .order_by(events.c.seq.desc())
    .limit(1)
)
"""Put together once: every append asks it, and putting it together costs more than the answer."""

KEEP_ONCE = text(
    "INSERT INTO wb_contents (digest, characters, body) VALUES (:digest, :characters, :body) ON CONFLICT DO NOTHING"
)


def _now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    """A fresh id, unique everywhere."""
    return uuid.uuid4().hex


class Timeline:
    """All timelines of one state folder. Thread-safe; ``(investigation_id, seq)`` is unique, so one writer wins."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = _now, make_id: Callable[[], str] = new_id) -> None:
        self._engine = engine
        self._now = now
        self._make_id = make_id
        self._listeners: list[Listener] = []

    def append(self, investigation_id: str, seq: int, entry: Entry) -> Event:
        """Write an entry at exactly this place, chained to the event before it (see ``chain.py``).

        Raises ``SeqTaken`` when somebody else was first, ``ValueError`` when there is no event before it, ``StoreUnavailable``.
        """
        try:
            with writing(self._engine) as connection:
                event = self._write(connection, investigation_id, seq, entry)
        except IntegrityError as error:
            raise SeqTaken(f"{investigation_id}: event {seq} is there already") from error
        self._tell(event)
        return event

    def _write(self, connection: Connection, investigation_id: str, seq: int, entry: Entry) -> Event:
        event = Event(**dict(entry), id=self._make_id(), investigation_id=investigation_id, seq=seq, at=self._now())
        body = event.model_dump_json()
        row = {
            "investigation_id": investigation_id,
            "seq": seq,
            "type": entry.happening.type,
            "at": event.at,
            "body": body,
            "chain": chained(_chain_before(connection, investigation_id, seq), body),
        }
        connection.execute(insert(events).values(row))
        return event

    def _tell(self, event: Event) -> None:
        """The event is written already, so a listener's trouble is its own."""
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception("a listener failed on event %s of %s", event.seq, event.investigation_id)

    def record(self, investigation_id: str, entry: Entry) -> Event:
        """Write what a person said at the next free place, if they may say it and it still fits the state.

        Raises ``NotAllowed``, ``StaleDecision``, ``RefusedInput``; ``UnknownInvestigation`` when there is no such investigation.
        """
        state = self.state(investigation_id)
        for _ in range(MOST_TRIES):
            door.refuse(entry, state, self._now())
            try:
                return self.append(investigation_id, state.seq + 1, entry)
            except SeqTaken:
                fold(investigation_id, self.read(investigation_id, since=state.seq), state)
        raise SeqTaken(f"{investigation_id}: no free place found in {MOST_TRIES} tries; try again")

    def expire(self, investigation_id: str, answer: Happening) -> None:
        """Write that a request has expired, if this late answer is still to what is asked; others may speak meanwhile."""
        state = self.state(investigation_id)
        while isinstance(answer, ActionApproved) and door.is_too_late(answer, state, self._now()):
            with suppress(SeqTaken):
                expired = Entry(actor="policy", happening=ApprovalExpired(action_id=answer.action_id))
                self.append(investigation_id, state.seq + 1, expired)
            fold(investigation_id, self.read(investigation_id, since=state.seq), state)

    def fork(self, origin: str, said: Entry) -> str:
        """Begin a new investigation with the same events, byte by byte, up to the one that the entry names; returns its id.

        Raises ``NotAllowed``, ``RefusedInput`` when there is no such event, ``UnknownInvestigation``.
        """
        door.refuse_unless_allowed(said)
        forked = said.happening
        if not isinstance(forked, InvestigationForked):
            raise TypeError("a fork begins with InvestigationForked")
        last = self.state(origin).seq
        if forked.at > last:
            raise RefusedInput(f"Investigation {origin} has no event {forked.at}; its last one is {last}.")
        fork_id = self._make_id()[:12]
        fold(fork_id, self.read(origin)[: forked.at])
        same = (events.c.seq, events.c.type, events.c.at, events.c.body, events.c.chain)
        shared = select(literal(fork_id), *same).where(events.c.investigation_id == origin, events.c.seq <= forked.at)
        columns = ("investigation_id", "seq", "type", "at", "body", "chain")
        with writing(self._engine) as connection:
            connection.execute(insert(events).from_select(columns, shared))
            event = self._write(connection, fork_id, forked.at + 1, said)
        self._tell(event)
        return fork_id

    def read(self, investigation_id: str, since: int = 0) -> list[Event]:
        """Events after ``since``, in order; empty when there are none. Raises ``UnreadableTimeline``."""
        query = (
            select(events.c.seq, events.c.body)
            .where(events.c.investigation_id == investigation_id, events.c.seq > since)
            .order_by(events.c.seq)
        )
        with reading(self._engine) as connection:
            return [_event(investigation_id, *row) for row in connection.execute(query)]

    def read_of(self, investigation_id: str, types: Collection[str]) -> list[Event]:
        """Its events of these types only, in order. Raises ``UnreadableTimeline``."""
        query = (
            select(events.c.seq, events.c.body)
            .where(events.c.investigation_id == investigation_id, events.c.type.in_(types))
            .order_by(events.c.seq)
        )
        with reading(self._engine) as connection:
            return [_event(investigation_id, *row) for row in connection.execute(query)]

    def read_of_each(self, types: Collection[str]) -> Iterator[tuple[str, list[Event] | UnreadableTimeline]]:
        """The same of every investigation, one after the other; what is wrong with one that cannot be read."""
        query = (
            select(events.c.investigation_id, events.c.seq, events.c.body)
            .where(events.c.type.in_(types))
            .order_by(events.c.investigation_id, events.c.seq)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query, execution_options={"yield_per": AT_ONCE})
            for id_, those in groupby(rows, key=itemgetter(0)):
                try:
                    yield id_, [_event(*row) for row in those]
                except UnreadableTimeline as error:
                    yield id_, error

    def state(self, investigation_id: str) -> Investigation:
        """The fold of everything so far. Raises ``UnknownInvestigation``, ``UnreadableTimeline``."""
        written = self.read(investigation_id)
        try:
            state = fold(investigation_id, written)
        except (ValueError, LookupError) as error:
            raise UnreadableTimeline(f"Investigation {investigation_id} cannot be read: {error}.") from error
        if state.seq == 0:
            raise _unknown(investigation_id)
        return state

    def span(self, investigation_id: str) -> tuple[datetime, datetime]:
        """When its first and its last event were written. Needs nothing of the events but their times."""
        query = select(func.min(events.c.at), func.max(events.c.at)).where(
            events.c.investigation_id == investigation_id
        )
        with reading(self._engine) as connection:
            first, last = connection.execute(query).one()
        if first is None:
            raise _unknown(investigation_id)
        return first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)

    def last_events(self) -> Sequence[tuple[str, int, str]]:
        """(investigation id, last seq, type of its last event) of every investigation, newest opened first."""
        ends = (
            select(
                events.c.investigation_id, func.max(events.c.seq).label("last"), func.min(events.c.at).label("opened")
            )
            .group_by(events.c.investigation_id)
            .subquery()
        )
        query = (
            select(events.c.investigation_id, events.c.seq, events.c.type)
            .join(ends, (ends.c.investigation_id == events.c.investigation_id) & (ends.c.last == events.c.seq))
            .order_by(ends.c.opened.desc(), events.c.investigation_id)
        )
        with reading(self._engine) as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def unfinished(self) -> Sequence[str]:
        """Ids of the investigations in which something is left to do, as far as the last event and open questions tell."""
        asked = func.sum(case((events.c.type.in_(ASKS), 1), else_=0))
        answered = func.sum(case((events.c.type.in_(ANSWERS), 1), else_=0))
        query = select(events.c.investigation_id).group_by(events.c.investigation_id).having(asked > answered)
        with reading(self._engine) as connection:
            with_questions = set(connection.scalars(query))
        return [id_ for id_, _, last in self.last_events() if last not in OVER or id_ in with_questions]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(event)`` in the appending thread after each append; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None


def _chain_before(connection: Connection, investigation_id: str, seq: int) -> str:
    """What event ``seq`` follows on. Events are never changed, so nobody can do so between this and the write."""
    before = connection.execute(EVENT_BEFORE, {"id": investigation_id, "seq": seq}).one_or_none()
    last, chain = before or (0, FIRST)
    if last != seq - 1:
        raise ValueError(f"{investigation_id}: event {seq} cannot follow {f'event {last}' if last else 'nothing'}")
    return str(chain)


def _event(investigation_id: str, seq: int, body: str) -> Event:
    try:
        return EVENT.validate_json(body)
    except ValidationError as error:
        raise UnreadableTimeline(
            f"Event {seq} of investigation {investigation_id} cannot be read: it is damaged, or a newer workbench wrote it."
        ) from error


def _unknown(investigation_id: str) -> UnknownInvestigation:
    return UnknownInvestigation(f"There is no investigation {investigation_id!r} in this state folder.")


class Contents:
    """Bulky outputs, each stored once by the SHA-256 of its text. An erased one leaves its row as a tombstone."""

    def __init__(self, engine: Engine, patience: float = PATIENCE) -> None:
        """``patience``: seconds until an output that could not be stored is tried again."""
        self._engine = engine
        self._patience = patience

    async def keep(self, text: str) -> ContentRef:
        """Store a text (a no-op when it is there already, or was erased).

        While the store takes no writes, the text is kept at hand and tried again: what a tool brought back must not be lost.
        """
        while True:
            try:
                return await asyncio.to_thread(self.keep_now, text)
            except StoreUnavailable as error:
                log.error("an output is stored again in %g s: %s", self._patience, error)
                await asyncio.sleep(self._patience)

    async def read(self, digest: str) -> str:
        """The text. Raises ``ContentGone`` when it was erased or never kept."""
        return await asyncio.to_thread(self.read_now, digest)

    def keep_now(self, content: str) -> ContentRef:
        """``keep``, for a thread that may block."""
        raw = content.encode()
        digest = hashlib.sha256(raw).hexdigest()
        row = {"digest": digest, "characters": len(content), "body": zlib.compress(raw, level=1)}
        with writing(self._engine) as connection:
            connection.execute(KEEP_ONCE, row)
        return ContentRef(digest=digest, characters=len(content))

    def read_now(self, digest: str) -> str:
        """``read``, for a thread that may block."""
        query = select(contents.c.body, contents.c.erased_because).where(contents.c.digest == digest)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise ContentGone("This output is not in the state folder.")
        if row.body is None:
            raise ContentGone(f"This output was erased: {row.erased_because}")
        return zlib.decompress(row.body).decode()

    def erase(self, digest: str, because: str) -> None:
        """Forget a text for good; the row stays as a tombstone. Raises ``ContentGone`` when it was never kept.

        Once more changes nothing: who was kept from writing down that it is erased may do both again.
        """
        reason = func.coalesce(contents.c.erased_because, because)
        change = update(contents).where(contents.c.digest == digest).values(body=None, erased_because=reason)
        with writing(self._engine) as connection:
            changed = connection.execute(change).rowcount
        if not changed:
            raise ContentGone("There is no such output to erase.")
