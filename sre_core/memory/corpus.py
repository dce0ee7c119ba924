"""Remembered incidents that an alert is compared with all at once."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sre_core.memory.likeness import (
    ALIKE_IN_FAULT,
    ALIKE_IN_MEANING,
    BY_MEANING,
    BY_WORDS,
    ENOUGH_WORDS,
    FLOOR,
    HALF_LIFE,
    HOPS,
    MEANING,
    THE_SAME,
    UNRELATED,
    Likeness,
    Spoken,
    Told,
    Vector,
    happened_last,
    thought_of,
    worth_of_fault,
)

Figures = NDArray[np.float64]
"""One figure an incident, NaN where it is not known."""


class Corpus:
    """Incidents in columns: each part of the likeness is computed for all of them at once."""

    def __init__(self, incidents: Sequence[Told]) -> None:
        self._told = incidents
        self._holding = _places_of(each.words for each in incidents)
        self._rare = {stem: self._rarity(len(numbers)) for stem, numbers in self._holding.items()}
        squares = (math.fsum(self._rare[stem] ** 2 for stem in each.words) for each in incidents)
        self._lengths = np.sqrt(np.fromiter(squares, float, len(incidents)))
        self._at = _places_of(each.places for each in incidents)
        self._placed = np.array([bool(each.places) for each in incidents], bool)
        self._of_fault = _places_of([each.incident.fault] for each in incidents)
        self._marked = _places_of([each.incident.fingerprint] for each in incidents)
        last = (happened_last(each.incident) for each in incidents)
        self._last = np.array([moment.timestamp() if moment else math.nan for moment in last], float)
        self._with_vector = [number for number, each in enumerate(incidents) if each.vector is not None]
        vectors = [each.vector for each in incidents if each.vector is not None]
        self._vectors = np.stack(vectors) if vectors else None

    def __len__(self) -> int:
        return len(self._told)

    def alike(self, spoken: Spoken, most: int) -> list[Likeness]:
        """The incidents that resemble it, most alike first. Those of the very same alert come before all others."""
        if not self._told:
            return []
        found = [one for one in self._likenesses(spoken) if one.same_alert or self._is_alike(one, spoken)]
        found.sort(key=lambda one: (not one.same_alert, not one.claimed, -one.similarity, one.told.incident.id))
        return [self._with_shared(one, spoken) for one in found[:most]]

    def _likenesses(self, spoken: Spoken) -> list[Likeness]:
        """Of all that are alike enough, and of the same alert."""
        words, meaning = self._words(spoken), self._meaning(spoken.vector)
        by_meaning = ~np.isnan(meaning)
        said = np.minimum(words / ENOUGH_WORDS, 1.0)
        said = np.where(by_meaning, MEANING * np.nan_to_num(meaning) + (1 - MEANING) * said, said)
        place, fault, age = self._place(spoken.hops), self._fault(spoken, by_meaning), self._age(spoken)
        parts = (("said", said), ("place", place), ("fault", fault), ("age", age))
        total, weight = np.zeros(len(said)), np.zeros(len(said))
        for name, figures in parts:
            weighs = np.where(by_meaning, getattr(BY_MEANING, name), getattr(BY_WORDS, name))
            known = ~np.isnan(figures)
            total += np.where(known, weighs * np.nan_to_num(figures), 0.0)
            weight += np.where(known, weighs, 0.0)
        similarity = np.minimum(total / weight, 1.0)
        same = np.zeros(len(said), bool)
        same[self._marked.get(spoken.fingerprint, []) if spoken.fingerprint else []] = True
        return [
            Likeness(
                told=self._told[n],
                similarity=float(similarity[n]),
                said=float(said[n]),
                words=float(words[n]),
                meaning=_known(meaning[n]),
                place=_known(place[n]),
                fault=_known(fault[n]),
                shared=(),
                same_alert=bool(same[n]),
            )
            for n in np.flatnonzero(same | (similarity >= FLOOR)).tolist()
        ]

    def _is_alike(self, one: Likeness, spoken: Spoken) -> bool:
        """Not by the place or a single word alone."""
        if (one.meaning and one.said >= ALIKE_IN_MEANING) or (one.fault or 0.0) >= ALIKE_IN_FAULT:
            return True
        shared = len(spoken.words.keys() & one.told.words)
        return shared >= max(1, min(2, len(spoken.words) - 1, len(one.told.words)))

    def _with_shared(self, one: Likeness, spoken: Spoken) -> Likeness:
        both = sorted(spoken.words.keys() & one.told.words, key=lambda stem: -self._rare[stem])
        return replace(one, shared=tuple(dict.fromkeys(spoken.words[stem] for stem in both)))

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _words(self, spoken: Spoken) -> Figures:
        sums = np.zeros(len(self._told))
        for stem in spoken.words.keys() & self._holding.keys():
            sums[self._holding[stem]] += self._rare[stem] ** 2
        own = math.sqrt(math.fsum(self._rare.get(stem, self._rarity(0)) ** 2 for stem in spoken.words))
        lengths = self._lengths * own
        cosines: Figures = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
        return cosines

    def _meaning(self, vector: Vector | None) -> Figures:
        cosines: Figures = np.full(len(self._told), np.nan)
        if vector is not None and self._vectors is not None:
            cosines[self._with_vector] = self._vectors @ vector
        return np.clip((cosines - UNRELATED) / (THE_SAME - UNRELATED), 0.0, 1.0)

    def _place(self, hops: Mapping[str, int]) -> Figures:
        worth = np.where(self._placed & bool(hops), 0.0, np.nan)
        for name, far in sorted(hops.items(), key=lambda one: -one[1]):  # the nearest is written last
            if far < len(HOPS) and name in self._at:
                worth[self._at[name]] = HOPS[far]
        return worth

    def _fault(self, spoken: Spoken, by_meaning: NDArray[np.bool_]) -> Figures:
        thought = thought_of(frozenset(spoken.words))
        worth = np.full(len(self._told), np.nan)
        for fault, numbers in self._of_fault.items():
            in_words, in_meaning = (worth_of_fault(fault, spoken, thought, share) for share in (0.0, MEANING))
            pair = (math.nan if one is None else one for one in (in_meaning, in_words))
            worth[numbers] = np.where(by_meaning[numbers], *pair)
        return worth

    def _age(self, spoken: Spoken) -> Figures:
        if spoken.at is None:
            return np.full(len(self._told), np.nan)
        ages: Figures = 0.5 ** (np.maximum(spoken.at.timestamp() - self._last, 0.0) / HALF_LIFE.total_seconds())
        return ages

    def _rarity(self, count: int) -> float:
        return math.log(1 + (len(self._told) + 1) / (count + 0.5))


def _places_of(of_each: Iterable[Iterable[str | None]]) -> dict[str, NDArray[np.intp]]:
    """Each word -> the numbers of the incidents that have it."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(of_each):
        for word in words:
            if word:
                found[word].append(number)
    return {word: np.array(numbers, np.intp) for word, numbers in found.items()}


def _known(figure: float) -> float | None:
    return None if math.isnan(figure) else float(figure)
