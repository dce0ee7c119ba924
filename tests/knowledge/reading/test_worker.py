"""The process that reads foreign files can do little else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TRIED = """
import sys
from sre_core.knowledge.reading.worker import _limit, _shut_in
from sre_core.knowledge.reading import ReadLimits
_shut_in()
_limit(ReadLimits())
try:
    {attempt}
except (OSError, MemoryError) as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "open('{path}', 'w')",
        "import os; os.open('{path}', os.O_CREAT | os.O_RDWR)",
        "import os; os.remove(sys.executable + '.not-there')",
    ],
)
def test_it_has_no_network_starts_nothing_and_writes_nothing(attempt: str, tmp_path: Path) -> None:
    path = tmp_path / "written"
    assert tried(attempt.replace("{path}", str(path))) == "PermissionError"
    assert not path.exists()


def test_it_has_little_memory() -> None:
    assert tried("bytearray(1_500_000_000)") == "MemoryError"


def tried(attempt: str) -> str:
    command = [sys.executable, "-c", TRIED.replace("{attempt}", attempt)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
