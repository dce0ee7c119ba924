"""Ratings against stated confidence: without any nothing changes, and each one moves what memory is worth a little."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine as Database

from sre_core.domain import Rating, Recollection, Verdict
from sre_core.events import ConclusionRated, ConclusionRefuted, entry
from sre_core.memory.calibration import LEAST, MOST, Calibration, RatedVerdict, Ratings, calibrate
from sre_core.memory.incidents import IncidentStore
from sre_core.memory.picture import Picture
from sre_core.memory.recalling import Circumstances
from tests.fakes import PERSON
from tests.memory.told import MAY, ORDERS, concluded, incident

rated_verdicts = st.builds(
    RatedVerdict,
    investigation_id=st.uuids().map(str),
    at=st.just(MAY),
    by=st.just("ada"),
    verdict=st.just(Verdict.LIKELY),
    confidence=st.floats(0.01, 1),
    rating=st.sampled_from(Rating),
    claimed_right=st.none() | st.booleans(),
)


def rated(confidence: float, rating: Rating, times: int, claimed_right: bool | None = None) -> list[RatedVerdict]:
    return [
        RatedVerdict(
            investigation_id=f"{confidence}-{rating}-{n}",
            at=MAY,
            by="ada",
            verdict=Verdict.CONFIRMED,
            confidence=confidence,
            rating=rating,
            claimed_right=claimed_right,
        )
        for n in range(times)
    ]


@given(st.floats(0, 1))
def test_without_ratings_nothing_changes(confidence: float) -> None:
    assert calibrate([]) == Calibration()
    assert Calibration().corrected(confidence) == confidence


@given(st.lists(rated_verdicts, min_size=1, max_size=40), st.floats(0.01, 1))
def test_a_correction_lies_between_what_was_stated_and_what_turned_out(
    found: list[RatedVerdict], confidence: float
) -> None:
    made = calibrate(found)
    assert made.brier is not None
    assert 0 <= made.brier <= 1
    assert LEAST <= made.memory_counts <= MOST
    assert 0 <= made.corrected(confidence) <= 1
    for bucket in made.buckets:
        if bucket.stated and bucket.right is not None:
            moved = bucket.stated * bucket.factor
            low, high = sorted((bucket.stated, bucket.right))
            assert low - 0.001 <= moved <= high + 0.001


def test_verdicts_that_were_too_sure_count_less_and_the_more_ratings_say_so_the_less() -> None:
    few, many = (calibrate(rated(0.95, Rating.WRONG, times)) for times in (1, 20))
    assert 0.95 > few.corrected(0.95) > many.corrected(0.95)
    assert few.corrected(0.5) == 0.5
    assert (few.rated, many.brier) == (1, pytest.approx(0.95**2))


def test_claims_that_turned_out_wrong_lower_what_memory_counts_and_right_ones_raise_it() -> None:
    wrong, right = (calibrate(rated(0.9, Rating.RIGHT, 10, claimed_right=was)).memory_counts for was in (False, True))
    assert wrong < 1 < right


def test_ratings_visibly_move_the_trust_and_the_prior_of_what_is_recalled(database: Database) -> None:
    store = IncidentStore(database)
    store.remember(incident(confidence=0.95))
    now = Circumstances(calibration=calibrate(rated(0.95, Rating.WRONG, 12)))
    (plain,) = store.recall_alert(ORDERS, Picture.of(ORDERS), limit=1)
    (moved,) = store.recall_alert(ORDERS, Picture.of(ORDERS), limit=1, now=now)
    assert moved.trust < plain.trust
    assert (moved.prior or 0) < (plain.prior or 0)
    assert "were right in 0 % of 12 that people rated" in moved.cautions[-1]


def test_an_investigation_s_rating_is_kept_changed_with_the_last_word_and_taken_out(database: Database) -> None:
    ratings, timeline = Ratings(database), concluded()
    ratings.learn(timeline.state)
    assert ratings.all() == []
    for rating in (Rating.RIGHT, Rating.WRONG):
        timeline.say(entry(PERSON, ConclusionRated(rating=rating)))
        ratings.learn(timeline.state)
    assert [one.rating for one in ratings.all()] == [Rating.WRONG]
    timeline.say(entry(PERSON, ConclusionRefuted()))
    ratings.learn(timeline.state)
    assert ratings.all() == []


@pytest.mark.parametrize(
    ("said", "right"),
    [
        (ConclusionRated(rating=Rating.RIGHT), True),
        (ConclusionRated(rating=Rating.WRONG), False),
        (ConclusionRated(rating=Rating.WRONG, component="orders-db", fault="lock_contention"), True),
        (ConclusionRated(rating=Rating.WRONG, component="web"), False),
        (ConclusionRated(rating=Rating.WRONG, component="web", cause="a new key"), False),
        (ConclusionRated(rating=Rating.WRONG, component="orders-db", cause="a new key"), None),
        (ConclusionRated(rating=Rating.PARTLY), None),
    ],
)
def test_whether_a_claim_was_right_is_learned_from_the_rating(
    database: Database, said: ConclusionRated, right: bool | None
) -> None:
    claimed = Recollection(incident=incident(), similarity=0.9, claimed=True)
    timeline = concluded(recollections=(claimed,))
    timeline.say(entry(PERSON, said))
    state = timeline.state
    state.hypotheses.clear()
    ratings = Ratings(database)
    ratings.learn(state)
    (kept,) = ratings.all()
    assert kept.claimed_right is right


def test_forgetting_an_incident_takes_its_rating_out_for_good(database: Database) -> None:
    store, ratings, timeline = IncidentStore(database), Ratings(database), concluded()
    timeline.say(entry(PERSON, ConclusionRated(rating=Rating.RIGHT)))
    ratings.learn(timeline.state)
    store.remember(incident(id="investigation:inv"))
    store.forget("investigation:inv", by="ada")
    ratings.learn(timeline.state)
    assert ratings.all() == []
