"""A comparison as a document to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sre_core.beliefs import percent
from sre_core.comparison import ActionInBoth, ComparedAction, Comparison, HypothesisBeside, Side, call, cut, plain
from sre_core.domain import Evidence

WORTH_LISTING = 0.01
"""A hypothesis less probable than this on both sides is only counted."""


def markdown(comparison: Comparison) -> str:
    """The comparison as a document."""
    one, other = comparison.one, comparison.other
    heads = (_head(one), _head(other))
    parts = ["# Two investigations compared", "", comparison.in_words, ""]
    parts += _table(("", *heads), _summary(one, other))
    parts += ["", "## Hypotheses", ""]
    listed = [h for h in comparison.hypotheses if max(h.one or 0.0, h.other or 0.0) >= WORTH_LISTING]
    parts += _table(("component", "fault", *heads), map(_hypothesis_cells, listed))
    if left := len(comparison.hypotheses) - len(listed):
        parts += ["", f"Below {percent(WORTH_LISTING)} on both sides: {left}."]
    for side, head in ((one, heads[0]), (other, heads[1])):
        parts += _section(f"{head}: what people said", (f"event {s.seq}, {s.by}: {s.text}" for s in side.said))
        parts += _section(f"{head}: only here was run", map(_action_line, side.actions_only_here))
        parts += _section(f"{head}: only here was found", map(_evidence_line, side.evidence_only_here))
    both = comparison.actions_in_both
    parts += _section("In both", (f"{_action_line(pair.one)}{_differently(pair)}" for pair in both))
    return "\n".join(parts) + "\n"


def _summary(one: Side, other: Side) -> list[tuple[str, ...]]:
    rows: tuple[tuple[str, Callable[[Side], str]], ...] = (
        ("Investigation", lambda side: side.id),
        ("Verdict", lambda side: plain(side.verdict.value) if side.verdict else "not concluded"),
        ("Conclusion", lambda side: side.headline),
        ("Events", lambda side: str(side.events)),
        ("Actions", lambda side: str(side.actions)),
        ("Seconds of work", lambda side: f"{side.seconds:.1f}"),
        ("Effective candidates", lambda side: f"{side.effective_candidates:.1f}"),
    )
    return [(name, tell(one), tell(other)) for name, tell in rows]


def _hypothesis_cells(one: HypothesisBeside) -> tuple[str, ...]:
    chances = ("not in the race" if chance is None else percent(chance) for chance in (one.one, one.other))
    return (one.component, plain(one.fault), *chances)


def _action_line(done: ComparedAction) -> str:
    outcome = f": {cut(done.outcome)}" if done.outcome else ""
    return f"{done.action_id} {call(done.tool, done.arguments)}, {done.status}{outcome}"


def _differently(pair: ActionInBoth) -> str:
    one, other = pair.one, pair.other
    same = (one.status, one.outcome) == (other.status, other.outcome)
    return "" if same else f"; in the other {other.status}{f': {cut(other.outcome)}' if other.outcome else ''}"


def _evidence_line(piece: Evidence) -> str:
    return f"{piece.id} {piece.source}{f' of {piece.component}' if piece.component else ''}: {cut(piece.quote)}"


def _head(side: Side) -> str:
    return f"{side.called[0].upper()}{side.called[1:]}"


def _section(heading: str, lines: Iterable[str]) -> list[str]:
    listed = [f"- {' '.join(line.split())}" for line in lines]
    return ["", f"## {heading}", "", *listed] if listed else []


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_row(heads), _row(["---"] * len(heads)), *map(_row, rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
