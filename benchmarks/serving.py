"""A real server in a process of its own, driven over its standard input: what the browser and viewer benches look at.

``python -m benchmarks.serving PORT`` serves the workbench; each line it reads is a command as JSON, each answer a line of JSON:
``{"open": true}`` opens an investigation that waits at its plan; ``{"beat": ID, "times": N, "rate": R}`` writes N events at R a
second and answers when each was written (epoch milliseconds); ``{"topology": FILE, "name": NAME}`` adds it as a source;
``{"story": N}`` writes a finished investigation of about N events and answers its id and how many there are.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from sre_core.people import Person, Role

PATIENCE = 60.0
PERSON = Person(name="bench", role=Role.ADMIN, via="a bench")


class Serving(NamedTuple):
    """A running server."""

    process: subprocess.Popen[str]
    url: str

    def ask(self, **command: Any) -> Any:
        """Give a command and wait for its answer."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the server was not started with pipes")
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def cpu_seconds(self) -> float:
        """Processor time it has used so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str) -> None:
    """Return when the address answers. Raises ``TimeoutError``."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"{url} does not answer")


@contextmanager
def serving() -> Iterator[Serving]:
    """A server on a free port with a state folder of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serving", str(port)],
            env={**os.environ, "SRE_HOME": home},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_up(f"{url}/api/health")
            yield Serving(process, url)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def main() -> None:
    """Serve, and obey."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    from app import serve

    threading.Thread(target=_obey, args=(answers,), daemon=True).start()
    serve(**{"server.port": int(sys.argv[1]), "server.address": "127.0.0.1"})


def _obey(answers: Any) -> None:
    """One line of JSON is a command, one line of JSON its answer."""
    commands = {"open": _open, "topology": _topology, "story": _story, "beat": _beat}
    for line in sys.stdin:
        command = json.loads(line)
        answer = next(do for name, do in commands.items() if name in command)(command)
        answers.write(json.dumps(answer) + "\n")


def _open(_: Mapping[str, Any]) -> Mapping[str, str]:
    """An investigation that has made its plan and waits for a Go: until then nothing else is written in it."""
    from sre_core.bootstrap import workbench
    from sre_core.domain import Alert, Pace
    from sre_core.events import PlanProposed
    from ui import process

    id_ = workbench().open(Alert(title="A bench alert"), by=PERSON, pace=Pace.PLAN)
    while not isinstance(workbench().read(id_)[-1].happening, PlanProposed):
        time.sleep(0.02)
    return {"id": id_, "token": process.tokens().issue(id_, PERSON.name, PERSON.role)}


def _topology(command: Mapping[str, Any]) -> Mapping[str, str]:
    from sre_core.bootstrap import workbench
    from sre_core.knowledge.feeds.settings import TopologySettings

    settings = TopologySettings(path=command["topology"])
    workbench().knowledge.feeds.add(command["name"], settings, by=PERSON.name)
    return {}


def _story(command: Mapping[str, Any]) -> Mapping[str, Any]:
    """A finished investigation of this many events, which nobody ran."""
    from benchmarks.long_story import story
    from sre_core.bootstrap import workbench
    from sre_core.events import entry
    from sre_core.timeline import new_id

    id_, happened = new_id(), list(story(command["story"]))
    for seq, happening in enumerate(happened, start=1):
        workbench().timeline.append(id_, seq, entry(PERSON if seq == 1 else "rules", happening))
    return {"id": id_, "events": len(happened)}


def _beat(command: Mapping[str, Any]) -> list[float]:
    """Events at a steady rate; returns when each was written, in milliseconds since 1970."""
    from sre_core.bootstrap import workbench
    from sre_core.events import GuidanceGiven, entry

    timeline, written = workbench().timeline, []
    seq = timeline.read(command["beat"])[-1].seq
    due = time.monotonic()
    for number in range(command["times"]):
        due += 1 / command["rate"]
        time.sleep(max(0.0, due - time.monotonic()))
        written.append(time.time() * 1000)
        timeline.append(command["beat"], seq + 1 + number, entry(PERSON, GuidanceGiven(text=f"beat {seq}:{number}")))
    return written


if __name__ == "__main__":
    main()
