"""One output as a page shows it: numbered lines with every citation marked; what was too long, erased or never came is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic import Field

from sre_core.domain import Evidence, Moment, Observation, Value
from sre_core.errors import ContentGone
from sre_core.investigation import ActionRecord, Investigation
from sre_core.shown.layout import Layout, Span
from sre_core.shown.places import Found, Place

MOST_CHARACTERS = 200_000
"""Of an output that are shown; lines that are cited are shown wherever they stand."""
LONGEST_LINE = 2_000
AROUND = 25
"""Lines shown before and after a citation that stands in what is cut."""
BEFORE = 200
"""Characters shown before a citation in a line that is cut."""


class Line(Value):
    """``number`` None: lines are left out here, and ``text`` says how many."""

    number: int | None
    text: str


class Citation(Value):
    """The words of a piece of evidence in one line: characters ``first`` up to, not including, ``last`` of its shown text."""

    evidence: str
    line: int
    first: int
    last: int


class Cited(Value):
    """A piece of evidence that the output was cited for."""

    id: str
    found: bool = Field(description="Whether anything of it can be found there.")
    exact: bool = Field(description="The marked words are those that are quoted; else it was worked out from them.")


class Source(Value):
    """What one action brought back, or what a person said."""

    action: str
    tool: str = ""
    arguments: dict[str, Any] = Field(default_factory=dict)
    at: Moment | None = None
    summary: str = ""
    lines: tuple[Line, ...] = ()
    characters: int = Field(default=0, ge=0, description="Of all of it.")
    left_out: int = Field(default=0, ge=0, description="Characters that are not shown because it is too long.")
    missing: str = Field(default="", description="Why there is nothing to show; empty: there is.")
    cited: tuple[Cited, ...] = ()
    citations: tuple[Citation, ...] = ()


def source_of(investigation: Investigation, name: str, read: Callable[[str], str]) -> Source:
    """The output that a piece of evidence stands in, or that an action brought back, by its id. Raises ``ContentGone``.

    ``read`` brings a bulky output by its digest, and raises ``ContentGone``.
    """
    every = {**investigation.superseded_evidence, **investigation.evidence}
    action_id = every[name].action_id if name in every else name
    pieces = [piece for piece in every.values() if piece.action_id == action_id]
    if record := investigation.actions.get(action_id):
        return _of_action(record, pieces, investigation, read)
    if pieces and action_id.startswith("said-"):
        return _of_a_person(pieces[0])
    raise ContentGone(f"There is no {name} in this investigation that could be shown.")


def _of_a_person(piece: Evidence) -> Source:
    """Their own words are the source."""
    layout = Layout.of(piece.quote)
    places = {piece.id: Place(tuple(span for leaf in layout.leaves for span in leaf.whole), exact=True)}
    return _shown(Source(action=piece.action_id, summary=piece.locator), layout, places)


def _of_action(
    record: ActionRecord, pieces: Sequence[Evidence], state: Investigation, read: Callable[[str], str]
) -> Source:
    action, observation = record.action, record.observation
    known = Source(
        action=action.id,
        tool=action.tool,
        arguments=dict(action.arguments),
        at=record.started_at,
        summary=observation.summary if observation else "",
    )
    if observation is None:
        why = record.error or record.reason or record.cannot_run or "it was not run (yet)"
        return known.model_copy(update={"missing": f"It brought nothing back: {why}"})
    try:
        data = _data(observation, read)
    except ContentGone as gone:
        digest = observation.content.digest if observation.content else ""
        because = state.erased.get(digest)
        missing = f"What it brought back was erased: {because}" if because else str(gone)
        nowhere = tuple(Cited(id=piece.id, found=False, exact=False) for piece in pieces)
        return known.model_copy(update={"missing": missing, "cited": nowhere})
    layout = Layout.of(data)
    found = Found(layout)
    return _shown(known, layout, {piece.id: found.place(piece) for piece in pieces})


def _data(observation: Observation, read: Callable[[str], str]) -> Any:
    return observation.data if observation.content is None else json.loads(read(observation.content.digest))


def _shown(known: Source, layout: Layout, places: dict[str, Place]) -> Source:
    spans = {id_: sorted(place.spans) for id_, place in places.items()}
    wanted = {span.line for each in spans.values() for span in each}
    numbers = _numbers(layout.lines, wanted)
    starts = {
        line: _start(layout.lines[line - 1], [s for each in spans.values() for s in each if s.line == line])
        for line in wanted
    }
    lines = tuple(_lines(layout.lines, numbers, starts))
    characters = sum(map(len, layout.lines))
    cited = (Cited(id=id_, found=bool(place.spans), exact=place.exact) for id_, place in places.items())
    return known.model_copy(
        update={
            "lines": lines,
            "characters": characters,
            "left_out": characters - sum(min(len(layout.lines[number - 1]), LONGEST_LINE) for number in numbers),
            "cited": tuple(cited),
            "citations": tuple(c for id_, each in spans.items() for c in _citations(id_, each, starts)),
        }
    )


def _numbers(lines: Sequence[str], wanted: Iterable[int]) -> list[int]:
    """Which lines are shown: all where there is room; else the beginning, and those around each citation."""
    room, shown = MOST_CHARACTERS, list[int]()
    for number, line in enumerate(lines, start=1):
        room -= min(len(line), LONGEST_LINE) + 1
        if room < 0:
            break
        shown.append(number)
    if len(shown) == len(lines):
        return shown
    near = {n for line in wanted for n in range(max(1, line - AROUND), min(len(lines), line + AROUND) + 1)}
    return sorted({*shown, *near})


def _lines(lines: Sequence[str], numbers: Sequence[int], starts: dict[int, int]) -> Iterable[Line]:
    before = 0
    for number in (*numbers, len(lines) + 1):
        if (gap := number - before - 1) > 0:
            yield Line(number=None, text=f"{gap:,} {'line' if gap == 1 else 'lines'} left out: it is too long")
        if number <= len(lines):
            yield Line(number=number, text=_cut(lines[number - 1], starts.get(number, 0)))
        before = number


def _start(line: str, spans: Sequence[Span]) -> int:
    """Where the shown part of a line begins, so that what is cited is in it."""
    first = min(span.first for span in spans)
    return max(0, first - BEFORE) if len(line) > LONGEST_LINE and first > LONGEST_LINE - BEFORE else 0


def _cut(line: str, start: int) -> str:
    shown = line[start : start + LONGEST_LINE]
    rest = len(line) - start - len(shown)
    return f"{'… ' if start else ''}{shown}{f' … {rest:,} characters more' if rest else ''}"


def _citations(id_: str, spans: Sequence[Span], starts: dict[int, int]) -> Iterable[Citation]:
    for line, first, last in spans:
        start = starts.get(line, 0)
        shift = 2 - start if start else 0
        end = min(last, start + LONGEST_LINE)
        if first < end:
            yield Citation(evidence=id_, line=line, first=first + shift, last=end + shift)
