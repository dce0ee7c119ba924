"""The start page's limits: what is set for all of them, and what somebody sets for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sre_core import bootstrap
from sre_core.bootstrap import Workbench
from sre_core.domain import Limits
from sre_core.settings import Settings
from ui.shell import SHELL

MODEL = {"model_url": "http://127.0.0.1:9/v1", "model": "m", "reasoner": "rules"}

At = Callable[..., AppTest]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    """The start page with these settings."""

    def drawn(**settings: Any) -> AppTest:
        bootstrap.start_workbench(Settings(home=tmp_path / "home", **settings))
        return AppTest.from_file(str(SHELL), default_timeout=30).run()

    yield drawn
    bootstrap.stop_workbench()


def begun(page: AppTest) -> Limits:
    page.text_area(key="payload").input("cart is down")
    page.button(key="start").click().run()
    assert not page.exception
    bench: Workbench = bootstrap.workbench()
    return bench.state(bench.investigations()[0].id).limits


def box(page: AppTest, name: str) -> Any:
    return page.number_input(key=f"limits-{name}")


def test_what_nobody_touches_is_as_it_is_set(at: At) -> None:
    usual = Limits(max_actions=12, max_model_dollars=Decimal("2.5"), max_model_tokens=None)
    page = at(limits=usual, **MODEL)
    assert (box(page, "max_actions").value, box(page, "max_model_dollars").value) == (12, 2.5)
    assert box(page, "max_model_tokens").value is None
    assert begun(page) == usual


def test_tokens_dollars_and_minutes_are_set_beside_the_calls(at: At) -> None:
    page = at(**MODEL)
    for name, value in {
        "max_model_calls": 5,
        "max_model_tokens": 90_000,
        "max_model_dollars": 0.75,
        "minutes": 3,
    }.items():
        box(page, name).set_value(value)
    page.run()
    assert any("5 requests, 90,000 tokens, \\$0.75" in one.label for one in page.expander)
    limits = begun(page)
    assert (limits.max_model_calls, limits.max_model_tokens) == (5, 90_000)
    assert (limits.max_model_dollars, limits.max_seconds) == (Decimal("0.75"), 180)


def test_an_emptied_box_is_no_limit_for_a_model_and_the_usual_one_for_the_rest(at: At) -> None:
    page = at(**MODEL)
    for name in ("max_model_calls", "max_model_tokens", "max_actions", "minutes"):
        box(page, name).set_value(None)
    limits = begun(page)
    assert (limits.max_model_calls, limits.max_model_tokens) == (None, None)
    assert (limits.max_actions, limits.max_seconds) == (40, 900)


def test_without_a_model_nobody_is_asked_what_it_may(at: At) -> None:
    page = at()
    assert not [one for one in page.number_input if "model" in str(one.key)]
    assert begun(page) == Limits()
