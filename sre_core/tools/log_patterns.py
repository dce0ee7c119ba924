"""Which log lines are of one shape: what varies is masked, and drain3 finds the rest of what varies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from drain3.drain import Drain

from sre_core.intake.foreign_json import read_json

WILDCARD = "<*>"
LONGEST_SHAPE = 1200
"""Characters of a line that its shape is made of; the rest of a very long line is not looked at."""

_MASKS = re.compile(
    r"""
      \d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:\ ?(?:Z|UTC|[+-]\d\d:?\d\d))?   # times
    | \d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:\ [+-]\d{4})?
    | \b\d\d:\d\d:\d\d(?:[.,]\d+)?\b
    | \b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b       # uuids
    | \b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b                                                    # addresses
    | \b(?=[A-Z]*\d)[A-Z0-9]{8,}\b                                                            # order numbers and the like
    | \b0x[0-9a-fA-F]+\b
    | (?<=-)[bcdfghjklmnpqrstvwxz2456789]{7,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b           # the random end of a pod's name
    | \b(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{8,}\b                          # long hex
    | (?<![\w.])[-+]?\d+(?:[.,]\d+)*(?=(?:[munµ]?s|min|h|d|[KMGT]?i?B|[kmgt]b|%)?(?![\w]))    # numbers, the unit stays
    | (?<=[-_/#=:])\d+\b
    """,
    re.VERBOSE,
)
_STATUS = re.compile(r"(?i)\b(status(?:[ _]?code)?|http|code)(\W{1,3})([1-5]\d\d)\b|(?<=\"[ ])([1-5]\d\d)(?=[ ]\d)")
"""A response status (or an exit code) is a word, not a number: 200 and 500 are two shapes."""
_KEPT = "ʬ"
"""A letter put before a number that is not to be masked, and taken out again. No log line has it."""

_SAYS = ("message", "msg", "log", "event")
_FAILS = ("error", "err", "exception", "error.message", "exception.message", "cause", "reason")
_ANSWERS = ("http.resp.status", "status", "status_code", "http.status_code", "code")
_LEVELS = ("severity", "level", "lvl", "levelname")
_NUMBERED_LEVELS = {10: "debug", 20: "debug", 30: "info", 40: "warning", 50: "error", 60: "fatal"}


class Shapes:
    """The shapes seen so far in the log of one component."""

    def __init__(self) -> None:
        self._drain = Drain(depth=4, sim_th=0.6, max_children=100, param_str=WILDCARD, parametrize_numeric_tokens=False)
        self._known: dict[str, Any] = {}

    def add(self, text: str) -> int:
        """The number of the shape that a line's words have."""
        masked = mask(text)
        if masked not in self._known:
            self._known[masked] = self._drain.add_log_message(masked)[0]
        return int(self._known[masked].cluster_id)

    def find(self, text: str) -> int | None:
        """The number of the shape that these words have, if a line of it was added."""
        cluster = self._known.get(mask(text)) or self._drain.match(mask(text))
        return None if cluster is None else int(cluster.cluster_id)

    def pattern(self, shape: int) -> str:
        """The shape as text, what varies as ``<*>``."""
        return str(self._drain.id_to_cluster[shape].get_template())


def mask(text: str) -> str:
    """The line on one line, with everything that looks like a number, an address, a time or an id as ``<*>``."""
    kept = _STATUS.sub(_spelled, " ".join(text[:LONGEST_SHAPE].split()))
    return _MASKS.sub(WILDCARD, kept).replace(_KEPT, "")


def _spelled(found: re.Match[str]) -> str:
    if found.group(4):
        return f"{_KEPT}{found.group(4)}"
    return f"{found.group(1)}{found.group(2)}{_KEPT}{found.group(3)}"


def words_of(message: str) -> tuple[str, str | None]:
    """(what a line says, the level that it states itself). Of a JSON line: its message, error and status fields."""
    fields = _json_fields(message)
    if fields is None:
        return message, None
    said = [str(fields[key]) for key in (*_SAYS, *_FAILS) if isinstance(fields.get(key), str) and fields[key]]
    answered = [f"status={fields[key]}" for key in _ANSWERS[:4] if isinstance(fields.get(key), int)][:1]
    level = next((fields[key] for key in _LEVELS if fields.get(key) is not None), None)
    level = _NUMBERED_LEVELS.get(level) if isinstance(level, int) else level
    return " | ".join([*dict.fromkeys(said), *answered]) or message, str(level).lower() if level else None


def _json_fields(message: str) -> Mapping[str, Any] | None:
    if not message.startswith("{"):
        return None
    try:
        fields = read_json(message)
    except ValueError:
        return None
    return fields if isinstance(fields, Mapping) else None
