"""What a command is given to read: a file, or standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from sre_core.errors import RefusedInput


def text_of(source: str) -> str:
    """The text of a file; '-' is standard input. Raises ``RefusedInput``."""
    return standard_input() if source == "-" else _read(Path(source))


def standard_input() -> str:
    """All of it. Raises ``RefusedInput`` when it is closed, or no text."""
    if sys.stdin is None:
        raise RefusedInput("Standard input is closed, so there is nothing to read.")
    try:
        return sys.stdin.read()
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedInput(f"Standard input cannot be read as UTF-8 text: {error}") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedInput(f"{path} cannot be read as UTF-8 text: {error}") from error
