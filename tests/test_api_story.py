"""The session in docs/api.md, line by line as it stands there, against a real server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser.conftest import ROOT, Server, free_port, real_command

pytestmark = [pytest.mark.slow, pytest.mark.needs("curl", "jq")]

CONTROLS = {
    "AlertReceived",
    "ActionApproved",
    "ActionEdited",
    "ActionRejected",
    "StandingApprovalGiven",
    "StandingApprovalRevoked",
    "GuidanceGiven",
    "FactStated",
    "HypothesisProposed",
    "HypothesisPicked",
    "HypothesisDismissed",
    "QuestionAsked",
    "ConclusionRated",
    "ConclusionRefuted",
    "PaceSet",
    "AutonomySet",
    "LimitsSet",
    "BreakpointSet",
    "BreakpointCleared",
    "InvestigationStopped",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    server = Server(tmp_path / "home", real_command(port), port)
    yield server
    server.end()


def given_token(server: Server) -> str:
    """As somebody would make it, beside the running server."""
    command = [sys.executable, "-m", "sre_core", "token", "alice", "--role", "responder", "--home", str(server.home)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def documented_session() -> str:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL))


def events_of(server: Server, token: str, id_: str) -> list[dict[str, Any]]:
    trail = httpx.get(f"{server.url}/api/audit/{id_}", headers={"Authorization": f"Bearer {token}"}).text
    return [line["event"] for line in map(json.loads, trail.splitlines()) if "event" in line]


def test_the_documented_session_works_as_it_stands_there(server: Server, tmp_path: Path) -> None:
    token = given_token(server)
    script = f'set -euo pipefail\n{documented_session()}\necho "$INV $FORK" > ids\n'
    environment = {
        **os.environ,
        "WORKBENCH": server.url,
        "TOKEN": token,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    ran = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]

    investigation, fork = (tmp_path / "ids").read_text(encoding="utf-8").split()
    said = [event for event in events_of(server, token, investigation) if event["actor"].startswith("person:")]
    assert {event["happening"]["type"] for event in said} == CONTROLS
    assert {(event["actor"], event["role"], event["via"]) for event in said} == {
        ("person:alice", "responder", "api at 127.0.0.1")
    }
    forked = [event["happening"]["type"] for event in events_of(server, token, fork)]
    assert forked[5] == "InvestigationForked"
    assert "Same to event 5" in ran.stdout
    assert '"undo"' in ran.stdout
    assert "data: " in ran.stdout
    edited = next(e["happening"] for e in said if e["happening"]["type"] == "ActionEdited")
    assert edited["arguments"] == {"component": "inventory-service"}
