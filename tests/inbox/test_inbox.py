"""What becomes of alerts in the inbox, on both kinds of database."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, text

from sre_core.domain import AlertStatus, Severity
from sre_core.errors import NotAllowed, RefusedInput
from sre_core.inbox.desk import MOST_TOGETHER, HowItRuns, Inbox
from sre_core.inbox.narrowing import Wanted
from sre_core.inbox.received import InboxAlert
from sre_core.inbox.store import Bounds
from sre_core.store import reading
from tests.fakes import ADMIN, PERSON, VIEWER
from tests.inbox.given import Opened, fires, group, inbox_on, titles

HIGH_ERRORS = fires("HighErrors", "cart")
OVER = fires("HighErrors", "cart", resolved=True)


@pytest.fixture
def database(each_database: Engine) -> Engine:
    return each_database


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def inbox(database: Engine, opened: Opened) -> Inbox:
    return inbox_on(database, opened)


def given(inbox: Inbox, *alerts: dict[str, object]) -> list[str]:
    return list(inbox.give(group(*alerts), PERSON).ids)


def row(inbox: Inbox, alert_id: str) -> InboxAlert:
    found = inbox.one(alert_id)
    assert found is not None
    return found


# -- receiving ---------------------------------------------------------------------------------------------------------


def test_each_alert_of_a_grouped_payload_is_a_row_and_the_payload_is_kept_once(inbox: Inbox, database: Engine) -> None:
    ids = given(inbox, HIGH_ERRORS, fires("HighLatency", "checkout", severity="warning"))
    one, other = (row(inbox, id_) for id_ in ids)
    assert titles((one, other)) == ["HighErrors", "HighLatency"]
    assert (one.alert.component, other.alert.severity) == ("cart", Severity.WARNING)
    assert one.payload == other.payload
    assert one.own != other.own
    assert "HighLatency" not in (inbox.payload(one.own) or "")
    assert json.loads(inbox.payload(one.payload) or "")["receiver"] == "sre"
    with reading(database) as connection:
        assert connection.scalar(text("SELECT count(*) FROM wb_inbox_payloads")) == 3


def test_the_same_again_is_counted_on_its_row(inbox: Inbox) -> None:
    (id_,) = given(inbox, HIGH_ERRORS)
    again = inbox.give(group(HIGH_ERRORS), PERSON).outcomes[0]
    assert (again.became, again.alert_id, again.times) == ("repeated", id_, 2)
    found = row(inbox, id_)
    assert found.last_seen > found.first_seen == found.fired_at
    assert [(one.number, one.became) for one in inbox.deliveries(id_)] == [(2, "repeated"), (1, "opened")]


def test_a_resolved_message_resolves_its_row_and_what_it_said_while_it_fired_stays(inbox: Inbox) -> None:
    (id_,) = given(inbox, HIGH_ERRORS)
    assert inbox.give(group(OVER), PERSON).outcomes[0].became == "resolved"
    assert inbox.give(group(OVER), PERSON).outcomes[0].became == "still resolved"
    found = row(inbox, id_)
    assert (found.standing, found.alert.status, found.times) == ("resolved", AlertStatus.RESOLVED, 3)
    assert found.resolved_at is not None
    assert not found.is_waiting


def test_a_resolved_message_about_nothing_that_is_here_opens_nothing(inbox: Inbox, database: Engine) -> None:
    outcome = inbox.give(group(OVER), PERSON).outcomes[0]
    assert (outcome.became, outcome.alert_id) == ("nothing open", None)
    assert inbox.page(Wanted(state="all")).total == 0
    with reading(database) as connection:
        assert connection.scalar(text("SELECT count(*) FROM wb_inbox_payloads")) == 0


def test_what_fires_again_after_it_was_over_waits_again(inbox: Inbox) -> None:
    (id_,) = given(inbox, HIGH_ERRORS)
    inbox.investigate([id_], HowItRuns(), PERSON)
    inbox.dismiss([id_], PERSON, "known")
    given(inbox, OVER)
    assert inbox.give(group(HIGH_ERRORS), PERSON).outcomes[0].became == "fired again"
    found = row(inbox, id_)
    assert found.is_waiting
    assert len(found.investigations) == 1


def test_what_was_dismissed_stays_dismissed_while_the_same_firing_goes_on(inbox: Inbox) -> None:
    (id_,) = given(inbox, HIGH_ERRORS)
    inbox.dismiss([id_], PERSON)
    given(inbox, HIGH_ERRORS)
    assert row(inbox, id_).standing == "dismissed"


def test_alerts_about_other_telemetry_are_other_alerts(inbox: Inbox) -> None:
    there = inbox.give(group(HIGH_ERRORS), PERSON, workspace="sample:cart").ids
    assert given(inbox, HIGH_ERRORS) != list(there)
    assert inbox.groups_with(there[0]) == ()


def test_no_secret_of_a_payload_is_kept_anywhere(inbox: Inbox, database: Engine) -> None:
    secret = "hunter2-hunter2-hunter2"
    leaky = fires("Leaky", "cart", password=secret) | {"annotations": {"description": f"login with password={secret}"}}
    inbox.give(group(leaky), PERSON, context=f"password: {secret}")
    with reading(database) as connection:
        for table in ("wb_inbox", "wb_inbox_payloads", "wb_inbox_deliveries"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert rows
            assert secret not in repr(rows)
    assert secret not in inbox.look(group(leaky))[0].model_dump_json()


def test_only_the_first_and_the_newest_deliveries_stay(database: Engine) -> None:
    inbox = inbox_on(database, bounds=Bounds(deliveries=3))
    for value in range(6):
        (id_,) = given(inbox, HIGH_ERRORS | {"annotations": {"value": f"{value}"}})
    assert [one.number for one in inbox.deliveries(id_)] == [6, 5, 1]
    assert row(inbox, id_).times == 6
    with reading(database) as connection:
        assert connection.scalar(text("SELECT count(*) FROM wb_inbox_payloads")) == 3


def test_what_waits_for_nobody_makes_room_first_and_the_inbox_says_so(database: Engine) -> None:
    inbox = inbox_on(database, bounds=Bounds(alerts=2))
    (first,) = given(inbox, HIGH_ERRORS)
    (second,) = given(inbox, fires("DiskFull", "orders"))
    inbox.dismiss([second], PERSON)
    assert inbox.page().total == 2
    assert inbox.give(group(fires("Slow", "web")), PERSON).let_go == 1
    assert inbox.one(second) is None
    assert titles(inbox.page(Wanted(order="component")).alerts) == ["HighErrors", "Slow"]
    assert "1 alert had to make room" in inbox.kept()
    assert inbox.deliveries(second) == []
    assert inbox.one(first) is not None


def test_payloads_make_room_for_newer_ones_and_their_alerts_stay(database: Engine) -> None:
    inbox = inbox_on(database, bounds=Bounds(characters=1))
    (first,) = given(inbox, HIGH_ERRORS)
    given(inbox, fires("DiskFull", "orders"))
    found = row(inbox, first)
    assert inbox.payload(found.payload) is None
    assert found.alert.title.startswith("HighErrors")


def test_another_process_sees_what_was_given_in_this_one(inbox: Inbox, database: Engine) -> None:
    other = inbox_on(database)
    assert other.page().total == 0
    (id_,) = given(inbox, HIGH_ERRORS)
    assert [one.id for one in other.page().alerts] == [id_]
    inbox.forget([id_], ADMIN)
    assert other.page().total == 0


# -- what people do ------------------------------------------------------------------------------------------------------


def test_dismissed_ones_say_who_and_why_and_come_back(inbox: Inbox) -> None:
    ids = given(inbox, HIGH_ERRORS, fires("DiskFull", "orders"))
    assert inbox.dismiss(ids, PERSON, "a drill") == 2
    assert inbox.dismiss(ids, PERSON, "again") == 0
    said = row(inbox, ids[0]).dismissed
    assert said is not None
    assert (said.by, said.because) == ("ada", "a drill")
    assert (inbox.page().found, inbox.page(Wanted(state="dismissed")).found) == (0, 2)
    inbox.restore(ids[:1], PERSON)
    assert [one.id for one in inbox.page().alerts] == ids[:1]


def test_of_several_one_that_is_not_there_keeps_all_as_they_were(inbox: Inbox) -> None:
    (id_,) = given(inbox, HIGH_ERRORS)
    with pytest.raises(RefusedInput, match="no alert 'gone'"):
        inbox.dismiss([id_, "gone"], PERSON)
    assert row(inbox, id_).is_waiting


def test_several_are_investigated_as_one_and_the_first_leads(inbox: Inbox, opened: Opened) -> None:
    lead, beside = given(inbox, HIGH_ERRORS, fires("HighLatency", "checkout", severity="warning"))
    inv = inbox.investigate([lead, beside], HowItRuns(workspace="sample:cart"), PERSON, "deployed at noon")
    (call,) = opened.calls
    alert = call["alert"]
    assert (alert.title.partition(":")[0], call["received"], call["workspace"]) == (
        "HighErrors",
        (lead, beside),
        "sample:cart",
    )
    assert "deployed at noon" in alert.context
    assert "- HighLatency: checkout is not well (warning, checkout, since 2025-11-01 11:55 UTC)" in alert.context
    assert "checkout depends on cart" in alert.context
    assert json.loads(alert.raw)["alerts"][0]["labels"]["alertname"] == "HighErrors"
    assert [one.leads for id_ in (lead, beside) for one in row(inbox, id_).investigations] == [True, False]
    assert {one.investigation_id for id_ in (lead, beside) for one in row(inbox, id_).investigations} == {inv}
    assert inbox.page().found == 0


def test_a_second_click_opens_no_second_investigation_and_another_person_is_told(inbox: Inbox, opened: Opened) -> None:
    (id_,) = given(inbox, HIGH_ERRORS)
    nothing = {id_: 0}
    first = inbox.investigate([id_], HowItRuns(), PERSON, knew=nothing)
    assert inbox.investigate([id_], HowItRuns(), PERSON, knew=nothing) == first
    with pytest.raises(RefusedInput, match=f"{PERSON.name} opened investigation {first} of it meanwhile"):
        inbox.investigate([id_], HowItRuns(), ADMIN, knew=nothing)
    assert len(opened.calls) == 1
    inbox.investigate([id_], HowItRuns(), ADMIN, knew={id_: 1})
    assert len(opened.calls) == 2


def test_too_many_or_none_are_not_investigated_together(inbox: Inbox, opened: Opened) -> None:
    for ids in ([], [f"{number}" for number in range(MOST_TOGETHER + 1)], ["gone"]):
        with pytest.raises(RefusedInput):
            inbox.investigate(ids, HowItRuns(), PERSON)
    assert opened.calls == []


def test_a_viewer_only_looks(inbox: Inbox, opened: Opened) -> None:
    (id_,) = given(inbox, HIGH_ERRORS)
    for act in (
        lambda: inbox.give(group(HIGH_ERRORS), VIEWER),
        lambda: inbox.dismiss([id_], VIEWER),
        lambda: inbox.restore([id_], VIEWER),
        lambda: inbox.investigate([id_], HowItRuns(), VIEWER),
        lambda: inbox.forms.save("name: x", VIEWER),
        lambda: inbox.forms.delete("x", VIEWER),
        lambda: inbox.forget([id_], PERSON),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert row(inbox, id_).times == 1
    assert opened.calls == []


def test_what_would_become_of_a_payload_is_told_and_nothing_is_kept(inbox: Inbox) -> None:
    (id_,) = given(inbox, HIGH_ERRORS)
    same, new = inbox.look(group(HIGH_ERRORS, fires("HighLatency", "checkout")))
    assert same.there is not None
    assert same.there.id == id_
    assert new.there is None
    assert [tie.id for tie in new.ties] == [id_]
    assert "checkout depends on cart" in new.ties[0].words
    assert inbox.page().total == 1


def test_what_came_in_one_payload_belongs_together(inbox: Inbox) -> None:
    one, other = given(inbox, HIGH_ERRORS, fires("DiskFull", "orders"))
    (tie,) = inbox.groups_with(one)
    assert (tie.id, "they came in one payload" in tie.words) == (other, True)
    inbox.dismiss([other], PERSON)
    assert inbox.groups_with(one) == ()


# -- templates ---------------------------------------------------------------------------------------------------------

OURS = json.dumps({"ev": {"what": "queue is stuck", "where": "mailer", "loud": "urgent"}, "sys": "homegrown"})
TEMPLATE = """name: homegrown
matches:
  sys: homegrown
fields:
  title: ev.what
  component: ev.where
  severity: ev.loud
"""


def test_the_next_one_of_a_form_is_read_by_the_template_that_was_saved(inbox: Inbox) -> None:
    inbox.forms.save(TEMPLATE, PERSON)
    (looked,) = inbox.look(OURS)
    assert (looked.template, looked.alert.title, looked.alert.component) == ("homegrown", "queue is stuck", "mailer")
    (known,) = inbox.forms.all()
    assert (known.by, known.text) == ("ada", TEMPLATE)


def test_a_template_that_cannot_be_used_is_refused_with_its_field_and_none_is_kept(inbox: Inbox) -> None:
    with pytest.raises(RefusedInput, match="title"):
        inbox.forms.save(TEMPLATE.replace("  title: ev.what\n", ""), PERSON)
    assert inbox.forms.all() == []


def test_two_templates_have_two_names_and_one_that_is_renamed_is_no_longer_under_the_old(inbox: Inbox) -> None:
    inbox.forms.save(TEMPLATE, PERSON)
    with pytest.raises(RefusedInput, match="already"):
        inbox.forms.save(TEMPLATE, PERSON)
    inbox.forms.save(TEMPLATE.replace("name: homegrown", "name: queues"), PERSON, replaces="homegrown")
    assert [known.template.name for known in inbox.forms.all()] == ["queues"]


def test_who_wrote_and_who_deleted_a_template_is_kept(inbox: Inbox) -> None:
    inbox.forms.save(TEMPLATE, PERSON)
    assert inbox.forms.delete("homegrown", ADMIN)
    assert not inbox.forms.delete("homegrown", ADMIN)
    assert [(one.by, one.text) for one in inbox.forms.changes()] == [("grace", None), ("ada", TEMPLATE)]


def test_what_came_before_its_template_is_read_again_by_it_and_keeps_its_row(inbox: Inbox) -> None:
    (id_,) = inbox.give(OURS, PERSON, context="since noon").ids
    inbox.forms.save(TEMPLATE, PERSON)
    read = inbox.read_again(id_, PERSON)
    assert (read.id, read.template, read.alert.component, read.times) == (id_, "homegrown", "mailer", 1)
    assert "since noon" in read.alert.context
    assert inbox.give(OURS, PERSON).outcomes[0].alert_id == id_


def test_what_is_another_alert_by_its_new_reading_stays_as_it_was(inbox: Inbox) -> None:
    (before,) = inbox.give(OURS, PERSON).ids
    inbox.forms.save(TEMPLATE, PERSON)
    (after,) = inbox.give(OURS, PERSON).ids
    assert after != before
    with pytest.raises(RefusedInput, match="a row of its own"):
        inbox.read_again(before, PERSON)
    assert row(inbox, before).template is None
    with pytest.raises(NotAllowed):
        inbox.read_again(before, VIEWER)
