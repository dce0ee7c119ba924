"""Passages of documents that an investigation cites, so that the page can lead to them: a path and lines, never an address."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from sre_core.domain import Evidence, Observation
from sre_core.tools.search_runbooks import Passage, Passages

DOCUMENTS = "documents"
MOST = 4

Cited = dict[str, str]

_PLACE = re.compile(r"(.+?):(\d+)-(\d+)(?: (.*))?", re.DOTALL)


def of_evidence(piece: Evidence) -> Cited | None:
    """Where the passage stands that a piece of evidence quotes; None for evidence that is no passage."""
    found = _PLACE.fullmatch(piece.locator) if piece.source == DOCUMENTS else None
    return _cited(found[1], int(found[2]), int(found[3]), found[4] or "") if found else None


def of_observation(observation: Observation | None) -> list[Cited]:
    """The best passages that a search of the documents brought back; none of any other look."""
    found = _passages(observation)[:MOST]
    return [_cited(each.document, each.first_line, each.last_line, each.title) for each in found]


def in_its_lines(piece: Evidence, observation: Observation | None) -> str:
    """What a piece of evidence quotes of a document, with the lines it has there: evidence itself keeps it in one line.

    As it is kept, where the observation does not show the passage any more.
    """
    said = " ".join(piece.quote.removesuffix("…").split())
    for passage in _passages(observation):
        if piece.locator.startswith(passage.citation) and " ".join(passage.text.split()).startswith(said):
            return _beginning(passage.text, len(said))
    return piece.quote


def _passages(observation: Observation | None) -> tuple[Passage, ...]:
    if observation is None or observation.output_type != Passages.__name__:
        return ()
    try:
        return Passages.model_validate(observation.data).passages
    except ValidationError:  # kept elsewhere because it is bulky, erased, or of an older workbench
        return ()


def _beginning(text: str, length: int) -> str:
    """As much of a text as has so many characters once its white space is one blank each."""
    taken = -1
    for word in re.finditer(r"\S+", text):
        taken += 1 + len(word[0])
        if taken >= length:
            more = taken > length or text[word.end() :].strip()
            return text[: word.end() - (taken - length)] + (" …" if more else "")
    return text


def _cited(document: str, first: int, last: int, title: str) -> dict[str, Any]:
    return {"doc": document, "lines": f"{first}-{last}", "title": title}
