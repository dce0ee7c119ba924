"""Investigations as the state folder holds them, for an export."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Engine as Database

from sre_core import audit_rows
from sre_core.investigation import Investigation
from sre_core.memory.saved_postmortems import postmortem_path
from sre_core.timeline import Contents, Timeline


class Recorded:
    """Implements ``bundle.Record``."""

    def __init__(
        self,
        database: Database,
        timeline: Timeline,
        contents: Contents,
        document: Callable[[str], str | None],
        secret: Callable[[], bytes],
    ) -> None:
        """``document``: the text of a document by its path."""
        self._database = database
        self._timeline = timeline
        self._contents = contents
        self._document = document
        self.secret = secret

    def links(self, investigation_id: str) -> Sequence[audit_rows.Row]:
        """Its events exactly as they are stored; none when there is no such investigation."""
        return audit_rows.rows(self._database, investigation_id)

    def state(self, investigation_id: str) -> Investigation:
        """The fold of them."""
        return self._timeline.state(investigation_id)

    def output_text(self, digest: str) -> str:
        """A stored output. Raises ``ContentGone``."""
        return self._contents.read_now(digest)

    def postmortem_text(self, investigation_id: str) -> str | None:
        """The postmortem as it was saved last; None when there is none."""
        return self._document(postmortem_path(investigation_id))
