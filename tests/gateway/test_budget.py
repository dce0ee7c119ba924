"""Budgets, prices and guesses."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.gateway.asking import Mode, ModelCall
from sre_core.gateway.budget import Budget, Ledger, Spent, reached, spent_on
from sre_core.gateway.endpoint import ModelPrice
from sre_core.gateway.estimates import FIRST_GUESS, Estimates
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.prices import money_for
from tests.gateway.asks import an_endpoint


def a_call(**given: Any) -> ModelCall:
    told = {"id": "c", "investigation_id": "inv-1", "role": "plan", "endpoint": "e", "model": "m", "mode": Mode.TOOLS}
    return ModelCall(
        **{**told, "attempts": 1, "tries": 1, "seconds": 1.0, "began_at": datetime(2025, 1, 1, tzinfo=UTC), **given}
    )


def test_what_was_spent_is_the_sum_of_the_calls() -> None:
    calls = [a_call(tokens_in=10, tokens_out=5, money=Decimal("0.5")), a_call(tries=3, tokens_estimated=7, seconds=2.0)]
    assert spent_on(calls) == Spent(calls=4, tokens=22, money=Decimal("0.5"), calls_without_price=3, seconds=3.0)


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(calls=4), "4 of 4 requests"),
        (Budget(tokens=22), "22 of 22 tokens"),
        (Budget(money=Decimal("0.5")), r"\$0.50 of \$0.50"),
        (Budget(minutes=0.05), "0.1 of 0.05 minutes"),
    ],
)
def test_each_limit_stops_and_says_which_it_is(budget: Budget, words: str) -> None:
    before = Spent(calls=4, tokens=22, money=Decimal("0.5"), seconds=3.0)
    with pytest.raises(ModelFault, match=words) as raised:
        Ledger(lambda _: budget, lambda _: before).refuse_if_empty(a_call(tries=0, seconds=0.0))
    assert raised.value.kind is FaultKind.BUDGET_REACHED
    assert raised.value.person_may_retry


def test_a_raised_budget_counts_at_once() -> None:
    budgets = [Budget(calls=1)]
    ledger = Ledger(lambda _: budgets[-1])
    ledger.pay(a_call())
    with pytest.raises(ModelFault):
        ledger.refuse_if_empty(a_call(tries=0))
    budgets.append(Budget(calls=2))
    ledger.refuse_if_empty(a_call(tries=0))


def test_investigations_do_not_pay_for_each_other() -> None:
    ledger = Ledger(lambda _: Budget(calls=1))
    ledger.pay(a_call(investigation_id="other"))
    ledger.refuse_if_empty(a_call(tries=0))


def test_no_limit_is_never_reached() -> None:
    assert reached(Budget(), Spent(calls=10**9, tokens=10**9, money=Decimal(10**9), seconds=1e9)) is None


def test_list_prices_are_known_for_public_endpoints_and_cached_tokens_cost_less() -> None:
    endpoint = an_endpoint("https://api.openai.com/v1")
    full = money_for(endpoint, "gpt-4o", 1000, 100, 0)
    cached = money_for(endpoint, "gpt-4o", 1000, 100, 1000)
    assert full is not None
    assert cached is not None
    assert 0 < cached < full


@pytest.mark.parametrize(
    ("address", "model"),
    [
        ("http://127.0.0.1:11434/v1", "gpt-4o"),
        ("http://vllm:8000/v1", "gpt-4o"),
        ("http://10.0.0.7/v1", "gpt-4o"),
        ("https://api.openai.com/v1", "a-model-nobody-knows"),
        ("https://models.example.com/v1", "gpt-4o"),
    ],
)
def test_an_unknown_price_is_unknown_and_not_zero(address: str, model: str) -> None:
    assert money_for(an_endpoint(address), model, 1000, 100, 0) is None


def test_ones_own_prices_come_first() -> None:
    own = {"gpt-4o": ModelPrice(tokens_in=Decimal(1), tokens_out=Decimal(2))}
    endpoint = an_endpoint("https://api.openai.com/v1", prices=own)
    assert money_for(endpoint, "gpt-4o", 1_000_000, 1_000_000, 500_000) == 3


def test_untold_tokens_have_no_price() -> None:
    assert money_for(an_endpoint("https://api.openai.com/v1"), "gpt-4o", None, 5, None) is None


@given(st.lists(st.tuples(st.integers(0, 10**6), st.one_of(st.none(), st.integers(-5, 10**6))), max_size=30))
def test_guesses_stay_sane_whatever_is_counted(told: list[tuple[int, int | None]]) -> None:
    estimates = Estimates()
    for characters, tokens in told:
        estimates.learn("m", characters, tokens)
    assert 1 <= estimates.characters_per_token("m") <= 8
    assert estimates.characters(1000, "m") < 1000 * estimates.characters_per_token("m")


def test_guesses_follow_what_is_counted() -> None:
    estimates = Estimates()
    assert estimates.characters_per_token("m") == FIRST_GUESS
    for _ in range(30):
        estimates.learn("m", 4000, 2000)
    assert estimates.characters_per_token("m") == pytest.approx(2.0, abs=0.01)
    assert estimates.characters_per_token("other") == FIRST_GUESS


def test_what_is_asked_at_the_same_time_counts() -> None:
    ledger = Ledger(lambda _: Budget(calls=3))
    for number in range(3):
        ledger.refuse_if_empty(a_call(id=f"c{number}", tries=0))
    with pytest.raises(ModelFault, match="3 of 3 requests"):
        ledger.refuse_if_empty(a_call(id="c3", tries=0))
    with pytest.raises(ModelFault, match="3 of 3 requests"):
        ledger.refuse_if_empty(a_call(id="c0", tries=1))


def test_a_call_that_has_ended_counts_once() -> None:
    ledger = Ledger(lambda _: Budget(calls=2))
    ledger.refuse_if_empty(a_call(tries=0))
    ledger.pay(a_call())
    ledger.refuse_if_empty(a_call(id="another", tries=0))
    assert ledger.spent("inv-1").calls == 1


def test_what_another_investigation_asks_at_the_same_time_is_its_own() -> None:
    ledger = Ledger(lambda _: Budget(calls=1))
    ledger.refuse_if_empty(a_call(id="theirs", investigation_id="other", tries=0))
    ledger.refuse_if_empty(a_call(tries=0))
