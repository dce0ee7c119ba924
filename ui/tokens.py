"""What each colour means, said once. The colours themselves, dark and light, stand in ``.streamlit/config.toml``.

A *tone* is one of Streamlit's palette names; ``st.badge(color=...)`` takes it, and the live element draws it through the
theme's ``--st-<tone>-*`` variables. So a page and the live element cannot disagree.
"""

from __future__ import annotations

from typing import Literal

from sre_core.domain import Effect, Severity, Verdict
from sre_core.investigation import Status

Tone = Literal["red", "orange", "yellow", "green", "blue", "violet", "gray"]

PERSON: Tone = "violet"
"""Everything that is a person's: what waits for you, what you said."""

SEVERITY: dict[Severity, Tone] = {
    Severity.CRITICAL: "red",
    Severity.HIGH: "orange",
    Severity.WARNING: "yellow",
    Severity.INFO: "blue",
    Severity.UNKNOWN: "gray",
}

VERDICT: dict[Verdict, Tone] = {
    Verdict.CONFIRMED: "green",
    Verdict.LIKELY: "blue",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.NO_INCIDENT: "gray",
}

EFFECT: dict[Effect, Tone] = {Effect.READS: "gray", Effect.WRITES: "orange"}

ACTION: dict[Status, Tone] = {
    Status.PROPOSED: "gray",
    Status.EDITED: PERSON,
    Status.WAITING: PERSON,
    Status.APPROVED: PERSON,
    Status.RUNNING: "blue",
    Status.SUCCEEDED: "green",
    Status.FAILED: "red",
    Status.DENIED: "yellow",
    Status.SUGGESTED: "blue",
    Status.REJECTED: PERSON,
    Status.WITHDRAWN: "gray",
    Status.LET_GO: "gray",
}

INVESTIGATION: dict[str, Tone] = {
    "working": "blue",
    "waiting": PERSON,
    "concluded": "green",
    "stopped": "gray",
    "failed": "red",
}

OUTCOME: dict[str, Tone] = {"added": "green", "updated": "blue", "unchanged": "gray", "refused": "red"}
"""What came of a document that was given."""

REFRESH: dict[str, Tone] = {
    "running": "blue",
    "done": "green",
    "cancelled": "gray",
    "failed": "red",
    "interrupted": "yellow",
}
"""How the last refresh of a source ended."""

TONES: tuple[Tone, ...] = ("red", "orange", "yellow", "green", "blue", "violet", "gray")


def css() -> str:
    """``data-tone="red"`` sets ``--tone``, ``--tone-bg`` and ``--tone-fg`` from the theme's palette."""
    rules = (
        f'[data-tone="{tone}"] {{ --tone: var(--st-{tone}-color); --tone-bg: var(--st-{tone}-background-color); '
        f"--tone-fg: var(--st-{tone}-text-color); }}"
        for tone in TONES
    )
    return "\n".join(rules) + "\n"
