"""The passages that answer a question best, and their words, cut to be quoted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sre_core.domain import Quotation
from sre_core.reasoning.answering.passages import Kind, Passage, indexed, stems_of
from sre_core.reasoning.answering.questions import Question, Term

ENOUGH = 0.6
"""Share of the weight of the telling words that a passage must carry."""
NAME_WEIGHS = 3.0
MOST_QUOTED = 5
NEAR_THE_BEST = 0.5
"""Passages that score below this share of the best one are not quoted."""
LONGEST_QUOTE = 300


@dataclass(frozen=True)
class _Scale:
    """What a question's words weigh among the passages at hand, and what each kind of passage is worth to it."""

    telling: Mapping[str, float]
    """By needle, as ``asking``."""
    asking: Mapping[str, float]
    worth: Mapping[Kind, float]
    within: tuple[str, ...]

    @classmethod
    def of(cls, asked: Question, passages: Sequence[Passage]) -> _Scale:
        """Rare words weigh more."""
        indexes = [passage.index for passage in passages]
        weights = {term: _rarity(term, indexes) for term in asked.terms}
        return cls(
            telling={term.needle: weight for term, weight in weights.items() if term.telling},
            asking={term.needle: weight for term, weight in weights.items() if not term.telling},
            worth={kind: asked.intent.factor(kind, bool(asked.telling)) for kind in Kind},
            within=tuple(source.needle for source in asked.within),
        )

    def score(self, passage: Passage) -> float:
        """How well a passage answers; 0 when it does not."""
        worth = self.worth[passage.kind] * passage.weight
        if not worth or not all(source in passage.index for source in self.within):
            return 0.0
        if (fit := _share(passage, self.telling)) < ENOUGH:
            return 0.0
        return (fit**2 + 0.2 * _share(passage, self.asking)) * worth / (1 + len(passage.text) / 2000)


def best(asked: Question, passages: Sequence[Passage]) -> list[tuple[Passage, float]]:
    """Passages with their scores, the best first; none when nothing fits well enough."""
    scale = _Scale.of(asked, passages)
    if not all(scale.telling.values()):
        return []
    scored = ((passage, scale.score(passage)) for passage in passages)
    ranked = sorted((pair for pair in scored if pair[1] > 0), key=lambda pair: (-pair[1], pair[0].seq))
    floor = NEAR_THE_BEST * ranked[0][1] if ranked else 0.0
    return _without_repeats(pair for pair in ranked if pair[1] >= floor)


def _rarity(term: Term, indexes: Sequence[str]) -> float:
    """Inverse document frequency, a name's times ``NAME_WEIGHS``; 0 when none has it."""
    has = sum(term.needle in index for index in indexes)
    rarity = math.log(1 + (len(indexes) - has + 0.5) / (has + 0.5))
    return rarity * (NAME_WEIGHS if term.is_name else 1.0) if has else 0.0


def _share(passage: Passage, weights: Mapping[str, float]) -> float:
    whole = math.fsum(weights.values())
    return math.fsum(weight for needle, weight in weights.items() if needle in passage.index) / whole if whole else 1.0


def _without_repeats(ranked: Iterable[tuple[Passage, float]]) -> list[tuple[Passage, float]]:
    chosen: dict[str, tuple[Passage, float]] = {}
    for passage, score in ranked:
        words = stems_of(passage.text)
        if not any(words in before for before in chosen):
            chosen[words] = (passage, score)
        if len(chosen) == MOST_QUOTED:
            break
    return list(chosen.values())


# -- quoting -----------------------------------------------------------------------------------------------------------


def quotation(asked: Question, passage: Passage, score: float) -> Quotation:
    """The words of the passage, or of a long one those around the first word asked for."""
    in_text, beside = indexed(passage.text), indexed(passage.beside)
    only_beside = any(term.needle in beside and term.needle not in in_text for term in asked.telling)
    text = f"{passage.beside}: {passage.text}" if only_beside else passage.text
    return Quotation(
        text=_cut(" ".join(text.split()), asked.telling),
        seq=passage.seq,
        evidence_id=passage.evidence_id,
        action_id=passage.action_id,
        score=round(score, 4),
    )


def _cut(text: str, telling: Iterable[Term]) -> str:
    """Between spaces where it can be, from the first word asked for where that stands far in."""
    if len(text) <= LONGEST_QUOTE:
        return text
    lower, half = text.lower(), LONGEST_QUOTE // 2
    place = min((at for term in telling if (at := lower.find(term.head)) >= 0), default=0)
    begin = max(text.rfind(" ", 0, place) + 1, place - half) if place > half else 0
    end = begin + LONGEST_QUOTE
    end = len(text) if end >= len(text) else max(text.rfind(" ", begin, end), begin + half)
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"
