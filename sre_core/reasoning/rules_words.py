"""What the words of an alert, or of a person, make one think of: faults, and tools."""

from __future__ import annotations

import re

from sre_core.diagnosis.faults import FAULTS
from sre_core.diagnosis.wording import family_of
from sre_core.domain import UNKNOWN_FAULT

SYMPTOM_WORDS = (
    ("crash_loop", r"crash.?loop|restart(s|ing|ed)?\b|abnormal restart"),
    ("disk_full", r"disk.{0,20}(full|space|usage)|filesystem"),
    ("cpu_saturation", r"\bcpu\b"),
    ("queue_backlog", r"backlog|queue (depth|length)|consumer lag"),
    ("replication_lag", r"replica\w* (lag|stale|delay)"),
    ("replication_failure", r"replication\w*"),
    ("traffic_surge", r"traffic.{0,30}(x|times|surge|spike)|surge in|flash sale"),
    ("node_not_ready", r"node.{0,20}not ?ready"),
    ("rate_limited", r"\b429\b|rate.?limit"),
    ("dns_failure", r"\bdns\b"),
)
"""Words of an alert -> the fault they make one think of first."""

TOOL_WORDS = (
    ("read_logs", r"\blogs?\b|stack ?trace|exception"),
    ("query_metrics", r"metric|dashboard|graph|latency|cpu|memory|traffic"),
    ("list_changes", r"deploy|change|commit|release|rollout|flag|config"),
    ("read_traces", r"\btraces?\b|span"),
    ("run_diagnostic", r"kubectl|pods?\b|node|certificate|openssl|\bnc\b|events?"),
    ("search_runbooks", r"runbook|document|postmortem|wiki"),
    ("read_signals", r"alerts?|signal"),
)


def faults_in(text: str) -> list[str]:
    """Faults that the words of an alert, or of a person, make one think of; the most telling first."""
    found = [family.fault] if (family := family_of(text)) else []
    found += [fault for fault, words in SYMPTOM_WORDS if re.search(words, text, re.IGNORECASE)]
    found += [
        term for term in FAULTS if term != UNKNOWN_FAULT and term.replace("_", " ") in text.casefold().replace("_", " ")
    ]
    return list(dict.fromkeys(found))


def tools_named(text: str) -> tuple[str, ...]:
    """The tools that a person's words ask for."""
    return tuple(tool for tool, words in TOOL_WORDS if re.search(words, text, re.IGNORECASE))
