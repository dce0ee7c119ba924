"""The part of a long page that is about a question, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sre_core.web.dossier import Inquiry
from sre_core.web.page_cache import Page

LEFT_OUT = "[...]"
NAMED, TOLD = 5.0, 1.0
"""What a paragraph counts that has a code, the product or the version, and for each other word of the question."""
BESIDE = 0.5
"""What it counts of its neighbours': a heading names what the paragraph below it is about."""

_BETWEEN = re.compile(r"\n\s*\n")


def excerpt(page: Page, inquiry: Inquiry, most: int) -> str:
    """All of the page when it has no more than ``most`` characters, else the paragraphs that say most to the question, in their
    order; the first one, what the page is, is always among them."""
    if len(page.text) <= most:
        return page.text
    paragraphs = [text[:most] for text in _BETWEEN.split(page.text) if text.strip()]
    worth = _worth(paragraphs, inquiry)
    kept, left = set[int](), most
    for place in sorted(range(len(paragraphs)), key=lambda at: (at != 0, -worth[at], at)):
        if len(paragraphs[place]) + len(LEFT_OUT) + 4 <= left:
            kept.add(place)
            left -= len(paragraphs[place]) + len(LEFT_OUT) + 4
    return _joined(paragraphs, sorted(kept)) if kept else page.text[:most]


def _worth(paragraphs: Sequence[str], inquiry: Inquiry) -> list[float]:
    names = [name.casefold() for name in (*inquiry.codes, inquiry.product, inquiry.version) if name]
    words = [word for word in inquiry.symptom.casefold().split() if len(word) > 2]
    texts = [text.casefold() for text in paragraphs]
    own = [NAMED * sum(n in text for n in names) + TOLD * sum(w in text for w in words) for text in texts]
    return [one + BESIDE * (own[at - 1] if at else 0.0) for at, one in enumerate(own)]


def _joined(paragraphs: Sequence[str], kept: Sequence[int]) -> str:
    parts, before = [], -1
    for place in kept:
        parts += [LEFT_OUT] if place != before + 1 else []
        parts.append(paragraphs[place])
        before = place
    return "\n\n".join(parts if before == len(paragraphs) - 1 else [*parts, LEFT_OUT])
