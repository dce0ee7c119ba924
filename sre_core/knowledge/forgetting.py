"""When a document is deleted, the stored outputs of investigations that hold its passages are erased; tombstones stay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from sre_core.errors import ContentGone, SeqTaken, UnreadableTimeline
from sre_core.events import ActionSucceeded, ContentErased, Entry
from sre_core.timeline import Contents, Timeline
from sre_core.tools.search_runbooks import Passages

ACTOR = "knowledge"


def erase_outputs(timeline: Timeline, contents: Contents, path: str, because: str) -> int:
    """Erase what searches brought back of this document and was stored beside a timeline; returns how many outputs.

    What stands in a timeline itself (a short output, a quote that became evidence) is part of the audit record and stays.
    """
    found = list(_outputs_with(timeline, contents, path))
    for investigation_id, digest in found:
        contents.erase(digest, because)
        _note(timeline, investigation_id, ContentErased(digest=digest, reason=because))
    return len(found)


def _outputs_with(timeline: Timeline, contents: Contents, path: str) -> Iterator[tuple[str, str]]:
    for investigation_id, _, _ in timeline.last_events():
        with suppress(UnreadableTimeline):
            for event in timeline.read_of(investigation_id, {ActionSucceeded.__name__}):
                digest = _stored_passages(event.happening)
                if digest and _holds(contents, digest, path):
                    yield investigation_id, digest


def _stored_passages(happening: object) -> str | None:
    """The digest under which a search's output is stored, if it is one and was bulky."""
    if not isinstance(happening, ActionSucceeded) or happening.observation.output_type != Passages.__name__:
        return None
    content = happening.observation.content
    return content.digest if content else None


def _holds(contents: Contents, digest: str, path: str) -> bool:
    try:
        found = Passages.model_validate_json(contents.read_now(digest))
    except ContentGone:
        return False
    return any(passage.document == path for passage in (*found.passages, *found.near_misses))


def _note(timeline: Timeline, investigation_id: str, erased: ContentErased) -> None:
    """At the next free place; others may write meanwhile."""
    while True:
        with suppress(SeqTaken):
            timeline.append(
                investigation_id, timeline.state(investigation_id).seq + 1, Entry(actor=ACTOR, happening=erased)
            )
            return
