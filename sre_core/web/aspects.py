"""What pages say to one side of a question: why it happens, what helps, which versions have it, how it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from sre_core.knowledge.ask import Quote, ask
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.index import Candidate
from sre_core.knowledge.loose import LooseDocuments
from sre_core.knowledge.search import Searcher
from sre_core.knowledge.statements import statements
from sre_core.web.dossier import Inquiry, Mode
from sre_core.web.page_cache import Page

_SAYS: Mapping[str, re.Pattern[str]] = {
    "cause": re.compile(
        r"(?i)\b(?:caused by|causes?|because|due to|root cause|reason (?:is|was|for)|(?:occurs?|happens?|raised|thrown|"
        r"returned|triggered) (?:when|if|by|after)|as a result of|leads? to|failure modes?|means (?:that|the))\b"
    ),
    "remedy": re.compile(
        r"(?i)\b(?:to (?:fix|resolve|work around|avoid|solve)|workaround|work-around|fix(?:es|ed)? (?:it|this|that|by)|"
        r"resolved by|solution|mitigat\w+|upgrade to|downgrade to|roll(?:ing)? back|set (?:the|\S+ to)|disable|enable|"
        r"increase|reduce|drop|reinstall|re-?create|apply the patch|solved by|helped)\b"
    ),
    "versions": re.compile(
        r"(?i)\b(?:affect(?:s|ed)|fix(?:ed|es)?|resolved|patched|introduced|since|vulnerable|prior to|before|through|"
        r"up to|versions?)\b(?=.*\d+\.\d+)"
    ),
    "status": re.compile(
        r"(?i)\b(?:investigating|identified|monitoring|resolved|operational|degraded|partial outage|major outage|"
        r"incident|elevated error|maintenance|restored|mitigated)\b"
    ),
}
OF_MODE: Mapping[Mode, Sequence[str]] = {
    Mode.ERROR_CODE: ("cause", "remedy", "versions"),
    Mode.KNOWN_BUG: ("versions", "remedy", "cause"),
    Mode.OUTAGE: ("status", "cause", "remedy"),
    Mode.ADVISORY: ("versions", "remedy", "cause"),
    Mode.GENERAL: ("cause", "remedy"),
}
"""The sides of each kind of question, the one that matters most first."""
SHORTEST, LONGEST = 20, 600
"""Characters of what is quoted."""


class Said(NamedTuple):
    """A sentence, word for word, and its page."""

    page: Page
    sentence: str


class Reading:
    """Pages searched like documents: which of them answer, and where."""

    def __init__(self, inquiry: Inquiry, pages: Sequence[Page]) -> None:
        self._inquiry = inquiry
        self._pages = {page.address: page for page in pages}
        self._index = LooseDocuments({address: _document(page) for address, page in self._pages.items()})
        one = inquiry
        self._asked = " ".join(part for part in (*one.codes, one.product, one.version, one.symptom) if part)
        answering = self._answering()
        self.quotes: Sequence[Quote] = [*answering, *self._naming({quote.document for quote in answering})]
        """What answers the question as it was asked, best first, one quote a page."""

    def _answering(self) -> list[Quote]:
        found = Searcher([self._index]).find(self._asked, limit=max(1, len(self._pages)))
        answered = ask(self._asked, found, lambda one: self._of(one.document))
        return [quote for quote in answered.quotes if self._names_it(quote)]

    def _naming(self, answering: Set[str]) -> Iterator[Quote]:
        """A page that names the very code is about it, in whatever words the question was put."""
        for address, page in self._pages.items() if self._inquiry.codes else ():
            if address not in answering and self._is_named_in(f"{page.title}\n{page.text}"):
                found = Searcher([LooseDocuments({address: _document(page)})]).find(self._asked, limit=1)
                answered = ask(self._asked, found, lambda one: self._of(one.document))
                yield from (*answered.quotes, *answered.near_misses)

    @property
    def answering(self) -> Sequence[Page]:
        """The pages that answer, best first."""
        return [self._pages[quote.document] for quote in self.quotes]

    def page(self, quote: Quote) -> Page:
        """The page that it stands on."""
        return self._pages[quote.document]

    def says(self, aspect: str) -> Sequence[Said]:
        """Sentences about one side of the question: those first that name what was asked about, then by how well pages answer."""
        found = [
            Said(page, sentence)
            for page in self.answering
            for sentence in self._sentences(page)
            if _SAYS[aspect].search(sentence)
        ]
        return sorted(found, key=lambda said: not self._is_named_in(said.sentence))

    def about(self) -> Iterator[Said]:
        """All sentences of the passages that are about it."""
        return (Said(page, sentence) for page in self.answering for sentence in self._sentences(page))

    def _sentences(self, page: Page) -> Iterator[str]:
        """Of the passages that name what was asked about, heading and title counted: another error's remedy is no answer."""
        passages = [one for one in self._of(page.address) if self._is_named_in(f"{one.heading}\n{one.text}")]
        for passage in passages or self._of(page.address):
            for one in statements(passage.text.split("\n")):
                if SHORTEST <= len(one.text.strip()) <= LONGEST and not one.text.lstrip().startswith("#"):
                    yield one.text.strip()

    def _of(self, address: str) -> Sequence[Candidate]:
        return self._index.passages(self._index.of_documents([address]))

    def _names_it(self, quote: Quote) -> bool:
        page = self._pages[quote.document]
        return self._is_named_in(f"{page.title}\n{page.text}")

    def _is_named_in(self, text: str) -> bool:
        """A code that was asked about, the last and most exact one where there are several; or else the product."""
        named = self._inquiry.codes[-1:] or ((self._inquiry.product,) if self._inquiry.product else ())
        return not named or any(re.search(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", text) for name in named)


def _document(page: Page) -> SourceDocument:
    return SourceDocument(path=page.address, text=page.text, title=page.title, kind="note")
