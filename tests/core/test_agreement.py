"""How far two conclusions agree, told by code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.agreement import Agreement, Cause, agreement, in_words
from sre_core.domain import Claim, Conclusion, Hypothesis, Opinion, RootCause, RuledOut, Verdict
from sre_core.events import SecondOpinionGiven

KILN = ("kiln", "memory_exhaustion")
DOOR = ("door", "bad_deploy")


def opinion(
    by: str, cause: tuple[str, str] | None, *claims: Claim, verdict: Verdict = Verdict.LIKELY, out: tuple = ()
) -> Opinion:
    root = RootCause(component=cause[0], fault=cause[1], statement="So it is") if cause else None
    said = Conclusion(verdict=verdict, headline="So it is", root_cause=root, claims=claims, ruled_out=out)
    return Opinion(by=by, model="m-1" if by == "model" else "", conclusion=said)


def between(mine: tuple[str, ...] | None, theirs: tuple[str, ...] | None, **verdicts: Verdict) -> Agreement:
    one = opinion("rules", mine, verdict=verdicts.get("one", Verdict.LIKELY))
    return agreement(one, opinion("model", theirs, verdict=verdicts.get("other", Verdict.LIKELY)))


@pytest.mark.parametrize(
    ("mine", "theirs", "cause", "said"),
    [
        (KILN, KILN, Cause.SAME, "Both name kiln: "),
        (KILN, ("kiln", "bad_deploy"), Cause.SAME_COMPONENT, "Both name the same component with another fault"),
        (KILN, DOOR, Cause.DIFFERENT, "They differ: The rules name kiln"),
        (KILN, None, Cause.ONE_NAMES_IT, "The rules alone name a cause: kiln"),
        (None, DOOR, Cause.ONE_NAMES_IT, "The model (m-1) alone names a cause: door"),
        (None, None, Cause.NEITHER, "Neither names a cause."),
    ],
)
def test_the_causes_are_compared_by_component_and_fault(mine: tuple, theirs: tuple, cause: Cause, said: str) -> None:
    found = between(mine, theirs)
    assert found.cause is cause
    assert found.said.startswith(said)


def test_no_incident_contradicts_any_cause_and_agrees_with_itself() -> None:
    nothing = Verdict.NO_INCIDENT
    assert between(None, None, one=nothing, other=nothing).said == "Both say that nothing is wrong."
    assert between(None, DOOR, one=nothing).cause is Cause.DIFFERENT


def test_how_sure_each_is_is_said_where_it_differs() -> None:
    assert between(KILN, KILN, one=Verdict.CONFIRMED).said.endswith("How sure: rules confirmed, model likely.")


COLD = Claim(text="The kiln fell to 300 degrees at 14:02", evidence=("E1", "E2"), verified=True)


@pytest.mark.parametrize(
    ("other", "where"),
    [
        (Claim(text="Its fire went out", evidence=("E2",)), "both"),
        (Claim(text="At 14:02 the kiln fell to 300 degrees"), "both"),
        (Claim(text="The door was open", evidence=("E7",)), "only_other"),
        (Claim(text="The kiln did not fall at all, 300 degrees stand", evidence=("E1",)), "contradictions"),
        (Claim(text="The kiln fell to 900 degrees at 15:17", evidence=("E1",)), "contradictions"),
    ],
    ids=["same evidence", "same words", "something else", "denied", "other figures"],
)
def test_claims_are_paired_by_evidence_or_words_and_opposed_by_denial_or_figures(other: Claim, where: str) -> None:
    found = agreement(opinion("rules", KILN, COLD), opinion("model", KILN, other))
    assert {name for name in ("both", "only_other", "contradictions") if getattr(found, name)} == {where}
    assert bool(found.only_one) == (where == "only_other")


def test_what_one_rules_out_and_the_other_names_is_a_contradiction() -> None:
    out = RuledOut(hypothesis_id="H2", statement="The door", reason="it was shut")
    door = Hypothesis(id="H2", component="door", fault="bad_deploy", statement="The door")
    found = agreement(opinion("rules", KILN, out=(out,)), opinion("model", DOOR), {"H2": door})
    (said,) = found.contradictions
    assert said.startswith("The rules rule out what the model (m-1) names, door: ")
    assert said.endswith(": it was shut")


def test_an_opinion_that_is_missing_is_said_with_what_to_do() -> None:
    given_ = SecondOpinionGiven(asked=3, upto=2, opinions=(opinion("rules", KILN),), trouble="Set SRE_MODEL_URL.")
    assert in_words(given_) == "Set SRE_MODEL_URL."


CLAIMS = st.lists(
    st.builds(
        Claim,
        text=st.sampled_from(["the kiln is cold", "the kiln is not cold", "door open since 14:02", "300 degrees"]),
        evidence=st.lists(st.sampled_from(["E1", "E2", "E3"]), max_size=2).map(tuple),
    ),
    max_size=6,
)


@given(mine=CLAIMS, theirs=CLAIMS)
def test_every_claim_is_told_exactly_once(mine: list[Claim], theirs: list[Claim]) -> None:
    found = agreement(opinion("rules", KILN, *mine), opinion("model", KILN, *theirs))
    paired = len(found.both) + len(found.contradictions)
    assert paired + len(found.only_one) == len(mine)
    assert paired + len(found.only_other) == len(theirs)


@given(claims=CLAIMS)
def test_the_same_conclusion_agrees_with_itself(claims: list[Claim]) -> None:
    found = agreement(opinion("rules", KILN, *claims), opinion("model", KILN, *claims))
    assert found.cause is Cause.SAME
