"""Log lines that are new or far more frequent than normal, read for the mechanism they tell of and for whom they blame."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.speech import cut, told
from sre_core.tools.read_logs import LogPattern, LogReading

MOST_PER_COMPONENT = 4
EXPLODED = 4.0
"""Times the usual count."""
CALM = frozenset({"debug", "trace", "info", "notice"})
UNSURE = 0.8
"""Share of the log-odds that is left when nobody knows how many such lines are normal."""


def detect(reading: LogReading, context: Context) -> list[Finding]:
    """The most telling patterns of each component; for a component with none, that its log is clean."""
    by_component: dict[str, list[Finding]] = defaultdict(list)
    for pattern in reading.patterns:
        rise = rise_of(pattern, context)
        if rise > 0 and (finding := _finding(pattern, rise, context)):
            by_component[pattern.component].append(finding)
            also = finding.facts.get("also", ())
            by_component[pattern.component] += [finding.model_copy(update={"blames": name}) for name in also]
    found = [f for findings in by_component.values() for f in _most_telling(findings)]
    quiet = [c for c in sorted({*reading.components, *context.subject}) if c not in by_component]
    return found + ([_clean(c, reading) for c in quiet] if reading.total else [])


def rise_of(pattern: LogPattern, context: Context) -> float:
    """0: as usual. 1: new or exploded. In between: nobody knows how many are normal."""
    if pattern.count <= 0:
        return 0.0
    if pattern.baseline_count is not None:
        severe = (pattern.severity or "").casefold() not in CALM and not (pattern.severity or "").casefold().startswith(
            "warn"
        )
        fewest = 10 if pattern.baseline_count or not severe else 2
        return float(pattern.count >= max(EXPLODED * pattern.baseline_count, fewest))
    if context.normal_until and pattern.first_seen:
        return float(pattern.first_seen > context.normal_until)
    return UNSURE


def _finding(pattern: LogPattern, rise: float, context: Context) -> Finding | None:
    telling = told(pattern.example, pattern.component, context) or told(pattern.pattern, pattern.component, context)
    severity = (pattern.severity or "").casefold()
    if telling is None and (severity in CALM or severity.startswith("warn") or not severity or rise < 1):
        return None
    if telling is not None and severity in CALM and telling.kind in ("dependency_error", "exception"):
        return None
    factor = rise * (0.4 if severity in CALM else 0.8 if severity.startswith("warn") else 1.0)
    usual = "" if pattern.baseline_count is None else f", normally {pattern.baseline_count}"
    return Finding(
        kind=telling.kind if telling else "new_log_pattern",
        component=pattern.component,
        source="logs",
        quote=cut(pattern.example),
        locator=f"{pattern.source}:{pattern.line} seen {pattern.count} times{usual}",
        onset=pattern.first_seen if rise >= 1 else None,
        strength=min(3.0, 1.0 + pattern.count / 200),
        suggests={fault: round(factor * w, 2) for fault, w in telling.suggests.items()} if telling else {},
        blames=telling.blames if telling else None,
        facts={"count": pattern.count, "also": telling.also if telling else ()},
    )


def _most_telling(findings: Iterable[Finding]) -> list[Finding]:
    """Mechanisms before complaints about others before what is merely new; one of each kind and fault."""

    def telling(finding: Finding) -> tuple[float, float]:
        return (-max(finding.suggests.values(), default=0.0), -finding.strength)

    seen: set[tuple[str, str | None, tuple[str, ...]]] = set()
    kept = []
    for finding in sorted(findings, key=telling):
        key = (finding.kind, finding.blames, tuple(finding.suggests))
        if key not in seen:
            seen.add(key)
            kept.append(finding)
    return kept[:MOST_PER_COMPONENT]


def _clean(component: str, reading: LogReading) -> Finding:
    lines = sum(p.count for p in reading.patterns if p.component == component)
    said = f"{lines} lines" if lines else "lines"
    return Finding(
        kind="clean_logs",
        component=component,
        source="logs",
        quote=f"{component}: no new or growing complaint in {said}",
    )
