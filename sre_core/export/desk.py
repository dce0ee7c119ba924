"""Where people have exports made: in the background, with progress, on disk, until they are fetched or a day has passed."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from sre_core.background import Background, Standing
from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.export.bundle import Exporting, Record, export
from sre_core.investigator import utc_now
from sre_core.people import Person

KEPT_SECONDS = 24 * 3600.0
FOLDER = "exports"


class Exported(Value):
    """An export that is ready."""

    file: Path
    name: str
    """What it is called for whoever fetches it."""
    investigations: int
    size: int
    """Bytes."""


ExportStanding = Standing[Exported, Exporting]


class ExportDesk:
    """Everybody may export what they may read. Thread-safe; each sees their own."""

    def __init__(self, record: Record, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """``folder``: where exports lie until they are fetched; made when needed."""
        self._record = record
        self._folder = folder
        self._clock = clock
        self._jobs: Background[Exported, Exporting] = Background("export", steps_kept=1)

    def begin(self, ids: Sequence[str], by: Person) -> str:
        """Begin an export of these; returns its id. Raises ``RefusedInput`` when there is nothing to export, or too many run."""
        if not ids:
            raise RefusedInput("There is no investigation to export. Choose one at least.")
        self._tidy()
        chosen = tuple(ids)

        async def work(tell: Callable[[Exporting], None]) -> Exported:
            return await self._write(chosen, by, tell)

        return self._jobs.begin(work, by)

    def standing(self, export_id: str, by: Person) -> ExportStanding | None:
        """How one's own stands; None when there is none of that id (any more)."""
        return self._jobs.standing(export_id, by)

    def ready(self, export_id: str, by: Person) -> Exported:
        """One's own, to be fetched. Raises ``RefusedInput`` when it is not there."""
        standing = self._jobs.standing(export_id, by)
        if standing is None or standing.outcome is None or not standing.outcome.file.is_file():
            raise RefusedInput("This export is not there (any more). Make it again.")
        return standing.outcome

    def cancel(self, export_id: str, by: Person) -> None:
        """Let one's own end; nothing is left of it."""
        self._jobs.cancel(export_id, by)

    def wait(self, export_id: str, seconds: float | None = None) -> bool:
        """Wait for its end; False when it still runs after so long."""
        return self._jobs.wait(export_id, seconds)

    def close(self) -> None:
        """End what runs."""
        self._jobs.close()

    def discard(self) -> int:
        """End what runs and delete every export that lies here; returns how many. They are copies, and can be made again."""
        self._jobs.close()
        lying = list(self._folder.glob("*.zip*")) if self._folder.is_dir() else []
        for file in lying:
            file.unlink(missing_ok=True)
        return len(lying)

    async def _write(self, ids: Sequence[str], by: Person, tell: Callable[[Exporting], None]) -> Exported:
        file = self._folder / f"{uuid.uuid4().hex}.zip"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RefusedInput(f"The export cannot be written to {self._folder}: {error}.") from error
        steps = export(ids, self._record, file, by=by.actor)
        try:
            for step in steps:
                tell(step)
                await asyncio.sleep(0)  # where it is let go of
        finally:
            steps.close()
        return Exported(file=file, name=name_of(ids), investigations=len(ids), size=file.stat().st_size)

    def _tidy(self) -> None:
        """What nobody fetched for a day."""
        for file in self._folder.glob("*.zip*") if self._folder.is_dir() else ():
            if self._clock() - file.stat().st_mtime > KEPT_SECONDS:
                file.unlink(missing_ok=True)


def name_of(ids: Sequence[str]) -> str:
    """'investigation-4f2a.zip', 'investigations-20261123-0612.zip'."""
    return f"investigation-{ids[0]}.zip" if len(ids) == 1 else f"investigations-{utc_now():%Y%m%d-%H%M}.zip"
