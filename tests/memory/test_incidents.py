"""Incidents are remembered, corrected, merged, pinned and forgotten; what is recalled of them says why, and what to mind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine as Database

from sre_core.domain import Alert, Incident, Proof, Rating, Recollection, Standing, Verdict
from sre_core.errors import RefusedInput
from sre_core.memory.corpus import Corpus
from sre_core.memory.incidents import IncidentEdit, IncidentStore, incident_from_postmortem
from sre_core.memory.likeness import FLOOR, spoken_text, told
from sre_core.memory.picture import Picture
from sre_core.memory.recalling import BEFORE, MOST, RAISE
from tests.memory.told import MAY, ORDERS, Meanings, incident

SALE = Incident(
    id="sale",
    title="Spring sale, checkout killed for memory",
    component="checkout-service",
    fault="memory_exhaustion",
    symptoms="checkout pods OOMKilled one after the other, connection refused at the gateway, traffic 2.6x",
    resolution="scaled to 10 pods",
)
LOCK = Incident(
    id="lock", title="Orders blocked by a migration", component="orders-db", symptoms="orders answer 503, p99 above 2 s"
)
CERTIFICATE = Incident(id="certificate", title="Certificate expired", symptoms="handshakes fail at the edge")
KNOWN = (SALE, LOCK, CERTIFICATE)
OTHER_WORDS = Alert(title="Transactions at orders-db are stuck", component="orders-db", starts_at=ORDERS.starts_at)


@pytest.fixture
def database(each_database: Database) -> Database:
    """Everything here holds on both kinds of database."""
    return each_database


@pytest.fixture
def store(database: Database) -> IncidentStore:
    return IncidentStore(database)


@pytest.fixture
def three(store: IncidentStore) -> IncidentStore:
    store.remember_all(KNOWN)
    return store


def recall(store: IncidentStore, alert: Alert = ORDERS, *components: str) -> list[Recollection]:
    return store.recall_alert(alert, Picture.of(alert, components), limit=3)


# -- how alike ---------------------------------------------------------------------------------------------------------


async def test_the_most_alike_comes_first_with_what_both_share(three: IncidentStore) -> None:
    found = await three.recall("checkout pods crash, OutOfMemoryError", component="checkout-service", limit=3)
    (first, *_) = found.recollections
    assert first.incident.id == "sale"
    assert first.shared[0] == "checkout-service"
    assert {"pods", "memory"} <= set(first.shared)
    assert found.known == 3


async def test_nothing_alike_recalls_nothing(three: IncidentStore) -> None:
    assert (await three.recall("printer out of paper", component=None, limit=3)).recollections == ()


async def test_a_component_alone_is_not_a_resemblance(three: IncidentStore) -> None:
    assert (await three.recall("something odd", component="checkout-service", limit=3)).recollections == ()


def test_the_same_component_makes_it_more_alike_a_neighbour_less_and_another_least() -> None:
    corpus = Corpus([told(each) for each in KNOWN])
    calls = {"gateway": ["checkout-service"]}
    pictures = [Picture.around([name], (), calls) for name in ("checkout-service", "gateway", "web")]
    found = [corpus.alike(spoken_text("pods killed for memory", picture.hops), 1)[0] for picture in pictures]
    assert found[0].similarity > found[1].similarity > found[2].similarity


@given(st.text(max_size=60), st.none() | st.sampled_from(["orders-db", "web"]))
def test_similarity_is_between_the_floor_and_one(text: str, component: str | None) -> None:
    picture = Picture.around([component] if component else [])
    for found in Corpus([told(each) for each in KNOWN]).alike(spoken_text(text, picture.hops), 5):
        assert FLOOR <= found.similarity <= 1


# -- claiming ----------------------------------------------------------------------------------------------------------


def test_the_very_same_alert_is_claimed_with_its_fix_and_why(store: IncidentStore) -> None:
    store.remember(incident(fix_held=True, resolved_by="grace"))
    pods = {"labels": {**ORDERS.labels, "pod": "orders-db-5d8f7c6b9d-x2x4k"}}
    (found,) = recall(store, ORDERS.model_copy(update=pods))
    assert (found.claimed, found.same_alert, found.matched[0]) == (True, True, "the very same alert")
    assert (found.incident.resolution, found.incident.resolved_by, found.incident.held_times) == (
        "migration cancelled",
        "grace",
        1,
    )
    assert any("days before" in phrase for phrase in found.differs)


def test_a_claim_is_a_hypothesis_with_a_raised_prior_that_one_strong_piece_of_evidence_outweighs(
    store: IncidentStore,
) -> None:
    store.remember(incident(rating=Rating.RIGHT))
    (found,) = recall(store)
    assert found.prior == pytest.approx(min(BEFORE + RAISE, MOST))
    assert MOST <= 1.5


def test_the_same_words_about_another_component_are_never_claimed(store: IncidentStore) -> None:
    store.remember(incident())
    elsewhere = ORDERS.model_copy(update={"component": "billing-db", "labels": {"alertname": "OrdersFailing"}})
    assert not any(found.claimed for found in recall(store, elsewhere))


def test_the_same_component_with_other_words_is_not_claimed(store: IncidentStore) -> None:
    store.remember(incident())
    assert not any(
        found.claimed for found in recall(store, Alert(title="certificate of orders-db ends", component="orders-db"))
    )


def elsewhere(alert: Alert) -> Incident:
    return incident(alert, component="crond", fault="cpu_saturation", statement="", alerting=())


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (Alert(title="High CPU on web-3"), Alert(title="High CPU on db-9")),
        (
            Alert(title="HostDown", labels={"alertname": "HostDown", "instance": "db-orders-01.prod:9100"}),
            Alert(title="HostDown", labels={"alertname": "HostDown", "instance": "mail-relay-7.office:9100"}),
        ),
    ],
)
def test_the_same_words_about_another_machine_are_not_claimed_and_the_difference_is_said(
    store: IncidentStore, then: Alert, now: Alert
) -> None:
    store.remember(elsewhere(then))
    (again,) = recall(store, then)
    assert (again.same_alert, again.claimed) == (True, True)
    (found,) = recall(store, now)
    assert (found.same_alert, found.claimed) == (False, False)
    assert found.similarity < 0.99
    assert any(phrase.startswith("then it was about ") and ", now about " in phrase for phrase in found.differs)


def test_meaning_finds_what_shares_no_words_and_is_said_to_have_been_compared(database: Database) -> None:
    by_words, meanings = IncidentStore(database), Meanings()
    blocked = Alert(title="The table is blocked", component="orders-db")
    by_words.remember(incident(blocked, statement="", fault="unknown_fault"))
    assert recall(by_words, OTHER_WORDS) == []
    by_meaning = IncidentStore(database, meanings)
    assert by_meaning.catch_up() == 1
    (found,) = recall(by_meaning, OTHER_WORDS)
    assert any("means nearly the same" in phrase for phrase in found.matched)


def test_vectors_are_made_once_when_remembering_and_again_when_the_text_changes(database: Database) -> None:
    meanings = Meanings()
    store = IncidentStore(database, meanings)
    store.remember(incident())
    after_first = meanings.asked
    store.remember(incident())
    assert (store.catch_up(), meanings.asked) == (0, after_first)
    store.edit("investigation:1", IncidentEdit(statement="the disk has no space"), by="ada")
    assert meanings.asked == after_first + 1


def test_without_the_model_words_answer_and_with_it_the_rest_catches_up(database: Database) -> None:
    meanings = Meanings(loaded=False)
    store = IncidentStore(database, meanings)
    store.remember(incident())
    assert (store.by_meaning, store.catch_up(), recall(store)[0].claimed) == (False, 0, True)
    meanings.loaded = True
    assert (store.by_meaning, store.catch_up()) == (True, 1)


# -- kept up to date ---------------------------------------------------------------------------------------------------


def test_a_correction_replaces_what_was_believed_and_the_history_is_kept(store: IncidentStore) -> None:
    store.remember(incident(), because="Concluded.")
    corrected = incident(
        component="orders-service", fault="memory_leak", refuted="A migration holds a lock", rating=Rating.WRONG
    )
    store.remember(corrected, by="ada", because="Rated wrong. it was the heap")
    (found,) = recall(store)
    assert (found.claimed, found.incident.cause) == (True, ("orders-service", "memory_leak"))
    revisions = store.revisions("investigation:1")
    assert [(r.revision, r.by, r.because) for r in revisions] == [
        (1, "memory", "Concluded."),
        (2, "ada", "Rated wrong. it was the heap"),
    ]
    assert [r.believed.component for r in revisions if r.believed] == ["orders-db", "orders-service"]


def test_learning_the_same_again_is_no_revision(store: IncidentStore) -> None:
    store.remember(incident())
    store.remember(incident())
    assert len(store.revisions("investigation:1")) == 1


def test_what_a_person_edits_stays_until_somebody_tells_that_very_thing_differently(store: IncidentStore) -> None:
    store.remember(incident())
    store.edit(
        "investigation:1", IncidentEdit(resolution="lock_timeout set", fault="slow_query"), by="ada", because="I know"
    )
    store.remember(incident(runbooks=("runbooks/locks.md",)))
    told_now = store.get("investigation:1")
    assert told_now is not None
    assert (told_now.resolution, told_now.fault, told_now.edited_by) == ("lock_timeout set", "slow_query", "ada")
    store.remember(incident(resolution="index added"))
    told_now = store.get("investigation:1")
    assert told_now is not None
    assert (told_now.resolution, told_now.fault) == ("index added", "slow_query")


def test_an_edit_of_nothing_or_of_nobody_is_refused(store: IncidentStore) -> None:
    with pytest.raises(RefusedInput, match="Nothing is remembered"):
        store.edit("investigation:9", IncidentEdit(title="x"), by="ada")
    with pytest.raises(RefusedInput, match="at least one field"):
        store.edit("investigation:9", IncidentEdit(), by="ada")


def test_a_fix_that_failed_lowers_trust_and_the_prior_and_says_so(store: IncidentStore) -> None:
    store.remember(incident(fix_held=True))
    (before,) = recall(store)
    store.remember(incident(fix_held=False))
    (after,) = recall(store)
    assert after.trust < before.trust
    assert (after.prior or 0) < (before.prior or 0)
    assert "The fix failed." in after.cautions


def test_a_later_confirmed_cause_of_the_same_alert_contradicts_the_earlier_one(store: IncidentStore) -> None:
    store.remember(incident(n=1))
    store.remember(incident(n=2, component="orders-service", fault="memory_leak", rating=Rating.RIGHT))
    newer, older = recall(store)
    assert (newer.incident.id, newer.claimed) == ("investigation:2", True)
    assert (older.standing, older.claimed, older.prior) == (Standing.CONTRADICTED, False, None)
    assert "another cause" in older.cautions[0]


def test_a_verdict_that_a_person_confirmed_is_not_contradicted_by_one_that_nobody_did(store: IncidentStore) -> None:
    store.remember(incident(n=1, rating=Rating.RIGHT))
    store.remember(incident(n=2, component="orders-service", fault="memory_leak"))
    assert {found.standing for found in recall(store)} == {Standing.BELIEVED}


def test_a_component_that_is_gone_makes_a_memory_outdated(store: IncidentStore) -> None:
    store.remember(incident())
    (there,) = recall(store, ORDERS, "orders-db", "web")
    (gone,) = recall(store, ORDERS, "web")
    assert (there.claimed, gone.claimed, gone.standing, gone.prior) == (True, False, Standing.OUTDATED, None)


@pytest.mark.parametrize(("rating", "standing"), [(None, Standing.OUTDATED), (Rating.RIGHT, Standing.BELIEVED)])
def test_what_is_old_and_was_never_confirmed_is_outdated(
    store: IncidentStore, rating: Rating | None, standing: Standing
) -> None:
    store.remember(incident(started_at=MAY - timedelta(days=400), rating=rating))
    assert recall(store)[0].standing is standing


def test_a_pinned_memory_comes_first_and_is_never_outdated(store: IncidentStore) -> None:
    store.remember(incident(n=1, started_at=MAY - timedelta(days=900)))
    store.remember(incident(n=2, fault="slow_query"))
    store.pin("investigation:1", True, by="ada")
    assert [found.incident.id for found in recall(store)] == ["investigation:1", "investigation:2"]
    store.pin("investigation:1", False, by="ada")
    assert recall(store)[0].incident.id == "investigation:2"


def test_a_verdict_called_wrong_is_shown_and_never_claimed(store: IncidentStore) -> None:
    store.remember(incident(component=None, fault=None, refuted="A lock", rating=Rating.WRONG))
    (found,) = recall(store)
    assert (found.standing, found.claimed, found.prior) == (Standing.REFUTED, False, None)


def test_what_found_no_cause_is_one_memory_below_those_with_a_cause_and_never_claimed(store: IncidentStore) -> None:
    unsolved = {"component": None, "fault": None, "statement": "", "verdict": Verdict.INCONCLUSIVE, "confidence": None}
    store.remember_all([incident(n=5, **unsolved, ruled_out=("The disk: it is empty",)), incident(n=6, **unsolved)])
    (found,) = recall(store)
    assert (found.standing, found.claimed, found.prior) == (Standing.UNSOLVED, False, None)
    assert found.cautions == ("It was looked into, and the cause was not found.",)
    assert (found.incident.merged, found.incident.ruled_out) == (("investigation:6",), ("The disk: it is empty",))
    store.pin(found.incident.id, True, by="ada")
    store.remember(incident(n=1))
    assert [(one.incident.id, one.claimed) for one in recall(store)] == [
        ("investigation:1", True),
        ("investigation:5", False),
    ]
    store.edit("investigation:5", IncidentEdit(component="payments", statement="The bank changed its key"), by="ada")
    assert recall(store)[0].incident.statement == "The bank changed its key"


def test_what_is_contradicted_or_failed_is_not_crowded_out_by_what_is_merely_alike(store: IncidentStore) -> None:
    store.remember(incident(n=1, fault="slow_query"))
    store.remember(incident(n=9))
    crowd = (
        incident(Alert(title=f"Transactions at orders-db are stuck in {where}", component="orders-db"), n=n)
        for n, where in enumerate(("commit", "vacuum", "analyse", "backup"), 20)
    )
    store.remember_all(crowd)
    found = recall(store)
    assert [one.recommended for one in found] == [True, True, True, False]
    assert (found[-1].incident.id, found[-1].standing) == ("investigation:1", Standing.CONTRADICTED)


def test_a_cause_told_in_words_contradicts_another_one_of_the_same_alert(store: IncidentStore) -> None:
    store.remember(incident(n=1))
    told = incident(n=2, fault=None, statement="A new key at the bank", told_by="ada", rating=Rating.WRONG)
    store.remember(told)
    first, second = recall(store)
    assert (first.incident.id, first.claimed, first.trust) == ("investigation:2", True, 1.0)
    assert second.standing is Standing.CONTRADICTED
    assert "“A new key at the bank” at orders-db" in second.cautions[0]


def test_going_back_to_an_earlier_revision_believes_it_again_and_keeps_what_came_since(store: IncidentStore) -> None:
    store.remember(incident(seconds_to_cause=60))
    store.edit("investigation:1", IncidentEdit(component="payments", resolution="restarted"), by="ada")
    edited = store.single("investigation:1")
    assert edited is not None
    assert edited.seconds_to_cause is None
    assert store.restore("investigation:1", 1, by="bo") == incident(
        seconds_to_cause=60, occurred=(incident().started_at,)
    )
    again = store.restore("investigation:1", 2, by="bo")
    assert (again.component, again.resolution, again.edited_by) == ("payments", "restarted", "bo")
    assert [(one.by, one.because) for one in store.revisions("investigation:1")[2:]] == [
        ("bo", "Back to revision 1."),
        ("bo", "Back to revision 2."),
    ]
    with pytest.raises(RefusedInput, match="no revision 9"):
        store.restore("investigation:1", 9, by="bo")


def test_what_is_investigated_again_is_not_believed_meanwhile_and_its_history_goes_on(store: IncidentStore) -> None:
    store.remember(incident())
    assert store.withdraw("investigation:1", by="ada", because="Refuted.")
    assert recall(store) == []
    store.remember(incident(fault="slow_query"))
    assert [r.believed.fault if r.believed else None for r in store.revisions("investigation:1")] == [
        "lock_contention",
        None,
        "slow_query",
    ]


# -- together and apart ------------------------------------------------------------------------------------------------


def test_the_same_alert_with_the_same_cause_is_one_memory_with_all_its_dates(store: IncidentStore) -> None:
    for n in (3, 1, 2):
        store.remember(incident(n=n, fix_held=n != 2))
    (one,) = store.incidents()
    assert (one.id, one.merged) == ("investigation:1", ("investigation:3", "investigation:2"))
    assert one.occurred == tuple(MAY + timedelta(days=n) for n in (1, 2, 3))
    assert (one.held_times, one.failed_times) == (2, 1)
    assert store.get("investigation:3") == one


def test_a_fork_or_the_same_capsule_again_is_no_other_time(store: IncidentStore) -> None:
    for n in (1, 2):
        store.remember(incident(n=n, occurrence="sample:orders-503"))
    assert len(store.incidents()[0].occurred) == 1


def test_merging_can_be_undone_and_stays_undone(store: IncidentStore) -> None:
    store.remember(incident(n=1))
    store.remember(incident(n=2))
    store.unmerge("investigation:2", by="ada")
    store.remember(incident(n=2, runbooks=("a.md",)))
    assert [one.id for one in store.incidents()] == ["investigation:2", "investigation:1"]
    assert store.merge("investigation:1", ["investigation:2"], by="ada").merged == ("investigation:2",)
    assert len(store.incidents()) == 1


def test_a_person_may_merge_what_the_alert_does_not_show_to_be_the_same(store: IncidentStore) -> None:
    store.remember_all([incident(n=1), incident(n=2, fingerprint="other", fault="slow_query")])
    store.merge("investigation:1", ["investigation:2"], by="ada")
    store.remember(incident(n=3))
    (one,) = store.incidents()
    assert set(one.merged) == {"investigation:2", "investigation:3"}
    with pytest.raises(RefusedInput, match="into itself"):
        store.merge("investigation:1", ["investigation:1"], by="ada")


def test_what_was_merged_by_hand_is_taken_apart_again_with_nothing_lost(store: IncidentStore) -> None:
    store.remember_all([incident(n=1), incident(n=2, fingerprint="other", fault="slow_query")])
    before = {id_: store.single(id_) for id_ in ("investigation:1", "investigation:2")}
    store.merge("investigation:1", ["investigation:2"], by="ada")
    store.unmerge("investigation:2", by="ada")
    assert {one.id for one in store.incidents()} == set(before)
    assert {id_: store.single(id_) for id_ in before} == before


def test_one_that_is_corrected_leaves_its_group(store: IncidentStore) -> None:
    store.remember(incident(n=1))
    store.remember(incident(n=2))
    store.remember(incident(n=2, component="orders-service", fault="memory_leak", refuted="A lock"))
    assert {one.id for one in store.incidents()} == {"investigation:1", "investigation:2"}
    first, second = recall(store)
    assert (first.incident.id, second.standing) == ("investigation:2", Standing.CONTRADICTED)


# -- forgetting --------------------------------------------------------------------------------------------------------


def test_forgetting_erases_row_history_and_vectors_from_the_very_file_and_it_does_not_come_back(
    database: Database, tmp_path: Path
) -> None:
    store = IncidentStore(database, Meanings())
    store.remember(incident(n=1, title="ZYXWORD happened"))
    store.edit("investigation:1", IncidentEdit(statement="QQSECRET cause"), by="ada")
    store.remember(incident(n=2, title="ZYXWORD happened"))
    assert store.forget("investigation:1", by="ada")
    assert not store.forget("investigation:1", by="ada")
    assert (store.incidents(), store.revisions("investigation:1"), recall(store)) == ([], [], [])
    assert not store.remember(incident(n=1))
    assert store.remember_all([incident(n=2)]) == 0
    database.dispose()
    left = b"".join(file.read_bytes() for file in tmp_path.glob("workbench.db*"))
    assert b"ZYXWORD" not in left
    assert b"QQSECRET" not in left


def test_a_forgotten_postmortem_of_a_workspace_is_not_compared_either(store: IncidentStore) -> None:
    assert store.recall_alert(ORDERS, limit=3, beside=[incident(n=7, fingerprint="")])
    store.forget("investigation:7", by="ada")
    assert store.recall_alert(ORDERS, limit=3, beside=[incident(n=7, fingerprint="")]) == []


def test_no_secret_enters_by_any_door(database: Database, store: IncidentStore, tmp_path: Path) -> None:
    secret = "password=Vk9tQz81mLp"
    told = Proof(text=secret, source="logs")
    secretive = Alert(title=f"Login fails with {secret}", component="orders-db")
    remembered = incident(secretive, symptoms=f"seen {secret}", seen=(secret,), evidence=(told,))
    store.remember(remembered, because=f"told {secret}")
    store.remember(remembered, because=f"told {secret}")
    assert len(store.revisions("investigation:1")) == 1
    change = IncidentEdit(resolution=f"psql {secret}", runbooks=(f"x {secret}",), resolved_by=secret)
    edited = store.edit("investigation:1", change, by="ada", because=f"it was {secret}")
    assert edited.resolution.startswith("psql password=[redacted")
    postmortem = f"---\nkind: postmortem\nsymptoms: {secret}\n---\n{TOLD.format(secret)}"
    store.import_postmortem("postmortems/x.md", postmortem, by="ada")
    database.dispose()
    assert b"vk9tqz81mlp" not in b"".join(file.read_bytes() for file in tmp_path.glob("workbench.db*")).lower()


# -- postmortems -------------------------------------------------------------------------------------------------------


def test_a_postmortem_is_imported_updated_by_the_same_path_and_brought_back_by_hand(store: IncidentStore) -> None:
    text = "# Orders down\n\n## Summary\n\nlocked\n\n## Root cause\n\nlock contention\n\n## Resolution\n\n{}\n"
    first = store.import_postmortem("postmortems/orders.md", text.format("migration cancelled"), by="ada")
    again = store.import_postmortem("postmortems/orders.md", text.format("lock_timeout"), by="ada")
    assert (first.id, again.resolution) == (again.id, "lock_timeout")
    assert len(store.revisions(first.id)) == 2
    store.forget(first.id, by="ada")
    assert store.import_postmortem("postmortems/orders.md", text.format("x"), by="ada").resolution == "x"


TOLD = "# {0} down\n\n## Summary\n\n{0} broke\n\n## Root cause\n\nlock contention\n\n## Resolution\n\nrestarted\n"


def test_postmortems_of_one_name_in_several_folders_are_all_kept(store: IncidentStore) -> None:
    for month, title in (("2026-01", "Payments"), ("2026-02", "Orders")):
        store.import_postmortem(f"{month}/postmortem.md", TOLD.format(title), by="ada")
    assert {one.title for one in store.incidents()} == {"Payments down", "Orders down"}


def test_a_postmortem_that_was_stored_by_its_name_alone_keeps_its_id_and_another_of_that_name_gets_its_own(
    store: IncidentStore,
) -> None:
    stored = incident_from_postmortem("2026-01/postmortem.md", f"---\nkind: postmortem\n---\n{TOLD.format('Payments')}")
    assert stored is not None
    store.remember(stored.model_copy(update={"id": "postmortem:postmortem"}))
    again = store.import_postmortem("2026-01/postmortem.md", TOLD.format("Payment"), by="ada")
    other = store.import_postmortem("2026-02/postmortem.md", TOLD.format("Orders"), by="ada")
    assert (again.id, again.title) == ("postmortem:postmortem", "Payment down")
    assert len(store.incidents()) == 2
    alert = Alert(title="Payments broke by lock contention, restarted")
    found = store.recall_alert(alert, limit=9, beside=[stored, stored.model_copy(update={"id": other.id})])
    assert {one.incident.id for one in found} <= {again.id, other.id}


def test_a_postmortem_of_an_investigation_belongs_to_its_workspace(store: IncidentStore) -> None:
    store.remember(incident(workspace="sample:orders-503", occurrence="sample:orders-503"))
    text = "---\nkind: postmortem\ninvestigation: 1\ncomponent: orders-db\nfault: lock_contention\n---\n# Orders\n"
    written = store.import_postmortem("postmortems/x.md", text, by="ada")
    assert written.workspace == "sample:orders-503"
    assert len(written.occurred) == 1


def test_another_store_on_the_same_database_sees_every_change(database: Database, store: IncidentStore) -> None:
    other = IncidentStore(database)
    assert other.incidents() == []
    store.remember(incident())
    assert [one.id for one in other.incidents()] == ["investigation:1"]
    store.forget("investigation:1", by="ada")
    assert other.incidents() == []
    assert recall(other) == []


def test_after_forgetting_one_the_others_are_still_compared_by_meaning(database: Database) -> None:
    store = IncidentStore(database, Meanings())
    store.remember_all([incident(n=1), incident(n=2, fault="slow_query")])
    store.catch_up()
    before = next(one for one in recall(store) if one.incident.id == "investigation:2")
    store.forget("investigation:1", by="ada")
    (after,) = recall(store)
    assert after.similarity == pytest.approx(before.similarity, abs=0.05)
    assert any("means nearly the same" in phrase for phrase in after.matched)
