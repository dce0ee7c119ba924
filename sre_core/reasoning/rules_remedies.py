"""What to do: first what stops the bleeding, then what fixes it; and which of it the workspace can carry out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.diagnosis.detectors.recent_changes import PLUGIN
from sre_core.diagnosis.faults import FAULTS, label
from sre_core.diagnosis.roles import Role, role_of
from sre_core.domain import (
    UNKNOWN_FAULT,
    Action,
    Effect,
    Evidence,
    Hypothesis,
    Remediation,
    RemediationKind,
    Weight,
)
from sre_core.investigation import Investigation, Status
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_dismiss import left_alone
from sre_core.reasoning.rules_documents import runbooks, searched
from sre_core.reasoning.rules_remedy_words import risk_of, words_for

K = RemediationKind
HANDS_OFF = re.compile(
    r"do(n't| not) (touch|change|do) |\b(no changes|change freeze|freeze|hands off|nothing (now|at all)|peak hours?"
    r"|not (now|yet|tonight)|later)\b"
    r"|do(n't| not) touch",
    re.IGNORECASE,
)
"""A reason against one remediation that speaks against any."""
CHANGE_COUNTS = 0.8
"""Log-odds that a change must lend to the very fault before it is called responsible."""


def change_of(investigation: Investigation, leader: Hypothesis) -> tuple[str, str, bool] | None:
    """(id of the commit or change held responsible, evidence id, whether a deploy brought it); None when no change "
    "explains this fault."""
    best: tuple[float, str, str] | None = None
    changes = {
        e.id: e
        for e in investigation.evidence.values()
        if e.finding == "change_before_onset" and e.component == leader.component
    }
    related = {
        w.evidence_id: w.log_odds for w in investigation.weights if w.hypothesis_id == leader.id and w.log_odds > 0
    }
    for id_, piece in changes.items():
        ships = re.search(r"ships (\S+)", piece.locator)
        worth = related.get(id_, 0.0)
        if worth < CHANGE_COUNTS and not (leader.change_id and ships and ships.group(1) == leader.change_id):
            worth = near_change(investigation, leader, piece)
        if ships and worth >= CHANGE_COUNTS and (best is None or worth > best[0]):
            best = (worth, ships.group(1), id_)
    return (best[1], best[2], " deploy " in changes[best[2]].quote[:40]) if best else None


def near_change(investigation: Investigation, leader: Hypothesis, change: Evidence) -> float:
    """What the timing lends to the component's other faults: an install can break replication, whatever its kind says."""
    if any(e.finding == "traffic_up" for e in investigation.evidence.values()):
        return 0.0
    others = {h.id for h in investigation.hypotheses.values() if h.component == leader.component}
    lent = [w.log_odds for w in investigation.weights if w.evidence_id == change.id and w.hypothesis_id in others]
    return 0.6 * max(lent, default=0.0)


def ordered_support(investigation: Investigation, leader: Hypothesis) -> list[Evidence]:
    """The evidence for a hypothesis, strongest first, mechanisms before symptoms; one piece a look and source."""
    rank = {Role.PROOF: 0, Role.TELLS: 1, Role.CHANGE: 3}
    supporting = [w for w in investigation.weights if w.hypothesis_id == leader.id and w.log_odds >= 0.3]

    def order(weight: Weight) -> tuple[bool, int, float, int]:
        piece = investigation.evidence[weight.evidence_id]
        names_it = weight.because.endswith(label(leader.fault)) or "which the change touched" in weight.because
        return not names_it, rank.get(role_of(piece.finding), 2), -weight.log_odds, int(piece.id[1:])

    pairs = [(investigation.evidence[w.evidence_id], w) for w in sorted(supporting, key=order)]
    kept: dict[tuple[str, str], Evidence] = {}
    for piece, _ in pairs:
        if role_of(piece.finding) is not Role.CHANGE:
            kept.setdefault((piece.action_id, piece.finding), piece)
    return list({piece.quote: piece for piece in reversed(kept.values())}.values())[::-1]


def remedies(
    case: Case, investigation: Investigation, leader: Hypothesis | None, *, leads: bool = False
) -> Iterator[Remediation]:
    """In the order to do them. ``leads``: something matched that is worth following before anybody else is woken."""
    if leader is None:
        first = "Follow the leads. If they do not fit, escalate" if leads else "Escalate"
        yield Remediation(
            action=f"{first} with this report: what was seen, ruled out and not examined is in it.",
            kind=K.ESCALATE,
            first=True,
        )
        return
    cited = tuple(piece.id for piece in ordered_support(investigation, leader)[:2])
    change = change_of(investigation, leader)
    kinds = list(FAULTS[leader.fault].remedies) if leader.fault in FAULTS else [K.ESCALATE]
    if change:
        kinds = [K.ROLLBACK, *(kind for kind in kinds if kind is not K.ROLLBACK)]
    elif K.ROLLBACK in kinds:
        kinds = [*(kind for kind in kinds if kind is not K.ROLLBACK), K.ROLLBACK][: len(kinds) - 1 or 1]
    for number, kind in enumerate(kinds):
        yield _remedy(case, investigation, leader, kind, change, cited, first=number == 0)
    yield from _written_down(investigation, leader)


def _remedy(
    case: Case,
    investigation: Investigation,
    leader: Hypothesis,
    kind: RemediationKind,
    change: tuple[str, str, bool] | None,
    cited: tuple[str, ...],
    *,
    first: bool,
) -> Remediation:
    what = {
        "component": leader.component,
        "fault": label(leader.fault),
        "change": change[0] if change else "the last change",
    }
    offer = next((o for o in case.offers if o[0] == kind.value and o[1] == leader.component), None)
    arguments = {"kind": offer[0], "component": offer[1], **({"to": offer[2]} if offer[2] else {})} if offer else {}
    shipped = change is not None and change[2]
    made = investigation.evidence[change[1]].quote.split()[2] if change else ""
    to = f" (to {offer[2]})" if offer and offer[2] else ""
    return Remediation(
        action=words_for(kind, leader.fault, made).format(**what).rstrip(".") + f"{to}.",
        kind=kind,
        first=first,
        command=command_for(case, kind, leader.component, offer[2] if offer else None)
        if kind is not K.ROLLBACK or not change or shipped
        else None,
        risk=risk_of(case, kind, leader.component),
        evidence=(*cited, *((change[1],) if change and kind is K.ROLLBACK else ())),
        tool="apply_remediation" if offer else None,
        arguments=arguments,
    )


def command_for(case: Case, kind: RemediationKind, component: str, to: str | None = None) -> str | None:
    """What one would type on Kubernetes; None elsewhere."""
    if not case.namespaces or "/" in component:
        return None
    place = f"-n {case.namespaces[0]}"
    match kind:
        case K.ROLLBACK:
            return f"kubectl rollout undo deployment/{component} {place}"
        case K.RESTART:
            return f"kubectl rollout restart deployment/{component} {place}"
        case K.SCALE:
            replicas = re.search(r"(\d+) replicas?\b", to or "")
            return f"kubectl scale deployment/{component} {place} --replicas={replicas[1]}" if replicas else None
        case _:
            return None


def _written_down(investigation: Investigation, leader: Hypothesis) -> Iterator[Remediation]:
    """The runbook that fits the leader; where none does, that none does and what to look up."""
    found = runbooks(investigation, leader)
    if found:
        yield Remediation(
            action=f"{_read(found[0].locator)} {found[0].locator}.", kind=K.CONFIG_CHANGE, evidence=(found[0].id,)
        )
    elif searched(investigation):
        what = label(leader.fault) if leader.fault != UNKNOWN_FAULT else "this"
        words = investigation.alert.title
        change = change_of(investigation, leader)
        brought = investigation.evidence[change[1]].quote.split(": ", 1)[-1].split("; ")[0][:120] if change else ""
        vendor = f" look up “{words}” together with {brought} with the vendor, and" if PLUGIN.search(brought) else ""
        action = f"No runbook exists for {what} at {leader.component}:{vendor} write one afterwards."
        yield Remediation(action=action, kind=K.ESCALATE)


def _read(locator: str) -> str:
    return "Read what was written after a similar incident:" if "postmortem" in locator else "Follow the runbook"


def remedy(case: Case, investigation: Investigation) -> Action | None:
    """The next remediation of the conclusion that can be carried out and was neither tried nor rejected."""
    conclusion = investigation.conclusion
    if conclusion is None or conclusion.root_cause is None or recovered(investigation):
        return None
    tried = {
        _what(dict(r.action.arguments))
        for r in investigation.actions.values()
        if r.remedies and r.status is not Status.WITHDRAWN
    }
    cause = conclusion.root_cause.component
    if cause in left_alone(case, investigation) or any(HANDS_OFF.search(reason) for reason in _refusals(investigation)):
        return None
    wished = " ".join(_refusals(investigation)).casefold()
    for item in sorted(conclusion.remediation, key=lambda item: item.kind.value not in wished):
        if item.tool and item.tool in case.tools and _what(dict(item.arguments)) not in tried:
            return Action(
                id=investigation.next_id("A"),
                tool=item.tool,
                arguments=item.arguments,
                effect=Effect.WRITES,
                why=item.action,
                components=(conclusion.root_cause.component,),
            )
    return None


def _refusals(investigation: Investigation) -> list[str]:
    """Why remediations were rejected, in the words of who rejected them."""
    return [r.reason for r in investigation.actions.values() if r.remedies and r.status is Status.REJECTED and r.reason]


def _what(arguments: dict[str, object]) -> tuple[object, object]:
    """A restart is a restart, however it is worded; so is a rollback of the same component."""
    return arguments.get("kind"), arguments.get("component")


def recovered(investigation: Investigation) -> bool:
    """Whether a remediation that ran ended it."""
    return any(
        record.remedies
        and record.observation is not None
        and isinstance(record.observation.data, dict)
        and record.observation.data.get("recovered") is True
        for record in investigation.actions.values()
    )
