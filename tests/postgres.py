"""A PostgreSQL server of our own in a temporary folder, for tests: reached by a socket there, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from itertools import count
from pathlib import Path

from sre_core.store import open_database

USER = "workbench"
PASSWORD = "s3cret/with@signs"
_EMPTY = """
DO $$
DECLARE
  name regclass;
  filled boolean;
  names text[];
BEGIN
  FOR name IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relname LIKE 'wb%' AND relname <> 'wb_schema_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO filled;
    IF filled THEN names := names || name::text; END IF;
  END LOOP;
  EXECUTE 'TRUNCATE ' || array_to_string(names, ',') || ' RESTART IDENTITY CASCADE';
  INSERT INTO wb_memory_changes VALUES (1, 1);
END $$
"""
"""Only what holds something: emptying a table that is empty takes as long as any."""
_QUICK = ("fsync=off", "full_page_writes=off", "max_connections=200", "listen_addresses=127.0.0.1")


@cache
def programs() -> Path | None:
    """The folder of initdb and postgres; None when they are not on this machine. Debian has them beside the PATH."""
    found = [Path(os.path.realpath(path)).parent for name in ("postgres",) if (path := shutil.which(name))]
    installed = Path("/usr/lib/postgresql")
    versions = sorted(installed.iterdir(), key=lambda one: one.name, reverse=True) if installed.is_dir() else []
    folders = [*found, *(version / "bin" for version in versions)]
    return next((one for one in folders if (one / "initdb").is_file() and (one / "postgres").is_file()), None)


class Server:
    """One server with its data; it can be killed and started again."""

    def __init__(self, port: int, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
        self.port = port
        self._settings: Sequence[str] = ("listen_addresses=127.0.0.1",) if durable else _QUICK
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        self._who = _somebody(self.folder)
        (self.folder / "password").write_text(PASSWORD)
        self._run("initdb", "-D", str(self.data), "-U", USER, "-A", "scram-sha-256", "--pwfile", f"{self.folder}/password",
                  "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        self.start()

    @property
    def data(self) -> Path:
        """Where its files are."""
        return self.folder / "data"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = [part for setting in self._settings for part in ("-c", setting)]
        binary = str(_programs() / "postgres")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [binary, "-D", str(self.data), "-k", str(self.folder), "-p", str(self.port), *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, **self._who,
            )  # fmt: skip
        until = time.monotonic() + 30
        while self._answers() != 0:
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL does not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """As a power cut does it: the server and all its processes, with SIGKILL."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for pid in (self._process.pid, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        self._process.wait()
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # its shared memory is let go of with the last process

    def end(self) -> None:
        """Stop it, and take its folder away."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
        shutil.rmtree(self.folder)

    def database(self, template: str = "template0") -> str:
        """The URL of a new database."""
        name = f"test{next(self._numbers)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    @cache  # noqa: B019 - as long as the server
    def template(self) -> str:
        """The name of a database that has all tables and nothing in them."""
        url = self.database()
        open_database(url).dispose()
        return url.rsplit("/", 1)[1].split("?")[0]

    def empty(self, url: str) -> None:
        """A database is as it was when it was made: much quicker than making one."""
        self.sql(_EMPTY, url)

    def url(self, name: str, password: str = PASSWORD) -> str:
        """How a database of this server is reached."""
        quoted = password.replace("/", "%2F").replace("@", "%40")
        return f"postgresql://{USER}:{quoted}@127.0.0.1:{self.port}/{name}"

    def sql(self, statement: str, url: str = "/postgres") -> str:
        """What a database says to a statement."""
        env = os.environ | {"PGPASSWORD": PASSWORD}
        name = url.rsplit("/", 1)[1]
        command = [
            str(_programs() / "psql"),
            "-h",
            str(self.folder),
            "-p",
            str(self.port),
            "-U",
            USER,
            "-XAtqc",
            statement,
            name,
        ]
        return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout

    def _answers(self) -> int:
        asked = [str(_programs() / "pg_isready"), "-q", "-h", str(self.folder), "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run([str(_programs() / name), *arguments], check=True, capture_output=True, **self._who)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _programs() -> Path:
    found = programs()
    assert found is not None
    return found


def _somebody(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root; then it runs as nobody, whose the folder is."""
    if os.getuid() != 0:
        return {}
    shutil.chown(folder, "nobody", "nogroup")
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}
