"""What never changes and the browser must know: the terms that a person can choose from. Sent once, with the element."""

from __future__ import annotations

from functools import cache
from typing import Any

from sre_core.diagnosis.faults import FAULTS
from sre_core.domain import STRENGTHS, Autonomy
from ui import words


@cache
def terms() -> dict[str, Any]:
    """Faults as ``[term, label]``, strengths of a person's word in log-odds, degrees of autonomy with what they mean."""
    return {
        "faults": [[fault.term, fault.label] for fault in FAULTS.values()],
        "strengths": [[name, log_odds] for name, log_odds in STRENGTHS.items()],
        "reasoners": [list(each) for each in words.REASONER.items()],
        "autonomy": [[one.value, words.AUTONOMY[one], words.AUTONOMY_MEANS[one]] for one in Autonomy],
    }
