"""The looks of the workbench, said once: what each colour means, its sign, and the sizes of text, space and corners.

A *tone* is one of Streamlit's palette names; ``st.badge(color=..., icon=sign(...))`` takes it, and the live element draws it
through the theme's ``--st-<tone>-*`` variables. So a page and the live element cannot disagree. The colours themselves, dark and
light, stand in ``.streamlit/config.toml``, where Streamlit looks for them; the drawings in ``ui/drawings.py``. Style sheets
read all of it as custom properties (``css``), the browser's modules the drawings as ``tokens.js`` (``javascript``).
"""

from __future__ import annotations

import json
from typing import Literal
from urllib.parse import quote

from sre_core.domain import Effect, Severity, Verdict
from sre_core.investigation import Status
from ui.drawings import DRAWINGS

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

RECEIVED: dict[str, Tone] = {"firing": "red", "investigated": "blue", "resolved": "green", "dismissed": "gray"}
"""How an alert of the inbox stands."""

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

SIGNS: dict[Tone, str] = {
    "red": "report",
    "orange": "warning",
    "yellow": "priority_high",
    "green": "check_circle",
    "blue": "circle",
    "violet": "person",
    "gray": "do_not_disturb_on",
}
"""The shape that goes with each tone, by its name among Material's symbols; ``tone-red`` and so on are our own drawings of it."""

SIZES: dict[str, str] = {
    "text-mark": "11.5px",
    "text-small": "12px",
    "text-side": "12.5px",
    "text-body": "13.5px",
    "text-lead": "15px",
    "text-field": "16px",  # what is typed into on a phone: below this the browser zooms in
    "text-title": "17px",
    "text-figure": "20px",
    "space-1": "2px",
    "space-2": "4px",
    "space-3": "6px",
    "space-4": "8px",
    "space-5": "10px",
    "space-6": "12px",
    "space-7": "16px",
    "space-8": "24px",
    "round-small": "4px",
    "round": "6px",
    "round-large": "8px",
    "round-full": "999px",
    "shadow": "0 6px 24px rgb(0 0 0 / .28)",
    "veil": "rgb(0 0 0 / .45)",
}
"""Sizes of type, space and corners, and what lies over or under other things: ``--text-small`` in a style sheet."""


def sign(tone: Tone) -> str:
    """The shape of this tone beside a word, as Streamlit's ``icon=`` takes it."""
    return f":material/{SIGNS[tone]}:"


def css() -> str:
    """The sizes as custom properties; ``data-tone="red"`` sets ``--tone``, ``--tone-bg``, ``--tone-fg`` and ``--tone-sign``."""
    sizes = " ".join(f"--{name}: {size};" for name, size in SIZES.items())
    return f":root, :host {{ {sizes} }}\n" + "".join(_tone(tone) for tone in TONES)


def _tone(tone: Tone) -> str:
    return (
        f'[data-tone="{tone}"] {{ --tone: var(--st-{tone}-color); --tone-bg: var(--st-{tone}-background-color); '
        f"--tone-fg: var(--st-{tone}-text-color); --tone-sign: {_as_mask(DRAWINGS[f'tone-{tone}'])}; }}\n"
    )


def _as_mask(path: str) -> str:
    look = "fill='none' stroke='black' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'"
    drawn = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' {look}><path d='{path}'/></svg>"
    return f'url("data:image/svg+xml,{quote(drawn)}")'


def javascript() -> str:
    """The module ``tokens.js`` of the browser: the drawings by their names."""
    return f"export const DRAWINGS = {json.dumps(DRAWINGS, separators=(',', ':'))};\n"
