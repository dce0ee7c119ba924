"""Where Chroma keeps its index: a folder that one process owns, or a server by its URL. Nothing is lost with it."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from sre_core.errors import RefusedInput, StateFolderInUse

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

TRIES = 20
PATIENCE = 5.0
"""Seconds that a Chroma server has to answer; exact search takes over after that."""


class Place(Protocol):
    """A place of an index. ``open`` and ``erase`` raise whatever Chroma raises."""

    def __str__(self) -> str:
        """The place in words."""

    @property
    def owner(self) -> str:
        """What the names of our collections begin with."""

    @property
    def is_whole(self) -> bool:
        """Whether what is there was finished once, and not erased since."""

    def open(self) -> ClientAPI:
        """A client of what is there, or of an empty index. Raises ``StateFolderInUse``, ``RefusedInput``."""

    def finished(self) -> None:
        """What is there is a whole index."""

    def outdated(self) -> None:
        """What is there holds, somewhere on its disk, what was deleted: it is not whole any more."""

    def erase(self) -> None:
        """What is there is gone; the next ``open`` finds nothing."""

    def close(self) -> None:
        """Let go of it."""


class ChromaFolder:
    """A folder. A rebuild starts a new one inside it and removes the old one: Chroma itself never frees a deleted vector."""

    owner = "wb"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: IO[str] | None = None
        self._client: ClientAPI | None = None

    def __str__(self) -> str:
        return f"the folder {self._path}"

    @property
    def is_whole(self) -> bool:
        """Whether the newest index in it was finished."""
        return self._mark(self._newest()).exists()

    def open(self) -> ClientAPI:
        """A client of the newest index, or of an empty one."""
        self._take()
        self._close_client()
        import chromadb
        from chromadb.config import Settings

        index = self._path / f"index-{self._newest()}"
        index.mkdir(parents=True, exist_ok=True)
        self._client = chromadb.PersistentClient(str(index), settings=Settings(anonymized_telemetry=False))
        return self._client

    def finished(self) -> None:
        """Leave a mark that outlives the process. A thread of a client that was closed may have written into its folder since."""
        newest = self._newest()
        self._remove_before(newest)
        self._mark(newest).touch()

    def outdated(self) -> None:
        """The mark is removed."""
        for mark in self._path.glob("whole-*"):
            mark.unlink(missing_ok=True)

    def erase(self) -> None:
        """The files are removed; a process that is killed here finds no mark, and builds the index anew."""
        self._take()
        newest = self._newest()
        self.outdated()
        self._close_client()
        (self._path / f"index-{newest + 1}").mkdir()  # Chroma remembers paths for as long as the process lives
        self._remove_before(newest + 1)

    def _remove_before(self, newest: int) -> None:
        for number in self._numbers():
            if number < newest:
                _remove(self._path / f"index-{number}")

    def close(self) -> None:
        """Let go of index and lock."""
        self._close_client()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take(self) -> None:
        """Two processes on one folder damage it without an error, so only one is let in."""
        if self._lock is not None:
            return
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            lock = (self._path / "lock").open("a", encoding="utf-8")
        except OSError as error:
            raise RefusedInput(f"The Chroma folder {self._path} cannot be written ({error}).") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise StateFolderInUse(
                f"The Chroma folder {self._path} is in use by another process. Stop that one, or let both use a Chroma server "
                "(SRE_CHROMA_URL)."
            ) from error
        self._lock = lock

    def _close_client(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):  # it may be what is broken
                client.close()  # type: ignore[attr-defined]

    def _newest(self) -> int:
        return max(self._numbers(), default=1)

    def _numbers(self) -> list[int]:
        names = [name for name in os.listdir(self._path) if name.startswith("index-")] if self._path.is_dir() else []
        return [int(name.removeprefix("index-")) for name in names if name.removeprefix("index-").isdecimal()]

    def _mark(self, number: int) -> Path:
        return self._path / f"whole-{number}"


def _remove(folder: Path) -> None:
    """Gone, or ``OSError``: Chroma's threads may still write a file into it while they end."""
    for _ in range(TRIES - 1):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)
    shutil.rmtree(folder)


class ChromaServer:
    """A server that several processes may use."""

    is_whole = True

    def __init__(self, url: str, owner: str) -> None:
        """``owner``: what the names of this workbench's collections begin with.

        Raises ``RefusedInput`` when it is no URL of a server.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in ("http", "https") or not parts.hostname or port == -1 or parts.username:
            raise RefusedInput("SRE_CHROMA_URL is no address of a Chroma server. Give it as http://host:8000.")
        self._host, self._secure = parts.hostname, parts.scheme == "https"
        self._port = port or (443 if self._secure else 8000)
        self.owner = owner
        self._client: ClientAPI | None = None

    def __str__(self) -> str:
        return f"the server {self._host}:{self._port}"

    def open(self) -> ClientAPI:
        """A client of it."""
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._client = chromadb.HttpClient(self._host, self._port, ssl=self._secure, settings=settings)
        _be_patient(self._client)
        return self._client

    def finished(self) -> None:
        """Nothing: it is checked at every start."""

    def outdated(self) -> None:
        """Nothing: when a server frees the disk of what was deleted is up to it."""

    def erase(self) -> None:
        """Our collections are deleted."""
        client = self._client or self.open()
        for name in [one.name for one in client.list_collections()]:
            if name.startswith(f"{self.owner}."):
                client.delete_collection(name)

    def close(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            client.close()  # type: ignore[attr-defined]


def _be_patient(client: ClientAPI) -> None:
    """Chroma's HTTP client waits without end; a search must not."""
    import httpx

    session = getattr(getattr(client, "_server", None), "_session", None)
    if isinstance(session, httpx.Client):
        session.timeout = httpx.Timeout(PATIENCE)
