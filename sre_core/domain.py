"""The words of an investigation, as frozen values.

An *alert* opens an *investigation*; its *plan* has *steps*; an *action* is one tool call; an *observation* is what came
back; a *reflection* is what we make of it: *evidence* for or against each *hypothesis*; a *conclusion* ends it.
``None`` always means "not known", never zero.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SOMETHING_ELSE = "something_else"
"""Id of the hypothesis that is always in the race: none of the others."""

UNKNOWN_FAULT = "unknown_fault"
"""The fault of a hypothesis that names a component before anything says what is wrong with it."""


LONGEST_ALERT_TEXT = 20_000
"""Characters of an alert that are searched and matched; what was pasted below them stays in ``Alert.raw``."""


class Value(BaseModel):
    """A fact: frozen, and it rejects fields that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


class Foreign(BaseModel):
    """Somebody else's JSON: frozen, and it keeps what it does not know."""

    model_config = ConfigDict(frozen=True, extra="allow")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time that cannot be told in UTC") from error


Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""A point in time, always in UTC; a time without an offset is taken to be UTC."""


class Window(Value):
    """A span of time, both ends included."""

    start: Moment
    end: Moment


class Severity(StrEnum):
    """How loud the alert was when it arrived."""

    CRITICAL = "critical"
    HIGH = "high"
    WARNING = "warning"
    INFO = "info"
    UNKNOWN = "unknown"


class AlertKind(StrEnum):
    """What kind of signal it is: what was watched when it went off."""

    METRIC = "metric"
    LOG = "log"
    AVAILABILITY = "availability"
    ERROR = "error"
    SYNTHETIC = "synthetic"
    SECURITY = "security"
    DEPLOYMENT = "deployment"
    UNKNOWN = "unknown"


class AlertStatus(StrEnum):
    """What the sender said of it last."""

    FIRING = "firing"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    UNKNOWN = "unknown"


class Alert(Value):
    """A signal that something may be wrong: where every investigation starts."""

    title: str = Field(min_length=1)
    description: str = ""
    context: str = Field(default="", description="What a person added in their own words.")
    severity: Severity = Severity.UNKNOWN
    starts_at: Moment | None = Field(
        default=None, description="When the condition began; None when the alert does not say."
    )
    component: str | None = Field(default=None, description="Id of the component it names; None when it names none.")
    labels: Mapping[str, str] = Field(default_factory=dict)
    links: tuple[str, ...] = Field(default=(), description="Runbook, dashboard and similar addresses in the payload.")
    source: str = Field(default="text", description="Which form it was recognised as.")
    from_words: tuple[str, ...] = Field(
        default=(), description="Fields that were read out of sentences; all others were given as such."
    )
    raw: str = Field(default="", description="The payload as it arrived, whole.")
    kind: AlertKind = AlertKind.UNKNOWN
    status: AlertStatus = AlertStatus.UNKNOWN
    fingerprint: str = Field(
        default="",
        description="Hex: the same for every message about one alert. Empty: it was read before there were any.",
    )

    @property
    def text(self) -> str:
        """What it says in words, for search and for matching: at most ``LONGEST_ALERT_TEXT`` characters of it."""
        labels = " ".join(f"{name}={value}" for name, value in sorted(self.labels.items()))
        words = "\n".join(part for part in (self.title, self.context, labels, self.description) if part)
        return words[:LONGEST_ALERT_TEXT]


class Effect(StrEnum):
    """What a tool may touch."""

    READS = "reads"
    WRITES = "writes"


class Autonomy(StrEnum):
    """What may run without a person's word. Writes always wait, whatever this says."""

    ASK_ALL = "ask-all"
    ASK_RISKY = "ask-risky"
    AUTO = "auto"


class Pace(StrEnum):
    """How far the loop goes by itself before a person says go on."""

    PLAN = "plan"
    STEP = "step"
    SLOW = "slow"
    FULL = "full"


ReasonerName = Literal["rules", "model"]
"""Who reasons: the rules, or a language model with the rules beside it."""


class Limits(Value):
    """When to stop whatever the reasoner says."""

    max_actions: int = Field(default=40, ge=1)
    max_seconds: float = Field(
        default=900.0, gt=0, description="Time the loop has been at work, waiting for a person left out."
    )
    max_failures_in_a_row: int = Field(default=8, ge=1)
    max_model_calls: int | None = Field(default=200, ge=1, description="Requests to a model; None: no limit.")
    max_model_tokens: int | None = Field(default=2_000_000, ge=1, description="Tokens, in and out; None: no limit.")
    max_model_dollars: Decimal | None = Field(
        default=None, gt=0, description="As far as prices are known; None: no limit."
    )


class Hypothesis(Value):
    """One explanation: this component has this fault."""

    id: str
    component: str
    fault: str = Field(default=UNKNOWN_FAULT, description="A term of docs/faults.md.")
    statement: str
    prior: float = Field(default=0.0, description="Log-odds before any evidence, relative to 'something else' at 0.")
    change_id: str | None = Field(default=None, description="The change held responsible, where one is.")
    origin: str = Field(
        default="", description="Why it was put up: symptom, topology, memory, runbook, finding, a person."
    )
    predicts: str = Field(default="", description="What should be seen if it is true.")


class Step(Value):
    """One question of the plan, which one or more actions answer."""

    id: str
    question: str
    why: str = ""
    tools: tuple[str, ...] = Field(default=(), description="The tools that can answer it.")


class Plan(Value):
    """What to find out, in order. A new revision replaces the one before."""

    revision: int = Field(ge=1)
    steps: tuple[Step, ...]
    why: str = ""


class Reference(Value):
    """An argument taken from a typed field of what an earlier action brought back."""

    action_id: str
    path: str = Field(description="Dotted path into the observation's data, such as 'readings.0.p99_ms'.")


class Action(Value):
    """One tool call, with the exact arguments that will run."""

    id: str
    tool: str
    arguments: Mapping[str, Any] = Field(default_factory=dict)
    bound: Mapping[str, Reference] = Field(
        default_factory=dict, description="Arguments to fill from earlier observations."
    )
    effect: Effect = Effect.READS
    step_id: str | None = None
    why: str = ""
    tests: tuple[str, ...] = Field(default=(), description="Ids of the hypotheses that it can tell apart.")
    components: tuple[str, ...] = Field(default=(), description="The components it looks at or touches.")
    expected_gain: float | None = Field(default=None, description="Expected drop in entropy, in nats.")
    cost: float = Field(default=1.0, gt=0, description="Relative price: 1 is one cheap query.")

    @property
    def digest(self) -> str:
        """What an approval is bound to: SHA-256 over the tool and its exact arguments."""
        return digest_of({"tool": self.tool, "arguments": self.arguments})


def digest_of(json_value: Any) -> str:
    """SHA-256, in hex, of a JSON value in canonical form (sorted keys, no spaces)."""
    canonical = json.dumps(json_value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


class ContentRef(Value):
    """Bulky output that is stored once, by digest, beside the timeline."""

    digest: str
    characters: int = Field(ge=0)
    media_type: str = "application/json"


class Observation(Value):
    """What a tool brought back. ``data`` is the typed output as JSON, or None when it was bulky and stands in ``content``."""

    action_id: str
    tool: str
    source: str = Field(
        description="Which telemetry or knowledge it came from: metrics, logs, changes, commands, documents ..."
    )
    summary: str = Field(description="One line for a person.")
    output_type: str = Field(description="Name of the tool's output model.")
    data: Any = None
    content: ContentRef | None = None
    excerpt: str = Field(default="", description="Head and tail of a bulky output, as text.")
    components: tuple[str, ...] = ()
    seconds: float = Field(default=0.0, ge=0)


class Series(Value):
    """A small picture of a metric, for the eye: evenly thinned readings with what stands out marked."""

    name: str
    unit: str = ""
    times: tuple[Moment, ...]
    values: tuple[float | None, ...]
    onset: Moment | None = None
    changes: tuple[Moment, ...] = Field(default=(), description="When changes happened in this window.")
    baseline: float | None = Field(default=None, description="What was normal, in the same unit.")


class Evidence(Value):
    """A finding that can be pointed at: the words or figures, and where they stand."""

    id: str
    action_id: str
    source: str
    component: str | None = None
    finding: str = Field(description="Kind of finding, such as 'anomalous_series' or 'memory_kill'.")
    quote: str = Field(description="The words or figures themselves, as they stand in the observation.")
    locator: str = Field(default="", description="Where in the observation: a line, a path, a citation.")
    onset: Moment | None = None
    series: Series | None = None


class Weight(Value):
    """What one piece of evidence does to one hypothesis."""

    evidence_id: str
    hypothesis_id: str
    log_odds: float = Field(description="Signed, natural log: positive speaks for, negative against.")
    because: str = ""


class Examined(StrEnum):
    """What a look at a component showed."""

    CLEAN = "clean"
    BAD = "bad"
    NO_DATA = "no_data"


class Examination(Value):
    """That a component was looked at through one source, and what it showed."""

    component: str
    source: str
    showed: Examined


class RuledOut(Value):
    """A hypothesis taken out of the race, with the reason kept."""

    hypothesis_id: str
    statement: str
    reason: str
    because: tuple[str, ...] = Field(default=(), description="Ids of the evidence that speaks against it.")


class Next(StrEnum):
    """What the reflection asks for."""

    CONTINUE = "continue"
    REPLAN = "replan"
    CONCLUDE = "conclude"


class Reflection(Value):
    """What we make of one observation, or of one action that failed."""

    action_id: str
    thought: str
    evidence: tuple[Evidence, ...] = ()
    weights: tuple[Weight, ...] = ()
    new_hypotheses: tuple[Hypothesis, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    examined: tuple[Examination, ...] = ()
    steps_answered: tuple[str, ...] = ()
    steps_pruned: tuple[str, ...] = Field(default=(), description="Steps not worth doing any more: dead paths.")
    next: Next = Next.CONTINUE


class Verdict(StrEnum):
    """How sure the conclusion is. A wrong ``confirmed`` is worse than an honest ``inconclusive``."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    INCONCLUSIVE = "inconclusive"
    NO_INCIDENT = "no_incident"


class Claim(Value):
    """One sentence of the report. ``verified`` is settled by code (claims.py), never by the reasoner."""

    text: str
    evidence: tuple[str, ...] = ()
    verified: bool = False


class Lead(Value):
    """Something written down or remembered that matches and settles nothing: worth following, and no cause."""

    text: str
    where: str = Field(default="", description="Where it stands: 'document:first-last', or what a memory came from.")
    evidence: tuple[str, ...] = ()
    incident_id: str | None = Field(default=None, description="The past incident; None for a document.")
    investigation_id: str | None = Field(default=None, description="The investigation that the incident came from.")


class RootCause(Value):
    """Where it is broken, and how."""

    component: str
    fault: str
    statement: str
    change_id: str | None = None


class NotExamined(Value):
    """A blind spot, and why it is one."""

    source: str
    reason: str
    component: str | None = None


class RemediationKind(StrEnum):
    """What kind of action ends the incident; the terms are those of the report's format."""

    ROLLBACK = "rollback"
    FIX_FORWARD = "fix_forward"
    CONFIG_CHANGE = "config_change"
    SCALE = "scale"
    RESTART = "restart"
    RESCHEDULE = "reschedule"
    FAILOVER = "failover"
    ROTATE_CREDENTIAL = "rotate_credential"
    PURGE_DATA = "purge_data"
    ESCALATE = "escalate"
    WAIT = "wait"
    NONE = "none"


class Risk(StrEnum):
    """What could go wrong by doing it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Remediation(Value):
    """Something to do about it. ``first`` ones stop the bleeding; the others fix the cause."""

    action: str
    kind: RemediationKind
    first: bool = False
    command: str | None = None
    risk: Risk = Risk.LOW
    evidence: tuple[str, ...] = ()
    tool: str | None = Field(default=None, description="A tool of ours that can do it, once a person approves.")
    arguments: Mapping[str, Any] = Field(default_factory=dict)


class Conclusion(Value):
    """What happened, where, how sure, what was ruled out, what was not examined and what to do."""

    verdict: Verdict
    headline: str
    root_cause: RootCause | None = None
    claims: tuple[Claim, ...] = ()
    leads: tuple[Lead, ...] = Field(default=(), description="What matched, when it is not settled.")
    ruled_out: tuple[RuledOut, ...] = ()
    not_examined: tuple[NotExamined, ...] = ()
    blast_radius: tuple[str, ...] = ()
    remediation: tuple[Remediation, ...] = ()
    would_settle: tuple[str, ...] = Field(default=(), description="What would settle it, when it is not settled.")
    why: str = ""


class Opinion(Value):
    """What one reasoner concludes, and which one it is."""

    by: str = Field(description="'rules', 'model', or the name of whatever reasoned.")
    model: str = Field(default="", description="The language model that was asked; empty: none was.")
    conclusion: Conclusion


class Leaning(Value):
    """What a person thinks a fact does to a hypothesis. ``STRENGTHS`` says what weak, moderate and strong are."""

    hypothesis_id: str
    log_odds: float = Field(ge=-3, le=3, description="Signed, natural log: positive speaks for, negative against.")


STRENGTHS: Mapping[str, float] = {"weak": 0.7, "moderate": 1.5, "strong": 2.5}
"""Log-odds of a person's word: odds of 2, 4.5 and 12 to 1. Judgement, not measured."""


class Rating(StrEnum):
    """How right a conclusion turned out to be."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"


class Quotation(Value):
    """Words of the timeline, and where they stand."""

    text: str
    seq: int = Field(ge=1, description="The event that says so.")
    evidence_id: str | None = None
    action_id: str | None = None
    score: float = Field(default=0.0, ge=0, description="How well it fits the question; higher is better.")


class Answer(Value):
    """An answer to a question about the investigation; no quotations: the timeline does not say."""

    text: str
    quotations: tuple[Quotation, ...] = ()
    looks: tuple[str, ...] = Field(
        default=(), description="What could be looked at to answer it better, each in the words of a redirection."
    )


class Proof(Value):
    """A line of evidence that is kept with an incident."""

    text: str
    source: str = Field(default="", description="The telemetry it was seen in.")
    component: str | None = None
    evidence_id: str | None = Field(default=None, description="Its id in the investigation that found it.")
    seq: int | None = Field(default=None, ge=1, description="The event of that investigation that says so.")


class Incident(Value):
    """What happened once, or again and again: the memory that the next alert is compared with."""

    id: str
    title: str
    component: str | None = Field(default=None, description="Where the cause was.")
    fault: str | None = None
    symptoms: str = ""
    resolution: str = Field(default="", description="What ended it; where ``done`` is False, what was proposed.")
    started_at: Moment | None = None
    source: str = Field(default="", description="A postmortem's path, or the investigation it came from.")
    alert: str = Field(default="", description="What the alert said, cut.")
    fingerprint: str = Field(default="", description="Of the alert, its volatile parts left out; empty is not known.")
    kind: str = Field(default="", description="Which kind of alert: its rule's name, or its title without figures.")
    alerting: tuple[str, ...] = Field(default=(), description="The components that the alert named.")
    affected: tuple[str, ...] = Field(default=(), description="Other components that suffered.")
    seen: tuple[str, ...] = Field(default=(), description="What was found out of the ordinary, in words.")
    statement: str = Field(default="", description="The root cause in a sentence.")
    change_id: str | None = None
    evidence: tuple[Proof, ...] = ()
    done: bool | None = Field(default=None, description="Whether the resolution was carried out; None is not known.")
    fix_held: bool | None = Field(default=None, description="Whether that ended it; None is not known.")
    runbooks: tuple[str, ...] = Field(default=(), description="Documents that were cited, without the lines.")
    verdict: Verdict | None = None
    confidence: float | None = Field(default=None, ge=0, le=1, description="As it was stated; None: nobody stated one.")
    rating: Rating | None = Field(default=None, description="What a person thought of the verdict.")
    rated_by: str | None = None
    told_by: str | None = Field(default=None, description="Who told the cause; None: it is the verdict's.")
    note: str = Field(default="", description="What a person added to their rating.")
    refuted: str = Field(default="", description="The verdict that a person called wrong; empty: none was.")
    resolved_by: str | None = Field(default=None, description="Who ended it.")
    seconds_to_cause: float | None = Field(default=None, ge=0, description="From the alert to the cause.")
    seconds_to_end: float | None = Field(
        default=None, ge=0, description="Until it was over, where somebody wrote that down."
    )
    examined: tuple[str, ...] = Field(default=(), description="Where no cause was found: what was looked at, in words.")
    ruled_out: tuple[str, ...] = Field(default=(), description="Where no cause was found: what it was not, and why.")
    workspace: str | None = Field(default=None, description="The telemetry it was found in.")
    capsule: str = Field(
        default="", description="Digest of what tells its capsule apart, whatever it is called; empty: none is known."
    )
    investigation_id: str | None = None
    occurrence: str = Field(
        default="", description="One thing that happened: a fork, or the same capsule again, is the same."
    )
    settled_at: Moment | None = Field(
        default=None, description="When its cause was settled, by whoever settled it last."
    )
    edited_by: str | None = None
    pinned: bool = Field(default=False, description="Recommended before all others that match, and never outdated.")
    merged: tuple[str, ...] = Field(default=(), description="Ids of the same thing at other times, told with this one.")
    occurred: tuple[Moment, ...] = Field(default=(), description="Every time that it happened, oldest first.")
    held_times: int = Field(default=0, ge=0, description="How often the fix is known to have held.")
    failed_times: int = Field(default=0, ge=0, description="How often the fix is known to have failed.")

    @property
    def cause(self) -> tuple[str, str] | None:
        """Component and fault; None while either is not known."""
        return (self.component, self.fault) if self.component and self.fault else None

    @property
    def has_cause(self) -> bool:
        """Whether anybody said what it was: a place, or words."""
        told = not self.refuted or self.told_by or self.edited_by
        return bool(self.component or (self.statement and told))

    @property
    def took_to_cause(self) -> float | None:
        """Seconds from the alert to the cause; None where the verdict was no cause, or not the right one."""
        wrong = self.rating is Rating.WRONG or bool(self.refuted or self.told_by)
        return self.seconds_to_cause if self.has_cause and not wrong else None


class Standing(StrEnum):
    """Whether a memory still counts."""

    BELIEVED = "believed"
    REFUTED = "refuted"
    CONTRADICTED = "contradicted"
    OUTDATED = "outdated"
    UNSOLVED = "unsolved"
    """Looked into, and no cause was found."""


class Recollection(Value):
    """A past incident that resembles the alert: how much, in what, and what is to be made of it."""

    incident: Incident
    similarity: float = Field(ge=0, le=1)
    shared: tuple[str, ...] = Field(default=(), description="The words or facts that both have.")
    matched: tuple[str, ...] = Field(default=(), description="Why it is alike, in short phrases.")
    differs: tuple[str, ...] = Field(default=(), description="What is different this time, in short phrases.")
    same_alert: bool = Field(default=False, description="The very same alert: the fingerprints agree.")
    claimed: bool = Field(default=False, description="Above the threshold: this happened before.")
    standing: Standing = Standing.BELIEVED
    cautions: tuple[str, ...] = Field(default=(), description="Why it counts for less or for nothing, in sentences.")
    trust: float = Field(
        default=1.0, ge=0, le=1, description="How much of a claim is left after ratings and failed fixes."
    )
    prior: float | None = Field(
        default=None,
        description="Log-odds that its cause starts with; None: it gives none (or it was recalled before version 3).",
    )

    @property
    def recommended(self) -> bool:
        """Whether it may lead; one that is refuted, contradicted, outdated or without a cause is only shown."""
        return self.standing is Standing.BELIEVED


class ComponentFact(Value):
    """Something a person said about a component that holds beyond one investigation."""

    id: str
    component: str
    text: str
    by: str = Field(description="Who said it.")
    at: Moment
    investigation_id: str | None = None
    seq: int | None = Field(default=None, ge=1, description="The event of that investigation that says so.")
    workspace: str | None = None
    capsule: str = Field(default="", description="Digest of the capsule that it was said of; empty: none is known.")
    edited_by: str | None = None
    edited_at: Moment | None = None


EVERYTHING = "everything"
"""Where a look goes that names no component and no command."""


def target_of(arguments: Mapping[str, Any], components: Iterable[str]) -> str:
    """What a look is pointed at: its command, its components, or everything."""
    command = arguments.get("command")
    return command if isinstance(command, str) else ", ".join(sorted(components)) or EVERYTHING


class DeadEnd(Value):
    """A check that has never brought anything for such alerts."""

    id: str
    kind: str = Field(description="Which kind of alert.")
    component: str = Field(default="", description="The component that alerted; empty: the alerts named none.")
    tool: str
    target: str = Field(description="What it was pointed at: a command, components, or 'everything'.")
    runs: int = Field(ge=1, description="In how many incidents it was made, each time for nothing.")
    faults: tuple[str, ...] = Field(default=(), description="What those turned out to be.")
    last_at: Moment
    note: str = Field(default="", description="What a person says about it.")
    minded: bool = Field(default=True, description="False: a person wants the check made as if nothing were known.")
