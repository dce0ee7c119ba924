"""Besides incidents: dead ends, facts about components, people. All can be seen, edited and erased."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from sre_core.domain import Action, Autonomy, Effect, Evidence, Hypothesis, Observation, Pace, Plan, Reflection
from sre_core.errors import RefusedInput
from sre_core.events import (
    ActionProposed,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    Event,
    FactStated,
    GuidanceGiven,
    MemoryRecalled,
    PlanProposed,
    ReflectionMade,
    entry,
)
from sre_core.investigation import Investigation
from sre_core.memory.component_facts import ComponentFacts
from sre_core.memory.dead_ends import DeadEndEdit, DeadEnds
from sre_core.memory.fingerprint import kind_of
from sre_core.memory.incidents import IncidentStore
from sre_core.memory.origin import Origin
from sre_core.memory.profiles import Profile, Profiles
from tests.fakes import PERSON, ListTimeline
from tests.memory.told import ORDERS, incident

KIND = kind_of(ORDERS)
SECRET = "Vk9tQz81mLp"


def looked(n: int, helped: bool = False, workspace: str | None = None, capsule: str = "") -> Investigation:
    """An investigation that read the traces of everything, and the logs of one component with success."""
    timeline = ListTimeline(state=Investigation(f"inv-{n}"))
    timeline.say(entry(PERSON, AlertReceived(alert=ORDERS, workspace=workspace, autonomy=Autonomy.AUTO)))
    timeline.say(entry("memory", MemoryRecalled(capsule=capsule)))
    hypothesis = Hypothesis(id="H1", component="orders-db", statement="It begins at orders-db")
    timeline.say(entry("reasoner:rules", PlanProposed(plan=Plan(revision=1, steps=()), hypotheses=(hypothesis,))))
    for id_, tool, place, found in (("A1", "read_traces", (), helped), ("A2", "read_logs", ("orders-db",), True)):
        action = Action(id=id_, tool=tool, components=place, effect=Effect.READS)
        observation = Observation(action_id=id_, tool=tool, source="x", summary="", output_type="X")
        piece = Evidence(id=f"E{id_}", action_id=id_, source="x", finding="signal", quote="seen")
        reflection = Reflection(action_id=id_, thought="", evidence=(piece,) if found else ())
        timeline.write(entry("reasoner:rules", ActionProposed(action=action)))
        timeline.write(entry("policy", ActionStarted(action_id=id_, run_id="r")))
        timeline.write(entry("tool:x", ActionSucceeded(action_id=id_, run_id="r", observation=observation)))
        timeline.write(entry("reasoner:rules", ReflectionMade(reflection=reflection)))
    return timeline.state


@pytest.fixture
def dead_ends(database: Database) -> DeadEnds:
    return DeadEnds(database)


def test_a_check_that_brought_nothing_in_three_incidents_is_a_dead_end_and_one_that_helped_is_not(
    dead_ends: DeadEnds,
) -> None:
    for n in (1, 2):
        dead_ends.learn(looked(n))
    assert dead_ends.all() == []
    dead_ends.learn(looked(3))
    dead_ends.learn(looked(3))
    (found,) = dead_ends.of(KIND, "orders-db")
    assert (found.tool, found.target, found.runs) == ("read_traces", "everything", 3)
    assert dead_ends.of(KIND, "billing-db") == []
    dead_ends.learn(looked(4, helped=True))
    assert dead_ends.all() == []


def test_runs_on_one_capsule_count_once_and_not_at_all_for_that_capsule(dead_ends: DeadEnds) -> None:
    for n in (1, 2, 3):
        dead_ends.learn(looked(n, workspace="sample:a"))
    assert dead_ends.all() == []
    for n in (4, 5):
        dead_ends.learn(looked(n))
    assert dead_ends.of(KIND, "orders-db")[0].runs == 3
    assert dead_ends.of(KIND, "orders-db", not_from=Origin(workspace="sample:a")) == []


def test_two_capsules_of_one_name_are_told_apart_and_what_has_only_the_name_counts_for_both(
    dead_ends: DeadEnds, facts: ComponentFacts
) -> None:
    for n, capsule in enumerate(("one", "one", "other", "third", ""), 1):
        dead_ends.learn(looked(n, workspace="capsule.zip", capsule=capsule))
    assert [one.runs for one in dead_ends.of(KIND, "orders-db")] == [3]
    assert dead_ends.of(KIND, "orders-db", not_from=Origin(workspace="capsule.zip", capsule="one")) == []
    new = Origin(workspace="capsule.zip", capsule="new")
    assert [one.runs for one in dead_ends.of(KIND, "orders-db", not_from=new)] == [3]
    for capsule in ("one", ""):
        event, state = said(FactStated(text=f"said of {capsule}", component="orders-db"), "capsule.zip", capsule)
        facts.learn(event.model_copy(update={"seq": len(capsule) + 5}), state)
    assert [one.text for one in facts.about(["orders-db"], not_from=new)] == ["said of one"]
    unnamed = Origin(workspace="renamed.zip", capsule="one")
    assert [one.text for one in facts.about(["orders-db"], not_from=unnamed)] == ["said of"]


def test_a_person_can_have_it_minded_no_more_and_erase_it_for_good(dead_ends: DeadEnds) -> None:
    for n in (1, 2, 3):
        dead_ends.learn(looked(n))
    (found,) = dead_ends.all()
    edited = dead_ends.edit(found.id, DeadEndEdit(minded=False, note="traces were off"), by="ada")
    assert (edited.minded, dead_ends.get(found.id)) == (False, edited)
    assert dead_ends.of(KIND, "orders-db") == []
    assert dead_ends.erase(found.id, by="ada")
    assert not dead_ends.erase(found.id, by="ada")
    for n in (1, 2, 3):
        dead_ends.learn(looked(n))
    assert dead_ends.all() == []
    with pytest.raises(RefusedInput, match="no dead end"):
        dead_ends.edit(found.id, DeadEndEdit(note="x"), by="ada")


def test_forgetting_an_incident_forgets_what_was_looked_at_and_nothing_more_is_learned_of_it(
    database: Database, dead_ends: DeadEnds
) -> None:
    for n in (1, 2, 3):
        dead_ends.learn(looked(n))
    store = IncidentStore(database)
    store.remember(incident(n=1, id="investigation:inv-1", investigation_id="inv-1"))
    assert store.forget("investigation:inv-1", by="ada")
    assert dead_ends.all() == []
    dead_ends.learn(looked(1))
    with database.connect() as connection:
        left = set(connection.scalars(text("SELECT DISTINCT investigation_id FROM wb_looks")))
    assert left == {"inv-2", "inv-3"}


def test_a_note_on_a_dead_end_is_kept_without_secrets(dead_ends: DeadEnds) -> None:
    for n in (1, 2, 3):
        dead_ends.learn(looked(n))
    (found,) = dead_ends.all()
    dead_ends.edit(found.id, DeadEndEdit(note=f"log in with password={SECRET}"), by="ada")
    (noted,) = dead_ends.all()
    assert "log in with" in noted.note
    assert SECRET not in noted.note


@pytest.fixture
def facts(database: Database) -> ComponentFacts:
    return ComponentFacts(database)


def said(
    happening: FactStated | GuidanceGiven, workspace: str | None = None, capsule: str = ""
) -> tuple[Event, Investigation]:
    timeline = ListTimeline(state=looked(1, workspace=workspace, capsule=capsule))
    return timeline.write(entry(PERSON, happening)), timeline.state


def test_a_fact_that_somebody_stated_about_a_component_is_kept_with_who_and_where(facts: ComponentFacts) -> None:
    event, state = said(FactStated(text="It fails over at 3 a.m.", component="orders-db"), "sample:a")
    fact = facts.learn(event, state)
    assert fact is not None
    assert (fact.component, fact.by, fact.seq, fact.workspace) == ("orders-db", "ada", event.seq, "sample:a")
    assert facts.about(["orders-db"]) == [fact]
    assert facts.about(["orders-db"], not_from=Origin(workspace="sample:a")) == []
    assert facts.about(["web"]) == []


@pytest.mark.parametrize(
    ("happening", "kept"),
    [
        (FactStated(text="orders-db has two standbys"), "orders-db has two standbys"),
        (FactStated(text="It rains"), None),
        (GuidanceGiven(text="Remember that orders-db has two standbys"), "orders-db has two standbys"),
        (GuidanceGiven(text="look at orders-db first"), None),
    ],
)
def test_what_names_a_component_and_is_meant_to_last_is_kept(
    facts: ComponentFacts, happening: FactStated | GuidanceGiven, kept: str | None
) -> None:
    found = facts.learn(*said(happening))
    assert (found.text if found else None) == kept


def test_a_fact_can_be_edited_and_erased_and_does_not_come_back(facts: ComponentFacts) -> None:
    event, state = said(FactStated(text="It fails over", component="orders-db"))
    fact = facts.learn(event, state)
    assert fact is not None
    edited = facts.edit(fact.id, words="It fails over by itself", by="grace")
    assert (facts.get(fact.id), edited.edited_by) == (edited, "grace")
    assert facts.erase(fact.id, by="ada")
    assert (facts.learn(event, state), facts.all()) == (None, [])
    with pytest.raises(RefusedInput, match="no fact"):
        facts.edit(fact.id, words="x", by="ada")
    with pytest.raises(RefusedInput, match="needs a component"):
        facts.add(" ", "x", by="ada")


def test_facts_are_kept_without_secrets_wherever_they_come_from(facts: ComponentFacts) -> None:
    words = f"orders-db takes password={SECRET}"
    typed = facts.add("orders-db", words, by="ada")
    edited = facts.edit(typed.id, words=f"{words} again", by="ada")
    stated = facts.learn(*said(FactStated(text=words, component="orders-db")))
    assert stated is not None
    for fact in (typed, edited, stated, *facts.all()):
        assert "orders-db takes" in fact.text
        assert SECRET not in fact.text


def test_a_person_is_remembered_edited_and_forgotten(database: Database) -> None:
    people = Profiles(database)
    kept = people.save(Profile(name="ada", team="shop", services=("cart",), autonomy=Autonomy.AUTO, pace=Pace.STEP))
    assert (people.get("ada"), people.all(), people.owners_of("cart")) == (kept, [kept], [kept])
    people.save(kept.model_copy(update={"team": "bank", "autonomy": None}))
    changed = people.get("ada")
    assert changed is not None
    assert (changed.team, changed.autonomy) == ("bank", None)
    assert people.erase("ada")
    assert not people.erase("ada")
    assert people.get("ada") is None
