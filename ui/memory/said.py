"""How memory says things, in one place; plain words, for the card and the pages alike."""

from __future__ import annotations

from sre_core.domain import Incident, Standing
from ui import tokens, words

STANDING: dict[Standing, tuple[str, tokens.Tone]] = {
    Standing.BELIEVED: ("current", "green"),
    Standing.REFUTED: ("refuted", "red"),
    Standing.CONTRADICTED: ("contradicted", "orange"),
    Standing.OUTDATED: ("outdated", "yellow"),
    Standing.UNSOLVED: ("not solved", "gray"),
}
"""What it is called, and its colour."""


LONGEST_CAUSE = 120
"""Signs of a cause in one's own words, in a list."""


def lasted(seconds: float | None) -> str:
    """'40 s', '12 min', '3.5 h', '2 days'; empty when it is not known."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.3g} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"


def took(incident: Incident) -> str:
    """'12 min to the cause, 40 min until it was over'; empty when nobody knows, and no time to a cause that was none."""
    known = ((incident.took_to_cause, "to the cause"), (incident.seconds_to_end, "until it was over"))
    return ", ".join(f"{lasted(seconds)} {what}" for seconds, what in known if seconds is not None)


def held(incident: Incident) -> str:
    """Whether the fix held, as far as anybody knows."""
    if incident.failed_times and incident.held_times:
        return f"It held {_times(incident.held_times)} and failed {_times(incident.failed_times)}."
    if incident.fix_held is None:
        done = {None: "", True: "It was carried out. ", False: "It was proposed; nobody carried it out here. "}
        return f"{done[incident.done]}Whether it held is not known."
    if incident.fix_held:
        return f"It held {_times(incident.held_times)}." if incident.held_times > 1 else "It held."
    return f"It failed {_times(incident.failed_times)}." if incident.failed_times > 1 else "It did not hold."


def fix(incident: Incident) -> str:
    """What its resolution is: something done, or only proposed."""
    return "Fix proposed" if incident.done is False and incident.fix_held is None else "Fix"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def when(incident: Incident) -> str:
    """'2026-05-19', 'three times, last 2026-05-19'; empty when no time is known."""
    if not incident.occurred:
        return f"{incident.started_at:%Y-%m-%d}" if incident.started_at else ""
    last = f"{incident.occurred[-1]:%Y-%m-%d}"
    return last if len(incident.occurred) == 1 else f"{len(incident.occurred)} times, last {last}"


def cause(incident: Incident) -> str:
    """'orders-db: lock contention', 'payments: the bank changed its key'; empty when none is believed."""
    if not incident.has_cause:
        return ""
    if incident.fault or not incident.statement:
        return words.cause(incident.component, incident.fault)
    in_words = words.cut(incident.statement.splitlines()[0].rstrip("."), LONGEST_CAUSE)
    return f"{incident.component}: {in_words}" if incident.component else in_words


def sentence(incident: Incident) -> str:
    """The cause in a sentence; empty where ``cause`` says all of it already."""
    return "" if cause(incident).endswith(incident.statement.rstrip(".")) else incident.statement


def cause_or_none(incident: Incident) -> str:
    """The same in a list; where nobody knows it, that."""
    return cause(incident) or ("looked into, cause not found" if not incident.refuted else "cause not known")


def trust(share: float, incident: Incident) -> str:
    """'trust 85 %'; empty where there is no cause to trust."""
    return f"trust {share:.0%}".replace("%", " %") if incident.has_cause else ""


def named(incident: Incident) -> str:
    """One in a list of choices: what it came to, when, and of which alert."""
    return " · ".join(filter(None, (cause_or_none(incident), when(incident), incident.title)))


def told(incident: Incident) -> str:
    """'ada, 2026-05-20'; empty where the cause is the verdict's own."""
    if incident.told_by is None:
        return ""
    return f"{incident.told_by}, {incident.settled_at:%Y-%m-%d}" if incident.settled_at else incident.told_by


def counted(number: int, thing: str, things: str = "") -> str:
    """'1 memory', '12 memories'."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
