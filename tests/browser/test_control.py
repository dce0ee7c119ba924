"""What a person can say beside yes and no, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sre_core.domain import Pace
from tests.browser.conftest import Server, StartServer, scripted_command, without_errors
from tests.browser.steps import Scheme, cards, on_a_phone, opened, press, status, to_trace, until

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]


def asked(page: Page, server: Server, alert: str = "checkout crashes") -> Locator:
    """Start an investigation and wait until it asks; returns the panel."""
    opened(page, server, alert, pace=Pace.FULL)
    panel = page.get_by_test_id("approval")
    expect(panel).to_be_visible()
    return panel


def concluded(page: Page, server: Server) -> None:
    """Start an investigation and see it to its end."""
    asked(page, server)
    for question in ("May this run?", "May this be done?"):
        expect(page.get_by_test_id("approval")).to_contain_text(question)
        expect(page.get_by_test_id("approve")).to_be_enabled()
        page.get_by_test_id("approve").click()
    expect(status(page)).to_have_text("Done")


def test_the_header_says_who_is_waited_for_and_what_goes_on_meanwhile(page: Page, scripted: Server) -> None:
    panel = asked(page, scripted, "checkout is busy")
    expect(panel).to_contain_text("Read traces")
    expect(status(page)).to_have_text("Waiting for YOU")
    now = page.get_by_test_id("now")
    expect(now).to_have_text(
        "may it read traces? · meanwhile: run diagnostic · kubectl describe pod -n shop -l app=checkout"
    )
    press(page, "Stop")
    press(page, "Stop it")


def test_a_change_is_asked_about_with_all_that_it_takes_to_decide(page: Page, scripted: Server) -> None:
    panel = asked(page, scripted)
    expect(page.get_by_test_id("expiry")).to_have_text("expires in 30 min")
    expect(page.get_by_test_id("approve")).to_be_enabled()
    page.get_by_test_id("approve").click()
    expect(panel).to_contain_text("May this be done?")
    for words in ("Changes something.", "checkout, frontend", "Roll forward to v2.41 again.", "approved one by one"):
        expect(panel).to_contain_text(words)
    expect(panel.get_by_role("button", name="All like this …")).to_have_count(0)
    panel.get_by_role("button", name="E1", exact=True).click()
    to_trace(page)
    expect(page.get_by_test_id("evidence-E1")).to_be_focused()


def test_arguments_are_edited_checked_and_asked_about_again(page: Page, scripted: Server) -> None:
    panel = asked(page, scripted)
    panel.get_by_role("button", name="Edit …").click()
    box = panel.get_by_label("Arguments to propose instead")
    expect(box).to_have_value('{\n  "component": "payments"\n}')
    box.fill('{"component": "payments", "minutes": }')
    expect(panel.get_by_role("alert")).to_contain_text("This is not JSON yet")
    box.fill('{"component": "payments", "minutes": 0}')
    panel.get_by_role("button", name="Propose with these").click()
    expect(panel.get_by_role("alert")).to_contain_text("minutes: Input should be greater than or equal to 1")
    expect(box).to_have_value('{"component": "payments", "minutes": 0}')
    box.fill('{"component": "payments", "minutes": 15}')
    panel.get_by_role("button", name="Propose with these").click()
    expect(panel.get_by_text("edited by operator")).to_be_visible()
    expect(panel.get_by_label("Exact arguments")).to_have_text('{\n  "component": "payments",\n  "minutes": 15\n}')
    expect(page.get_by_test_id("approve")).not_to_be_focused()
    expect(page.get_by_test_id("approve")).to_be_enabled()
    page.get_by_test_id("approve").click()
    card = cards(page, "action").filter(has_text="Read traces")
    expect(card).to_contain_text("edited by operator")
    expect(card).to_contain_text("approved by operator")
    expect(card).to_contain_text("browser at 127.0.0.1")


def test_all_like_this_runs_unasked_until_it_is_revoked(page: Page, scripted: Server) -> None:
    panel = asked(page, scripted, "checkout crashes twice")
    panel.get_by_role("button", name="All like this …").click()
    panel.get_by_role("radio", name="read traces anywhere").check()
    panel.get_by_role("button", name="Approve all like this").click()
    expect(page.get_by_test_id("row").filter(has_text="operator: read traces anywhere may run unasked")).to_be_visible()
    looked = cards(page, "action").filter(has_text="Read traces")
    expect(looked).to_contain_text(["ran under operator's standing approval"] * 2)
    steering = page.get_by_test_id("steering")
    expect(steering).to_contain_text("1 standing approval")
    steering.get_by_text("Steering").click()
    steering.get_by_role("button", name="Revoke").click()
    expect(steering).to_contain_text("No standing approvals.")


def test_of_two_that_wait_either_can_be_looked_at_and_decided(page: Page, scripted: Server) -> None:
    panel = asked(page, scripted, "checkout crashes twice")
    expect(page.get_by_test_id("several")).to_contain_text("1 of 2 waiting")
    expect(panel).to_contain_text("Read traces · payments")
    panel.get_by_role("button", name="Show the other").click()
    expect(panel).to_contain_text("Read traces · frontend")
    expect(page.get_by_test_id("approve")).to_be_disabled()
    expect(page.get_by_test_id("approve")).to_be_enabled()
    page.get_by_test_id("approve").click()
    expect(cards(page, "action").filter(has_text="frontend")).to_contain_text("approved by operator")
    expect(panel).to_contain_text("Read traces · payments")
    expect(page.get_by_test_id("several")).to_be_hidden()


def test_when_the_time_to_answer_is_over_it_is_asked_anew(page: Page, scripted: Server) -> None:
    panel = asked(page, scripted, "this expires")
    expect(panel).to_contain_text("The time to answer is over, so it was not run.")
    again = panel.get_by_role("button", name="Ask anew")
    expect(again).to_be_enabled()
    again.click()
    expect(page.get_by_test_id("notice")).to_contain_text("It is asked about anew")
    expect(page.get_by_test_id("expiry")).to_contain_text("expires in")
    expect(page.get_by_test_id("row").filter(has_text="The time to answer about A5 is over")).to_be_visible()


def test_a_question_is_answered_with_quotations_that_lead_to_their_place(page: Page, scripted: Server) -> None:
    concluded(page, scripted)
    panel = page.get_by_test_id("questions")
    panel.get_by_label("Your question").fill("Why was payments ruled out?")
    panel.get_by_role("button", name="Ask").click()
    expect(panel).to_contain_text("thinking …")
    answer = panel.get_by_test_id("question")
    expect(answer).to_contain_text("it answers in 41 ms, as always")
    cite = answer.get_by_title("Show where it says so").first
    cite.click()
    expect(page.locator(".glow")).to_be_in_viewport()
    expect(cards(page, "question")).to_contain_text("it answers in 41 ms, as always")
    panel.get_by_label("Your question").fill("What did the zeppelin do?")
    panel.get_by_role("button", name="Ask").click()
    expect(panel).to_contain_text("The timeline does not say")
    panel.get_by_role("button", name="Have it look at the logs of cart").click()
    expect(cards(page, "guidance")).to_contain_text("look at the logs of cart")


def test_a_stopped_investigation_still_answers(page: Page, scripted: Server) -> None:
    asked(page, scripted)
    press(page, "Stop")
    press(page, "Stop it")
    expect(status(page)).to_have_text("Stopped")
    page.get_by_label("Your question").fill("Who stopped it?")
    page.get_by_test_id("questions").get_by_role("button", name="Ask").click()
    expect(page.get_by_test_id("question")).to_contain_text("operator")
    expect(page.get_by_role("button", name="Add a fact …")).to_be_hidden()
    expect(page.get_by_role("button", name="Propose one …")).to_be_hidden()


def test_a_fork_begins_where_it_was_asked_for_and_names_its_origin(page: Page, scripted: Server) -> None:
    asked(page, scripted)
    first = page.url
    card = cards(page, "reflection").first
    card.hover()
    card.get_by_role("button", name="More").first.click()
    page.get_by_role("menuitem", name="Fork from here …").press("Enter")
    dialog = page.get_by_test_id("fork")
    expect(dialog).to_contain_text("(What it means) is the same")
    dialog.get_by_label("What to do differently").fill("look at the node first")
    dialog.get_by_role("button", name="Fork").click()
    expect(page.get_by_test_id("origin")).to_contain_text("Fork of checkout crashes at event")
    assert page.url != first
    expect(cards(page, "guidance")).to_contain_text("look at the node first")
    expect(cards(page, "reflection")).to_have_count(1)
    expect(status(page)).to_have_text("Waiting for YOU")
    compare = page.get_by_role("link", name="Compare").get_attribute("href") or ""
    assert compare.endswith(f"&with={first.split('inv=')[1]}"), compare
    assert "/compare?inv=" in compare


def test_what_was_typed_survives_a_reload_until_it_is_sent(page: Page, scripted: Server) -> None:
    panel = asked(page, scripted)
    page.get_by_label("Redirect in words").fill("look at the ingress")
    page.get_by_label("Your question").fill("why?")
    panel.get_by_role("button", name="Edit …").click()
    panel.get_by_label("Arguments to propose instead").fill('{"component": "pay')
    expect(page.get_by_test_id("approve")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(panel.get_by_role("button", name="Edit …")).to_be_focused()
    panel.get_by_role("button", name="Reject …").click()
    panel.get_by_label("Reason in your own words").fill("not now")
    page.get_by_role("button", name="Add a fact …").click()
    page.get_by_label("What you know").fill("the cache was cleared")
    page.get_by_role("button", name="Propose one …").click()
    page.get_by_label("What you think happened").fill("the cache is cold")
    page.reload()
    expect(panel.get_by_label("Arguments to propose instead")).to_have_value('{"component": "pay')
    expect(panel.get_by_label("Reason in your own words")).to_have_value("not now")
    expect(page.get_by_label("Redirect in words")).to_have_value("look at the ingress")
    expect(page.get_by_label("Your question")).to_have_value("why?")
    expect(page.get_by_label("What you know")).to_have_value("the cache was cleared")
    expect(page.get_by_label("What you think happened")).to_have_value("the cache is cold")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_label("What you know")).to_be_hidden()
    page.reload()
    expect(page.get_by_label("Redirect in words")).to_have_value("look at the ingress")
    expect(page.get_by_label("What you know")).to_be_hidden()


def test_a_hypothesis_is_examined_first_ruled_out_and_brought_back(page: Page, scripted: Server) -> None:
    opened(page, scripted, "checkout crashes")
    panel = page.get_by_test_id("hypotheses")

    def choose(name: str, what: str) -> None:
        row = panel.get_by_test_id("hypothesis").filter(has_text=name)
        row.hover()
        row.get_by_role("button", name="About this hypothesis").click()
        page.get_by_role("menuitem", name=what).click()

    choose("payments", "Examine first")
    expect(cards(page, "guidance")).to_contain_text("To be examined first")
    expect(cards(page, "guidance")).to_contain_text("+ As asked: Check payments first")
    choose("payments", "Rule out …")
    panel.get_by_label("Why is it not this?").fill("it was off at the time")
    panel.get_by_role("button", name="Rule out", exact=True).click()
    expect(cards(page, "guidance").last).to_contain_text("− Is a dependency slow, so that requests pile up?")
    expect(panel.get_by_test_id("hypothesis").filter(has_text="payments")).to_have_count(0)
    panel.get_by_role("button", name="Show 2 more").click()
    out = panel.get_by_test_id("hypothesis").filter(has_text="payments")
    out.locator("summary").click()
    expect(out).to_contain_text("operator ruled it out: it was off at the time")
    choose("payments", "Bring back")
    expect(out).not_to_have_attribute("data-out", "")


def test_a_person_puts_up_an_explanation_of_their_own(page: Page, scripted: Server) -> None:
    opened(page, scripted, "checkout crashes")
    panel = page.get_by_test_id("hypotheses")
    panel.get_by_role("button", name="Propose one …").click()
    panel.get_by_label("Component").fill("cart-redis")
    panel.get_by_label("Fault").fill("gremlins")
    panel.get_by_label("What you think happened").fill("its disk is full")
    panel.get_by_role("button", name="Propose", exact=True).click()
    expect(panel.get_by_role("alert")).to_have_text("Choose a fault from the list, or leave it empty.")
    panel.get_by_label("Fault").fill("memory leak")
    panel.get_by_role("button", name="Propose", exact=True).click()
    expect(cards(page, "guidance")).to_contain_text("cart-redis: memory leak: its disk is full")
    panel.get_by_role("button", name="Show 3 more").click()
    row = panel.get_by_test_id("hypothesis").filter(has_text="cart-redis: memory leak")
    row.locator("summary").click()
    expect(row).to_contain_text("a person")


def test_a_fact_corrects_evidence_and_says_what_it_speaks_for(page: Page, scripted: Server) -> None:
    asked(page, scripted)
    piece = page.get_by_test_id("evidence-E1")
    piece.hover()
    piece.get_by_role("button", name="About E1").click()
    page.get_by_role("menuitem", name="This is wrong …").click()
    panel = page.get_by_test_id("evidence")
    expect(panel.get_by_role("button", name="E1: do not correct it")).to_be_visible()
    panel.get_by_label("What you know").fill("that was the batch job")
    page.reload()
    expect(panel.get_by_role("button", name="E1: do not correct it")).to_be_visible()
    panel.get_by_label("Component").fill("checkout")
    panel.get_by_role("button", name="It says something about a hypothesis …").click()
    panel.get_by_label("Hypothesis").select_option("checkout: bad deploy")
    panel.get_by_label("For or against").select_option("speaks against it")
    panel.get_by_label("How strongly").select_option("strong")
    panel.get_by_role("button", name="Add", exact=True).click()
    card = cards(page, "fact")
    expect(card).to_contain_text("operator · admin · browser at 127.0.0.1")
    expect(card).to_contain_text("strongly against checkout: bad deploy")
    expect(piece).to_contain_text("corrected by operator")
    line = panel.get_by_role("button", name="E1")
    expect(line).to_contain_text("corrected by operator")
    expect(panel.locator(".count")).to_contain_text("· 1 corrected")


def test_a_conclusion_is_rated_and_the_rating_can_be_changed(page: Page, scripted: Server) -> None:
    concluded(page, scripted)
    rating = page.get_by_test_id("rating")
    rating.get_by_role("button", name="Right").click()
    expect(page.get_by_test_id("rated")).to_contain_text("the conclusion is right")
    rating.get_by_role("button", name="Wrong").click()
    rating.get_by_label("Where it really was").fill("payments")
    rating.get_by_label("What it really was").fill("memory leak")
    rating.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_test_id("rated")).to_contain_text("the conclusion is wrong; it was payments: memory leak")
    expect(rating.get_by_role("button", name="Wrong")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.get_by_test_id("rated")).to_contain_text("operator")


def test_a_refuted_conclusion_is_ruled_out_and_the_search_goes_on(page: Page, scripted: Server) -> None:
    concluded(page, scripted)
    report = page.get_by_test_id("report")
    report.get_by_role("button", name="Keep looking: it is not this …").click()
    report.get_by_label("Why it is not this").fill("the limit was 2 GiB")
    report.get_by_role("button", name="Keep looking", exact=True).click()
    expect(cards(page, "guidance")).to_contain_text("It is not this: checkout runs out of memory")
    expect(report).to_contain_text("It may be that")
    expect(page.get_by_test_id("rated")).to_be_hidden()


def test_steering_sets_what_is_asked_about_and_when_to_stop(page: Page, scripted: Server) -> None:
    opened(page, scripted, "checkout crashes")
    press(page, "One step")
    expect(cards(page, "reflection")).to_have_count(1)
    steering = page.get_by_test_id("steering")
    line = page.get_by_test_id("steering-line")
    expect(line).to_contain_text("asks about risky looks · 40 actions, 15 min")
    steering.get_by_text("Steering").click()
    steering.get_by_role("button", name="Changes only").click()
    expect(line).to_contain_text("asks about changes only")
    steering.get_by_label("Stop before a tool").select_option("Query metrics")
    expect(line).to_contain_text("stops before: query metrics")
    steering.get_by_role("button", name="No stop before Query metrics").click()
    expect(line).not_to_contain_text("stops before")
    steering.get_by_label("actions").fill("7")
    steering.get_by_label("minutes").fill("2.5")
    steering.get_by_role("button", name="Apply").click()
    expect(line).to_contain_text("7 actions, 2.5 min")
    for said in ("operator: ask about changes only", "operator: at most 7 actions, 2.5 min"):
        expect(page.get_by_test_id("row").filter(has_text=said)).to_contain_text("browser at 127.0.0.1")


def test_it_stops_before_a_chosen_tool_and_asks(page: Page, scripted: Server) -> None:
    opened(page, scripted, "checkout crashes")
    page.get_by_test_id("steering").get_by_text("Steering").click()
    page.get_by_test_id("steering").get_by_label("Stop before a tool").select_option("Query metrics")
    expect(page.get_by_test_id("steering-line")).to_contain_text("stops before: query metrics")
    press(page, "Go")
    expect(page.get_by_test_id("approval")).to_contain_text("You wanted to be asked before query_metrics runs.")
    expect(page.get_by_test_id("approve")).to_be_enabled()
    page.get_by_test_id("approve").click()
    expect(cards(page, "action").first).to_contain_text("approved by operator")


STUBBED = """
window.told = [];
window.Notification = class {
  static permission = localStorage.getItem("stub") ?? "default";
  static async requestPermission() {
    localStorage.setItem("stub", "granted");
    return (this.permission = "granted");
  }
  constructor(title, options) { window.told.push(`${title} | ${options.body}`); }
  close() {}
};
window.badged = [];
navigator.setAppBadge = async (n) => window.badged.push(n);
navigator.clearAppBadge = async () => window.badged.push(0);
"""
HIDE = "Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })"


def test_waiting_is_noticed_by_who_looks_elsewhere(own_context: BrowserContext, scripted: Server) -> None:
    page = own_context.new_page()
    page.add_init_script(STUBBED)
    opened(page, scripted, "checkout crashes")
    icon = "document.querySelector('link[rel~=icon]').href"
    until(page, f"{icon}.startsWith('data:image/png')")
    assert page.title() == "● Waiting for you: checkout crashes"
    assert page.evaluate("badged.at(-1)") == 1
    bell = page.get_by_test_id("notify")
    expect(bell).to_have_attribute("aria-pressed", "false")
    bell.click()
    expect(bell).to_have_attribute("aria-pressed", "true")
    page.evaluate(HIDE)
    press(page, "Go")
    until(page, "told.length > 0")
    assert page.evaluate("told") == ["Waiting for you: checkout crashes | may it read traces?"]
    press(page, "Stop")
    press(page, "Stop it")
    until(page, f"!{icon}.startsWith('data:image/png')")
    assert page.evaluate("badged.at(-1)") == 0
    page.reload()
    expect(page.get_by_test_id("notify")).to_have_attribute("aria-pressed", "true")


def test_a_viewer_sees_everything_and_is_offered_nothing(
    tab: Page, start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_server(scripted_command)
    page = tab
    panel = asked(page, server)
    server.end()
    monkeypatch.setenv("SRE_ROLE", "viewer")
    server.start()
    page.reload()
    with without_errors(page):
        expect(panel.get_by_text("You are looking on. A responder decides.")).to_be_visible()
        expect(page.get_by_test_id("looks-on")).to_be_visible()
        expect(status(page)).to_have_text("Waiting for a responder")
        expect(panel.get_by_label("Exact arguments")).to_be_visible()
        page.get_by_test_id("steering").get_by_text("Steering").click()
        offered = page.get_by_test_id("live").get_by_role("button").all()
        names = {button.inner_text() or button.get_attribute("aria-label") for button in offered if not _inert(button)}
        steers = {
            "Approve",
            "Reject …",
            "Edit …",
            "Pause",
            "Stop",
            "Ask",
            "Add a fact …",
            "Propose one …",
            "More",
            "Apply",
        }
        assert "Notify me" in names
        assert not names & (steers | {"Everything", "Risky looks", "Changes only"}), names
        expect(page.get_by_label("Your question")).to_be_hidden()
        expect(page.get_by_label("Redirect in words")).to_be_hidden()


def _inert(node: Locator) -> bool:
    return bool(node.evaluate("node => Boolean(node.closest('[inert]'))"))


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_on_a_phone_forms_and_dialogs_fit(page: Page, scripted: Server, scheme: Scheme) -> None:
    on_a_phone(page, scheme)
    panel = asked(page, scripted)
    panel.get_by_role("button", name="Edit …").click()
    expect(panel.get_by_label("Arguments to propose instead")).to_be_in_viewport()
    panel.get_by_role("button", name="Cancel").click()
    panel.get_by_role("button", name="Hide").click()
    expect(page.get_by_test_id("approve")).to_be_hidden()
    panel.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_test_id("approve")).to_be_in_viewport()
    page.get_by_role("button", name="Add a fact …").click()
    page.get_by_role("button", name="It says something about a hypothesis …").click()
    page.get_by_role("button", name="Propose one …").click()
    page.get_by_test_id("steering").get_by_text("Steering").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sticking_out = """node => [...node.querySelectorAll('.side *, .ask *')]
        .filter(one => one.getBoundingClientRect().right > 391 && !one.closest('pre, [hidden], .chips'))
        .map(one => one.outerHTML.slice(0, 90))"""
    assert page.get_by_test_id("live").evaluate(sticking_out) == []
    cards(page, "alert").get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Fork from here …").click()
    box = page.get_by_test_id("fork").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("fork")).to_be_hidden()
