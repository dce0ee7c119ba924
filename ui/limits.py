"""When an investigation is to stop, as it is said on the start page. What is set for all of them stands there at first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Limits
from ui import words

NO_LIMIT = "no limit"
KEY = "limits"
"""Of the boxes: ``limits-max_actions`` and so on."""


def limits_box(bench: Workbench) -> None:
    """Folded; its line says what holds."""
    usual, asks_model = bench.settings.limits, bench.models.endpoint is not None
    chosen = limits_chosen(bench)
    model = f"; of a model: {words.model_limits(chosen)}" if asks_model else ""
    with st.expander(
        f"Stops after {words.limits(chosen)}{model}".replace("$", "\\$"), key="limits-box", type="compact"
    ):
        with st.container(horizontal=True, gap="small"):
            _number("Tool calls", "max_actions", usual.max_actions, least=1)
            _number("Minutes at work", "minutes", usual.max_seconds / 60, least=0.1)
        if asks_model:
            with st.container(horizontal=True, gap="small"):
                _number("Model requests", "max_model_calls", usual.max_model_calls, least=1)
                _number("Model tokens", "max_model_tokens", usual.max_model_tokens, least=1)
                _number("US dollars", "max_model_dollars", usual.max_model_dollars, least=0.01)
            st.caption("Left empty: no limit. When a model has used up what it may, you are asked.")


def limits_chosen(bench: Workbench) -> Limits:
    """What the boxes say; what nobody has touched is as it is set."""
    usual = bench.settings.limits
    dollars = _said("max_model_dollars", usual.max_model_dollars)
    minutes = _said("minutes", None)
    return Limits(
        max_actions=_said("max_actions", None) or usual.max_actions,
        max_seconds=minutes * 60 if minutes else usual.max_seconds,
        max_failures_in_a_row=usual.max_failures_in_a_row,
        max_model_calls=_said("max_model_calls", usual.max_model_calls),
        max_model_tokens=_said("max_model_tokens", usual.max_model_tokens),
        max_model_dollars=None if dollars is None else Decimal(str(dollars)),
    )


def _number(label: str, name: str, usual: float | Decimal | None, least: float) -> None:
    """A box for whole numbers, or for what may have a fraction. It has no default of its own, so that it can be emptied."""
    whole, key = least == 1, f"{KEY}-{name}"
    if key not in st.session_state:
        st.session_state[key] = None if usual is None else int(usual) if whole else float(usual)
    step = 1 if whole else 1.0
    low = 1 if whole else least
    shape = None if whole else "%.2f" if "dollars" in name else "%g"
    st.number_input(label, low, value=None, step=step, format=shape, key=key, placeholder=NO_LIMIT, width=150)


def _said(name: str, usual: Any) -> Any:
    """What is in the box; before it was ever drawn, ``usual``."""
    return st.session_state.get(f"{KEY}-{name}", usual)
