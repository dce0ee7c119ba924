"""Remembers what 'Test connection' found out about each endpoint, in one small file of the state folder."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
from pathlib import Path

from sre_core.gateway.capabilities import Capabilities
from sre_core.gateway.endpoint import ModelEndpoint

log = logging.getLogger(__name__)


class FoundCapabilities:
    """By address and model. Thread-safe; what cannot be read is as good as not found out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def of(self, endpoint: ModelEndpoint) -> Capabilities | None:
        """What was found last; None: it was never tested."""
        with self._lock:
            return self._read().get(_key(endpoint.base_url, endpoint.model))

    def remember(self, found: Capabilities) -> None:
        """Instead of what was found before. Raises ``OSError`` when the file cannot be written."""
        with self._lock:
            known = {**self._read(), _key(found.base_url, found.model): found}
            body = json.dumps([json.loads(each.model_dump_json()) for each in known.values()], indent=1)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(body)
            os.replace(name, self._path)

    def _read(self) -> dict[str, Capabilities]:
        try:
            listed = json.loads(self._path.read_text(encoding="utf-8"))
            found = [Capabilities.model_validate_json(json.dumps(each)) for each in listed]
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, OSError) as error:
            log.warning(
                "what was found out about model endpoints cannot be read (%s); test them again", type(error).__name__
            )
            return {}
        return {_key(each.base_url, each.model): each for each in found}


def _key(base_url: str, model: str) -> str:
    return f"{base_url} {model}"
