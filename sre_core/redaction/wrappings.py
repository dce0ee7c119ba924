"""What stands between a secret and whoever looks for it: colours of a terminal, signs that nobody sees, escapes within escapes.

A text is looked at once as it is, and, where there is any of that in it, once more as a reader would see it in the end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple

from sre_core.redaction.shapes import Span

_WRAPPING = re.compile(
    "\x1b\\[[0-9;?]{0,30}[@-~]"  # a colour
    "|[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]"  # signs that nobody sees
    "|[\uff01-\uff5e]"  # wide forms of ASCII
    "|%[2-7][0-9A-Fa-f]"  # an address within an address
    "|&(?:quot|apos|amp|lt|gt|#3[49]|#x2[27]);"  # HTML
    "|(?:\\\\){2,8}[\"']"  # a quotation mark, escaped more than once
    "|\\\\u00[2-7][0-9A-Fa-f]"  # JSON
)
_NAMED = {"&quot;": '"', "&apos;": "'", "&amp;": "&", "&lt;": "<", "&gt;": ">"}


class _Piece(NamedTuple):
    """A run of signs as they are, or one that was wrapped."""

    begins: int
    """In what is seen."""
    start: int
    end: int
    wrapped: bool


def through(rule: Callable[[str], Iterable[Span]]) -> Callable[[str], Iterator[Span]]:
    """The rule, applied to the text as a reader would see it in the end; nothing where that is the text itself."""

    def looks(text: str) -> Iterator[Span]:
        seen, pieces = _seen(text)
        for span in rule(seen) if pieces else ():
            yield Span(_place(pieces, span.start)[0], _place(pieces, span.end - 1)[1], span.kind)

    return looks


def _seen(text: str) -> tuple[str, list[_Piece]]:
    """What a reader sees, and what stands for it in the text; no pieces when it is the text itself."""
    parts: list[str] = []
    pieces: list[_Piece] = []
    seen = shown = 0
    for match in _WRAPPING.finditer(text):
        for part, start, end, wrapped in (
            (text[shown : match.start()], shown, match.start(), False),
            (_plain(match[0]), match.start(), match.end(), True),
        ):
            if part:
                parts.append(part)
                pieces.append(_Piece(seen, start, end, wrapped))
                seen += len(part)
        shown = match.end()
    if not shown:
        return text, []
    return "".join([*parts, text[shown:]]), [*pieces, _Piece(seen, shown, len(text), wrapped=False)]


def _place(pieces: list[_Piece], at: int) -> tuple[int, int]:
    """From where to where in the text a sign stands that is seen at this place."""
    piece = pieces[bisect_right(pieces, at, key=itemgetter(0)) - 1]
    if piece.wrapped:
        return piece.start, piece.end
    place = piece.start + at - piece.begins
    return place, place + 1


def _plain(wrapped: str) -> str:
    """The one sign that it stands for; empty for what is no sign."""
    match wrapped[0]:
        case "%":
            return chr(int(wrapped[1:], 16))
        case "&":
            return _NAMED.get(wrapped) or ("'" if wrapped in ("&#39;", "&#x27;") else '"')
        case "\\":
            return chr(int(wrapped[2:], 16)) if wrapped[1] == "u" else wrapped[-1]
        case wide if "\uff01" <= wide <= "\uff5e":
            return chr(ord(wide) - 0xFEE0)
        case _:
            return ""
