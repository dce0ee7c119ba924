"""Why a server is not to be had, in a line."""

from __future__ import annotations

from sre_core.errors import WorkbenchError
from sre_core.foreign_text import harmless
from sre_core.mcp_client.stdio import LastWords
from sre_core.outside_tools.config import MissingVariable
from sre_core.outside_tools.programs import CannotStart
from sre_core.redaction import redact


def in_words(error: BaseException) -> str:
    """The innermost reason, without secrets, in a line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, CannotStart | MissingVariable | ConnectionError | WorkbenchError):
        return redact(str(error)).text
    words = " ".join(harmless(redact(str(error)[:1000]).text).split())[:300]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def last(said: LastWords) -> str:
    words = harmless(redact(str(said)).text)
    return f"; it said last: {words}" if words else ""
