"""Log lines that are new or far more frequent than normal, read for the mechanism they tell of and for whom they blame."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.severity import CALM, is_severe, severity_in
from sre_core.diagnosis.speech import cut, told
from sre_core.tools.log_patterns import words_of
from sre_core.tools.read_logs import LogPattern, LogReading

MOST_PER_COMPONENT = 4
EXPLODED = 4.0
"""Times the usual count."""
FEWEST, FEWEST_SEVERE, FEWEST_SEVERE_NEW = 10, 6, 2
"""Lines below which a rise means nothing: of chatter, of complaints, and of complaints that were never heard before."""
MOST_LONGER = 10.0
ONLY_ONCE = 0.7
"""What is left of a complaint that was never heard before, and only once: a deadlock or a crash may be logged a single time."""
UNSURE = 0.8
"""Share of the log-odds that is left when nobody knows how many such lines are normal."""


def detect(reading: LogReading, context: Context) -> list[Finding]:
    """The most telling patterns of each component; for a component with none, that its log is clean."""
    by_component: dict[str, list[Finding]] = defaultdict(list)
    longer = longer_than_before(reading, context)
    for pattern in reading.patterns:
        if finding := _finding(pattern, longer, context):
            by_component[pattern.component].append(finding)
            also = finding.facts.get("also", ())
            by_component[pattern.component] += [finding.model_copy(update={"blames": name}) for name in also]
    found = [f for findings in by_component.values() for f in _most_telling(findings)]
    quiet = [c for c in sorted({*reading.components, *context.subject}) if c not in by_component]
    return found + ([_clean(c, reading) for c in quiet] if reading.total else [])


def rise_of(pattern: LogPattern, context: Context, *, severe: bool, longer: float = 1.0) -> float:
    """0: as usual. 1: new or exploded. In between: nobody knows how many are normal.

    ``longer``: how many times as long the time of trouble was recorded as the time before it.
    """
    if pattern.count <= 0:
        return 0.0
    if pattern.baseline_count is not None:
        usual = pattern.baseline_count * (longer if pattern.source == "logs" else 1.0)
        if severe and not pattern.baseline_count:
            return 1.0 if pattern.count >= FEWEST_SEVERE_NEW else ONLY_ONCE
        fewest = FEWEST_SEVERE if severe else FEWEST
        return float(pattern.count >= max(EXPLODED * usual, fewest))
    if context.normal_until and pattern.first_seen:
        return float(pattern.first_seen > context.normal_until)
    return UNSURE


def longer_than_before(reading: LogReading, context: Context) -> float:
    """Time of trouble through time before it, as far as lines were recorded: counts compare only as rates."""
    begins = context.begins
    if begins is None or reading.covered is None or not reading.covered.start < begins < reading.covered.end:
        return 1.0
    return min(MOST_LONGER, max(1 / MOST_LONGER, (reading.covered.end - begins) / (begins - reading.covered.start)))


def severity_of(pattern: LogPattern) -> str:
    """As the source says it, else as the line says it itself; empty when neither does."""
    return (pattern.severity or "").casefold() or severity_in(pattern.example)


def _finding(pattern: LogPattern, longer: float, context: Context) -> Finding | None:
    said = words_of(pattern.example)[0]
    telling = told(said, pattern.component, context) or told(pattern.pattern, pattern.component, context)
    severity = severity_of(pattern)
    severe = is_severe(severity) or (telling is not None and not severity)
    rise = rise_of(pattern, context, severe=severe, longer=longer)
    if rise <= 0 or (telling is None and (not severe or rise < 1)):
        return None
    if telling is not None and severity in CALM and telling.kind in ("dependency_error", "exception"):
        return None
    factor = rise * (0.4 if severity in CALM else 0.8 if severity.startswith("warn") else 1.0)
    usual = "" if pattern.baseline_count is None else f", normally {pattern.baseline_count}"
    return Finding(
        kind=telling.kind if telling else "new_log_pattern",
        component=pattern.component,
        source="logs",
        quote=cut(said.replace("<*>", "…")),
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
