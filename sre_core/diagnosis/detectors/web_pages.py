"""What research of the web came to: leads with page and quote. Strangers wrote them, so they weigh nothing by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.speech import cut
from sre_core.web.dossier import Citation, Dossier

SAYS, DISAGREES = "external", "external_dispute"
MOST_STATEMENTS, MOST_DISPUTES = 6, 2
LONGEST = 400
"""Characters of a quote."""


def detect(output: Dossier, context: Context) -> list[Finding]:
    """The first statements, each with its first page, and what pages contradict each other in. About no component: whether a
    page is about one of ours is for a person to judge."""
    return [*_statements(output), *_disputes(output)]


def _statements(output: Dossier) -> Iterator[Finding]:
    for one in output.statements[:MOST_STATEMENTS]:
        yield _finding(SAYS, one.citations[0], one.about)


def _disputes(output: Dossier) -> Iterator[Finding]:
    for one in output.contradictions[:MOST_DISPUTES]:
        sides = [citation.model_copy(update={"quote": cut(citation.quote, LONGEST // 2)}) for citation in one.citations]
        both = sides[0].model_copy(update={"quote": " | ".join(side.quote for side in sides[:2])})
        yield _finding(DISAGREES, both, "pages disagree")


def _finding(kind: str, said: Citation, about: str) -> Finding:
    return Finding(
        kind=kind,
        component=None,
        source="web",
        quote=cut(said.quote, LONGEST),
        locator=" ".join(filter(None, (said.address, f"({about})" if about else "", cut(said.title, 120)))),
    )
