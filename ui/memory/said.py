"""How memory says things, in one place; plain words, for the card and the pages alike."""

from __future__ import annotations

from sre_core.domain import Incident, Standing
from ui import tokens, words

STANDING: dict[Standing, tuple[str, tokens.Tone]] = {
    Standing.BELIEVED: ("current", "green"),
    Standing.REFUTED: ("refuted", "red"),
    Standing.CONTRADICTED: ("contradicted", "orange"),
    Standing.OUTDATED: ("outdated", "yellow"),
}
"""What it is called, and its colour."""


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
    """'12 min to the cause, 40 min until it was over'; empty when nobody knows."""
    known = ((incident.seconds_to_cause, "to the cause"), (incident.seconds_to_end, "until it was over"))
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
    """'orders-db: lock contention'; empty when none is believed."""
    return words.cause(incident.component, incident.fault) if incident.component else ""


def counted(number: int, thing: str, things: str = "") -> str:
    """'1 memory', '12 memories'."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
