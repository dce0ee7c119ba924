"""The start view, and what a link leads to."""

from __future__ import annotations

import json
from pathlib import Path

from streamlit.testing.v1 import AppTest

from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Autonomy, Pace
from sre_core.erasure.wanted import Wanted
from sre_core.workspaces import sample_alerts, sample_incidents
from tests.fakes import ADMIN, PERSON
from tests.intake.payloads import CLOUDWATCH
from ui.shell import SHELL


def only(bench: Workbench) -> str:
    summaries = bench.investigations()
    assert len(summaries) == 1
    return summaries[0].id


def test_a_fresh_workbench_offers_its_samples_and_shows_no_empty_lists(page: AppTest) -> None:
    assert not page.exception
    assert [button.label for button in page.button].count("Investigate") == len(sample_incidents())
    assert [title.value for title in page.subheader] == ["Investigate an alert"]


def test_a_sample_starts_with_the_chosen_autonomy_and_pace(page: AppTest, bench: Workbench) -> None:
    page.get_by_key("autonomy").set_value(Autonomy.ASK_ALL)
    page.get_by_key("pace").set_value(Pace.STEP)
    page.run()
    page.button(key=f"take-{sample_incidents()[0].id}").click().run()
    state = bench.state(only(bench))
    assert (state.autonomy, state.pace) == (Autonomy.ASK_ALL, Pace.STEP)
    assert state.workspace == sample_incidents()[0].workspace
    assert page.query_params["inv"] == state.id


def test_the_default_shows_the_plan_first(page: AppTest, bench: Workbench) -> None:
    page.button(key=f"take-{sample_incidents()[0].id}").click().run()
    assert bench.state(only(bench)).pace is Pace.PLAN


def test_pasted_words_become_an_alert_with_context_in_the_persons_name(page: AppTest, bench: Workbench) -> None:
    page.text_area(key="payload").input("cart answers 500 since 14:00")
    page.text_input(key="context").input("deployed at 13:55")
    page.text_input(key="person_field").input("Ada").run()
    page.button(key="start").click().run()
    inv = only(bench)
    state = bench.state(inv)
    assert "cart answers 500" in state.alert.text
    assert "deployed at 13:55" in state.alert.context
    assert bench.read(inv)[0].actor == "person:Ada"


def test_what_was_understood_is_said_before_anything_starts(page: AppTest, bench: Workbench) -> None:
    page.text_area(key="payload").input(sample_alerts()[0].payload).run()
    assert any("read as" in text.value for text in page.markdown)
    assert not bench.investigations()


def test_a_form_that_nobody_knows_leads_to_where_its_fields_are_mapped(page: AppTest) -> None:
    page.text_area(key="payload").input('{"sys": "queuewatch", "ev": {"what": "stuck"}}').run()
    assert any("which of its fields" in link.label for link in page.get("page_link"))
    page.text_area(key="payload").input("carts are empty").run()
    assert not any("which of its fields" in link.label for link in page.get("page_link"))


def test_a_broken_payload_is_explained_and_kept_and_started_on_the_second_press(
    page: AppTest, bench: Workbench
) -> None:
    broken = '{"title": "cart is down", '
    page.text_area(key="payload").input(broken)
    page.button(key="start").click().run()
    assert not bench.investigations()
    assert any("This is what was understood" in info.value for info in page.info)
    assert page.text_area(key="payload").value == broken
    page.button(key="start").click().run()
    assert len(bench.investigations()) == 1


def test_an_empty_box_is_a_sentence(page: AppTest, bench: Workbench) -> None:
    page.button(key="start").click().run()
    assert "empty" in page.error[0].value
    assert not page.exception


def test_a_sample_alert_fills_the_box_and_picks_its_telemetry(page: AppTest) -> None:
    page.get_by_key("sample_alert").set_value("checkout_crashloop").run()
    assert json.loads(page.text_area(key="payload").value)
    assert page.selectbox(key="telemetry").value == "sample:checkout-crashloop"


def test_upload_without_a_file_asks_for_one(page: AppTest, bench: Workbench) -> None:
    page.text_area(key="payload").input("cart is down")
    page.selectbox(key="telemetry").set_value("upload").run()
    page.button(key="start").click().run()
    assert ".zip" in page.error[0].value


def test_a_capsule_can_be_uploaded(page: AppTest, bench: Workbench) -> None:
    capsule = Path("data/sample_incidents/orders-503.zip")
    page.text_area(key="payload").input("orders answers 503")
    page.selectbox(key="telemetry").set_value("upload").run()
    page.file_uploader(key="capsule").upload("mine.zip", capsule.read_bytes(), "application/zip").run()
    page.button(key="start").click().run()
    workspace = bench.state(only(bench)).workspace or ""
    assert workspace.startswith("upload:")
    assert workspace.endswith("-mine.zip")


def test_a_file_that_is_no_capsule_is_refused_in_words(page: AppTest, bench: Workbench) -> None:
    page.text_area(key="payload").input("orders answers 503")
    page.selectbox(key="telemetry").set_value("upload").run()
    page.file_uploader(key="capsule").upload("mine.zip", b"not a zip", "application/zip").run()
    page.button(key="start").click().run()
    assert page.error
    assert not page.exception
    assert not bench.investigations()


def test_a_link_opens_its_investigation_on_a_fresh_session(bench: Workbench) -> None:
    inv = bench.open(Alert(title="cart is down"), by=PERSON, pace=Pace.PLAN)
    linked = AppTest.from_file(str(SHELL), default_timeout=30)
    linked.query_params["inv"] = inv
    linked.run()
    assert not linked.exception
    assert not linked.subheader


def test_a_link_to_nothing_says_so(bench: Workbench) -> None:
    linked = AppTest.from_file(str(SHELL), default_timeout=30)
    linked.query_params["inv"] = "no*such"
    linked.run()
    assert linked.subheader[0].value == "There is no such investigation"
    assert any(r"no\*such" in text.value for text in linked.markdown)


def test_what_a_sender_never_says_is_told_and_asks_for_nothing(page: AppTest, bench: Workbench) -> None:
    page.text_area(key="payload").input(json.dumps(CLOUDWATCH)).run()
    assert any("how severe" in text.value for text in page.caption)
    page.button(key="start").click().run()
    assert bench.state(only(bench)).alert.source == "cloudwatch"


def test_an_alert_is_read_by_the_template_that_was_written_for_it(page: AppTest, bench: Workbench) -> None:
    bench.inbox.forms.save("name: Old pager\nmatches:\n  pager:\nfields:\n  title: pager", PERSON)
    page.text_area(key="payload").input('{"pager": "cart is down", "message": "x"}').run()
    page.button(key="start").click().run()
    assert bench.state(only(bench)).alert.title == "cart is down"


def test_an_address_of_an_alert_s_component_is_no_link(page: AppTest) -> None:
    page.text_area(key="payload").input(json.dumps({"title": "x", "component": "[free](https://evil.example)"})).run()
    assert not any("[free](https" in text.value for text in page.markdown)


def test_an_erased_one_says_who_erased_it_and_why(bench: Workbench) -> None:
    id_ = bench.open(Alert(title="cart is down"), by=PERSON)
    wanted = Wanted(investigations=(id_,), stop_open=True, because="asked for by *legal*")
    assert bench.erasures.wait(bench.erasures.begin(wanted, ADMIN), 30)
    page = AppTest.from_file(str(SHELL), default_timeout=20)
    page.query_params["inv"] = id_
    page.run()
    assert not page.exception
    assert [title.value for title in page.subheader] == ["This investigation was erased"]
    assert any("grace" in text.value and "by \\*legal" in text.value for text in page.markdown)
