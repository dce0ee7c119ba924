"""One action is one card, from its proposal to its outcome, with who decided about it."""

from __future__ import annotations

from sre_core.control import said_in
from sre_core.investigation import ActionRecord, Status
from sre_core.progress import Said
from ui import citations, tokens, words
from ui.card import Card, Times, base, pretty
from ui.words import cut


def action_card(record: ActionRecord, times: Times) -> Card:
    """As it stands now."""
    action, observation = record.action, record.observation
    outcome = observation.summary if observation else record.error or record.reason or record.cannot_run or ""
    return base(times.proposed, "action", words.tool(action.tool)) | {
        "id": f"a{action.id}",
        "seq": times.last_seq,
        "action": action.id,
        "tool": action.tool,
        "subject": words.subject(action),
        "why": cut(action.why, 1000),
        "arguments": pretty(action.arguments),
        "effect": action.effect.value,
        "effect_tone": tokens.EFFECT[action.effect],
        "remedies": record.remedies,
        "status": words.STATUS[record.status],
        "tone": tokens.ACTION[record.status],
        "running": record.status is Status.RUNNING,
        "started": record.started_at.isoformat() if record.started_at else None,
        "seconds": _seconds(record, times),
        "decisions": decisions(record, times),
        "outcome": cut(outcome, 1500),
        "by_hand": by_hand(record),
        "key": record.key or "",
        "excerpt": cut(observation.excerpt, 2000) if observation else "",
        "cites": citations.of_observation(observation),
        "has_output": observation is not None,
    }


def decisions(record: ActionRecord, times: Times) -> list[Card]:
    """Who edited it, who said yes or no, whose standing approval let it run: each with when and from where."""
    told = []
    if record.picked:
        told.append(said("picked", record.picked))
    if record.edited:
        told.append(said("edited", record.edited))
    if record.decided and record.decided_by.startswith("person:"):
        told.append(said("rejected" if record.status is Status.REJECTED else "approved", record.decided))
    if given := times.standing:
        text = f"ran under {words.actor(given.actor)}'s standing approval"
        told.append(_told(text, said_in(given)))
    if record.rule and record.started_at:
        text = f"let run by the policy: {record.rule}"
        told.append({"text": text, "at": record.started_at.isoformat(), "via": "", "role": ""})
    return told


def by_hand(record: ActionRecord) -> Card | None:
    """How a person would do and undo what is only suggested; None when it may run here."""
    if record.suggested is None:
        return None
    suggested = record.suggested
    return {
        "command": suggested.command,
        "undo": suggested.undo or "not known",
        "affected": ", ".join(suggested.affected) or "not known",
    }


def said(what: str, by: Said) -> Card:
    """'edited by Ada', with when, from where and in which role."""
    return _told(f"{what} by {words.actor(by.by)}", by)


def _told(text: str, by: Said) -> Card:
    return {"text": text, "at": by.at.isoformat(), "via": by.via, "role": by.role.value if by.role else ""}


def _seconds(record: ActionRecord, times: Times) -> float | None:
    if record.started_at is None or times.ended_at is None:
        return None
    return max(0.0, (times.ended_at - record.started_at).total_seconds())
