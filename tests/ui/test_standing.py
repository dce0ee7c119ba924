"""How the knowledge base stands: only who wants no vectors is told that they are off."""

from __future__ import annotations

import pytest

from sre_core.knowledge.documents import IndexState
from ui.knowledge.standing import vectors


@pytest.mark.parametrize("state", ["later", "loading"])
def test_a_model_that_is_still_to_come_is_not_said_to_be_off(state: str) -> None:
    (said,) = vectors(IndexState.model_validate({"documents": 0, "chunks": 0, "embedded": 0, "model_state": state}))
    assert "loading" in said


def test_who_wants_no_vectors_is_told_that_they_are_off() -> None:
    (said,) = vectors(IndexState(documents=0, chunks=0, embedded=0, model_state="off"))
    assert "switched off" in said
