"""What is used of what an investigation may, and the question that a spent budget puts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sre_core import events as ev
from sre_core.domain import Alert, Limits
from sre_core.events import entry
from sre_core.gateway.asking import Mode, ModelCall
from sre_core.investigation import Investigation
from tests.fakes import PERSON, ListTimeline
from ui.budget import budget_section, over_budget_section, summed_up
from ui.picture import Picture


def a_call(number: int = 1, money: str | None = "0.25", tokens: int = 500) -> ModelCall:
    return ModelCall(
        id=f"c{number}",
        investigation_id="inv",
        role="plan",
        endpoint="model",
        model="m",
        mode=Mode.TOOLS,
        attempts=1,
        tries=1,
        tokens_in=tokens,
        tokens_out=0,
        began_at=datetime(2026, 3, 2, tzinfo=UTC),
        seconds=2.0,
        money=None if money is None else Decimal(money),
    )


def told(*calls: ModelCall, **limits: Any) -> ListTimeline:
    """An investigation that has asked a model so often, and whose budget is spent."""
    timeline = ListTimeline()
    opened = ev.AlertReceived(alert=Alert(title="cold"), reasoner="model", limits=Limits(**limits))
    timeline.say(entry(PERSON, opened))
    spent = entry("engine", ev.ModelBudgetReached(detail="The budget of this investigation is spent."))
    timeline.say(spent.model_copy(update={"calls": calls}))
    return timeline


def lines(state: Investigation) -> dict[str, tuple[str, float | None]]:
    return {line["label"]: (line["text"], line["share"]) for line in budget_section(state)}


def test_each_limit_has_its_line_with_what_is_used_of_it() -> None:
    used = lines(told(a_call(1), a_call(2), max_model_calls=8, max_model_tokens=4000, max_model_dollars=2).state)
    assert used["Model requests"] == ("2 of 8", 0.25)
    assert used["Model tokens"] == ("1,000 of 4,000", 0.25)
    assert used["Model money"] == ("$0.50 of $2.00", 0.25)
    assert used["Tool calls"] == ("0 of 40", 0.0)
    assert used["Minutes at work"][0].endswith(" of 15")


def test_what_has_no_limit_says_so() -> None:
    used = lines(told(a_call(), max_model_calls=None, max_model_tokens=None).state)
    assert used["Model requests"] == ("1, no limit", None)
    assert used["Model tokens"] == ("500, no limit", None)
    assert used["Model money"] == ("$0.25, no limit", None)


@pytest.mark.parametrize(
    ("prices", "says"),
    [
        ([None], "price not known: the limit of $2.00 cannot be kept"),
        (["0.25", None], "$0.25 and 1 request of unknown price: the limit of $2.00 cannot be kept"),
    ],
)
def test_a_price_that_is_not_known_is_never_zero(prices: list[str | None], says: str) -> None:
    calls = [a_call(number, money) for number, money in enumerate(prices)]
    assert lines(told(*calls, max_model_dollars=2).state)["Model money"] == (says, None)


def test_the_line_of_steering_sums_it_up() -> None:
    assert summed_up(told(a_call(), max_model_calls=9).state) == "1 of 9 requests, $0.25"
    assert summed_up(told(a_call(money=None), max_model_calls=None).state) == "1 request, price not known"
    assert summed_up(told().state) == ""


def test_a_spent_budget_asks_from_where_each_limit_is_raised() -> None:
    """What was spent beyond the limit counts: raising it by less would ask again at once."""
    timeline = told(a_call(tokens=700), max_model_calls=9, max_model_tokens=500, max_model_dollars="0.25")
    asked = over_budget_section(timeline.state)
    assert asked is not None
    assert asked["raises"] == [
        {"name": "max_model_calls", "label": "requests", "from": "9", "by": "0", "whole": True},
        {"name": "max_model_tokens", "label": "tokens", "from": "700", "by": "250", "whole": True},
        {"name": "max_model_dollars", "label": "US dollars", "from": "0.25", "by": "0.13", "whole": False},
    ]
    assert Limits.model_validate(asked["limits"]) == timeline.state.limits


def test_what_has_no_limit_cannot_be_raised() -> None:
    asked = over_budget_section(told(a_call(), max_model_calls=1, max_model_tokens=None).state)
    assert asked is not None
    assert [one["name"] for one in asked["raises"]] == ["max_model_calls"]


def test_raised_limits_end_the_question() -> None:
    timeline = told(a_call(), max_model_calls=1)
    page = Picture("inv")
    for event in timeline.events:
        page.take(event)
    assert page.sections()["dock"]["over_budget"]["text"] == "The budget of this investigation is spent."
    page.take(timeline.say(entry(PERSON, ev.LimitsSet(limits=Limits(max_model_calls=2)))))
    assert page.sections()["dock"]["over_budget"] is None
