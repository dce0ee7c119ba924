"""Work in the background is watched by whoever began it, ends at once when it is cancelled, and a bug in it is told calmly."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator

import pytest

from sre_core.background import AT_ONCE, KEPT, Background, Standing
from sre_core.errors import RefusedInput
from sre_core.people import Person, Role

ADA = Person(name="ada", role=Role.VIEWER, via="a test")
BO = Person(name="bo", role=Role.ADMIN, via="a test")

Work = Callable[[Callable[[str], None]], Awaitable[int]]


@pytest.fixture
def jobs() -> Iterator[Background[int, str]]:
    jobs: Background[int, str] = Background("sum", steps_kept=2)
    yield jobs
    jobs.close()


async def add(tell: Callable[[str], None]) -> int:
    for step in ("one", "two", "three"):
        tell(step)
    return 3


def ended(jobs: Background[int, str], work: Work) -> Standing[int, str]:
    id_ = jobs.begin(work, ADA)
    assert jobs.wait(id_, 10)
    standing = jobs.standing(id_, ADA)
    assert standing is not None
    return standing


def endless(began: threading.Event, let_go: threading.Event) -> Work:
    async def work(tell: Callable[[str], None]) -> int:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            let_go.set()
        return 0

    return work


def test_it_tells_its_last_steps_and_what_it_came_to(jobs: Background[int, str]) -> None:
    standing = ended(jobs, add)
    assert (standing.status, standing.steps, standing.outcome) == ("done", ("two", "three"), 3)


def test_nobody_else_sees_or_cancels_it(jobs: Background[int, str]) -> None:
    began, let_go = threading.Event(), threading.Event()
    id_ = jobs.begin(endless(began, let_go), ADA)
    assert began.wait(10)
    jobs.cancel(id_, BO)
    assert jobs.standing(id_, BO) is None
    standing = jobs.standing(id_, ADA)
    assert standing is not None
    assert standing.status == "running"


def test_cancelled_it_lets_go_at_once(jobs: Background[int, str]) -> None:
    began, let_go = threading.Event(), threading.Event()
    id_ = jobs.begin(endless(began, let_go), ADA)
    assert began.wait(10)
    jobs.cancel(id_, ADA)
    assert jobs.wait(id_, 10)
    assert let_go.is_set()
    standing = jobs.standing(id_, ADA)
    assert standing is not None
    assert standing.status == "cancelled"


def test_what_it_refuses_is_its_problem_and_a_bug_has_an_id(jobs: Background[int, str]) -> None:
    async def refuse(tell: Callable[[str], None]) -> int:
        raise RefusedInput("Ask something else.")

    async def stumble(tell: Callable[[str], None]) -> int:
        raise ZeroDivisionError

    assert ended(jobs, refuse).problem == "Ask something else."
    broken = ended(jobs, stumble)
    assert broken.status == "failed"
    assert "It broke on our side (for the log: " in (broken.problem or "")


def test_one_person_does_not_take_it_all(jobs: Background[int, str]) -> None:
    began, let_go = threading.Event(), threading.Event()
    for _ in range(AT_ONCE):
        jobs.begin(endless(began, let_go), ADA)
    with pytest.raises(RefusedInput, match="under way"):
        jobs.begin(add, ADA)
    assert jobs.begin(add, BO)


def test_the_last_that_ended_can_be_looked_at(jobs: Background[int, str]) -> None:
    ids = [ended(jobs, add).id for _ in range(KEPT + 2)]
    assert jobs.standing(ids[0], ADA) is None
    assert jobs.standing(ids[-1], ADA) is not None
