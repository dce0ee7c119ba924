"""The map: one family of ES modules that draws components and dependencies with vis-network, for every page that shows them.

``js/vis-network.js`` is vis-network 10.1.5 as it was published (standalone build), under either of the licences beside this file.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
MODULES = FOLDER / "js"
STYLES = FOLDER / "graph.css"


@cache
def modules_path() -> str:
    """Where the modules are served: the digest of what they say is part of it, so a browser never mixes versions."""
    digest = hashlib.sha256()
    for module in sorted(MODULES.glob("*.js")):
        digest.update(module.read_bytes())
    return f"/graph/{digest.hexdigest()[:16]}"
