"""Three cards for who comes for the first time; where something was investigated, nobody is told. (The browser remembers: see
``tests/browser/test_incidents.py``.)"""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Pace
from tests.fakes import PERSON
from ui import tour


def keys(page: AppTest) -> set[str | None]:
    assert not page.exception
    return {button.key for button in page.button}


def card(page: AppTest) -> str:
    return next((one.proto.body for one in page.get("html") if "Tour, card" in one.proto.body), "")


def click(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    return page


def test_it_goes_there_and_back_and_ends(page: AppTest) -> None:
    assert "card 1 of 3" in card(page)
    assert page.button(key="tour-back").disabled
    click(page, "tour-next")
    assert "card 2 of 3" in card(page)
    click(page, "tour-back")
    assert "Paste an alert" in card(page)
    for _ in tour.CARDS:
        click(page, "tour-next")
    assert not card(page)
    assert "start" in keys(page)


def test_it_can_be_skipped_and_shown_again_from_about(page: AppTest) -> None:
    click(page, "tour-skip")
    assert not card(page)
    page.switch_page("../pages/settings.py").run()
    click(page, "show-tour")
    page.switch_page("../pages/investigate.py").run()
    assert "card 1 of 3" in card(page)


def test_where_something_was_investigated_it_is_not_shown(page: AppTest, bench: Workbench) -> None:
    bench.open(Alert(title="cart is down"), by=PERSON, pace=Pace.PLAN)
    assert not card(page.run())
