"""Limits: when an investigation stops unless somebody says otherwise, and how long an answer counts."""

from __future__ import annotations

import json
from decimal import Decimal

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Limits
from ui.settings.parts import Standing, env_line, facts, to_copy

NO_LIMIT = "no limit"


def standing(bench: Workbench) -> Standing:
    """Whether somebody set them."""
    return Standing("your own", "blue") if bench.settings.limits != Limits() else Standing("as built in", "gray")


def draw(bench: Workbench) -> None:
    """Draw it."""
    limits = bench.settings.limits
    facts(
        {
            "Tool calls": f"{limits.max_actions:,}",
            "Work": f"{limits.max_seconds / 60:g} min, waiting for people left out",
            "Failures": f"{limits.max_failures_in_a_row} in a row",
            "Model requests": NO_LIMIT if limits.max_model_calls is None else f"{limits.max_model_calls:,}",
            "Model tokens": NO_LIMIT if limits.max_model_tokens is None else f"{limits.max_model_tokens:,}, in and out",
            "Model money": NO_LIMIT if limits.max_model_dollars is None else f"${limits.max_model_dollars:,.2f}",
            "An answer counts": f"{bench.settings.answer_minutes:g} min (SRE_ANSWER_MINUTES)",
            "A reasoner sees": f"{bench.settings.brief_characters:,} characters at once (SRE_BRIEF_CHARACTERS)",
        }
    )
    st.markdown(
        "Each investigation can have others: on the start page, and under Steering while it runs. For all of them:"
    )
    to_copy(env_line("SRE_LIMITS", json.dumps(_as_set(limits))))


def _as_set(limits: Limits) -> dict[str, object]:
    """As the setting is written: all that it can say but the failures."""
    told = limits.model_dump(exclude={"max_failures_in_a_row"})
    return {name: _plain(value) for name, value in told.items()}


def _plain(value: float | Decimal | None) -> float | None:
    """Without a fraction where there is none."""
    return None if value is None else int(value) if value == int(value) else float(value)
