"""A second opinion beside the conclusion: who says what, how far they agree, claim by claim."""

from __future__ import annotations

from typing import Any

from sre_core.agreement import Agreement, Cause, agreement_of, in_words, name
from sre_core.control import SecondOpinion
from sre_core.diagnosis.faults import label
from sre_core.domain import Claim, Opinion
from sre_core.events import Event, SecondOpinionGiven
from sre_core.investigation import Investigation
from ui import tokens, words
from ui.card import Card, row

IN_COMMON = "In common: from the same evidence, or in the same words"

TONES: dict[Cause, tokens.Tone] = {
    Cause.SAME: "green",
    Cause.SAME_COMPONENT: "yellow",
    Cause.DIFFERENT: "red",
    Cause.ONE_NAMES_IT: "yellow",
    Cause.NEITHER: "gray",
}


def opinion_row(event: Event, given: SecondOpinionGiven, state: Investigation) -> Card:
    """A line of the trace: what came of it."""
    found = agreement_of(given, state.hypotheses)
    said = f"Second opinion: {in_words(given, state.hypotheses)}"
    return row(event, "opinion", said, TONES[found.cause] if found else "yellow")


def opinion_section(state: Investigation, has_model: bool = True) -> dict[str, Any] | None:
    """The last second opinion, and whether one is being made; None while there is no evidence to have one on.

    Without a model there is nobody for a second one; that is said, and not offered.
    """
    if not state.evidence:
        return None
    last = next(reversed(state.control.opinions.values()), None)
    return {
        "making": state.control.opinion_wanted is not None,
        "given": _given(last, state) if last and last.given else None,
        "stands": state.conclusion is not None,
        "possible": has_model,
    }


def _given(asked: SecondOpinion, state: Investigation) -> dict[str, Any]:
    given = asked.given
    assert given is not None
    found = agreement_of(given, state.hypotheses)
    return {
        "by": words.actor(asked.said.by),
        "at": asked.said.at.isoformat(),
        "trouble": given.trouble,
        "said": found.said if found else "",
        "tone": TONES[found.cause] if found else "gray",
        "opinions": [_opinion(one) for one in given.opinions],
        **(_claims(found, given.opinions) if found else {"groups": [], "contradictions": []}),
    }


def _opinion(one: Opinion) -> dict[str, Any]:
    cause = one.conclusion.root_cause
    return {
        "name": name(one),
        "verdict": words.plain(one.conclusion.verdict.value),
        "tone": tokens.VERDICT[one.conclusion.verdict],
        "headline": one.conclusion.headline,
        "where": f"{cause.component}: {label(cause.fault) or 'an unknown fault'}" if cause else None,
        "why": one.conclusion.why,
    }


def _claims(found: Agreement, opinions: tuple[Opinion, ...]) -> dict[str, Any]:
    alone = ((name(opinions[0]), found.only_one), (name(opinions[1]), found.only_other))
    names = [name(one) for one in opinions[:2]]
    both = [[_claim(pair.one, names[0]), _claim(pair.other, names[1])] for pair in found.both]
    groups = [{"title": f"{who} alone", "claims": [[_claim(one)] for one in claims]} for who, claims in alone]
    return {
        "groups": [group for group in [{"title": IN_COMMON, "claims": both}, *groups] if group["claims"]],
        "contradictions": list(found.contradictions),
    }


def _claim(claim: Claim, by: str = "") -> dict[str, Any]:
    return {"by": by, "text": claim.text, "evidence": list(claim.evidence), "verified": claim.verified}
