"""Two investigations side by side."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Pace
from sre_core.events import GuidanceGiven, entry
from tests.fakes import PERSON
from ui.shell import SHELL


def comparing(**asked: str) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=30).run()
    page.switch_page("../pages/compare.py")
    for name, value in asked.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    return "\n".join(text.value for text in (*page.markdown, *page.caption))


def test_a_fork_and_its_original_are_told_apart_in_a_sentence(bench: Workbench) -> None:
    origin = bench.open(Alert(title="cart *is* down"), by=PERSON, pace=Pace.PLAN)
    fork = bench.fork(origin, 1, by=PERSON, guidance="look at redis <b>first</b>")
    text = shown(comparing(**{"inv": fork, "with": origin}))
    assert "Same to event 1" in text
    assert r"look at redis \<b\>first\</b\>" in text
    assert "The fork" in text
    assert "The original" in text


def test_what_was_common_is_one_line_and_the_rest_stands_side_by_side_with_what_differs_said(bench: Workbench) -> None:
    origin = bench.open(Alert(title="cart is down"), by=PERSON, pace=Pace.PLAN)
    fork = bench.fork(origin, 1, by=PERSON, guidance="look at redis first")
    page = comparing(**{"inv": fork, "with": origin})
    text = shown(page)
    assert "The first event is the same in both" in text
    assert "only in the fork" in text
    assert r"**A person’s word** ada\: look at redis first" in text
    assert "The original: :gray[nothing like it]" in text
    assert "have not concluded" in text


def test_each_step_leads_to_its_moment(bench: Workbench) -> None:
    origin = bench.open(Alert(title="cart is down"), by=PERSON, pace=Pace.PLAN)
    fork = bench.fork(origin, 1, by=PERSON, guidance="look at redis first")
    page = comparing(**{"inv": fork, "with": origin})
    links = {link.proto.label: link.proto.query_string for link in page.get("page_link")}
    said = next(label for label in links if label.startswith("The fork · event "))
    assert links[said] == f"inv={fork}&at={said.split()[4]}"
    assert links["Where they part, in the original"] == f"inv={origin}&at=1"


def test_what_was_only_said_on_one_side_stands_there(bench: Workbench) -> None:
    one, other = (bench.open(Alert(title=title), by=PERSON, pace=Pace.PLAN) for title in ("cart", "orders"))
    bench.record(one, entry(PERSON, GuidanceGiven(text="ask the network team")))
    page = comparing(**{"inv": one, "with": other})
    assert "ask the network team" in shown(page)
    assert "nobody said anything" in shown(page)


def test_without_two_they_can_be_chosen(bench: Workbench) -> None:
    one, other = (bench.open(Alert(title=title), by=PERSON, pace=Pace.PLAN) for title in ("cart", "orders"))
    page = comparing(inv=one)
    assert page.selectbox(key="compare-inv").value == one
    page.selectbox(key="compare-with").set_value(other).run()
    assert page.query_params["with"] == other
    assert "The first" in shown(page)


def test_an_unknown_one_is_explained_and_another_can_be_chosen(bench: Workbench) -> None:
    one = bench.open(Alert(title="cart"), by=PERSON, pace=Pace.PLAN)
    bench.open(Alert(title="orders"), by=PERSON, pace=Pace.PLAN)
    page = comparing(**{"inv": one, "with": "nowhere"})
    assert "There is no investigation" in page.error[0].value
    assert page.selectbox(key="compare-with").value is None


def test_with_fewer_than_two_it_says_how_to_get_there(bench: Workbench) -> None:
    assert "It takes two" in shown(comparing())
