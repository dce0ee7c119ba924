"""Takes secrets out of a text before anybody stores, embeds or sends it. Pure: nothing is read, written or logged.

A secret is found by its shape (``shapes``), by the command it is handed to (``commands``), by standing in a block
that holds secrets (``blocks``), or by the name it is given (``names``) beside it, above it (``nearby``) or at the head of
its column (``columns``).
What only stands for a secret (``<password>``, ``${TOKEN}``, ``changeme``) is left: see ``placeholders``.
Every step takes time in proportion to the text's length, whatever the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain

from pydantic import Field

from sre_core.domain import Value
from sre_core.redaction.blocks import in_blocks
from sre_core.redaction.columns import in_columns
from sre_core.redaction.commands import in_commands
from sre_core.redaction.names import by_name
from sre_core.redaction.nearby import near_their_names
from sre_core.redaction.shapes import Span, by_shape
from sre_core.redaction.wrappings import through

_LINE_ENDS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_MARK = re.compile(r"\[redacted: ([A-Za-z][\w -]{1,40})\]")
_MOST_ROUNDS = 10
_SHORT = 2000
"""Characters. Names, labels and lines come again with every prompt, event and record; whole documents do not."""
_RULES = (by_shape, in_commands, in_blocks, by_name, near_their_names, in_columns)


class Redacted(Value):
    """A text without its secrets. It has as many lines as before, and redacting it again changes nothing."""

    text: str
    found: Mapping[str, int] = Field(default_factory=dict, description="Kind of secret -> how many were taken out.")


def redact(text: str) -> Redacted:
    """Each secret becomes ``[redacted: its kind]``, with as many line ends as it had."""
    return _redacted_again(text) if len(text) <= _SHORT else _redacted(text)


@lru_cache(maxsize=2048)
def _redacted_again(text: str) -> Redacted:
    return _redacted(text)


def _redacted(text: str) -> Redacted:
    found: Counter[str] = Counter()
    for _ in range(_MOST_ROUNDS):  # what is taken out may lay bare the name or the border of another one
        spans = list(_apart(chain(_found(text), _WRAPPED(text))))
        if not spans:
            break
        found.update(span.kind for span in spans)
        text = "".join(_without(text, spans))
    return Redacted(text=text, found=dict(sorted(found.items())))


def _found(text: str) -> Iterator[Span]:
    return (span for rule in _RULES for span in rule(text))


_WRAPPED = through(_found)


def marks(text: str) -> dict[str, int]:
    """Kind of secret -> how many places of a text say that one was taken out there."""
    return dict(sorted(Counter(_MARK.findall(text)).items()))


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """Those that overlap become one, named after the first rule that found any of it."""
    current: tuple[Span, int] | None = None
    for rule, span in sorted(enumerate(spans), key=lambda one: (one[1].start, -one[1].end, one[0])):
        if current is None or span.start >= current[0].end:
            if current is not None:
                yield current[0]
            current = span, rule
            continue
        both, first_rule = current
        kind = both.kind if first_rule <= rule else span.kind
        current = Span(both.start, max(both.end, span.end), kind), min(first_rule, rule)
    if current is not None:
        yield current[0]


def _without(text: str, spans: Iterable[Span]) -> Iterator[str]:
    shown = 0
    for span in spans:
        yield text[shown : span.start]
        yield f"[redacted: {span.kind}]"
        yield from _LINE_ENDS.findall(text, span.start, span.end)
        shown = span.end
    yield text[shown:]
