"""Resource quotas that are used up."""

from __future__ import annotations

import re

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.kube_events import QUOTA
from sre_core.diagnosis.kubectl import field, parse_command
from sre_core.tools.run_diagnostic import DiagnosticOutput

ROW = re.compile(
    r"^\s*(?P<what>[a-z][\w./-]*)\s+(?P<used>\d+(?:\.\d+)?)(?P<u1>[A-Za-z]*)\s+(?P<hard>\d+(?:\.\d+)?)(?P<u2>[A-Za-z]*)\s*$",
    re.MULTILINE,
)
INLINE = re.compile(
    r"(?P<what>[a-z][\w./-]*): (?P<used>\d+(?:\.\d+)?)(?P<u1>[A-Za-z]*)/(?P<hard>\d+(?:\.\d+)?)(?P<u2>[A-Za-z]*)"
)
UNITS = {
    "": 1.0,
    "m": 1e-3,
    "k": 1e3,
    "Ki": 2.0**10,
    "M": 1e6,
    "Mi": 2.0**20,
    "G": 1e9,
    "Gi": 2.0**30,
    "T": 1e12,
    "Ti": 2.0**40,
}
NEARLY = 0.97
"""Used this share of hard and more: nothing of ordinary size fits any more."""


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """Rows of resource quotas in which used has reached hard."""
    command = parse_command(answer.command)
    if not answer.recorded or command is None or command.kind not in ("resourcequotas", "namespaces"):
        return []
    namespace = (
        command.namespace
        or field(answer.output, "Namespace")
        or context.namespace
        or (command.names or ("default",))[0]
    )
    found, seen = [], set()
    for match in [*ROW.finditer(answer.output), *INLINE.finditer(answer.output)]:
        fault = next((fault for fault, words in QUOTA if re.search(words, match["what"])), None)
        used, hard = (float(match[n]) * UNITS.get(match[u], 1.0) for n, u in (("used", "u1"), ("hard", "u2")))
        if fault is None or fault in seen:
            continue
        seen.add(fault)
        found.append(
            _finding(
                fault,
                " ".join(match.group().split()),
                f"namespace/{namespace}",
                hard > 0 and used >= NEARLY * hard,
                context,
            )
        )
    return found


def _finding(fault: str, row: str, place: str, full: bool, context: Context) -> Finding:
    """Used up and something missing belong together; a storage quota may refuse a claim that is larger than what is left."""
    missing = sorted(context.missing)
    if missing and (full or fault == "storage_quota_exceeded"):
        what = f"{row}; missing: {', '.join(missing[:3])}"
        suggests = {fault: 3.5}
        return Finding(
            kind="quota_exceeded",
            component=missing[0],
            source="commands",
            quote=what,
            suggests=suggests,
            blames=place,
            strength=3.0,
        )
    kind, worth = ("quota_used_up", 2.0) if full else ("quota_present", 0.6)
    return Finding(
        kind=kind, component=place, source="commands", quote=row, suggests={fault: worth}, strength=2.0 if full else 1.0
    )
