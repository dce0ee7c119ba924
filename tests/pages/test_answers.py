"""Ask with a model: sentences that cite lines, above the documents' own; without one, or when it fails, the lines alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sre_core import bootstrap
from sre_core.bootstrap import Workbench
from sre_core.settings import Settings
from tests.pages.test_knowledge import ETCD, REDIS, ask, boxes, give, links, opened, shown
from tests.pages.test_researching import OPERATOR
from tests.scripted_model import Fault, Reply, Rule
from tests.scripted_model.on_a_thread import ModelOnAThread
from tests.scripted_model.researching import rules

QUESTION = "etcd has no leader"
With = Callable[[list[Rule]], tuple[Workbench, ModelOnAThread]]


@pytest.fixture
def bench_with(tmp_path: Path) -> Iterator[With]:
    """A workbench with two documents and a model that follows these rules."""
    with ExitStack() as held:

        def start(rules: list[Rule]) -> tuple[Workbench, ModelOnAThread]:
            model = ModelOnAThread(rules)
            url = held.enter_context(model)
            bench = bootstrap.start_workbench(Settings(home=tmp_path / "home", model_url=url, model="scripted-1"))
            held.callback(bootstrap.stop_workbench)
            give(bench, "etcd.md", ETCD)
            give(bench, "redis.md", REDIS)
            return bench, model

        yield start


def answered(page: AppTest, bench: Workbench) -> AppTest:
    """Once the model has answered, or failed."""
    _, id_ = page.session_state["ask-composed"]
    assert bench.answers.wait(id_, 30)
    page.run()
    assert not page.exception
    return page


def test_each_sentence_cites_lines_and_the_documents_own_stand_below(bench_with: With) -> None:
    bench, model = bench_with(rules())
    page = answered(ask(opened(), QUESTION), bench)
    assert "Restart the member that lags behind. :gray[[1]]" in shown(page)
    line = ETCD.split("\n").index("2. Restart the member that lags behind.") + 1
    assert f":small[[1] etcd.md:{line}]" in [label.replace("\\", "") for label in links(page)]
    assert "Every quote was looked up in its lines." in shown(page)
    assert boxes(page)
    next(toggle for toggle in page.toggle if toggle.label == "Prompt and answer").set_value(True).run()
    assert not page.exception
    assert "Your task: answer a question from the documents." in page.code[-1].value
    assert "Restart the member that lags behind." in page.code[-1].value
    assert len(model.model.seen) == 1


def test_a_model_that_says_no_is_believed_and_what_was_found_stays(bench_with: With) -> None:
    nothing = Rule(Reply('{"answered": false, "sentences": []}'))
    bench, _ = bench_with([nothing])
    page = answered(ask(opened(), QUESTION), bench)
    assert "**The documents do not answer this**, says scripted-1" in shown(page)
    assert boxes(page)


def test_a_model_that_fails_is_said_to_and_the_lines_stay(bench_with: With) -> None:
    bench, _ = bench_with([Rule(Reply(fault=Fault.UNAUTHORIZED))])
    page = answered(ask(opened(), QUESTION), bench)
    assert "The model gave no answer, so below are the documents' own lines." in shown(page)
    assert "401" in shown(page)
    assert boxes(page)


def test_what_the_documents_do_not_answer_is_not_put_to_a_model(bench_with: With) -> None:
    _, model = bench_with(rules())
    page = ask(opened(), "how to bake sourdough bread")
    assert "**The documents do not answer this.**" in shown(page)
    assert model.model.seen == []


def test_a_model_that_never_comes_back_is_cancelled(bench_with: With) -> None:
    bench, _ = bench_with([Rule(Reply(fault=Fault.STALL))])
    page = ask(opened(), QUESTION)
    assert boxes(page)
    page.button(key="composed-cancel").click().run()
    page = answered(page, bench)
    assert "Cancelled. Below are the documents' own lines." in shown(page)


def test_without_a_model_it_says_whose_lines_these_are(tmp_path: Path) -> None:
    bench = bootstrap.start_workbench(Settings(home=tmp_path / "home"))
    try:
        give(bench, "etcd.md", ETCD)
        page = ask(opened(), QUESTION)
        assert "No model reasons here, so these are the documents' own lines" in shown(page)
        assert bench.answers.standing("none", OPERATOR) is None
    finally:
        bootstrap.stop_workbench()
