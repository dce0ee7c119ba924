"""A second opinion: two conclude from the same evidence, and neither sees what the other concluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sre_core import claims
from sre_core.control import SecondOpinion
from sre_core.domain import Opinion
from sre_core.events import ConclusionReached, Event, SecondOpinionGiven
from sre_core.gateway.faults import ModelFault
from sre_core.investigation import Investigation, fold
from sre_core.investigator import Blind

OTHERS = {"rules": "model", "model": "rules"}


async def second_opinion(
    wanted: SecondOpinion, events: Sequence[Event], blind: Mapping[str, Blind]
) -> SecondOpinionGiven:
    """Both opinions, or the one there is and why the other is missing.

    Where a conclusion stands, it is the first one, and the other knows the events up to it; else both are asked about
    everything so far.
    """
    before = events[: wanted.seq - 1]
    stands = _standing(before)
    known = before[: stands.seq - 1] if stands else before
    first_by = _who(stands) if stands else fold(_id(events), before).reasoner
    opinions = [_opinion_of(stands)] if stands else []
    trouble: list[str] = []
    for name in [*([] if stands else [first_by]), wanted.of or OTHERS.get(first_by, "rules")]:
        try:
            opinions.append(_checked(await blind[name](known), known))
        except ModelFault as fault:
            trouble.append(str(fault))
    upto = known[-1].seq if known else wanted.seq
    return SecondOpinionGiven(
        asked=wanted.seq, upto=upto, opinions=tuple(opinions), trouble=" ".join(dict.fromkeys(trouble))
    )


def _standing(events: Sequence[Event]) -> Event | None:
    """The conclusion that stands; None when there is none, or a person's word reopened the case."""
    if fold(_id(events), events).conclusion is None:
        return None
    return next(event for event in reversed(events) if isinstance(event.happening, ConclusionReached))


def _opinion_of(concluded: Event) -> Opinion:
    assert isinstance(concluded.happening, ConclusionReached)
    asked = next((call.model for call in reversed(concluded.calls) if call.role == "conclude"), "")
    return Opinion(by=_who(concluded), model=asked, conclusion=concluded.happening.conclusion)


def _who(concluded: Event) -> str:
    return concluded.actor.removeprefix("reasoner:")


def _checked(opinion: Opinion, known: Sequence[Event]) -> Opinion:
    """Its claims settled by code, like those of any conclusion."""
    state: Investigation = fold(_id(known), known)
    return opinion.model_copy(update={"conclusion": claims.check(opinion.conclusion, state)})


def _id(events: Sequence[Event]) -> str:
    return events[-1].investigation_id if events else ""
