"""The Inbox page: giving, finding, putting together, waving away, investigating, and saying how a form is read."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from sre_core import bootstrap
from sre_core.bootstrap import Workbench
from sre_core.inbox.narrowing import Wanted
from sre_core.people import Role
from sre_core.settings import Settings
from tests.fakes import PERSON
from tests.inbox.given import fires, group
from ui.shell import SHELL

TWO = group(fires("HighErrors", "cart"), fires("HighLatency", "checkout", severity="warning"))
UNKNOWN = json.dumps({"sys": "queuewatch", "ev": {"what": "the mail queue is stuck", "where": "mailer"}})


@pytest.fixture
def inbox(page: AppTest) -> AppTest:
    page.switch_page("../pages/inbox.py").run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.subheader, page.error, page.info, page.warning)
    return "\n".join(str(one.value) for kind in kinds for one in kind).replace("\\", "")


def opened_at(bench: Workbench, **asked: str) -> AppTest:
    """The page at an address, in a fresh session."""
    page = AppTest.from_file(str(SHELL), default_timeout=30).run()
    page.switch_page("../pages/inbox.py")
    for name, value in asked.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def given(bench: Workbench, payload: str = TWO) -> list[str]:
    return list(bench.inbox.give(payload, PERSON).ids)


def pick(page: AppTest, *ids: str) -> None:
    for id_ in ids:
        page.checkbox(key=f"inbox-pick-{id_}").check()
    page.run()


def test_an_empty_inbox_begins_with_where_to_paste(inbox: AppTest) -> None:
    assert inbox.text_area(key="inbox-payload").value == ""
    assert "Give alerts" in said(opened_at_alerts(inbox))


def opened_at_alerts(page: AppTest) -> AppTest:
    page.session_state["inbox-tab"] = "Alerts"
    return page.run()


def test_a_paste_is_understood_at_once_and_nothing_is_kept(inbox: AppTest, bench: Workbench) -> None:
    inbox.text_area(key="inbox-payload").input(TWO).run()
    assert "2 alerts, as understood. Nothing is kept yet." in said(inbox)
    assert "HighErrors" in said(inbox)
    assert "Alertmanager" in said(inbox)
    assert bench.inbox.page(Wanted(state="all")).total == 0


def test_what_is_kept_stands_in_the_list_and_the_box_is_empty_for_the_next(inbox: AppTest, bench: Workbench) -> None:
    inbox.text_area(key="inbox-payload").input(TWO).run()
    inbox.button(key="inbox-keep").click().run()
    assert "2 alerts taken in" in said(inbox)
    assert inbox.text_area(key="inbox-payload").value == ""
    assert [one.recognised_as for one in bench.inbox.page().alerts] == ["alertmanager", "alertmanager"]
    assert "2 of 2 alerts" in said(opened_at_alerts(inbox))


def test_several_files_are_given_at_once_and_one_that_is_no_text_says_so(inbox: AppTest, bench: Workbench) -> None:
    inbox.file_uploader[0].upload("a.json", TWO.encode()).upload("b.bin", b"\xff\xfe\xfa")
    inbox.run()
    assert "b.bin is no text in UTF-8" in said(inbox)
    inbox.button(key="inbox-keep").click().run()
    assert bench.inbox.page().total == 2


def test_what_cannot_be_read_is_said_and_stays_in_the_box(inbox: AppTest, bench: Workbench) -> None:
    inbox.text_area(key="inbox-payload").input("{}").run()
    assert "empty JSON" in said(inbox)
    assert inbox.text_area(key="inbox-payload").value == "{}"
    assert not inbox.exception


def test_a_paste_is_kept_and_investigated_with_one_press(inbox: AppTest, bench: Workbench) -> None:
    inbox.text_area(key="inbox-payload").input(TWO).run()
    inbox.button(key="inbox-investigate").click().run()
    (summary,) = bench.investigations()
    state = bench.state(summary.id)
    assert state.alert.title.startswith("HighErrors")
    assert "HighLatency" in state.alert.context
    assert bench.inbox.page().found == 0
    alerts = bench.inbox.page(Wanted(state="investigated", order="component")).alerts
    assert [(one.alert.component, one.investigations[0].leads) for one in alerts] == [
        ("cart", True),
        ("checkout", False),
    ]


def test_only_what_still_fires_is_counted_for_an_investigation_and_what_is_over_begins_none(inbox: AppTest) -> None:
    over = fires("PoolFull", "cart", resolved=True)
    inbox.text_area(key="inbox-payload").input(group(fires("HighErrors", "cart"), over)).run()
    assert inbox.button(key="inbox-investigate").label == "Keep and investigate"
    assert "2 alerts, as understood" in said(inbox)
    inbox.text_area(key="inbox-payload").input(group(over)).run()
    assert inbox.button(key="inbox-investigate").disabled
    assert not inbox.button(key="inbox-keep").disabled


def test_what_was_cut_off_on_its_way_is_not_offered_to_be_mapped(inbox: AppTest) -> None:
    inbox.text_area(key="inbox-payload").input(UNKNOWN[:-2]).run()
    assert "looks like JSON but is not JSON" in said(inbox)
    assert "map-given-0" not in [one.key for one in inbox.button]


def test_a_resolved_message_says_what_became_of_it(inbox: AppTest, bench: Workbench) -> None:
    given(bench)
    inbox.text_area(key="inbox-payload").input(group(fires("HighErrors", "cart", resolved=True))).run()
    assert "It is in the inbox already" in said(inbox)
    inbox.button(key="inbox-keep").click().run()
    assert "resolved" in said(inbox)
    assert bench.inbox.page().found == 1


def test_the_list_is_narrowed_and_what_is_not_found_is_said(bench: Workbench) -> None:
    given(bench)
    page = opened_at(bench)
    page.selectbox(key="inbox-component").set_value("cart").run()
    assert "1 of 2 alerts" in said(page)
    page.text_input(key="inbox-find").input("nothing like it").run()
    assert "Ask for less" in said(page)


def test_several_are_dismissed_at_once_with_why_and_come_back(bench: Workbench) -> None:
    ids = given(bench)
    page = opened_at(bench)
    pick(page, *ids)
    assert "2 alerts chosen" in said(page)
    page.text_input(key="inbox-because").input("a drill").run()
    page.button(key="inbox-dismiss").click().run()
    assert "No alert waits for anybody" in said(page)
    assert {one.dismissed.because for one in bench.inbox.some(ids) if one.dismissed} == {"a drill"}
    page.selectbox(key="inbox-standing").set_value("dismissed").run()
    pick(page, ids[0])
    page.button(key="inbox-restore").click().run()
    assert [one.id for one in bench.inbox.page().alerts] == [ids[0]]


def test_what_is_chosen_stays_chosen_while_the_list_looks_again(bench: Workbench) -> None:
    ids = given(bench)
    page = opened_at(bench)
    pick(page, ids[0])
    given(bench, group(fires("DiskFull", "orders")))
    page.run()
    assert page.checkbox(key=f"inbox-pick-{ids[0]}").value
    assert "1 alert chosen" in said(page)
    assert "3 of 3 alerts" in said(page)


def test_several_are_investigated_as_one_and_somebody_says_which_leads(bench: Workbench) -> None:
    cart, checkout = given(bench)
    page = opened_at(bench, together=f"{checkout},{cart}")
    assert page.radio(key="inbox-lead").value == cart
    page.radio(key="inbox-lead").set_value(checkout).run()
    page.button(key="begin").click().run()
    (summary,) = bench.investigations()
    assert bench.state(summary.id).alert.title.startswith("HighLatency")
    assert bench.read(summary.id)[0].happening.received == (checkout, cart)  # type: ignore[union-attr]


def test_one_alert_shows_everything_and_is_investigated_with_its_own_telemetry(bench: Workbench) -> None:
    (id_,) = bench.inbox.give(
        group(fires("Crash", "checkout-service")), PERSON, workspace="sample:checkout-crashloop"
    ).ids
    given(bench, group(fires("Crash", "checkout-service")))
    page = opened_at(bench, alert=id_)
    assert page.selectbox(key=f"telemetry-{id_}").value == "sample:checkout-crashloop"
    for words in (
        "Crash: checkout-service is not well",
        "came in just now",
        "Nothing like it is remembered",
        "goes with no",
    ):
        assert words in said(page)
    page.text_input(key=f"begin-context-{id_}").input("deployed at noon")
    page.button(key="begin").click().run()
    (summary,) = bench.investigations()
    state = bench.state(summary.id)
    assert (state.workspace, "deployed at noon" in state.alert.context) == ("sample:checkout-crashloop", True)
    again = opened_at(bench, alert=id_)
    assert "investigated" in said(again)
    assert again.button(key="begin").label == "Investigate again"


def test_an_address_of_nothing_says_so(bench: Workbench) -> None:
    assert "no alert **no*such**" in said(opened_at(bench, alert="no*such"))
    assert "These alerts are not here" in said(opened_at(bench, together="a,b"))


def test_an_unknown_form_is_mapped_and_the_next_one_is_recognised(inbox: AppTest, bench: Workbench) -> None:
    inbox.text_area(key="inbox-payload").input(UNKNOWN).run()
    inbox.button(key="map-given-0").click().run()
    assert "title: ev.what" in inbox.text_area(key="template-text").value
    better = "name: Queuewatch\nmatches:\n  sys: queuewatch\nfields:\n  title: ev.what\n  component: ev.where\n"
    inbox.text_area(key="template-text").input(better.replace("title: ev.what", "title: ev..what")).run()
    assert "fields.title" in said(inbox)
    assert inbox.button(key="template-save").disabled
    inbox.text_area(key="template-text").input(better).run()
    assert "read by your template as Queuewatch" in said(inbox)
    inbox.button(key="template-save").click().run()
    assert not inbox.exception
    assert inbox.text_area(key="inbox-payload").value == UNKNOWN
    assert "read by your template as Queuewatch" in said(inbox)
    assert "No form that is known by name" not in said(inbox)
    (looked,) = bench.inbox.look(UNKNOWN.replace("mailer", "spooler"))
    assert (looked.alert.title, looked.alert.component) == ("the mail queue is stuck", "spooler")


def test_a_template_is_edited_and_deleted_where_they_are_listed(inbox: AppTest, bench: Workbench) -> None:
    bench.inbox.forms.save("name: Queuewatch\nmatches:\n  sys: queuewatch\nfields:\n  title: ev.what\n", PERSON)
    inbox.session_state["inbox-tab"] = "Templates"
    inbox.run()
    inbox.button(key="template-edit-Queuewatch").click().run()
    text = inbox.text_area(key="template-text").value
    inbox.text_area(key="template-text").input(f"{text}  component: ev.where\n").run()
    inbox.button(key="template-save").click().run()
    (known,) = bench.inbox.forms.all()
    assert known.template.fields["component"] == "ev.where"
    inbox.button(key="template-delete-Queuewatch").click().run()
    assert bench.inbox.forms.all() == []
    assert "There is no template yet" in said(inbox)


def test_the_start_page_names_the_newest_that_wait(bench: Workbench) -> None:
    given(bench)
    page = AppTest.from_file(str(SHELL), default_timeout=30).run()
    assert "Waiting in the inbox" in [title.value for title in page.subheader]


def test_a_viewer_looks_and_is_offered_nothing_to_do(tmp_path: object) -> None:
    bench = bootstrap.start_workbench(Settings(home=f"{tmp_path}/home", role=Role.VIEWER))
    try:
        (id_, _) = given(bench)
        page = opened_at(bench, alert=id_)
        assert "You look on" in said(page)
        assert [button.key for button in page.button if button.key and button.key.startswith("inbox")] == []
        assert not opened_at(bench).checkbox
    finally:
        bootstrap.stop_workbench()
