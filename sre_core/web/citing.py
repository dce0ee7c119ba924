"""Whether a page says what it is cited for: code looks every quote up, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sre_core.web.dossier import Citation, Contradiction, Statement
from sre_core.web.page_cache import Page

SHORTEST = 15
"""Characters of a quote: a shorter one stands on every page."""

_MARKUP = re.compile(r"[*`]+|\\(?=[_*`])")
_FIGURE = re.compile(r"\d+(?:\.\d+)*")
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'", "\u00a0": " "})


class Quotes:
    """The pages that may be cited, ready to be looked up in."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages: Mapping[str, tuple[Page, str]] = {page.address: (page, plainly(page.text)) for page in pages}

    def verified(self, citations: Iterable[Citation]) -> tuple[Citation, ...]:
        """Those whose quote stands on the page they name, with the title that the page gives itself."""
        found = {}
        for one in citations:
            quote = plainly(one.quote)
            page, text = self._pages.get(one.address, (None, ""))
            if page and len(quote) >= SHORTEST and quote in text:
                found[one.address, quote] = one.model_copy(update={"title": page.title})
        return tuple(found.values())

    def backed(self, statement: Statement, question: str) -> Statement | None:
        """The statement with the citations that hold; None when there are none, or none has a figure that it states."""
        held = self.verified(statement.citations)
        said = figures(question).union(*(figures(one.quote) for one in held))
        if not held or not said >= figures(statement.text):
            return None
        return statement.model_copy(update={"citations": held})

    def opposed(self, contradiction: Contradiction) -> Contradiction | None:
        """The contradiction, when it still has two sides."""
        held = self.verified(contradiction.citations)
        return contradiction.model_copy(update={"citations": held}) if len(held) > 1 else None


def figures(text: str) -> set[str]:
    """The numbers in it, versions among them."""
    return set(_FIGURE.findall(text))


def plainly(text: str) -> str:
    """Without what only says how it is set: emphasis, line ends, the form of quotation marks."""
    return " ".join(_MARKUP.sub("", text.translate(_QUOTES)).split())
