"""A claim stands when its figures and quotes are in the evidence that it cites."""

from __future__ import annotations

from sre_core.claims import settle
from sre_core.domain import Claim, Evidence
from sre_core.investigation import Investigation

STATE = Investigation(
    "inv",
    evidence={
        "E1": Evidence(
            id="E1", action_id="A1", source="logs", finding="oom", quote="OOMKilled, exit code 137, 4 restarts"
        )
    },
)


def settled(text: str, *evidence: str) -> Claim:
    return settle(Claim(text=text, evidence=evidence, verified=True), STATE)


def test_a_claim_with_its_figures_in_the_evidence_is_verified() -> None:
    assert settled("It was killed with exit code 137.", "E1").verified


def test_a_claim_that_cites_nothing_is_not_verified_whatever_the_reasoner_says() -> None:
    assert not settled("It was killed.").verified


def test_a_claim_with_a_figure_that_is_not_there_is_not_verified() -> None:
    assert not settled("It was killed with exit code 139.", "E1").verified


def test_a_claim_with_a_made_up_quote_is_not_verified() -> None:
    assert not settled('The log says "segmentation fault".', "E1").verified


def test_evidence_that_does_not_exist_is_no_longer_cited() -> None:
    assert settled("It was killed.", "E1", "E99").evidence == ("E1",)
