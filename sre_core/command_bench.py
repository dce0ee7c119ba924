"""What every command needs: a workbench in a state folder, and the person at the keyboard."""

from __future__ import annotations

import getpass
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sre_core.bootstrap import Workbench
from sre_core.errors import RefusedInput
from sre_core.home import StateFolder
from sre_core.people import Person, Role
from sre_core.settings import Settings, database_of, read_settings
from sre_core.store import open_for_reading


@contextmanager
def opened(home: str | None) -> Iterator[Workbench]:
    """A workbench in ``home``, else in a temporary folder that is gone afterwards. Started only where something is to run.

    In a temporary folder there is no embedding model: a few documents that are gone in a moment are found by words.
    """
    with nullcontext(home) if home else _temporary_folder() as folder:
        bench = Workbench(_settings(folder, temporary=home is None))
        try:
            bench.library.cut_again()  # of a state folder that an older workbench left
            yield bench
        finally:
            bench.close()


@contextmanager
def opened_if_there(home: str | None) -> Iterator[Workbench]:
    """The same, for what only works on what is there: no state folder is made. Raises ``RefusedInput`` when there is none."""
    if home:
        folder = StateFolder(Path(home))
        database = database_of(_settings(home, temporary=False), folder)
        begun = (folder.path / "lock").exists()  # by a process that is about to make the database
        if isinstance(database, Path) and not database.is_file() and not begun:
            raise RefusedInput(
                f"There is no state folder of a workbench at {folder.path}. Look at --home, or at SRE_HOME."
            )
    with opened(home) as bench:
        yield bench


@contextmanager
def opened_to_read(home: str | None) -> Iterator[Workbench]:
    """A workbench on what is there, also while a server works in it: nothing is written. None: the folder of SRE_HOME.

    Raises ``RefusedInput`` when there is none.
    """
    settings = read_settings(home=Path(home)) if home else read_settings()
    bench = Workbench(settings, to_read=open_for_reading(database_of(settings, StateFolder(settings.home))))
    try:
        yield bench
    finally:
        bench.close()


def person() -> Person:
    """Whoever has a shell here may do everything: the state folder is theirs."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "operator"
    return Person(name=name, role=Role.ADMIN, via=f"command line on {socket.gethostname()}")


def _settings(folder: str, temporary: bool) -> Settings:
    if temporary:
        return read_settings(home=Path(folder), database_url="", embedding_model="none", vector_index="exact")
    return read_settings(home=Path(folder))


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="sre-workbench-")
    except OSError as error:
        raise RefusedInput(f"No temporary folder can be made ({error}). Give --home DIR.") from error
