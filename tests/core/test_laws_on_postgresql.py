"""The laws of ``test_laws.py`` on PostgreSQL, with fewer tries: the fold is the same, only who writes first is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine as Database

from sre_core.store import open_database
from tests.core import test_laws as laws
from tests.core.test_laws import (  # noqa: F401  (pytest finds them here as well)
    clocked,
    test_a_late_answer_expires_only_what_still_waits_for_it,
    test_an_approval_given_twice_runs_once,
)
from tests.tries import tried

pytestmark = [pytest.mark.slow, pytest.mark.needs("postgres")]

STORY = {"opened": laws.OPENED, "script": laws.SCRIPTS}


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    database = open_database(postgres_url)
    yield database
    database.dispose()


def fewer(law: Callable[..., Any], tries: int, **generated: Any) -> Callable[..., Any]:
    """The same law, tried less often."""
    return tried(tries)(given(**generated)(law.hypothesis.inner_test))  # type: ignore[attr-defined]


test_whatever_people_say_and_whenever = fewer(laws.test_whatever_people_say_and_whenever_the_laws_hold, 8, **STORY)
test_replayed_cut_anywhere_and_resumed = fewer(
    laws.test_replayed_cut_anywhere_and_resumed_it_means_the_same_and_comes_to_an_end, 8, **STORY, cut=st.floats(0, 1)
)
test_a_fork_has_the_same_bytes = fewer(
    laws.test_a_fork_has_the_same_bytes_and_lives_by_the_same_laws,
    8,
    **STORY,
    cut=st.floats(0, 1),
    after=laws.SCRIPTS,
)
test_two_loops_double_nothing = fewer(laws.test_two_loops_on_one_timeline_double_nothing_and_come_to_an_end, 8, **STORY)
test_no_hostile_approval_gets_anything_run = fewer(
    laws.test_no_hostile_approval_gets_anything_run,
    40,
    how=st.sampled_from(laws.HOSTILE),
    write=st.booleans(),
    before=laws.BEFORE,
    salt=laws.SALT,
)
