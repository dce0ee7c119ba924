"""What a workspace can be, by the scheme of its name. One line each: ``scheme:rest`` is opened by its function.

A function may raise ``RefusedInput``. Those that live in the state folder (``sample:``, ``upload:``) are in ``workspaces.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from sre_core.sources.base import Sources
from sre_core.sources.capsule import open_capsule

Opener = Callable[[str], Sources]

OPENERS: Mapping[str, Opener] = {
    "capsule": lambda path: open_capsule(Path(path)),
}
