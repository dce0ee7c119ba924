"""A fork beside what it was forked from."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from sre_core.domain import Pace
from tests.browser.conftest import Server
from tests.browser.steps import opened, program, started, status

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]


def test_a_fork_is_told_apart_from_its_original(page: Page, scripted: Server) -> None:
    address = opened(page, scripted, "checkout crashes", pace=Pace.FULL)
    expect(status(page)).to_have_text("Waiting for YOU")
    origin = parse_qs(urlsplit(address).query)["inv"][0]
    with program(scripted) as script:
        forking = {"at": 3, "guidance": "look at the ingress first", "pace": "plan"}
        fork = script.post(f"/api/fork/{origin}", json=forking).json()["investigation_id"]
    page.goto(f"{scripted.url}/compare?inv={fork}&with={origin}")
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("Same to event 3")
    expect(main).to_contain_text("look at the ingress first")
    expect(main).to_contain_text("Query metrics")
    expect(main).to_contain_text("The first 3 events are the same in both.")
    expect(main).to_contain_text("only in the original")
    main.get_by_role("link", name="Where they part, in the original").click()
    expect(page.get_by_test_id("moment")).to_contain_text("You look at event 3 of ")
    expect(page.get_by_test_id("card-alert")).to_contain_text("checkout crashes")
    assert origin in page.url


def test_two_can_be_chosen_from_the_list(page: Page, scripted: Server) -> None:
    for title in ("the first of two", "the second of two"):
        started(scripted, title)
    page.goto(f"{scripted.url}/incidents")
    page.get_by_role("link", name="Compare two").click()
    for label, title in (("The one", "the first of two"), ("The other", "the second of two")):
        page.get_by_role("combobox", name=label, exact=False).click()
        page.get_by_role("option", name=title).first.click()
    expect(page.get_by_test_id("stMain")).to_contain_text("They share no event")
    page.reload()
    expect(page.get_by_test_id("stMain")).to_contain_text("They share no event")
