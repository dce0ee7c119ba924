"""The Memory tab, one memory, the postmortem page, and what memory does to the start page; clicked without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Autonomy, Incident, Pace, Rating
from sre_core.errors import UnknownInvestigation
from sre_core.memory.calibration import Bucket, Calibration
from sre_core.memory.incidents import IncidentEdit
from sre_core.people import Role
from tests.fakes import ADMIN, PERSON
from tests.memory.told import ORDERS, incident
from ui.memory.calibration import effects
from ui.memory.correcting import in_words
from ui.memory.said import held, lasted
from ui.shell import SHELL

FIRST = "investigation:1"


def opened(where: str = "incidents", **asked: str) -> AppTest:
    """A page at this address."""
    page = AppTest.from_file(str(SHELL), default_timeout=30).run()
    page.switch_page(f"../pages/{where}.py")
    for name, value in asked.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def part(name: str) -> AppTest:
    """A part of the Memory tab."""
    page = opened(show="memory")
    page.session_state["memory-part"] = name
    page.run()
    assert not page.exception
    return page


def tab(page: AppTest, name: str, key: str = "memory-tab") -> AppTest:
    page.session_state[key] = name
    page.run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    """As a person reads it: without the signs that keep words from being markup."""
    texts = (*page.markdown, *page.caption, *page.error, *page.subheader)
    return "\n".join(text.value for text in texts).replace("\\", "")


def links(page: AppTest) -> list[str]:
    return [f"{link.proto.label} -> {link.proto.page}?{link.proto.query_string}" for link in page.get("page_link")]


def click(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def remember(bench: Workbench, *incidents: Incident) -> None:
    bench.incidents.remember_all(incidents or (incident(),))


@pytest.fixture
def viewer(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sits there may only look."""
    monkeypatch.setattr(type(bench.roster), "role_of", lambda self, name: Role.VIEWER)


# -- the list ----------------------------------------------------------------------------------------------------------


def test_with_nothing_remembered_it_says_how_that_changes(bench: Workbench) -> None:
    page = opened(show="memory")
    assert "Nothing is remembered yet" in shown(page)
    assert page.button(key="import-now").disabled


def test_memories_are_listed_with_their_standing_and_found_by_a_word(bench: Workbench) -> None:
    later = incident(n=9, component="payments", fault="memory_leak", title="Pay *fails*")
    other = incident(Alert(title="kiln too cold"), n=3, component="kiln", fault="disk_full")
    remember(bench, incident(), later, other)
    page = opened(show="memory")
    text = shown(page)
    assert "contradicted" in text
    assert "3 of 3 memories" in text
    assert any(r"Pay \*fails\*" in link and "memory=investigation" in link for link in links(page))
    page.text_input(key="memories-find").input("KILN").run()
    assert "1 of 3 memories" in shown(page)
    page.text_input(key="memories-find").input("").run()
    page.selectbox(key="memories-standing").select("contradicted").run()
    assert "1 of 3 memories" in shown(page)
    page.selectbox(key="memories-standing").select("all").run()
    page.selectbox(key="memories-order").select("Component").run()
    rows = [link for link in links(page) if "memory=" in link]
    assert [row.rpartition("[")[2].partition("]")[0].replace("\\", "") for row in rows] == [
        "kiln: disk full",
        "orders-db: lock contention",
        "payments: memory leak",
    ]


def test_many_are_paged(bench: Workbench) -> None:
    remember(bench, *(incident(Alert(title=f"alert {'abcdefghijklmnopqrstuvwxyz'[n]}"), n=n) for n in range(1, 25)))
    page = opened(show="memory")
    assert "24 of 24 memories" in shown(page)
    assert len([link for link in links(page) if "memory=" in link]) == 20


def test_a_postmortem_is_imported_and_what_tells_of_nothing_is_refused(bench: Workbench) -> None:
    page = opened(show="memory")
    postmortem = b"# Kafka lost its disks\n\n## Root cause\n\nDisk of kafka-3 full.\n\n## Resolution\n\nMore disks.\n"
    page.file_uploader[0].upload("kafka.md", postmortem).upload("menu.md", b"Soup.")
    click(page.run(), "import-now")
    text = shown(page)
    assert "remembered" in text
    assert "menu.md tells of no incident" in text
    assert [one.incident.title for one in bench.memory_desk.memories()] == ["Kafka lost its disks"]


# -- one memory --------------------------------------------------------------------------------------------------------


def test_everything_it_holds_is_there_and_links_lead_to_where_it_comes_from(bench: Workbench) -> None:
    more = {
        "runbooks": ("locks.md",),
        "resolved_by": "bo",
        "seconds_to_cause": 95.0,
        "rating": Rating.RIGHT,
        "rated_by": "ada",
    }
    remember(bench, incident(statement="A *lock* <b>", done=True, fix_held=True, affected=("web",), **more))
    page = opened(memory=FIRST)
    text = shown(page)
    for said in (
        "orders-db: lock contention",
        "A *lock* <b>",
        "migration cancelled",
        "It held.",
        "bo",
        "2 min to the cause",
    ):
        assert said in text
    assert "rated right by ada" in text
    assert r"A \*lock\* \<b\>" in "\n".join(one.value for one in page.markdown)
    assert any("inv=1" in link and link.startswith("Investigation") for link in links(page))
    assert any("doc=locks.md" in link for link in links(page))


def test_a_correction_replaces_what_was_believed_and_stands_in_the_history(bench: Workbench) -> None:
    remember(bench)
    page = tab(opened(memory=FIRST), "Correct it")
    page.text_input(key=f"c-component-{FIRST}").input("payments")
    page.selectbox(key=f"c-fault-{FIRST}").select("memory_leak")
    page.selectbox(key=f"c-held-{FIRST}").select("it did not hold")
    page.text_input(key=f"c-note-{FIRST}").input("I was there.")
    click(page, "correct-save")
    known = bench.memory_desk.memory(FIRST)
    assert known is not None
    assert known.incident.cause == ("payments", "memory_leak")
    assert known.incident.fix_held is False
    assert known.incident.statement == incident().statement
    text = shown(tab(page, "History"))
    assert "I was there." in text
    assert "payments: memory leak" in text
    assert "orders-db: lock contention" in text


@pytest.mark.parametrize(
    ("said", "statement", "becomes"),
    [
        ("memory_leak", "A lock.", ("memory_leak", "A lock.")),
        ("Memory leak", "A lock.", ("memory_leak", "A lock.")),
        ("not known", "A lock.", (None, "A lock.")),
        ("the bank changed its key", "A lock.", (None, "the bank changed its key")),
        ("a new key", "Nobody told us.", (None, "a new key: Nobody told us.")),
        ("a new key", "", (None, "a new key")),
        ("a new key", "The bank took a new key.", (None, "The bank took a new key.")),
    ],
)
def test_a_fault_in_one_s_own_words_goes_into_the_sentence(said: str, statement: str, becomes: tuple[str, str]) -> None:
    assert in_words(said, statement, "A lock.") == becomes


def test_a_correction_is_undone_from_the_history(bench: Workbench) -> None:
    remember(bench)
    bench.memory_desk.edit(FIRST, IncidentEdit(component="payments"), PERSON)
    page = tab(opened(memory=FIRST), "History")
    click(page, f"back-{FIRST}-1")
    known = bench.memory_desk.memory(FIRST)
    assert known is not None
    assert known.incident == incident(occurred=(incident().started_at,))
    assert "Back to revision 1" in shown(page)
    assert [button.key for button in page.button if (button.key or "").startswith("back-")] == [f"back-{FIRST}-2"]


def test_two_memories_are_merged_by_hand_and_taken_apart_again(bench: Workbench) -> None:
    remember(bench, incident(), incident(n=2, fingerprint="other", fault="disk_full"))
    page = opened(memory="investigation:2")
    page.selectbox(key="memory-merge-into").set_value(FIRST).run()
    click(page, "memory-merge")
    (known,) = bench.memory_desk.memories()
    assert (known.incident.id, known.incident.merged) == (FIRST, ("investigation:2",))
    assert "Told together" in shown(page)
    click(page, "unmerge-investigation:2")
    assert len(bench.memory_desk.memories()) == 2


def test_a_correction_of_nothing_is_refused_in_a_sentence(bench: Workbench) -> None:
    remember(bench)
    page = click(tab(opened(memory=FIRST), "Correct it"), "correct-save")
    assert "Nothing was changed" in shown(page)


def test_it_is_pinned_and_unpinned(bench: Workbench) -> None:
    remember(bench)
    page = click(opened(memory=FIRST), "memory-pin")
    assert "pinned" in shown(page)
    assert "pinned" not in shown(click(page, "memory-pin"))


def test_it_is_forgotten_for_good(bench: Workbench) -> None:
    remember(bench)
    page = click(opened(memory=FIRST), "memory-forget")
    assert "Nothing is remembered here" in shown(page)
    assert bench.memory_desk.memories() == []


def test_what_is_told_together_can_be_taken_apart(bench: Workbench) -> None:
    remember(bench, incident(), incident(n=2))
    page = opened(memory=FIRST)
    assert "merged ×2" in shown(page)
    click(page, "unmerge-investigation:2")
    assert "merged" not in shown(page)
    assert len(bench.memory_desk.memories()) == 2


def test_a_viewer_sees_it_all_and_can_change_nothing(bench: Workbench, viewer: None) -> None:
    remember(bench, incident(), incident(n=2))
    page = opened(memory=FIRST)
    assert "You look on" in shown(page)
    assert not page.button
    assert "can correct what is believed" in shown(tab(page, "Correct it"))
    assert "A responder can import" in shown(opened(show="memory"))


# -- what else is remembered -------------------------------------------------------------------------------------------


def test_what_keeps_happening_is_told_with_how_far_apart(bench: Workbench) -> None:
    remember(bench, incident(runbooks=("locks.md",), seconds_to_cause=120.0), incident(n=8))
    text = shown(page := part("Patterns"))
    assert "orders-db: lock contention" in text
    assert "7 days between them" in text
    assert "2 min to the cause" in text
    assert any("doc=locks.md" in link for link in links(page))
    assert "no topology is connected" in text


def test_without_patterns_and_ratings_it_says_how_they_come_about(bench: Workbench) -> None:
    assert "Nothing came twice yet" in shown(part("Patterns"))
    assert "Nothing was rated yet" in shown(part("Calibration"))
    assert "No dead ends yet" in shown(part("Dead ends"))
    assert "No facts yet" in shown(part("Facts"))


def test_many_facts_are_found_by_a_word_ordered_and_turned_over(bench: Workbench) -> None:
    for number in range(25):
        bench.memory.facts.add(f"shop-{24 - number:02}", f"fact number {number}", by="ada")
    page = part("Facts")
    assert "25 of 25" in shown(page)
    assert "fact number 24" in shown(page)
    assert "fact number 0\n" not in f"{shown(page)}\n"
    page.selectbox(key="facts-order").select("Component").run()
    assert "shop-00" in shown(page)
    assert "shop-24" not in shown(page)
    page.text_input(key="facts-find").input("SHOP-24").run()
    assert "1 of 25" in shown(page)
    assert "fact number 0" in shown(page)


def test_the_effect_of_ratings_is_said_in_words() -> None:
    low = Bucket(low=0.9, high=1.0, count=5, stated=0.95, right=0.0, factor=0.62)
    said = effects(Calibration(rated=5, brier=0.9, buckets=(low,), claims=5, claims_right=0, memory_counts=0.5))
    assert "counts less (×0.62)" in said[1]
    assert "in 0 of 5 rated claims" in said[2]
    assert "raises the explanation less (×0.50)" in said[2]
    assert "not put to the test yet" in effects(Calibration(rated=1))[-1]


def test_a_fact_is_written_changed_and_erased(bench: Workbench) -> None:
    page = part("Facts")
    page.text_input(key="new-fact-component-0").input("orders-db")
    page.text_input(key="new-fact-words-0").input("fails *over* at 3")
    click(page, "new-fact-save")
    (fact,) = bench.memory_desk.facts()
    assert "fails *over* at 3" in shown(page)
    page.text_area(key=f"fact-words-{fact.id}").input("fails over at 4")
    click(page, f"fact-save-{fact.id}")
    assert "fails over at 4" in shown(page)
    click(page, f"fact-erase-{fact.id}")
    assert bench.memory_desk.facts() == []


def test_a_profile_is_saved_and_begins_the_next_investigation(bench: Workbench) -> None:
    page = part("My profile")
    assert "Say your name first" in shown(page)
    page.session_state["person"] = "ada"
    page.run()
    page.text_input(key="profile-team").input("payments")
    page.text_input(key="profile-services").input("checkout, cart")
    page.selectbox(key="profile-autonomy").select(Autonomy.AUTO)
    page.selectbox(key="profile-pace").select(Pace.SLOW)
    click(page, "profile-save")
    found = bench.memory_desk.profile(PERSON)
    assert found is not None
    assert (found.team, found.services) == ("payments", ("checkout", "cart"))
    start = AppTest.from_file(str(SHELL), default_timeout=30)
    start.session_state["person"] = "ada"
    start.run()
    assert (start.get_by_key("autonomy").value, start.get_by_key("pace").value) == (Autonomy.AUTO, Pace.SLOW)
    click(page, "profile-erase")
    assert bench.memory_desk.profile(PERSON) is None


# -- the start page ----------------------------------------------------------------------------------------------------


def test_the_same_alert_once_more_recalls_what_was_left_out(bench: Workbench) -> None:
    before = bench.open(ORDERS, by=PERSON, pace=Pace.PLAN)
    page = opened("investigate", again=before)
    assert "Investigate once more" in shown(page)
    click(page, "again-go")
    begun = page.query_params["inv"]
    begun = begun if isinstance(begun, str) else begun[0]
    assert begun != before
    assert bench.state(begun).recall_own
    assert bench.state(begun).alert == ORDERS


def test_of_an_unknown_one_nothing_is_offered(bench: Workbench) -> None:
    assert "once more" not in shown(opened("investigate", again="nowhere"))


# -- the postmortem ----------------------------------------------------------------------------------------------------


def test_a_draft_is_edited_saved_and_there_when_it_is_opened_again(bench: Workbench) -> None:
    id_ = bench.open(Alert(title="The kiln *is* cold", component="kiln"), by=PERSON, pace=Pace.PLAN)
    page = opened("postmortem", inv=id_)
    assert "A draft" in shown(page)
    (box,) = page.text_area
    assert "# Postmortem: The kiln *is* cold" in box.value
    box.input(box.value + "\n## Root cause\n\nNobody lit it.\n")
    click(page, "postmortem-save")
    assert "saved by operator" in shown(page)
    again = opened("postmortem", inv=id_)
    assert "Nobody lit it." in again.text_area[0].value
    assert any("doc=postmortems" in link for link in links(again))
    assert bench.memory_desk.memory(f"postmortem:{id_}") is not None
    assert "Nobody lit it." in shown(tab(again, "Preview", "postmortem-tab"))


def test_what_is_typed_just_before_the_preview_is_opened_is_in_it_and_stays(bench: Workbench) -> None:
    id_ = bench.open(Alert(title="The kiln is cold", component="kiln"), by=PERSON, pace=Pace.PLAN)
    page = opened("postmortem", inv=id_)
    page.text_area[0].set_value("# A night\n\nNobody lit it.\n")
    assert "Nobody lit it." in shown(tab(page, "Preview", "postmortem-tab"))
    assert "Nobody lit it." in str(tab(page, "Edit", "postmortem-tab").text_area[0].value)


def test_a_forgotten_memory_is_linked_no_more(bench: Workbench) -> None:
    id_ = bench.open(Alert(title="cold", component="kiln"), by=PERSON, pace=Pace.PLAN)
    page = opened("postmortem", inv=id_)
    page.text_area[0].input(page.text_area[0].value + "\n## Root cause\n\nNobody lit it.\n")
    click(page, "postmortem-save")
    assert any(link.startswith("In memory") for link in links(page))
    bench.memory_desk.forget(f"postmortem:{id_}", ADMIN)
    page.run()
    assert not any(link.startswith("In memory") for link in links(page))
    assert "forgotten in memory" in shown(page)


def test_a_viewer_reads_it_and_cannot_save(bench: Workbench, viewer: None) -> None:
    id_ = bench.open(Alert(title="cold"), by=PERSON, pace=Pace.PLAN)
    page = opened("postmortem", inv=id_)
    assert page.text_area[0].disabled
    assert not page.button


def test_of_an_unknown_investigation_there_is_none(bench: Workbench) -> None:
    with pytest.raises(UnknownInvestigation):
        bench.state("nowhere")
    assert "There is no such investigation" in shown(opened("postmortem", inv="nowhere"))


# -- words -------------------------------------------------------------------------------------------------------------


def test_times_and_fixes_are_said_plainly() -> None:
    assert [lasted(seconds) for seconds in (None, 0.2, 40, 720, 9000, 200_000)] == [
        "",
        "1 s",
        "40 s",
        "12 min",
        "2.5 h",
        "2 days",
    ]
    assert held(incident(held_times=2, failed_times=1, fix_held=True)) == "It held twice and failed once."
    assert held(incident(done=False)).startswith("It was proposed")
    assert held(incident(fix_held=False)) == "It did not hold."
