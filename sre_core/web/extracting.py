"""Research without a model: queries by the kind of question, answers as the pages' own words, the most telling first."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence

from sre_core.web.aspects import OF_MODE, Reading, Said
from sre_core.web.disagreements import disagreements, fixed_in
from sre_core.web.dossier import Citation, Inquiry, Judgement, Mode, Statement, Synthesis
from sre_core.web.inquiries import codes_in, versions_in
from sre_core.web.page_cache import Page

MOST_OF_AN_ASPECT, MOST_OTHERS = 3, 2
ENOUGH_SAID = 3
"""Statements after which what merely repeats the question is left out."""
ENOUGH_PAGES = 2
"""Pages that must answer, of which one speaks to the side of the question that matters most."""
MOST_FOLLOW_UPS = 4

_MARK = re.compile(r"^[>*+-]\s+|^\d+[.)]\s+|[*`]+")
_WORDS = {"cause": "cause", "remedy": "fix workaround", "versions": "affected versions fixed", "status": "status"}


class ExtractiveResearcher:
    """Implements ``Researcher`` by rules: it writes nothing itself, it quotes. Long pages are read beside the event loop."""

    name = "rules"
    degraded = ""
    tokens = 0

    def __init__(self) -> None:
        self._read: tuple[Inquiry, Sequence[str], Reading] | None = None

    async def write_queries(self, inquiry: Inquiry, pages: Sequence[Page], missing: str) -> Sequence[str]:
        """By the kind of question; later on with what the pages name beside it."""
        if not pages and not missing:
            return list(_first_queries(inquiry))
        return list(_later_queries(inquiry, await self._reading(inquiry, pages), missing))

    async def judge(self, inquiry: Inquiry, pages: Sequence[Page]) -> Judgement:
        """Enough is when several pages answer, and speak to the sides of the question that matter."""
        reading = await self._reading(inquiry, pages)
        answering = len(reading.answering)
        missing = [aspect for aspect in OF_MODE[inquiry.mode][:2] if not reading.says(aspect)]
        said = f"{answering} of {len(pages)} pages answer"
        if answering >= ENOUGH_PAGES and not missing:
            return Judgement(sufficient=True, why=said)
        why = f"{said}; none speaks of {' or '.join(missing)}" if missing else said
        return Judgement(sufficient=False, why=why, missing=_WORDS[(missing or [OF_MODE[inquiry.mode][0]])[0]])

    async def synthesise(self, inquiry: Inquiry, pages: Sequence[Page]) -> Synthesis:
        """The sentences that say most to each side of the question, each once."""
        return await asyncio.to_thread(_synthesis, inquiry, await self._reading(inquiry, pages))

    async def _reading(self, inquiry: Inquiry, pages: Sequence[Page]) -> Reading:
        """Of these pages; once, however often it is asked for."""
        addresses = [page.address for page in pages]
        if self._read is None or self._read[:2] != (inquiry, addresses):
            self._read = inquiry, addresses, await asyncio.to_thread(Reading, inquiry, pages)
        return self._read[2]


def _synthesis(inquiry: Inquiry, reading: Reading) -> Synthesis:
    statements = tuple(_statements(inquiry, reading))
    contradictions = tuple(disagreements(list(reading.about())))
    return Synthesis(
        statements=statements,
        contradictions=contradictions,
        follow_ups=tuple(_questions(inquiry, statements, bool(contradictions)))[:MOST_FOLLOW_UPS],
    )


def _first_queries(inquiry: Inquiry) -> Iterator[str]:
    subject, symptom = inquiry.subject, inquiry.symptom
    match inquiry.mode:
        case Mode.ERROR_CODE:
            yield f"{subject} {symptom}".strip()
            yield f"{' '.join(inquiry.codes)} cause fix"
        case Mode.KNOWN_BUG:
            yield f"{subject} {symptom} bug".strip()
            yield f"{subject} release notes known issues"
        case Mode.OUTAGE:
            yield f"{inquiry.product or subject} outage status"
            yield f"{inquiry.product or subject} incident today"
        case Mode.ADVISORY:
            yield f"{subject} security advisory fixed versions"
            yield f"{subject} {symptom} CVE".strip()
        case Mode.GENERAL:
            yield symptom or inquiry.question
            yield f"{symptom or inquiry.question} cause"


def _later_queries(inquiry: Inquiry, reading: Reading, missing: str) -> Iterator[str]:
    """What is missing, and what the pages that answer name beside what was asked about."""
    if missing:
        yield f"{inquiry.subject} {missing}"
    said = " ".join(
        one.sentence for aspect in OF_MODE[inquiry.mode] for one in reading.says(aspect)[:MOST_OF_AN_ASPECT]
    )
    for name in _new_names(inquiry, said)[:1]:
        yield f"{inquiry.subject} {name}"
    if inquiry.codes:
        yield " ".join(inquiry.codes[:2])


def _new_names(inquiry: Inquiry, text: str) -> list[str]:
    asked = inquiry.question.lower()
    return [name for name in dict.fromkeys([*codes_in(text), *versions_in(text)]) if name.lower() not in asked]


def _statements(inquiry: Inquiry, reading: Reading) -> Iterator[Statement]:
    said: set[str] = set()
    others = [Said(reading.page(quote), _words_of(quote.text)) for quote in reading.quotes]
    for aspect in OF_MODE[inquiry.mode]:
        yield from _told(aspect, reading.says(aspect), said, MOST_OF_AN_ASPECT)
    if len(said) < ENOUGH_SAID:
        yield from _told("", others, said, MOST_OTHERS)


def _told(aspect: str, found: Sequence[Said], said: set[str], most: int) -> Iterator[Statement]:
    """A few that were not said yet; pages that say the same stand beside each other."""
    by_text: dict[str, list[Citation]] = {}
    for one in found:
        text = " ".join(_MARK.sub("", one.sentence).split())
        if text not in said:
            citation = Citation(address=one.page.address, title=one.page.title, quote=one.sentence)
            by_text.setdefault(text, []).append(citation)
    for text, citations in list(by_text.items())[:most]:
        said.add(text)
        yield Statement(about=aspect, text=text, citations=tuple(citations))


def _words_of(quoted: str) -> str:
    """What is quoted, without the marks for what was left out around it."""
    return quoted.removeprefix("… ").removesuffix(" …").strip()


def _questions(inquiry: Inquiry, statements: Sequence[Statement], contradicted: bool) -> Iterator[str]:
    subject = inquiry.subject
    if contradicted:
        yield f"Which version fixes {subject} for certain?"
    if statements and not any(one.about == "remedy" for one in statements):
        yield f"How is {subject} fixed?"
    said = [one.text for one in statements]
    for name in [name for name in dict.fromkeys(codes_in(" ".join(said))) if name not in inquiry.question][:2]:
        yield f"What is {name}?"
    for version in list(dict.fromkeys(filter(None, map(fixed_in, said))))[:2]:
        yield f"What changed in {inquiry.product or 'version'} {version}?"
    if inquiry.mode is Mode.ERROR_CODE and not inquiry.version:
        yield f"Which versions have {subject}?"
    if not statements:
        yield f"Does the vendor document {subject}?"
