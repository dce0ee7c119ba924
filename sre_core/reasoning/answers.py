"""Answers to questions about an investigation, in the words of its own timeline: found, never made up, and no model.

What the events say is cut into *passages*. A question has *telling words*, and often an *intent*: "why was X ruled out"
wants a reason, "who approved" a decision (``INTENTS``). A passage answers when it is of a kind the intent wants and
carries at least ``ENOUGH`` of the weight of the telling words (inverse document frequency over the passages; names weigh
``NAME_WEIGHS`` times as much). A telling word that stands nowhere in the timeline is a name we know nothing of: then the
timeline does not say, however well the rest would fit. What was asked and answered before is no passage.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, auto
from functools import cached_property, lru_cache
from typing import Any, assert_never

from sre_core import events as ev
from sre_core.beliefs import percent
from sre_core.domain import (
    Action,
    Alert,
    Answer,
    Conclusion,
    Evidence,
    Examined,
    Hypothesis,
    Plan,
    Quotation,
    Recollection,
    Reflection,
    RootCause,
    RuledOut,
    Value,
)
from sre_core.investigation import Investigation, Phase, Status
from sre_core.knowledge.words import stem, stems

DOES_NOT_SAY = "The timeline does not say."
ENOUGH = 0.6
"""Share of the weight of the telling words that a passage must carry."""
NAME_WEIGHS = 3.0
MOST_QUOTED = 5
NEAR_THE_BEST = 0.5
"""Passages that score below this share of the best one are not quoted."""
NO_LONGER = 0.5
"""Factor for what was said once and does not stand any more."""
FEW = 3
"""Components of an observation that it may be said to be about; one over all components is about none of them."""
LONGEST_QUOTE = 300
LONGEST_QUESTION = 1000
"""Characters of a question that are read."""


class Kind(StrEnum):
    """What sort of thing a passage says."""

    ALERT = auto()
    MEMORY = auto()
    STEP = auto()
    OPEN_STEP = auto()
    LOOK = auto()
    OUTCOME = auto()
    OUTPUT = auto()
    EXCERPT = auto()
    EXAMINED = auto()
    NO_DATA = auto()
    EVIDENCE = auto()
    ONSET = auto()
    CHANGE = auto()
    LATER_CHANGE = auto()
    CHANGES_LISTED = auto()
    THOUGHT = auto()
    RULED_OUT = auto()
    LEADER = auto()
    RIVAL = auto()
    SAID = auto()
    DECISION = auto()
    REFUSAL = auto()
    ASKED = auto()
    NOW = auto()
    VERDICT = auto()
    CLAIM = auto()
    REMEDY = auto()
    NOT_EXAMINED = auto()
    SETTLES = auto()
    BLAST = auto()


@dataclass(frozen=True)
class Intent:
    """A sort of question: the words that give it away, and the kinds of passages that answer it, with a factor each."""

    asked_by: re.Pattern[str]
    wants: Mapping[Kind, float]
    others: float = 0.0
    """Factor for all other kinds, when the question has telling words; at zero they are no answer."""


def _intent(words: str, wants: Mapping[Kind, float], others: float = 0.0) -> Intent:
    return Intent(re.compile(words, re.IGNORECASE), wants, others)


_CHANGED = r"\bchang(?:e|es|ed)\b|deploy|\breleas|\broll(?:ed)? ?out|\bcommit|\bmerged"
_NOT = r"(?:\bnot|\bnever|n['’]t)\b"

INTENTS = (
    _intent(
        r"\brul(?:e|ed|ing)\b.{0,60}\bout\b|exclud|eliminat|dismiss|discard|innocent|\bwhy not\b",
        {Kind.RULED_OUT: 1.0, Kind.LEADER: 0.5, Kind.RIVAL: 0.4},
    ),
    _intent(r"affect|impact|blast|suffer|\busers\b|customers", {Kind.BLAST: 1.0, Kind.CLAIM: 0.6}),
    _intent(
        r"\breject|declin|\brefus(?:e|al)|\bden(?:y|ied)|turned down|said no\b",
        {Kind.REFUSAL: 1.0},
    ),
    _intent(
        r"approv|\ballow|authori[sz]|permi(?:t|ss)|\bdeci(?:de|si)|sign(?:ed)? off|\bwho (?:let|started|stopped|ran|edited)",
        {Kind.DECISION: 1.0, Kind.REFUSAL: 1.0, Kind.ASKED: 0.9, Kind.SAID: 0.5},
    ),
    _intent(r"(?:seen|happen\w*|had) .{0,30}\bbefore\b|past incident|similar|last time|recur", {Kind.MEMORY: 1.0}),
    _intent(
        rf"(?:{_CHANGED}).*\b(?:before|prior|preced|led)|\bbefore\b.*(?:{_CHANGED})",
        {Kind.CHANGE: 1.0, Kind.CHANGES_LISTED: 0.4, Kind.OUTPUT: 0.6},
    ),
    _intent(_CHANGED, {Kind.CHANGE: 1.0, Kind.LATER_CHANGE: 0.6, Kind.CHANGES_LISTED: 0.4, Kind.OUTPUT: 0.6}),
    _intent(
        rf"{_NOT}.{{0,30}}(?:look|exam|check|inspect|cover|consider|tested)|unexamined|blind spot|\bgaps?\b|\byou miss",
        {Kind.NOT_EXAMINED: 1.0, Kind.NO_DATA: 0.7, Kind.OPEN_STEP: 0.6},
    ),
    _intent(
        r"\bnext\b|what now|going to do|\b(?:you|we|it) (?:still )?(?:waiting|blocked|stuck)|left to do",
        {Kind.ASKED: 1.0, Kind.NOW: 0.9, Kind.REMEDY: 0.6, Kind.OPEN_STEP: 0.5},
    ),
    _intent(r"settle|would (?:convince|confirm|prove)|make (?:you|it) (?:sure|certain)", {Kind.SETTLES: 1.0}),
    _intent(
        r"\belse (?:could|might|may|can|would)|what else\W*$|alternativ|could it .{0,20}be\b|runner.?up"
        r"|other (?:causes?|explanations?|hypothes[ie]s|candidates?|suspects?|possibilit\w+)",
        {Kind.RIVAL: 1.0, Kind.SETTLES: 0.6},
    ),
    _intent(
        r"how (?:sure|certain|likely|probable)|confiden|probab|\bsure\b|convinced|verdict",
        {Kind.LEADER: 1.0, Kind.VERDICT: 0.8, Kind.RIVAL: 0.5, Kind.RULED_OUT: 0.4},
    ),
    _intent(
        r"\bfix|remed|mitigat|resolv|should (?:i|we) do|do about|restore|undo|roll ?back",
        {Kind.REMEDY: 1.0, Kind.ASKED: 0.9, Kind.DECISION: 0.6},
    ),
    _intent(
        r"\b(?:did|have|has) (?:you|it|we)\b.{0,20}\b(?:look|check|exam|inspect|quer|read|r[au]n|tr[iy]|do\b|done|search)"
        r"|look(?:ed)? at|\bexamined|\bchecked|\binspected|which tools|\bactions?\b",
        {Kind.LOOK: 1.0, Kind.EXAMINED: 0.8, Kind.EVIDENCE: 0.6, Kind.OUTCOME: 0.5, Kind.OUTPUT: 0.6},
    ),
    _intent(r"\bplan\b|\bsteps?\b", {Kind.OPEN_STEP: 1.0, Kind.STEP: 0.9}),
    _intent(r"\bevidence\b|\bproofs?\b|\bfindings\b", {Kind.EVIDENCE: 1.0, Kind.CHANGE: 1.0}),
    _intent(
        r"root cause|\bwhy\b|wh(?:at|ere) (?:is|was|went|caused|happened|does|did it)|conclu|summar",
        {Kind.VERDICT: 1.0, Kind.CLAIM: 0.9, Kind.LEADER: 0.7},
        others=0.7,
    ),
    _intent(
        r"\bwhen\b|how long|onset|\b(?:begin|began|begun|start|started)\b|first (?:sign|symptom|error)",
        {Kind.ONSET: 1.0, Kind.VERDICT: 0.8},
    ),
)
"""In the order in which they are tried; the first that a question's words give away is its intent."""

USUALLY: Mapping[Kind, float] = {
    Kind.EVIDENCE: 1.2,
    Kind.CHANGE: 1.2,
    Kind.VERDICT: 1.2,
    Kind.CLAIM: 1.1,
    Kind.SAID: 1.1,
    Kind.LOOK: 0.8,
    Kind.OUTCOME: 0.7,
    Kind.THOUGHT: 0.8,
    Kind.RIVAL: 0.7,
    Kind.STEP: 0.7,
    Kind.OPEN_STEP: 0.7,
    Kind.OUTPUT: 0.6,
    Kind.ONSET: 0.0,
    Kind.EXCERPT: 0.0,
}
"""Factors when a question has no intent; 1 where nothing is said.

An onset is its evidence once more, for "when". An excerpt is cut out of JSON: it tells which words there are, but not how
to read them.
"""

_NOT_TELLING = """
about action actions actual actually affect affected against alternative answer anybody anyone anything anywhere
appear appeared approval approve ask assume authorise authorize bad became become before began begin begun believe
better big blame blast blind blocked bring broke broken brought ca candidate cause caused certain certainty change
check checked clean clear climb come compare compared component conclude conclusion confidence confident consider
contain continue could count cover crash culprit day decide decision decline deny describe detail detect detected
discard dismiss done down drop earlier early eliminate else end ended ever everything everywhere evidence exact
exactly examine exclude exist explain explanation fail failed failing failure fall fault favor favour find fine finish
finished first fix found gap give go going gone good grow guilty happen healthy hello help hi high hour hypotheses
hypothesis idea impact incident include increase innocent inspect instead investigate investigation involve involved
issue jump kind know last late later latest left likely list long look low made main major make many matter mean
minute miss mitigate moment morning much name need new next night nothing notice now number observe observed ok okay
old onset open other outage overall part pending people permit person plan please point possible previous prior
probability probable problem proof put query radius ran read real really reason receive received refusal refuse reject
relate related remedy report resolve responsible restore result return returned rise root rose rule ruled rules run
said saw say says see seen service set settle show shown sign similar sit slow small someone somewhere sort speak
spike spot start started state step stop stopped stuck suffer summarise summarize summary support supports suppose
sure suspect suspicious symptom system take talk talking tell tested thanks thing think thought time timeline today
told took tool tools top total tried trigger trouble true try turned undo unexamined unhealthy verdict wait waiting
want weird went whole wo word words work worse worst wrong yes yesterday yet you
"""
NOT_TELLING = frozenset(stem(word) for word in _NOT_TELLING.split())
"""Words of asking. Where they stand in a passage it fits better; where they do not, nothing is missing."""
SOURCES = frozenset(map(stem, ("logs", "metrics", "traces", "signals", "commands", "documents", "runbooks")))


@dataclass(frozen=True)
class Passage:
    """Words of one event, what leads in to them in a sentence, and what else they can be found by."""

    kind: Kind
    seq: int
    text: str
    lead: str
    found_by: str
    """What it is about, its own words among it unless they would mislead."""
    evidence_id: str | None = None
    action_id: str | None = None
    weight: float = 1.0
    beside: str = ""
    """Words of the event that are quoted too when only they have what was asked for: where the text stands."""

    @cached_property
    def index(self) -> str:
        """What a term is looked up in."""
        return _indexed(self.found_by)

    @property
    def where(self) -> str:
        """'event 12, E3'."""
        return ", ".join(filter(None, (f"event {self.seq}", self.evidence_id or self.action_id)))


def _indexed(text: str) -> str:
    """Stems between spaces, then the words as they are."""
    return f" {' '.join(filter(None, map(_stems_of, text.split())))} \n{text.lower()}"


@lru_cache(maxsize=50_000)
def _stems_of(word: str) -> str:
    return " ".join(stems(word))


def answer(question: str, events: Sequence[ev.Event], state: Investigation) -> Answer:
    """The best few passages of the timeline, or that it does not say. ``state`` is the fold of exactly these events."""
    asked = Question.of(question)
    passages = list(Reader(events, state).passages())
    found = asked.best_of(passages)
    if not found:
        passages += Reader(events, state).outputs(asked)
        found = asked.best_of(passages)
    if not found:
        return Answer(text=" ".join((DOES_NOT_SAY, *asked.unheard_of(passages))))
    quotations = tuple(asked.quotation(passage, score) for passage, score in found)
    sentences = (_sentence(passage, said.text) for (passage, _), said in zip(found[:2], quotations, strict=False))
    return Answer(text=" ".join(sentences), quotations=quotations)


def _sentence(passage: Passage, words: str) -> str:
    return f"{passage.lead}: “{words}” ({passage.where})."


# -- the question ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """A word of the question, or a name of several parts, which must stand together: cart-redis is not orders-redis."""

    spoken: str
    needle: str
    """As it stands in a passage's index."""
    telling: bool
    is_name: bool = False
    """It has several parts, or digits in it."""

    @property
    def is_source(self) -> bool:
        """It says where something must stand: in the logs, in a runbook."""
        return self.needle.strip() in SOURCES


@dataclass(frozen=True)
class Question:
    """What somebody wants to know."""

    terms: tuple[Term, ...]
    intent: Intent | None
    within: tuple[Term, ...] = ()
    """Sources that an answer must be from."""

    @classmethod
    def of(cls, text: str) -> Question:
        """Taken apart."""
        text = text[:LONGEST_QUESTION]
        intent = next((each for each in INTENTS if each.asked_by.search(text)), None)
        terms = tuple({term.needle: term for word in _words(text) if (term := _term(word))}.values())
        free = intent is None or intent.others > 0
        within = tuple(term for term in terms if term.is_source) if free else ()
        if len(within) < sum(term.telling for term in terms):
            terms = tuple(term for term in terms if term not in within)
        return cls(terms, intent, within)

    @property
    def telling(self) -> tuple[Term, ...]:
        """The terms that an answer must be about."""
        return tuple(term for term in self.terms if term.telling)

    def unheard_of(self, passages: Iterable[Passage]) -> list[str]:
        """A sentence about the words that stand nowhere; none when they all stand somewhere."""
        unknown = [f"“{term.spoken}”" for term in self.telling if not any(term.needle in p.index for p in passages)]
        return [f"It has no word of {' or '.join(unknown[:3])}."] if unknown else []

    def best_of(self, passages: Sequence[Passage]) -> list[tuple[Passage, float]]:
        """Passages with their scores, the best first; none when nothing fits well enough."""
        weights = {term: _rarity(term, passages) for term in self.terms}
        if (self.intent is None and not self.telling) or any(weights[term] is None for term in self.telling):
            return []
        known = {term: weight for term, weight in weights.items() if weight is not None}
        scored = ((passage, self._score(passage, known)) for passage in passages)
        ranked = sorted((pair for pair in scored if pair[1] > 0), key=lambda pair: (-pair[1], pair[0].seq))
        floor = NEAR_THE_BEST * ranked[0][1] if ranked else 0.0
        return _without_repeats(pair for pair in ranked if pair[1] >= floor)

    def _score(self, passage: Passage, weights: Mapping[Term, float]) -> float:
        wanted = self._wanted(passage.kind)
        if not wanted or not all(source.needle in passage.index for source in self.within):
            return 0.0
        fit = _share(passage, {term: weight for term, weight in weights.items() if term.telling})
        if fit < ENOUGH:
            return 0.0
        beside = _share(passage, {term: weight for term, weight in weights.items() if not term.telling})
        return (fit**2 + 0.2 * beside) * wanted * passage.weight / (1 + len(passage.text) / 2000)

    def _wanted(self, kind: Kind) -> float:
        if self.intent is None:
            return USUALLY.get(kind, 1.0)
        others = self.intent.others * USUALLY.get(kind, 1.0) if self.telling else 0.0
        return self.intent.wants.get(kind, others)

    def quotation(self, passage: Passage, score: float) -> Quotation:
        """The words of the passage, or of a long one those around the first word asked for."""
        in_text, beside = _indexed(passage.text), _indexed(passage.beside)
        only_beside = any(term.needle in beside and term.needle not in in_text for term in self.telling)
        text = f"{passage.beside}: {passage.text}" if only_beside else passage.text
        return Quotation(
            text=self._cut(" ".join(text.split())),
            seq=passage.seq,
            evidence_id=passage.evidence_id,
            action_id=passage.action_id,
            score=round(score, 4),
        )

    def _cut(self, text: str) -> str:
        if len(text) <= LONGEST_QUOTE:
            return text
        lower = text.lower()
        places = [lower.find(term.needle.split()[0]) for term in self.telling]
        begin = min((place for place in places if place >= 0), default=0)
        begin = max(text.rfind(" ", 0, begin) + 1, begin - LONGEST_QUOTE // 2) if begin > LONGEST_QUOTE // 2 else 0
        end = begin + LONGEST_QUOTE
        end = len(text) if end >= len(text) else max(text.rfind(" ", begin, end), begin + LONGEST_QUOTE // 2)
        return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"


def _words(text: str) -> Iterator[str]:
    without_short_forms = re.sub(r"(?:n['’]t|['’](?:ve|re|ll|s|d|m))\b", " ", text)
    return (word.strip("\"'“”‘’`.,;:!?()[]{}<>") for word in re.split(r"[\s/,;|]+", without_short_forms))


def _term(word: str) -> Term | None:
    """Ids and times, which have no stem, are looked up as they are; other words and names by their stems."""
    if by_stem := _stems_of(word):
        return Term(word, f" {by_stem} ", by_stem not in NOT_TELLING, " " in by_stem or _has_digit(word))
    return Term(word, word.lower(), True, True) if len(word) > 2 and _has_digit(word) else None


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _rarity(term: Term, passages: Sequence[Passage]) -> float | None:
    """Inverse document frequency, a name's times ``NAME_WEIGHS``; None when no passage has it."""
    has = sum(term.needle in passage.index for passage in passages)
    rarity = math.log(1 + (len(passages) - has + 0.5) / (has + 0.5))
    return rarity * (NAME_WEIGHS if term.is_name else 1.0) if has else None


def _share(passage: Passage, weights: Mapping[Term, float]) -> float:
    whole = math.fsum(weights.values())
    return math.fsum(w for term, w in weights.items() if term.needle in passage.index) / whole if whole else 1.0


def _without_repeats(ranked: Iterable[tuple[Passage, float]]) -> list[tuple[Passage, float]]:
    chosen: dict[str, tuple[Passage, float]] = {}
    for passage, score in ranked:
        words = _stems_of(passage.text)
        if not any(words in before for before in chosen):
            chosen[words] = (passage, score)
        if len(chosen) == MOST_QUOTED:
            break
    return list(chosen.values())


# -- the timeline ------------------------------------------------------------------------------------------------------


@dataclass
class Reader:
    """Cuts a timeline into passages. ``state`` tells which of it still stands."""

    events: Sequence[ev.Event]
    state: Investigation
    _told: set[tuple[str, ...]] = field(default_factory=set)
    """What was said already, and is not said again."""
    _concluded: Conclusion | None = None
    """The conclusion that stood at the event being read."""

    def passages(self) -> Iterator[Passage]:
        """In the order of the events."""
        for event in self.events:
            yield from self._of(event)

    def outputs(self, asked: Question) -> Iterator[Passage]:
        """What tools brought back in full, where a line has a telling word; nothing that was erased."""
        needles = [term.needle.split()[0] for term in asked.telling]
        for event in self.events:
            if isinstance(event.happening, ev.ActionSucceeded):
                seen = event.happening.observation
                lead = f"{seen.tool} brought back"
                if seen.excerpt and seen.content and seen.content.digest not in self.state.erased:
                    yield Passage(Kind.EXCERPT, event.seq, "", lead, re.sub(r'[{}",:]', " ", seen.excerpt))
                whole = str(seen.data).lower()
                for line in _lines(seen.data) if any(needle in whole for needle in needles) else ():
                    if any(needle in line.lower() for needle in needles):
                        found_by = f"{line} {seen.tool} {seen.source}"
                        yield Passage(Kind.OUTPUT, event.seq, line, lead, found_by, action_id=seen.action_id)

    def _of(self, event: ev.Event) -> Iterable[Passage]:
        who, seq = event.actor.removeprefix("person:"), event.seq
        match event.happening:
            case ev.AlertReceived() as opened:
                return [*_of_alert(opened.alert, seq), *self._held(event)]
            case ev.MemoryRecalled(recollections=recollections):
                return [_of_memory(one, seq) for one in recollections]
            case ev.PlanProposed(plan=plan, hypotheses=hypotheses):
                return [*self._of_plan(plan, seq), *self._of_hypotheses(hypotheses, seq)]
            case ev.ActionProposed(action=action):
                return [self._of_action(action, seq)]
            case ev.ApprovalRequested() as request:
                return self._of_request(request, seq)
            case ev.ActionApproved() | ev.ActionRejected() | ev.ActionDenied() | ev.ActionEdited() as decision:
                return [self._of_decision(decision, event)]
            case ev.ActionStarted(action_id=action_id) as started:
                return self._of_start(started, event) if action_id in self.state.actions else []
            case ev.ActionSucceeded(observation=seen):
                kind = Kind.CHANGES_LISTED if seen.tool == "list_changes" else Kind.OUTCOME
                few = seen.components if len(seen.components) <= FEW else ()
                found_by = " ".join((seen.summary, seen.tool, seen.source, seen.action_id, *few))
                lead = f"{seen.tool} brought back"
                return [Passage(kind, seq, seen.summary, lead, found_by, action_id=seen.action_id)]
            case ev.ActionFailed(action_id=action_id, error=error):
                found_by = f"failed {error} {self._about(action_id)}"
                return [Passage(Kind.OUTCOME, seq, error, "It failed", found_by, action_id=action_id)]
            case ev.ReflectionMade(reflection=reflection):
                return self._of_reflection(reflection, seq)
            case ev.ConclusionReached(conclusion=conclusion):
                self._concluded = conclusion
                return self._of_conclusion(conclusion, seq)
            case ev.GuidanceGiven(text=text):
                return [self._said(event, text, "said", f"{who} {text}")]
            case ev.FactStated() as fact:
                return [self._of_fact(fact, event)]
            case ev.HypothesisProposed() as proposed:
                return self._of_persons_hypothesis(proposed, event)
            case ev.HypothesisPicked(hypothesis_id=id_):
                return [self._by_a_person(event, f"hypothesis picked: {id_}", self._what(id_))]
            case ev.HypothesisDismissed(hypothesis_id=id_, reason=reason):
                return [self._taken_out(event, reason, self._what(id_), id_ in self.state.ruled_out)]
            case ev.ConclusionRefuted(reason=reason):
                return self._of_refutation(reason, event)
            case ev.InvestigationClosed(reason=reason) | ev.InvestigationStopped(reason=reason):
                return self._ended(event, reason)
            case ev.LimitReached(limit=limit, detail=detail):
                text = f"{limit}: {detail}"
                return [self._now(event, text, "A limit was reached", self.state.limit is not None)]
            case ev.InvestigationFailed(error=error, doing=doing):
                text = f"{doing}: {error}"
                return [self._now(event, text, "It broke down", self.state.failure is not None)]
            case ev.PaceSet() as set_:
                return [self._by_a_person(event, f"pace set: {set_.pace}"), *self._held(event)]
            case (
                ev.StandingApprovalGiven()
                | ev.StandingApprovalRevoked()
                | ev.ApprovalExpired()
                | ev.ConclusionRated()
                | ev.AutonomySet()
                | ev.LimitsSet()
                | ev.BreakpointSet()
                | ev.BreakpointCleared()
                | ev.InvestigationForked()
                | ev.RetryRequested()
                | ev.ContentErased()
            ) as plain:
                told = plain.model_dump(mode="json", exclude={"type", "digest"}, exclude_none=True)
                return [self._by_a_person(event, f"{_spoken(plain.type)}: {_arguments(told)}")]
            case ev.DecisionAwaited() | ev.QuestionAsked() | ev.QuestionAnswered():
                return []
            case _ as never:
                assert_never(never)

    # -- plans and looks -----------------------------------------------------------------------------------------------

    def _of_plan(self, plan: Plan, seq: int) -> Iterator[Passage]:
        stands = self.state.plan == plan
        for step in plan.steps:
            done = step.id in self.state.steps_answered
            aside = step.id in self.state.steps_pruned
            lead = "Answered step of the plan" if done else "Set aside in the plan" if aside else "Still to be answered"
            kind = Kind.STEP if done or aside else Kind.OPEN_STEP
            found_by = " ".join((step.question, step.why, *step.tools, step.id))
            if stands:
                yield Passage(kind, seq, step.question, lead, found_by)
            else:
                yield Passage(Kind.STEP, seq, step.question, "In an earlier plan", found_by, weight=NO_LONGER)

    def _of_action(self, action: Action, seq: int) -> Passage:
        record = self.state.actions.get(action.id)
        status = record.status.value if record else "proposed"
        text = f"{_call(action)}{f': {action.why}' if action.why else ''}"
        found_by = f"{_about(action)} {action.why}"
        return Passage(Kind.LOOK, seq, text, f"{action.id}, {status}", found_by, action_id=action.id)

    def _about(self, action_id: str) -> str:
        record = self.state.actions.get(action_id)
        return _about(record.action) if record else action_id

    def _call(self, action_id: str) -> str:
        record = self.state.actions.get(action_id)
        return _call(record.action) if record else action_id

    # -- decisions -----------------------------------------------------------------------------------------------------

    def _of_request(self, request: ev.ApprovalRequested, seq: int) -> list[Passage]:
        id_ = request.action_id
        record = self.state.actions.get(id_)
        waits = record is not None and record.status is Status.WAITING and record.asked_seq == seq
        lead = f"{'A person must decide' if waits else 'A person was asked'} about {self._call(id_)}"
        found_by = f"approval {request.reason} {' '.join(request.affected)} {self._about(id_)}"
        kind, weight = (Kind.ASKED, 1.0) if waits else (Kind.DECISION, NO_LONGER)
        asked = Passage(kind, seq, f"{id_}: {request.reason}", lead, found_by, action_id=id_, weight=weight)
        undo = replace(asked, kind=Kind.REMEDY, text=request.undo, lead="To undo it", weight=NO_LONGER)
        return [asked, undo] if request.undo else [asked]

    def _of_decision(
        self, decision: ev.ActionApproved | ev.ActionRejected | ev.ActionDenied | ev.ActionEdited, event: ev.Event
    ) -> Passage:
        match decision:
            case ev.ActionApproved():
                text = f"approved {decision.action_id}"
            case ev.ActionRejected(reason=reason) | ev.ActionDenied(reason=reason):
                text = f"{_spoken(decision.type).removeprefix('action ')} {decision.action_id}: {reason}"
            case ev.ActionEdited(arguments=arguments):
                text = f"edited {decision.action_id}: {_arguments(arguments)}"
        text = f"{event.actor.removeprefix('person:')} {text}"
        kind = Kind.REFUSAL if isinstance(decision, ev.ActionRejected | ev.ActionDenied) else Kind.DECISION
        lead, found_by = f"{_at(event)}, {self._call(decision.action_id)}", f"{text} {self._about(decision.action_id)}"
        return Passage(kind, event.seq, text, lead, found_by, action_id=decision.action_id)

    def _of_start(self, started: ev.ActionStarted, event: ev.Event) -> Iterator[Passage]:
        """Who let it run, where nobody was asked; and that it runs."""
        id_, record = started.action_id, self.state.actions[started.action_id]
        text = f"{event.actor} started {id_}"
        if started.standing is not None or not record.decided_by:
            by_whom = (
                f"By the standing approval of event {started.standing}" if started.standing else "Nobody was asked"
            )
            found_by, lead = f"{text} {self._about(id_)}", f"{by_whom}, {self._call(id_)}"
            yield Passage(Kind.DECISION, event.seq, text, lead, found_by, action_id=id_, weight=0.4)
        if record.status is Status.RUNNING and record.run_id == started.run_id:
            lead = f"Running now, {self._call(id_)}"
            yield Passage(Kind.NOW, event.seq, text, lead, f"{text} {self._about(id_)}", action_id=id_)

    def _by_a_person(self, event: ev.Event, text: str, about: str = "") -> Passage:
        text = f"{event.actor.removeprefix('person:')}, {text}".rstrip(": ")
        lead = f"{_at(event)}{f', {about}' if about else ''}"
        return Passage(Kind.DECISION, event.seq, text, lead, f"{text} {about}", weight=0.7)

    def _said(self, event: ev.Event, text: str, verb: str, found_by: str) -> Passage:
        lead = f"{event.actor.removeprefix('person:')} {verb}, {_at(event)}"
        return Passage(Kind.SAID, event.seq, text, lead, found_by)

    def _of_fact(self, fact: ev.FactStated, event: ev.Event) -> Passage:
        known = (e.id for e in self.state.evidence.values() if e.action_id == f"said-{event.seq}")
        said = self._said(event, fact.text, "stated", f"{event.actor} {fact.text} {fact.component or ''} fact")
        if (id_ := next(known, None)) is None:
            return replace(said, lead=f"Corrected since: {said.lead}", weight=NO_LONGER)
        return replace(said, evidence_id=id_)

    # -- what was made of it -------------------------------------------------------------------------------------------

    def _of_reflection(self, reflection: Reflection, seq: int) -> Iterator[Passage]:
        id_ = reflection.action_id
        thought = f"{reflection.thought} {id_}"
        yield Passage(Kind.THOUGHT, seq, reflection.thought, "What was made of it", thought, action_id=id_)
        for piece in reflection.evidence:
            yield from self._of_evidence(piece, seq)
        for out in reflection.ruled_out:
            yield from self._of_ruled_out(out, seq, self.state.ruled_out.get(out.hypothesis_id) is not None)
        yield from self._of_hypotheses(reflection.new_hypotheses, seq)
        for look in reflection.examined:
            text = f"{look.component}: {look.source} {look.showed.value}"
            if self._is_new("examined", text):
                kind = Kind.NO_DATA if look.showed is Examined.NO_DATA else Kind.EXAMINED
                yield Passage(kind, seq, text, "Looked at", text, action_id=id_, weight=0.9)

    def _of_evidence(self, piece: Evidence, seq: int) -> Iterator[Passage]:
        found_by = " ".join((piece.quote, piece.component or "", piece.source, piece.finding, piece.locator, piece.id))
        place = f"{piece.source}{f' of {piece.component}' if piece.component else ''}"
        corrected = self.state.superseded.get(piece.id)
        lead = f"{place[:1].upper()}{place[1:]}" if corrected is None else f"Corrected at event {corrected}, {place}"
        weight = self._weight_of(piece) if corrected is None else NO_LONGER
        ids = (piece.id, piece.action_id)
        told = Passage(_kind_of(piece), seq, piece.quote, lead, found_by, *ids, weight, beside=piece.locator)
        yield told
        if piece.onset and piece.id in self._dated:
            yield replace(told, kind=Kind.ONSET, lead=f"{_utc(piece.onset)}, {place}", weight=self._dated[piece.id])

    @cached_property
    def _dated(self) -> Mapping[str, float]:
        """Evidence that tells since when, with its weight: the cause's own first, then the earliest."""
        cause = self._cause
        dated = [
            (cause is None or e.component != cause.component, e.onset, number, e.id)
            for number, e in enumerate(self.state.evidence.values())
            if e.onset and _kind_of(e) is Kind.EVIDENCE and e.finding != "passed_anomaly"
        ]
        return {id_: 1 / math.sqrt(rank) for rank, (*_, id_) in enumerate(sorted(dated), start=1)}

    @property
    def _cause(self) -> RootCause | None:
        return self.state.conclusion.root_cause if self.state.conclusion else None

    def _weight_of(self, piece: Evidence) -> float:
        """Evidence that moved beliefs, and that the conclusion cites or blames, comes first; long lists of what is well, last."""
        change = self._cause.change_id if self._cause else None
        moved = min(self._moved.get(piece.id, 0.0), 3.0) / 3
        cited = piece.id in self._cited or (change is not None and change in piece.quote)
        return (0.9 + 0.2 * moved + 0.5 * cited) * (0.6 if piece.finding.startswith("clean_") else 1.0)

    @cached_property
    def _moved(self) -> Mapping[str, float]:
        moved: dict[str, float] = {}
        for weight in self.state.weights:
            moved[weight.evidence_id] = max(moved.get(weight.evidence_id, 0.0), abs(weight.log_odds))
        return moved

    @cached_property
    def _cited(self) -> frozenset[str]:
        claims = self.state.conclusion.claims if self.state.conclusion else ()
        return frozenset(id_ for claim in claims for id_ in claim.evidence)

    # -- hypotheses ----------------------------------------------------------------------------------------------------

    def _of_hypotheses(self, hypotheses: Iterable[Hypothesis], seq: int) -> Iterator[Passage]:
        """Those in the race, with their probability now; what was ruled out is said by its reason."""
        for one in hypotheses:
            if (rank := self._rank.get(one.id)) is None:
                continue
            kind = Kind.RIVAL if rank else Kind.LEADER
            lead = f"In the race at {percent(self.state.chances.get(one.id, 0.0))}"
            found_by = f"{one.statement} {one.component} {one.fault} {one.change_id or ''} {one.origin} {one.id}"
            yield Passage(kind, seq, one.statement, lead, found_by, weight=1 / math.sqrt(max(rank, 1)))

    @cached_property
    def _rank(self) -> Mapping[str, int]:
        in_race = (one.id for one, _ in self.state.ranked if one.id not in self.state.ruled_out)
        return {id_: rank for rank, id_ in enumerate(in_race)}

    def _of_persons_hypothesis(self, proposed: ev.HypothesisProposed, event: ev.Event) -> list[Passage]:
        known = self.state.hypothesis_of(proposed.component, proposed.fault)
        about = f"{event.actor} {proposed.component} {proposed.fault} {proposed.statement}"
        in_race = self._of_hypotheses([known], event.seq) if known and known.statement == proposed.statement else ()
        return [self._said(event, proposed.statement, "put up", about), *in_race]

    def _of_ruled_out(self, out: RuledOut, seq: int, stands: bool) -> Iterator[Passage]:
        """Found by what was ruled out, not by the reason: that names others, who were not."""
        if not self._is_new("ruled out", out.hypothesis_id, out.reason):
            return
        text = f"{out.statement.rstrip('.')}: {out.reason}"
        lead = "Ruled out" if stands else "Ruled out once, and no longer"
        found_by = f"{out.statement} {self._what(out.hypothesis_id)}"
        first = next((id_ for id_ in out.because if id_ in self.state.evidence), None)
        yield Passage(Kind.RULED_OUT, seq, text, lead, found_by, first, weight=1.0 if stands else NO_LONGER)

    def _what(self, hypothesis_id: str) -> str:
        one = self.state.hypotheses.get(hypothesis_id)
        return f"{one.component} {one.fault.replace('_', ' ')}" if one else hypothesis_id

    def _taken_out(self, event: ev.Event, reason: str, what: str, stands: bool) -> Passage:
        who = event.actor.removeprefix("person:")
        lead = f"{who} ruled out {what}{'' if stands else ' once, and it is back'}, {_at(event)}"
        weight = 1.2 if stands else NO_LONGER
        return Passage(Kind.RULED_OUT, event.seq, reason, lead, f"{who} {what}", weight=weight)

    def _of_refutation(self, reason: str, event: ev.Event) -> list[Passage]:
        cause = self._concluded.root_cause if self._concluded else None
        what = f"{cause.component} {cause.fault.replace('_', ' ')}" if cause else "the conclusion"
        return [self._taken_out(event, reason or "conclusion refuted", what, True)]

    # -- the end -------------------------------------------------------------------------------------------------------

    def _of_conclusion(self, end: Conclusion, seq: int) -> Iterator[Passage]:
        if end != self.state.conclusion:
            yield Passage(Kind.VERDICT, seq, end.headline, "Concluded once, and no longer", end.headline, weight=0.5)
            return
        cause = end.root_cause
        about = f"{cause.component} {cause.fault} {cause.change_id or ''}" if cause else ""
        headline = f"{end.headline} {end.verdict.value} {about}"
        yield Passage(Kind.VERDICT, seq, end.headline, f"Concluded, {_spoken(end.verdict.value)}", headline, weight=1.2)
        if end.why:
            yield Passage(Kind.VERDICT, seq, end.why, "The reason given", f"{end.why} {about}")
        if cause:
            yield Passage(Kind.VERDICT, seq, cause.statement, "Root cause", f"{cause.statement} {about}")
        for claim in end.claims:
            first = next(iter(claim.evidence), None)
            lead = "Claimed" if claim.verified else "Claimed, unverified"
            yield Passage(Kind.CLAIM, seq, claim.text, lead, claim.text, first)
        for out in end.ruled_out:
            yield from self._of_ruled_out(out, seq, True)
        for gap in end.not_examined:
            text = f"{gap.source}{f' of {gap.component}' if gap.component else ''}: {gap.reason}"
            yield Passage(Kind.NOT_EXAMINED, seq, text, "Not examined", text)
        yield from _of_advice(end, seq)

    def _ended(self, event: ev.Event, reason: str) -> list[Passage]:
        word = "closed" if isinstance(event.happening, ev.InvestigationClosed) else "stopped"
        over = self.state.phase in (Phase.CLOSED, Phase.STOPPED) and event.seq == self._last(type(event.happening))
        lead = f"{word.capitalize()} by {event.actor.removeprefix('person:')}, {_at(event)}"
        now = self._now(event, reason or f"investigation {word}", lead, over)
        return [now, replace(now, kind=Kind.DECISION, weight=0.7)] if word == "stopped" else [now]

    def _held(self, event: ev.Event) -> list[Passage]:
        """That a person's go is waited for, said by the last event that set the pace."""
        if self.state.phase is not Phase.HELD or event.seq != self._last(ev.AlertReceived, ev.PaceSet):
            return []
        return [self._now(event, f"pace {self.state.pace}", "Held until a person says go on", True)]

    def _last(self, *kinds: type[Value]) -> int:
        """seq of the last event of these kinds."""
        return max(event.seq for event in self.events if isinstance(event.happening, kinds))

    def _now(self, event: ev.Event, text: str, lead: str, stands: bool) -> Passage:
        weight = 1.0 if stands else NO_LONGER / 2
        return Passage(Kind.NOW, event.seq, text, lead if stands else f"Once: {lead}", f"{text} {lead}", weight=weight)

    def _is_new(self, *told: str) -> bool:
        before = told in self._told
        self._told.add(told)
        return not before


def _of_alert(alert: Alert, seq: int) -> Iterator[Passage]:
    labels = " ".join(f"{name} {value}" for name, value in alert.labels.items())
    about = f"alert {alert.severity.value} {alert.component or ''} {labels} {alert.title}"
    yield Passage(Kind.ALERT, seq, alert.title, "The alert", about)
    for text, lead in ((alert.description, "The alert says"), (alert.context, "Said with the alert")):
        if text:
            yield Passage(Kind.ALERT, seq, text, lead, f"alert {text}")
    if alert.starts_at:
        text = f"{alert.starts_at:%Y-%m-%dT%H:%M:%S}"
        yield Passage(Kind.ONSET, seq, text, "The alert dates it to", f"{text} {about}", weight=0.25)


def _of_memory(one: Recollection, seq: int) -> Passage:
    past = one.incident
    text = f"{past.title}: {past.resolution}" if past.resolution else past.title
    found_by = " ".join((text, past.component or "", past.fault or "", past.symptoms, past.source))
    return Passage(Kind.MEMORY, seq, text, f"Recalled, {percent(one.similarity)} alike", found_by)


def _of_advice(end: Conclusion, seq: int) -> Iterator[Passage]:
    for item in end.remediation:
        text = f"{item.action} {item.command or ''}".strip()
        found_by = f"{text} {item.kind.value}"
        weight = 1.2 if item.first else 1.0
        yield Passage(Kind.REMEDY, seq, text, "First" if item.first else "To do", found_by, weight=weight)
    for settles in end.would_settle:
        yield Passage(Kind.SETTLES, seq, settles, "What would settle it", settles)
    if end.blast_radius:
        text = ", ".join(end.blast_radius)
        yield Passage(Kind.BLAST, seq, text, "Affected", f"blast radius affected {text}")


def _kind_of(piece: Evidence) -> Kind:
    if piece.finding == "change_after_onset":
        return Kind.LATER_CHANGE
    return Kind.CHANGE if piece.source == "changes" or piece.finding.startswith("change_") else Kind.EVIDENCE


def _call(action: Action) -> str:
    """'read_logs component=cart-redis'."""
    return f"{action.tool} {_arguments(action.arguments)}".rstrip()


def _about(action: Action) -> str:
    return " ".join((_call(action), action.id, action.effect.value, *action.components))


def _arguments(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_value(value)}" for name, value in arguments.items() if value not in (None, "", [], {}))


def _value(value: Any) -> str:
    match value:
        case Mapping():
            return _arguments(value)
        case list() | tuple():
            return " ".join(map(_value, value))
        case _:
            return str(value)


def _lines(data: Any) -> Iterator[str]:
    """Every line of every text in foreign JSON, and the short fields of one object together."""
    match data:
        case str():
            yield from (line for line in data.splitlines() if " " in line.strip())
        case dict():
            short = [value for value in data.values() if isinstance(value, str) and "\n" not in value]
            yield ", ".join(short)
            for value in data.values():
                if isinstance(value, dict | list) or (isinstance(value, str) and "\n" in value):
                    yield from _lines(value)
        case list():
            for value in data:
                if isinstance(value, dict | list | str):
                    yield from _lines(value)
        case _:
            return


def _spoken(name: str) -> str:
    """'PaceSet' -> 'pace set', 'no_incident' -> 'no incident'."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower().replace("_", " ")


def _at(event: ev.Event) -> str:
    return _utc(event.at)


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
