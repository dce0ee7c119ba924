"""What people want to know of an investigation: sorts of questions, and the kinds of passages that answer each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sre_core.reasoning.answering.passages import Kind

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
"""Factors where an intent asks for nothing else; 1 where nothing is said.

An onset is its evidence once more, for "when". An excerpt is cut out of JSON: it tells which words there are, but not how
to read them.
"""


@dataclass(frozen=True)
class Intent:
    """A sort of question: the words that give it away, and the kinds of passages that answer it, with a factor each."""

    asked_by: str
    """A regular expression that stands somewhere in the question."""
    wants: Mapping[Kind, float] = field(default_factory=dict)
    others: float = 0.0
    """Factor for all other kinds, when the question has telling words; at zero they are no answer."""

    def is_of(self, question: str) -> bool:
        """Whether the question's words give it away."""
        return re.search(self.asked_by, question, re.IGNORECASE) is not None

    def factor(self, kind: Kind, has_telling_words: bool) -> float:
        """How well passages of a kind answer it."""
        if kind in self.wants:
            return self.wants[kind]
        return self.others * USUALLY.get(kind, 1.0) if has_telling_words else 0.0


_CHANGED = r"\bchang(?:e|es|ed)\b|deploy|\breleas|\broll(?:ed)? ?out|\bcommit|\bmerged"
_NOT = r"(?:\bnot|\bnever|n['’]t)\b"

INTENTS = (
    # why was payments ruled out?
    Intent(
        r"\brul(?:e|ed|ing)\b.{0,60}\bout\b|exclud|eliminat|dismiss|discard|\bwhy not\b",
        {Kind.RULED_OUT: 1.0, Kind.LEADER: 0.5, Kind.RIVAL: 0.4},
    ),
    # who is affected?
    Intent(r"affect|impact|blast|suffer|\busers\b|customers", {Kind.BLAST: 1.0, Kind.CLAIM: 0.6}),
    # why was the rollback rejected?
    Intent(
        r"\breject|declin|\brefus(?:e|al)|\bden(?:y|ied)|turned down|said no\b",
        {Kind.REFUSAL: 1.0},
    ),
    # who approved the restart, and when?
    Intent(
        r"approv|\ballow|authori[sz]|permi(?:t|ss)|\bdeci(?:de|si)|sign(?:ed)? off|\bwho (?:let|started|stopped|ran|edited)",
        {Kind.DECISION: 1.0, Kind.REFUSAL: 1.0, Kind.ASKED: 0.9, Kind.SAID: 0.5},
    ),
    # have we seen this before?
    Intent(r"(?:seen|happen\w*|had) .{0,30}\bbefore\b|past incident|similar|last time|recur", {Kind.MEMORY: 1.0}),
    # what changed before the onset?
    Intent(
        rf"(?:{_CHANGED}).*\b(?:before|prior|preced|led)|\bbefore\b.*(?:{_CHANGED})",
        {Kind.CHANGE: 1.0, Kind.CHANGES_LISTED: 0.4, Kind.OUTPUT: 0.6},
    ),
    # what changed? what was deployed?
    Intent(_CHANGED, {Kind.CHANGE: 1.0, Kind.LATER_CHANGE: 0.6, Kind.CHANGES_LISTED: 0.4, Kind.OUTPUT: 0.6}),
    # what was not examined?
    Intent(
        rf"{_NOT}.{{0,30}}(?:look|exam|check|inspect|cover|consider|tested)|unexamined|blind spot|\bgaps?\b|\byou miss",
        {Kind.NOT_EXAMINED: 1.0, Kind.NO_DATA: 0.7, Kind.OPEN_STEP: 0.6},
    ),
    # what happens next? what are you waiting for?
    Intent(
        r"\bnext\b|what now|going to do|\b(?:you|we|it) (?:still )?(?:waiting|blocked|stuck)|left to do",
        {Kind.ASKED: 1.0, Kind.NOW: 0.9, Kind.REMEDY: 0.6, Kind.OPEN_STEP: 0.5},
    ),
    # what would settle it?
    Intent(r"settle|would (?:convince|confirm|prove)|make (?:you|it) (?:sure|certain)", {Kind.SETTLES: 1.0}),
    # what else could it be?
    Intent(
        r"\belse (?:could|might|may|can|would)|what else\W*$|alternativ|could it .{0,20}be\b"
        r"|other (?:causes?|explanations?|hypothes[ie]s|candidates?|suspects?|possibilit\w+)",
        {Kind.RIVAL: 1.0, Kind.SETTLES: 0.6},
    ),
    # how sure are you?
    Intent(
        r"how (?:sure|certain|likely|probable)|confiden|probab|\bsure\b|convinced|verdict",
        {Kind.LEADER: 1.0, Kind.VERDICT: 0.8, Kind.RIVAL: 0.5, Kind.RULED_OUT: 0.4},
    ),
    # how do we fix it?
    Intent(
        r"\bfix|remed|mitigat|resolv|should (?:i|we) do|do about|restore|undo|roll ?back",
        {Kind.REMEDY: 1.0, Kind.ASKED: 0.9, Kind.DECISION: 0.6},
    ),
    # what did you look at?
    Intent(
        r"\b(?:did|have|has) (?:you|it|we)\b.{0,20}\b(?:look|check|exam|inspect|quer|read|r[au]n|tr[iy]|do\b|done|search)"
        r"|look(?:ed)? at|\bexamined|\bchecked|\binspected|which tools|\bactions?\b",
        {Kind.LOOK: 1.0, Kind.EXAMINED: 0.8, Kind.EVIDENCE: 0.6, Kind.OUTCOME: 0.5, Kind.OUTPUT: 0.6},
    ),
    # what is the plan?
    Intent(r"\bplan\b|\bsteps?\b", {Kind.OPEN_STEP: 1.0, Kind.STEP: 0.9}),
    # what evidence is there?
    Intent(r"\bevidence\b|\bproofs?\b|\bfindings\b", {Kind.EVIDENCE: 1.0, Kind.CHANGE: 1.0}),
    # what is the root cause?
    Intent(
        r"root cause|\bwhy\b|wh(?:at|ere) (?:is|was|went|caused|happened|does|did it)|conclu|summar",
        {Kind.VERDICT: 1.0, Kind.CLAIM: 0.9, Kind.LEADER: 0.7},
        others=0.7,
    ),
    # when did it begin?
    Intent(
        r"\bwhen\b|how long|onset|\b(?:begin|began|begun|start|started)\b|first (?:sign|symptom|error)",
        {Kind.ONSET: 1.0, Kind.VERDICT: 0.8},
    ),
    # payments-service?
    Intent("", others=1.0),
)
"""In the order in which they are tried; the last one is of every question."""
