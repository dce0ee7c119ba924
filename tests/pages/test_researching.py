"""Research beside Ask: nothing leaves before it was shown, a question that it raises is the next one, and it can be cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sre_core import bootstrap
from sre_core.bootstrap import Workbench
from sre_core.settings import Settings
from tests.fakes import ADMIN
from tests.pages.test_knowledge import box, opened, shown
from tests.web.plugin_web import Web, plugin_web
from ui.knowledge import dossier

QUESTION = "ExtPluginReplicationError 7749 on web-1.corp.internal"
OPERATOR = ADMIN.model_copy(update={"name": "operator"})


@pytest.fixture
def web() -> Iterator[Web]:
    with plugin_web() as web:
        yield web


@pytest.fixture
def bench(tmp_path: Path, web: Web) -> Iterator[Workbench]:
    yield bootstrap.start_workbench(
        Settings(home=tmp_path / "home", searxng_url=web.engine.url, web_allowed_hosts=(web.pages.host,))
    )
    bootstrap.stop_workbench()


def look(page: AppTest, question: str) -> AppTest:
    box(page).input(question)
    next(button for button in page.button if button.label == "Look on the web").click().run()
    assert not page.exception
    return page


def pressed(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def ended(page: AppTest, bench: Workbench) -> AppTest:
    """Once the research that was begun last has ended."""
    id_ = page.session_state["web-runs"]
    assert bench.research.wait(id_, 30)
    page.run()
    assert not page.exception
    return page


def test_what_leaves_is_shown_masked_before_it_does(bench: Workbench, web: Web) -> None:
    page = look(opened(), QUESTION)
    leaves = page.code[0].value
    assert "ExtPluginReplicationError 7749" in leaves
    assert "corp.internal" not in leaves
    assert web.engine.requests == []
    pressed(page, "web-close")
    assert not page.code
    assert web.engine.requests == []


def test_it_ends_with_statements_their_quotes_and_the_hosts_of_their_pages(bench: Workbench, web: Web) -> None:
    page = ended(pressed(look(opened(), QUESTION), "web-begin"), bench)
    text = shown(page)
    assert "two instances of the plugin use one replication slot" in text
    assert "[1] ExtPlugin error codes · 127.0.0.1:" in text
    assert "What it stands on: " in " ".join(one.label for one in page.expander)
    assert "7749" in page.code[-1].value
    assert "corp.internal" not in page.code[-1].value


def test_a_question_that_it_raises_is_researched_when_it_is_clicked(bench: Workbench) -> None:
    page = ended(pressed(look(opened(), QUESTION), "web-begin"), bench)
    first = page.session_state["web-runs"]
    question = page.button(key="follow-up-0").label.replace("\\", "")
    pressed(page, "follow-up-0")
    assert page.session_state["web-runs"] != first
    ended(page, bench)
    standing = bench.research.standing(page.session_state["web-runs"], OPERATOR)
    assert standing is not None
    assert standing.outcome is not None
    assert standing.outcome.dossier.question == question


def test_a_research_that_hangs_is_cancelled_at_once(bench: Workbench, web: Web) -> None:
    web.may_answer.clear()
    page = pressed(look(opened(), QUESTION), "web-begin")
    assert web.asked.wait(30)
    pressed(page, "web-cancel")
    ended(page, bench)
    assert "Cancelled after 2 steps" in [one.label for one in page.status]
    assert not web.may_answer.is_set()


def test_a_question_of_own_names_alone_is_refused_with_what_to_do(bench: Workbench, web: Web) -> None:
    page = look(opened(), "web-1.corp.internal")
    assert "public words" in page.info[0].value
    assert web.engine.requests == []


def test_without_a_search_it_says_what_to_set(tmp_path: Path) -> None:
    bootstrap.start_workbench(Settings(home=tmp_path / "other"))
    try:
        page = look(opened(), QUESTION)
        assert "SRE_SEARXNG_URL" in page.info[0].value.replace("\\", "")
    finally:
        bootstrap.stop_workbench()


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://vendor.example/errors?q=1", "vendor.example"),
        ("http://127.0.0.1:8080/x", "127.0.0.1:8080"),
        ("https://good.example@bad.example/", "bad.example"),
    ],
)
def test_a_link_shows_where_it_leads(address: str, host: str) -> None:
    assert dossier.host_of(address) == host
