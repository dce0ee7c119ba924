"""Code, not the reasoner, settles what stands: a claim counts when its figures and quotes are in the evidence it cites."""

from __future__ import annotations

import re

from sre_core.domain import Claim, Conclusion, Evidence
from sre_core.investigation import Investigation

QUOTED = re.compile(r"[\"“]([^\"”]{3,})[\"”]")
FIGURE = re.compile(r"(?<![\w.])\d+(?:[.,:]\d+)*")


def check(conclusion: Conclusion, investigation: Investigation) -> Conclusion:
    """The conclusion with every claim marked verified or not; evidence that does not exist is no longer cited."""
    settled = tuple(settle(claim, investigation) for claim in conclusion.claims)
    return conclusion.model_copy(update={"claims": settled})


def settle(claim: Claim, investigation: Investigation) -> Claim:
    """One claim, verified or not."""
    cited = tuple(id_ for id_ in claim.evidence if id_ in investigation.evidence)
    text = _searchable(claim.text)
    source = _searchable(" ".join(_words_of(investigation.evidence[id_]) for id_ in cited))
    stands = bool(cited) and all(part in source for part in [*QUOTED.findall(text), *FIGURE.findall(text)])
    return claim.model_copy(update={"evidence": cited, "verified": stands})


def _words_of(piece: Evidence) -> str:
    onset = f"{piece.onset:%Y-%m-%d %H:%M:%S %H:%M}" if piece.onset else ""
    return " ".join((piece.quote, piece.locator, piece.component or "", piece.source, onset))


def _searchable(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()
