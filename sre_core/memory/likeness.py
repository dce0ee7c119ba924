"""How alike an alert and a past incident are, from 0 to 1, and whether that is enough to say that this happened before.

The likeness is the weighted mean of what both sides know (docs/memory.md says where the weights and thresholds come from):

* what is said: words by the cosine of their stems, each stem weighted by its rarity among the incidents; and where both
  have a vector of the same model, meaning by the cosine of the vectors. Names of components are left out of both: they have a
  part of their own;
* the place: 1 at the same component, less at its neighbours in the topology, 0 elsewhere;
* the fault: how much the alert speaks of the incident's kind of fault, by the words and the meaning of the table of faults;
* how long ago: half as much every ``HALF_LIFE``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sre_core.diagnosis.faults import FAULTS
from sre_core.domain import UNKNOWN_FAULT, Alert, Incident
from sre_core.knowledge.words import by_stem, stems
from sre_core.memory.fingerprint import fingerprint


@dataclass(frozen=True)
class Measure:
    """How much each part weighs, and from where on "this happened before" is said."""

    said: float
    place: float
    fault: float
    age: float
    claim: float
    """The likeness that is needed."""
    said_at_least: float
    """And what is said must be that alike by itself, however well the rest fits."""


BY_WORDS = Measure(said=0.52, place=0.36, fault=0.10, age=0.02, claim=0.54, said_at_least=0.20)
BY_MEANING = Measure(said=0.48, place=0.26, fault=0.24, age=0.02, claim=0.58, said_at_least=0.20)
"""For incidents that are compared by words alone, and by meaning too."""
MEANING = 0.67
"""Of what is said, the share of meaning where there is a vector; the rest is words. The same of the fault."""
ENOUGH_WORDS = 0.5
"""A cosine of words from which more would say nothing more."""
UNRELATED, THE_SAME = 0.15, 0.75
"""Cosines of two texts about operations that have nothing to do with each other, and that say the same in other words."""
HOPS = (1.0, 0.7, 0.3)
"""What a place is worth so many hops from the alerting component."""
NEAR = HOPS[1]
"""What is farther away is never claimed."""
HALF_LIFE = timedelta(days=365)
FLOOR = 0.2
"""Below this nothing is recalled at all."""
ALIKE_IN_MEANING, ALIKE_IN_FAULT = 0.08, 0.3
"""What is said that much alike, or speaks that much of the kind of fault, may be recalled though it shares no words."""

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Told:
    """A remembered incident, prepared for comparison."""

    incident: Incident
    words: frozenset[str]
    """Stems of its alert, title, symptoms and findings."""
    places: frozenset[str]
    vector: Vector | None = None


@dataclass(frozen=True)
class Spoken:
    """An alert, or a symptom in words, prepared for comparison."""

    words: Mapping[str, str]
    """Stem -> the word as it was said."""
    text: str = ""
    hops: Mapping[str, int] = field(default_factory=dict)
    """Component -> hops from the nearest alerting one, 0 for those; empty when no component is named."""
    fingerprint: str = ""
    at: datetime | None = None
    vector: Vector | None = None
    faults: Mapping[str, float] = field(default_factory=dict)
    """Fault -> how near its description is in meaning; empty where that is not known."""


@dataclass(frozen=True)
class Likeness:
    """How alike one incident is; None is not known."""

    told: Told
    similarity: float
    said: float
    words: float
    meaning: float | None
    place: float | None
    fault: float | None
    shared: tuple[str, ...]
    same_alert: bool

    @property
    def claimed(self) -> bool:
        """Whether it may be said that this happened before. Farther away than next door, or nobody knows where, it never is."""
        if self.same_alert:
            return True
        if self.place is None or self.place < NEAR:
            return False
        measure = BY_WORDS if self.meaning is None else BY_MEANING
        return self.similarity >= measure.claim and self.said >= measure.said_at_least


def told(incident: Incident, vector: Vector | None = None) -> Told:
    """An incident as it is compared."""
    places = frozenset(filter(None, (incident.component, *incident.alerting)))
    return Told(incident, frozenset(stems(text_of(incident))), places, vector)


def text_of(incident: Incident) -> str:
    """What an incident says, without the names of its components: what is compared, and what vectors are made of."""
    heard = incident.alert or incident.title
    title = "" if incident.title in heard else incident.title
    words = "\n".join(filter(None, (title, heard, incident.symptoms, incident.statement, *incident.seen[:3])))
    return without_names(words, (incident.component, *incident.alerting, *incident.affected))


def spoken_alert(alert: Alert, hops: Mapping[str, int], at: datetime | None) -> Spoken:
    """An alert as it is compared: its words without the labels, which mostly name places."""
    rule = alert.labels.get("alertname", "")
    parts = (alert.title, "" if rule in alert.title else rule, alert.description, alert.context)
    return spoken_text("\n".join(part for part in parts if part), hops, at, fingerprint(alert))


def spoken_text(text: str, hops: Mapping[str, int], at: datetime | None = None, mark: str = "") -> Spoken:
    """A text as it is compared."""
    bare = without_names(text, [name for name, far in hops.items() if far == 0])
    return Spoken(by_stem(bare), bare, hops, mark, at)


def without_names(text: str, names: Iterable[str | None]) -> str:
    """The text without these components' names."""
    for name in sorted({name for name in names if name and len(name) > 2}, key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def worth_of_place(hops: Mapping[str, int], places: Collection[str]) -> float | None:
    """How near the nearest of these places is to an alerting one; None when that is not known."""
    if not hops or not places:
        return None
    nearest = min((hops[place] for place in places if place in hops), default=len(HOPS))
    return HOPS[nearest] if nearest < len(HOPS) else 0.0


def worth_of_fault(fault: str | None, spoken: Spoken, thought: Mapping[str, float], share: float) -> float | None:
    """How much the alert speaks of a kind of fault, by words and, where known, by meaning; ``share``: of meaning."""
    if fault is None or fault not in _faults()[0]:
        return None
    by_words = thought.get(fault, 0.0)
    meant = spoken.faults.get(fault) if share else None
    if meant is None:
        return by_words if thought else None
    return share * meant + (1 - share) * by_words


def scaled(cosine: float) -> float:
    """A cosine of meanings, from 0 for what has nothing to do with each other to 1 for the same in other words."""
    return min(max((cosine - UNRELATED) / (THE_SAME - UNRELATED), 0.0), 1.0)


def described_faults() -> Mapping[str, str]:
    """Fault -> what it is and looks like, in words, for a vector."""
    return {term: f"{f.label}. {f.mechanism}. {f.observables}" for term, f in FAULTS.items() if term != UNKNOWN_FAULT}


def happened_last(incident: Incident) -> datetime | None:
    """The last time; None when no time is known."""
    return incident.occurred[-1] if incident.occurred else incident.started_at


def thought_of(words: frozenset[str]) -> Mapping[str, float]:
    """Fault -> how much these stems are its own, 1 for the one they fit best; empty when they fit none."""
    table, rare = _faults()
    scores = {fault: math.fsum(rare[stem] for stem in words & own) for fault, own in table.items() if words & own}
    best = max(scores.values(), default=0.0)
    return {fault: score / best for fault, score in scores.items()} if best > 0 else {}


@cache
def _faults() -> tuple[Mapping[str, frozenset[str]], Mapping[str, float]]:
    named = [fault for fault in FAULTS.values() if fault.term != UNKNOWN_FAULT]
    table = {f.term: frozenset(stems(f"{f.label} {f.observables} {f.mechanism}")) for f in named}
    counts = Counter(stem for own in table.values() for stem in own)
    return table, {stem: math.log(len(table) / count) for stem, count in counts.items()}
