"""Where people have things erased: what would go is said before, it runs in the background, and a record of it stays.

Only an admin may.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Engine as Database

from sre_core.background import Background, Standing
from sre_core.erasure import tombstones
from sre_core.erasure.erasing import Besides, Erasing, Investigations
from sre_core.erasure.tombstones import Erased
from sre_core.erasure.wanted import Outcome, Progress, Wanted
from sre_core.errors import NotAllowed, RefusedInput
from sre_core.investigator import utc_now
from sre_core.people import Person, Role
from sre_core.timeline import Timeline

ErasureStanding = Standing[Outcome, Progress]


class ErasureDesk:
    """Thread-safe; one erasure at a time."""

    def __init__(
        self,
        database: Database,
        timeline: Timeline,
        investigations: Investigations,
        besides: Besides,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._erasing = partial(Erasing, database, timeline, investigations, besides, now)
        self._one_at_a_time = threading.Lock()
        self._jobs: Background[Outcome, Progress] = Background("erasure", steps_kept=1, at_once=1)

    def begin(self, wanted: Wanted, by: Person) -> str:
        """Begin; returns its id. Raises ``NotAllowed``, ``RefusedInput``."""
        refuse_unless_admin(by)
        if not (wanted.investigations or wanted.everything):
            raise RefusedInput("There is no investigation to erase. Choose one at least. Nothing was erased.")

        async def work(tell: Callable[[Progress], None]) -> Outcome:
            return await self.erase(wanted, by, tell)

        return self._jobs.begin(work, by)

    def standing(self, erasure_id: str, by: Person) -> ErasureStanding | None:
        """How one's own stands; None when there is none of that id (any more)."""
        return self._jobs.standing(erasure_id, by)

    def cancel(self, erasure_id: str, by: Person) -> None:
        """Let one's own end after the investigation at hand; what is erased stays erased."""
        self._jobs.cancel(erasure_id, by)

    def wait(self, erasure_id: str, seconds: float | None = None) -> bool:
        """Wait for its end; False when it still runs after so long."""
        return self._jobs.wait(erasure_id, seconds)

    def close(self) -> None:
        """End what runs, after the investigation at hand."""
        self._jobs.close()

    def records(self) -> list[Erased]:
        """What was erased, the latest first."""
        return list(reversed(tombstones.all_of(self._database)))

    def record(self, investigation_id: str) -> Erased | None:
        """That this one was erased; None when it was not."""
        return tombstones.of(self._database, investigation_id)

    async def erase(self, wanted: Wanted, by: Person, tell: Callable[[Progress], None]) -> Outcome:
        """Erase it now. Raises ``NotAllowed``, ``RefusedInput`` while another erasure runs."""
        refuse_unless_admin(by)
        if not self._one_at_a_time.acquire(blocking=False):
            raise RefusedInput("Something is being erased already. Wait until that is done. Nothing was erased.")
        try:
            return await self._erasing(wanted=wanted, by=by, tell=tell).run()
        finally:
            self._one_at_a_time.release()


def refuse_unless_admin(by: Person) -> None:
    """Raise ``NotAllowed``."""
    if not by.role.covers(Role.ADMIN):
        raise NotAllowed(f"{by.name} is {by.role.value}; to erase takes an admin. Nothing was erased. Ask one of them.")
