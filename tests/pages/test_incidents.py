"""The list of all investigations: narrowed by its address, chosen, exported, forked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from streamlit.testing.v1 import AppTest

from sre_core import events as ev
from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Conclusion, Plan, RootCause, Severity, Verdict
from sre_core.events import entry
from sre_core.export.checking import check
from sre_core.people import Role
from tests.fakes import PERSON


def incidents(page: AppTest, /, **asked: str | Sequence[str]) -> AppTest:
    for name, value in asked.items():
        page.query_params[name] = value
    page.switch_page("../pages/incidents.py").run()
    assert not page.exception
    return page


def shown(page: AppTest) -> list[str]:
    """What the boxes of the rows are called."""
    return [box.label.removeprefix("Choose ").replace("\\", "") for box in page.checkbox]


def count(page: AppTest) -> str:
    return next(caption.value for caption in page.caption if " of " in caption.value and caption.value[0].isdigit())


def concluded(bench: Workbench, id_: str, component: str = "cart", **alert: object) -> str:
    cause = RootCause(component=component, fault="memory_leak", statement="it leaks")
    conclusion = Conclusion(verdict=Verdict.CONFIRMED, headline=f"{component} leaks", root_cause=cause)
    told = (
        (PERSON, ev.AlertReceived(alert=Alert.model_validate({"title": f"{id_} is down", **alert}))),
        ("memory", ev.MemoryRecalled()),
        ("reasoner:x", ev.PlanProposed(plan=Plan(revision=1, steps=()))),
        ("reasoner:x", ev.ConclusionReached(conclusion=conclusion)),
        ("engine", ev.InvestigationClosed()),
    )
    for seq, (by, happening) in enumerate(told, start=1):
        bench.timeline.append(id_, seq, entry(by, happening))
    return id_


def click(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def test_an_empty_list_says_what_to_do(page: AppTest) -> None:
    assert "Start with an alert" in incidents(page).markdown[-1].value


def test_all_are_listed_and_found_by_a_word_which_the_address_says(page: AppTest, bench: Workbench) -> None:
    concluded(bench, "carts")
    concluded(bench, "orders", "db")
    assert count(incidents(page)) == "2 of 2"
    page.text_input(key="incidents-q").input("ORDERS").run()
    assert (count(page), shown(page)) == ("1 of 2", ["orders is down"])
    assert page.query_params["q"] == "ORDERS"


def test_an_address_narrows_and_a_chip_lets_go(page: AppTest, bench: Workbench) -> None:
    for number in range(3):
        concluded(bench, f"carts-{number}")
    concluded(bench, "orders", "db", severity=Severity.CRITICAL)
    incidents(page, component=["cart"], verdict=["confirmed"], sort="oldest")
    assert count(page) == "3 of 4"
    assert shown(page)[0] == "carts-0 is down"
    assert page.multiselect(key="incidents-component").value == ["cart"]
    click(page, "incidents-without-component-cart")
    assert count(page) == "4 of 4"
    assert dict(page.query_params) == {"verdict": "confirmed", "sort": "oldest"}
    page.selectbox(key="incidents-sort").select("severity").run()
    assert shown(page)[0] == "orders is down"


def test_where_none_fits_one_click_shows_all_again(page: AppTest, bench: Workbench) -> None:
    concluded(bench, "carts")
    incidents(page, person="nobody", time="today")
    assert "None of them fits" in " ".join(each.value for each in page.markdown)
    click(page, "incidents-show-all")
    assert count(page) == "1 of 1"
    assert "person" not in page.query_params


def test_days_are_chosen_from_and_to(page: AppTest, bench: Workbench) -> None:
    concluded(bench, "carts")
    incidents(page)
    page.selectbox(key="incidents-time").select("dates").run()
    assert page.date_input(key="incidents-days").value == ()
    incidents(page, **{"from": "2020-01-01", "to": "2020-02-01"})
    assert count(page) == "0 of 1"


def test_pages_are_turned_and_what_was_chosen_stays_chosen(page: AppTest, bench: Workbench) -> None:
    for number in range(30):
        concluded(bench, f"c{number:02}")
    incidents(page, sort="oldest")
    assert len(shown(page)) == 25
    page.checkbox(key="choose-c03").check().run()
    incidents(page, page="2")
    assert shown(page) == [f"c{number} is down" for number in range(25, 30)]
    page.checkbox(key="choose-c27").check().run()
    assert "**2 chosen**" in [each.value for each in page.markdown]
    incidents(page, page="1")
    assert page.checkbox(key="choose-c03").value
    click(page, "choose-none")
    assert not page.checkbox(key="choose-c03").value


def test_those_that_are_chosen_are_exported(page: AppTest, bench: Workbench) -> None:
    for id_ in ("carts", "orders", "stock"):
        concluded(bench, id_)
    incidents(page)
    page.checkbox(key="choose-carts").check().run()
    page.checkbox(key="choose-stock").check().run()
    click(page, "export-chosen")
    export = page.session_state["export-begun"]
    assert bench.exports.wait(export, 30)
    page.run()
    assert "2 investigations" in " ".join(one.proto.body for one in page.get("html"))
    ready = next(bench.folder.path.glob("exports/*.zip"))
    assert (check(ready).fine, check(ready).investigations) == (True, 2)
    click(page, "export-dismiss")
    assert not [one for one in page.button if one.key == "export-dismiss"]


def test_one_is_forked_from_its_last_turn_with_a_word(page: AppTest, bench: Workbench) -> None:
    concluded(bench, "carts")
    incidents(page)
    page.session_state["incidents-fork"] = "carts"
    page.run()
    at = page.selectbox(key="fork-at-carts")
    assert (at.options, at.value) == (["event 3: plan 1", "event 4: the conclusion"], 4)
    at.select(3)
    page.text_input(key="fork-words-carts").input("look at the cache")
    click(page, "fork-now")
    (fork,) = [one for one in bench.investigations() if one.origin == "carts"]
    assert bench.state(fork.id).origin == ("carts", 3)


def test_a_viewer_forks_nothing(page: AppTest, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    concluded(bench, "carts")
    monkeypatch.setattr(type(bench.roster), "role_of", lambda self, name: Role.VIEWER)
    page.session_state["incidents-fork"] = "carts"
    incidents(page)
    assert not [one for one in page.button if one.key == "fork-now"]
    assert shown(page) == ["carts is down"]
