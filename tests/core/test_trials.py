"""A connection is tried aside: it can be watched, let go, and ends in an outcome or in words."""

from __future__ import annotations

import asyncio
import threading

import pytest

from sre_core.errors import NotAllowed, ToolError
from sre_core.trials import Tell, Trial
from tests.fakes import PERSON, VIEWER

PATIENCE = 20.0


class Attempt:
    """Says what it does, and waits for a word when it is told to."""

    def __init__(self, error: Exception | None = None, waits: bool = False) -> None:
        self.runs = 0
        self.under_way = threading.Event()
        self.let_go = threading.Event()
        self._error = error
        self._waits = waits

    async def __call__(self, tell: Tell) -> str:
        self.runs += 1
        tell("knocking")
        self.under_way.set()
        if self._error:
            raise self._error
        if self._waits:
            try:
                await asyncio.Event().wait()
            finally:
                self.let_go.set()
        return "open"


def test_nothing_was_tried_before_somebody_asked() -> None:
    assert Trial(Attempt()).standing is None


def test_it_ends_in_what_was_found() -> None:
    trial = Trial(Attempt())
    trial.begin(PERSON)
    standing = trial.wait(PATIENCE)
    assert standing is not None
    assert (standing.outcome, standing.problem, standing.stopped, standing.doing) == ("open", None, False, "knocking")
    assert standing.ended is not None
    assert standing.ended >= standing.began


def test_what_is_refused_is_said_in_its_own_words() -> None:
    trial = Trial(Attempt(ToolError("403: add json to search.formats.")))
    trial.begin(PERSON)
    standing = trial.wait(PATIENCE)
    assert standing is not None
    assert (standing.outcome, standing.problem) == (None, "403: add json to search.formats.")


def test_a_bug_is_an_id_and_never_its_own_words() -> None:
    trial = Trial(Attempt(KeyError("sk-secret")))
    trial.begin(PERSON)
    standing = trial.wait(PATIENCE)
    assert standing is not None
    assert "broke on our side" in str(standing.problem)
    assert "sk-secret" not in str(standing.problem)


def test_one_that_goes_on_is_not_begun_twice_and_can_be_let_go() -> None:
    attempt = Attempt(waits=True)
    trial = Trial(attempt)
    trial.begin(PERSON)
    assert attempt.under_way.wait(PATIENCE)
    trial.begin(PERSON)
    assert trial.is_running
    trial.stop(PERSON)
    assert attempt.let_go.wait(PATIENCE)
    standing = trial.wait(PATIENCE)
    assert standing is not None
    assert (standing.stopped, standing.outcome, attempt.runs) == (True, None, 1)


def test_another_one_may_begin_while_the_one_let_go_still_tidies_up() -> None:
    attempt = Attempt(waits=True)
    trial = Trial(attempt)
    for _ in range(5):
        trial.begin(PERSON)
        trial.stop(PERSON)
    attempt.under_way.clear()
    trial.begin(PERSON)
    assert attempt.under_way.wait(PATIENCE)
    assert trial.is_running
    trial.stop(PERSON)
    assert not trial.is_running


def test_a_viewer_tests_nothing() -> None:
    attempt = Attempt()
    trial = Trial(attempt)
    with pytest.raises(NotAllowed, match="takes a responder"):
        trial.begin(VIEWER)
    with pytest.raises(NotAllowed):
        trial.stop(VIEWER)
    assert (trial.standing, attempt.runs) == (None, 0)
