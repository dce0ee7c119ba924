"""A deleted document is erased from the outputs that investigations stored of it; their timelines keep a tombstone."""

from __future__ import annotations

import pytest

from sre_core.domain import Action, Alert, Observation, Plan
from sre_core.errors import ContentGone
from sre_core.events import (
    ActionProposed,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    ContentErased,
    Happening,
    MemoryRecalled,
    PlanProposed,
    entry,
)
from sre_core.knowledge.forgetting import erase_outputs
from sre_core.timeline import Contents, Timeline
from sre_core.tools.search_runbooks import Passage, Passages
from tests.fakes import PERSON


def searched(timeline: Timeline, contents: Contents, investigation: str, document: str) -> str:
    passage = Passage(
        document=document,
        title="T",
        kind="note",
        heading="",
        first_line=1,
        last_line=1,
        text="the secret way",
        score=1.0,
    )
    output = Passages(query="q", passages=(passage,), searched=1)
    content = contents.keep_now(output.model_dump_json())
    seen = Observation(
        action_id="A1", tool="search_runbooks", source="documents", summary="", output_type="Passages", content=content
    )
    timeline.append(investigation, 1, entry(PERSON, AlertReceived(alert=Alert(title="Something"))))
    happenings: list[Happening] = [
        MemoryRecalled(),
        PlanProposed(plan=Plan(revision=1, steps=())),
        ActionProposed(action=Action(id="A1", tool="search_runbooks")),
        ActionStarted(action_id="A1", run_id="R"),
        ActionSucceeded(action_id="A1", run_id="R", observation=seen),
    ]
    for seq, happening in enumerate(happenings, start=2):
        timeline.append(investigation, seq, entry("test", happening))
    return content.digest


def test_only_outputs_that_hold_the_document_are_erased(timeline: Timeline, contents: Contents) -> None:
    gone = searched(timeline, contents, "one", "vault.md")
    kept = searched(timeline, contents, "other", "disk.md")
    assert erase_outputs(timeline, contents, "vault.md", "vault.md was deleted by ada.") == 1
    with pytest.raises(ContentGone, match=r"vault\.md was deleted by ada"):
        contents.read_now(gone)
    assert "disk.md" in contents.read_now(kept)
    assert timeline.state("one").erased == {gone: "vault.md was deleted by ada."}
    assert isinstance(timeline.read("one")[-1].happening, ContentErased)
    assert timeline.state("other").erased == {}
    assert erase_outputs(timeline, contents, "vault.md", "again") == 0
