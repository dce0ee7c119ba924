"""How right stated confidence turned out to be, and what that does to what memory is worth."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sre_core.beliefs import percent
from sre_core.bootstrap import Workbench
from sre_core.memory.calibration import Bucket, Calibration
from ui.memory.said import counted


def calibration(bench: Workbench) -> None:
    """Draw it, or say how it comes about."""
    found = bench.memory_desk.calibration()
    if not found.rated:
        st.markdown(
            "**Nothing was rated yet.** At the end of each report, *Was this right?* takes one click. From then on this says "
            "whether what was stated at 80 % is right eight times in ten, and memory counts for more or less accordingly."
        )
        return
    st.markdown(f"**Stated confidence against {counted(found.rated, 'rating')}**")
    st.dataframe(
        [_row(one) for one in found.buckets if one.count],
        hide_index=True,
        width="stretch",
        column_config={
            name: st.column_config.ProgressColumn(name, min_value=0, max_value=100, format="%.0f %%")
            for name in ("Stated on average", "Turned out right")
        },
    )
    for sentence in effects(found):
        st.markdown(f"- {sentence}")
    st.caption(
        "Partly right counts half. Few ratings change little: each bucket begins with eight imagined ones that agree."
    )


def _row(one: Bucket) -> dict[str, Any]:
    return {
        "Stated": f"{percent(one.low)} to {percent(one.high)}",
        "Rated": one.count,
        "Stated on average": None if one.stated is None else one.stated * 100,
        "Turned out right": None if one.right is None else one.right * 100,
        "Counts": f"×{one.factor:.2f}",
    }


def effects(found: Calibration) -> list[str]:
    """What the ratings do to priors, in words."""
    said = []
    if found.brier is not None:
        said.append(f"Brier score {found.brier:.3f}: the mean squared difference, 0 is best, 0.25 is a coin.")
    for one in found.buckets:
        if one.count and one.stated is not None and one.right is not None:
            said.append(_moved(one, one.stated, one.right))
    said.append(_memory(found))
    return said


def _moved(one: Bucket, stated: float, right: float) -> str:
    told = f"Stated at {percent(stated)} on average, right in {percent(right)}"
    if abs(one.factor - 1) < 0.005:
        return f"{told}: such causes keep their weight in memory."
    less = "less" if one.factor < 1 else "more"
    return f"{told}: a remembered cause stated this surely, which nobody confirmed, counts {less} (×{one.factor:.2f})."


def _memory(found: Calibration) -> str:
    if not found.claims:
        return "“This happened before” was not put to the test yet: its prior is as it was (×1.00)."
    told = f"“This happened before” named the cause in {found.claims_right} of {counted(found.claims, 'rated claim')}"
    if abs(found.memory_counts - 1) < 0.005:
        return f"{told}: its prior stays as it was."
    way = "raises the explanation less" if found.memory_counts < 1 else "raises the explanation more"
    return f"{told}: from now on what is remembered {way} (×{found.memory_counts:.2f})."
