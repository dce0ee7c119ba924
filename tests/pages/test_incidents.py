"""The list of all investigations."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Pace
from tests.fakes import PERSON


def incidents(page: AppTest) -> AppTest:
    page.switch_page("../pages/incidents.py").run()
    assert not page.exception
    return page


def test_an_empty_list_says_what_to_do(page: AppTest) -> None:
    assert "Start with an alert" in incidents(page).caption[-1].value


def test_all_are_listed_and_found_by_a_word(page: AppTest, bench: Workbench) -> None:
    for title in ("cart is down", "orders is slow"):
        bench.open(Alert(title=title), by=PERSON, pace=Pace.PLAN)
    incidents(page)
    assert page.caption[-1].value == "2 of 2"
    page.text_input[-1].input("ORDERS").run()
    assert page.caption[-1].value == "1 of 2"
