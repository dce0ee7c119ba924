"""What of a conclusion is believed, what was done about it, and what was looked into: by the verdict, and by whoever rated it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sre_core.diagnosis.faults import FAULTS, label
from sre_core.domain import UNKNOWN_FAULT, Conclusion, Effect, Rating, RootCause, Verdict, target_of
from sre_core.events import ConclusionRated
from sre_core.investigation import ActionRecord, Investigation, Status

MOST_EXAMINED, LONGEST_LINE = 12, 200
_DENIES = re.compile(r"\b(?:not|no|never|nor|without)\b|n't\b", re.IGNORECASE)
"""Words that may name a fault only to say that it was another one."""


def found(conclusion: Conclusion) -> RootCause | None:
    """The cause that the verdict stands for; None when it found none."""
    return None if conclusion.verdict is Verdict.INCONCLUSIVE else conclusion.root_cause


def cause_of(conclusion: Conclusion, rated: ConclusionRated | None, rater: str | None) -> dict[str, str | None]:
    """What is believed to have been the cause: as the person who rated it tells, else as it was found. Empty: nobody knows."""
    cause = found(conclusion)
    if rated and rated.tells_cause and not _is_the_same(rated, cause):
        return _told(rated, conclusion, rater)
    if cause is None:
        return {}
    if rated and rated.rating is Rating.WRONG and not rated.tells_cause:
        return {"refuted": cause.statement}
    told = {"component": cause.component, "fault": cause.fault, "change_id": cause.change_id}
    return {**told, "statement": cause.statement}


def _is_the_same(rated: ConclusionRated, cause: RootCause | None) -> bool:
    """Whether a person only said again what had been found."""
    if cause is None or rated.cause.strip():
        return False
    left_open = (None,) if rated.rating is not Rating.WRONG else ()
    return rated.component in (*left_open, cause.component) and rated.fault in (*left_open, cause.fault)


def _told(rated: ConclusionRated, conclusion: Conclusion, rater: str | None) -> dict[str, str | None]:
    """What a person says that it was, in place of what was found."""
    before, component, words = found(conclusion), rated.component, rated.cause.strip()
    fault = rated.fault or (None if _DENIES.search(words) else fault_named(words))
    if before and rated.rating is not Rating.WRONG:  # partly right: what they do not say stays
        component = component or before.component
        fault = fault or (before.fault if component == before.component and not words else None)
    place = f" at {component}" if component else ""
    statement = words or f"{label(fault) if fault else 'the cause was'}{place}, as {rater} told."
    nothing = "" if conclusion.verdict is Verdict.INCONCLUSIVE else conclusion.headline
    refuted = before.statement if before else nothing
    sentence = statement[0].upper() + statement[1:]
    return {"component": component, "fault": fault, "statement": sentence, "refuted": refuted, "told_by": rater}


def fault_named(words: str) -> str | None:
    """The fault of the table that the words name; None when they name none."""
    plain = words.casefold()
    named = (term for term in FAULTS if term != UNKNOWN_FAULT and (term in plain or label(term).casefold() in plain))
    return next(named, None)


def looked_into(
    state: Investigation, conclusion: Conclusion, cause: Mapping[str, str | None]
) -> dict[str, tuple[str, ...]]:
    """What was examined and ruled out, where no cause was found and nobody told one."""
    if found(conclusion) or cause:
        return {}
    looks = (
        f"{record.action.tool.replace('_', ' ')} · {target_of(record.action.arguments, record.action.components)}"
        for record in state.actions.values()
        if record.status is Status.SUCCEEDED and record.action.effect is Effect.READS
    )
    out = conclusion.ruled_out or tuple(state.ruled_out.values())
    return {
        "examined": tuple(dict.fromkeys(cut(look) for look in looks))[:MOST_EXAMINED],
        "ruled_out": tuple(cut(f"{one.statement}: {one.reason}") for one in out[:MOST_EXAMINED]),
    }


def remedy(
    state: Investigation, conclusion: Conclusion, rated: ConclusionRated | None, rater: str | None
) -> dict[str, Any]:
    """What was done, or proposed; whether it was done; whether that helped; who had it done. A person's word counts most."""
    carried_out = [r for r in state.actions.values() if r.remedies and r.status is Status.SUCCEEDED and r.observation]
    told: dict[str, Any] = {"resolution": "", "done": False, "fix_held": None, "resolved_by": None}
    if rated and rated.fix.strip():
        told |= {"resolution": rated.fix.strip(), "done": True, "resolved_by": rater}
    elif carried_out:
        last = carried_out[-1]
        words = "; ".join(record.observation.summary for record in carried_out if record.observation)
        by = last.decided_by.removeprefix("person:") or None
        told |= {"resolution": words, "done": True, "fix_held": _recovered(last), "resolved_by": by}
    elif not (rated and rated.rating is Rating.WRONG):
        told["resolution"] = "; ".join(item.action for item in conclusion.remediation[:2])
    if rated and rated.fix_held is not None:
        told |= {"fix_held": rated.fix_held, "done": True}
    if rated and rated.tells_cause and told["resolved_by"] is None:
        told["resolved_by"] = rater
    return told


def _recovered(record: ActionRecord) -> bool | None:
    output = record.observation.data if record.observation else None
    recovered = output.get("recovered") if isinstance(output, dict) else None
    return recovered if isinstance(recovered, bool) else None


def cut(text: str, longest: int = LONGEST_LINE) -> str:
    """On one line, and no longer than that."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
