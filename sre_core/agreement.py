"""How far two conclusions agree: on the cause, claim by claim, and where they contradict each other. Plain code, no judgement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import Field

from sre_core.diagnosis.faults import label
from sre_core.domain import Claim, Conclusion, Hypothesis, Opinion, Value, Verdict
from sre_core.events import SecondOpinionGiven

SAME_WORDS = 0.6
"""Share of the shorter claim's words that the other one has too, from which both say the same."""
SAME_EVIDENCE = 0.5
"""Share of the shorter list of cited evidence from which both speak of the same finding."""
ABOUT_THE_SAME = 0.4
"""Share of words from which a denial in one denies the other."""

WORD = re.compile(r"[a-z][a-z0-9_-]{2,}")
FIGURE = re.compile(r"(?<![\w.])\d+(?:[.,:]\d+)*")
DENIES = re.compile(r"\b(?:no|not|never|none|nothing|neither|nor|cannot|without)\b|n't\b")
EMPTY = frozenset(
    re.findall(
        r"\w+",
        "the and for that this with from was were are has have had its their they them than then which while into over under "
        "about after before when where been being can could would not nor never none nothing neither cannot without",
    )
)
"""Words that make two claims no more alike."""


class Cause(StrEnum):
    """How the two causes relate."""

    SAME = "same"
    SAME_COMPONENT = "same component"
    DIFFERENT = "different"
    ONE_NAMES_IT = "one names it"
    NEITHER = "neither names one"


class Pair(Value):
    """What both say, each in its words."""

    one: Claim
    other: Claim


class Agreement(Value):
    """Two conclusions beside each other."""

    cause: Cause
    said: str = Field(description="On cause and sureness, in words.")
    both: tuple[Pair, ...] = Field(default=(), description="In common: from the same evidence, or in the same words.")
    only_one: tuple[Claim, ...] = Field(default=(), description="Claims of the first alone.")
    only_other: tuple[Claim, ...] = Field(default=(), description="Claims of the second alone.")
    contradictions: tuple[str, ...] = Field(default=(), description="In sentences.")


def agreement(one: Opinion, other: Opinion, hypotheses: Mapping[str, Hypothesis] | None = None) -> Agreement:
    """How far they agree. ``hypotheses``: by id, to know what one rules out and the other names."""
    pairs = _pairs(one.conclusion.claims, other.conclusion.claims)
    opposed = [pair for pair in pairs if _contradict(pair)]
    agreed = [pair for pair in pairs if pair not in opposed]
    paired = {id(claim) for pair in pairs for claim in (pair.one, pair.other)}
    cause = _cause(one.conclusion, other.conclusion)
    ruled_out = [*_rules_out(one, other, hypotheses or {}), *_rules_out(other, one, hypotheses or {})]
    return Agreement(
        cause=cause,
        said=f"{_on_the_cause(cause, one, other)} {_on_sureness(one, other)}".strip(),
        both=tuple(agreed),
        only_one=tuple(claim for claim in one.conclusion.claims if id(claim) not in paired),
        only_other=tuple(claim for claim in other.conclusion.claims if id(claim) not in paired),
        contradictions=(*(_opposed(pair, one, other) for pair in opposed), *ruled_out),
    )


def agreement_of(given: SecondOpinionGiven, hypotheses: Mapping[str, Hypothesis] | None = None) -> Agreement | None:
    """How far the opinions of an event agree; None when there are not two."""
    if len(given.opinions) < 2:
        return None
    one, other = given.opinions[:2]
    return agreement(one, other, hypotheses)


def in_words(given: SecondOpinionGiven, hypotheses: Mapping[str, Hypothesis] | None = None) -> str:
    """What came of a second opinion, in a sentence or two."""
    if (found := agreement_of(given, hypotheses)) is None:
        return given.trouble or "There is no second opinion."
    against = len(found.contradictions)
    counts = f"Claims: {len(found.both)} in common, {len(found.only_one)} and {len(found.only_other)} of one alone"
    return f"{found.said} {counts}{f', {against} contradicted' if against else ''}."


def name(opinion: Opinion) -> str:
    """'The rules', 'The model (gpt-x)'."""
    return f"The {opinion.by}{f' ({opinion.model})' if opinion.model else ''}"


def _within(opinion: Opinion) -> str:
    """The same within a sentence."""
    return name(opinion)[0].lower() + name(opinion)[1:]


# -- the cause ---------------------------------------------------------------------------------------------------------


def _cause(one: Conclusion, other: Conclusion) -> Cause:
    mine, theirs = one.root_cause, other.root_cause
    if mine and theirs:
        if mine.component != theirs.component:
            return Cause.DIFFERENT
        return Cause.SAME if mine.fault == theirs.fault else Cause.SAME_COMPONENT
    if one.verdict is other.verdict is Verdict.NO_INCIDENT:
        return Cause.SAME
    if Verdict.NO_INCIDENT in (one.verdict, other.verdict) and (mine or theirs):
        return Cause.DIFFERENT
    return Cause.ONE_NAMES_IT if mine or theirs else Cause.NEITHER


def _on_the_cause(cause: Cause, one: Opinion, other: Opinion) -> str:
    match cause:
        case Cause.SAME if one.conclusion.root_cause is None:
            return "Both say that nothing is wrong."
        case Cause.SAME:
            return f"Both name {_named(one)}."
        case Cause.SAME_COMPONENT:
            return f"Both name the same component with another fault: {_says(one)}, {_says(other, first=False)}."
        case Cause.DIFFERENT:
            return f"They differ: {_says(one)}, {_says(other, first=False)}."
        case Cause.ONE_NAMES_IT:
            named, silent = (one, other) if one.conclusion.root_cause else (other, one)
            return f"{name(named)} alone name{_s(named)} a cause: {_named(named)}. {name(silent)} leave{_s(silent)} it open."
        case Cause.NEITHER:
            return "Neither names a cause."


def _says(opinion: Opinion, first: bool = True) -> str:
    who = name(opinion) if first else _within(opinion)
    if opinion.conclusion.root_cause is None:
        return f"{who} say{_s(opinion)} that nothing is wrong"
    return f"{who} name{_s(opinion)} {_named(opinion)}"


def _named(opinion: Opinion) -> str:
    cause = opinion.conclusion.root_cause
    return f"{cause.component}: {label(cause.fault) or 'an unknown fault'}" if cause else "nothing"


def _s(opinion: Opinion) -> str:
    """'The rules name', 'the model names'."""
    return "" if opinion.by.endswith("s") else "s"


def _on_sureness(one: Opinion, other: Opinion) -> str:
    mine, theirs = one.conclusion.verdict, other.conclusion.verdict
    if mine is theirs:
        return ""
    return f"How sure: {one.by} {_plain(mine)}, {other.by} {_plain(theirs)}."


def _plain(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")


def _rules_out(one: Opinion, other: Opinion, hypotheses: Mapping[str, Hypothesis]) -> Iterable[str]:
    """What the first rules out and the second names."""
    cause = other.conclusion.root_cause
    for out in one.conclusion.ruled_out if cause else ():
        known = hypotheses.get(out.hypothesis_id)
        if cause and known and (known.component, known.fault) == (cause.component, cause.fault):
            named = f"what {_within(other)} name{_s(other)}, {_named(other)}"
            yield f"{name(one)} rule{_s(one)} out {named}: {out.reason}"


# -- claims ------------------------------------------------------------------------------------------------------------


def _pairs(mine: Sequence[Claim], theirs: Sequence[Claim]) -> list[Pair]:
    """Each claim at most once, those that fit best first."""
    fits = [
        (_fit(one, other), -place, -at, one, other)
        for place, one in enumerate(mine)
        for at, other in enumerate(theirs)
        if _same_matter(one, other)
    ]
    pairs, taken = [], set[int]()
    for *_, one, other in sorted(fits, key=lambda fit: fit[:3], reverse=True):
        if not taken & {id(one), id(other)}:
            taken |= {id(one), id(other)}
            pairs.append((mine.index(one), Pair(one=one, other=other)))
    return [pair for _, pair in sorted(pairs, key=lambda placed: placed[0])]


def _same_matter(one: Claim, other: Claim) -> bool:
    return _overlap(one.evidence, other.evidence) >= SAME_EVIDENCE or _alike(one, other) >= SAME_WORDS


def _fit(one: Claim, other: Claim) -> float:
    return _overlap(one.evidence, other.evidence) + _alike(one, other)


def _alike(one: Claim, other: Claim) -> float:
    return _overlap(_words(one.text), _words(other.text))


def _overlap(mine: Iterable[str], theirs: Iterable[str]) -> float:
    """Share of the smaller set that is in the other; 0 when either is empty."""
    one, other = set(mine), set(theirs)
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.casefold())) - EMPTY


def _contradict(pair: Pair) -> bool:
    """One denies what the other says, or the same words come with other figures."""
    alike = _alike(pair.one, pair.other)
    denied = [bool(DENIES.search(claim.text.casefold())) for claim in (pair.one, pair.other)]
    if denied[0] != denied[1]:
        return alike >= ABOUT_THE_SAME
    mine, theirs = (set(FIGURE.findall(claim.text)) for claim in (pair.one, pair.other))
    return alike >= SAME_WORDS and bool(mine and theirs) and not mine & theirs


def _opposed(pair: Pair, one: Opinion, other: Opinion) -> str:
    return f"{name(one)}: “{pair.one.text}” {name(other)}: “{pair.other.text}”"
