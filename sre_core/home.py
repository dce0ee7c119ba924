"""The state folder, and the lock that keeps a second process out of it."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sre_core.errors import RefusedInput, StateFolderInUse

SECRET_BYTES = 32


class StateFolder:
    """``SRE_HOME``: database, uploaded capsules, secret. One process at a time."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.expanduser(path)).absolute()  # a ~ of nobody stays as it is
        self._lock: IO[str] | None = None

    @property
    def database(self) -> Path:
        """The one database file."""
        return self.path / "workbench.db"

    @property
    def policy(self) -> Path:
        """Where the operator's rules are, unless a setting names another file; it need not be there."""
        return self.path / "policy.yaml"

    @property
    def capsules(self) -> Path:
        """Where uploaded capsules are kept."""
        return self.path / "capsules"

    def take(self) -> None:
        """Make the folder if needed and hold it until ``release`` or the end of the process.

        Raises ``StateFolderInUse`` that names the holder, ``RefusedInput`` when the folder cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / "lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise self._cannot_be_written(error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = self._holder()
            lock.close()
            raise StateFolderInUse(
                f"The state folder {self.path} is in use by {holder}. "
                "Stop that process, or set SRE_HOME to another folder."
            ) from error
        except OSError as error:
            lock.close()
            raise RefusedInput(
                f"The state folder {self.path} cannot be locked ({error}). Set SRE_HOME to one on a local disk."
            ) from error
        started = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S UTC}"
        holder = json.dumps({"pid": os.getpid(), "command": " ".join(sys.argv)[:200], "since": started})
        try:
            os.ftruncate(lock.fileno(), 0)
            os.write(lock.fileno(), holder.encode())  # unbuffered: on a full disk, closing must not try once more
        except OSError as error:
            lock.close()
            raise self._cannot_be_written(error) from error
        self._lock = lock

    def _cannot_be_written(self, error: OSError) -> RefusedInput:
        return RefusedInput(f"The state folder {self.path} cannot be written ({error}). Set SRE_HOME to one that can.")

    def release(self) -> None:
        """Let go of the folder."""
        if self._lock:
            self._lock.close()
            self._lock = None

    def secret(self) -> bytes:
        """32 random bytes that live as long as the folder: what browser tokens are signed with.

        They appear whole or not at all: a process that is killed here must not leave an empty secret, which anybody knows.
        """
        path = self.path / "secret"
        if not path.exists() or path.stat().st_size != SECRET_BYTES:
            descriptor, fresh = tempfile.mkstemp(prefix="secret-", dir=self.path)  # its owner alone may read it
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(SECRET_BYTES))
            Path(fresh).replace(path)
        return path.read_bytes()

    def known_secret(self) -> bytes | None:
        """The secret, if there is one yet: unlike ``secret``, this makes none."""
        try:
            known = (self.path / "secret").read_bytes()
        except OSError:
            return None
        return known if len(known) == SECRET_BYTES else None

    def _holder(self) -> str:
        try:
            holder = json.loads((self.path / "lock").read_text(encoding="utf-8"))
            return f"process {holder['pid']} ({holder['command']}), since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"
