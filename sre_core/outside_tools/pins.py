"""What tools of others looked like when somebody last agreed to them. A tool that looks different since is not the same tool."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from sre_core.errors import RefusedInput

FILE = "tool-digests.json"


class Pins:
    """Digests by origin and tool, in one file. Thread-safe; another process may confirm while this one runs."""

    def __init__(self, path: Path, keep: bool = True) -> None:
        """``keep`` False: nothing is written for what is seen for the first time."""
        self._path = path
        self._keep = keep
        self._lock = threading.Lock()

    def unchanged(self, origin: str, tools: Mapping[str, str]) -> frozenset[str]:
        """Those that look as they did when they were agreed to. What is seen of an origin for the first time is agreed to."""
        with self._lock:
            known = self._read()
            if origin not in known:
                if self._keep:
                    self._write({**known, origin: dict(tools)})
                return frozenset(tools)
            return frozenset(name for name, digest in tools.items() if known[origin].get(name) == digest)

    def confirm(self, origin: str, tools: Mapping[str, str]) -> None:
        """From now on these are agreed to, and no other ones of this origin."""
        with self._lock:
            self._write({**self._read(), origin: dict(tools)})

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            read = json.loads(self._path.read_text(encoding="utf-8"))
            return {str(origin): {str(k): str(v) for k, v in tools.items()} for origin, tools in read.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, RecursionError) as error:
            raise RefusedInput(
                f"{self._path} cannot be read ({error}). Look at it; without it, every tool is taken as it is now."
            ) from error

    def _write(self, known: Mapping[str, Mapping[str, str]]) -> None:
        """Whole or not at all."""
        try:
            descriptor, fresh = tempfile.mkstemp(prefix="tool-digests-", dir=self._path.parent)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(known, file, indent=1, sort_keys=True)
            Path(fresh).replace(self._path)
        except OSError as error:
            raise RefusedInput(f"{self._path} cannot be written: {error}.") from error
