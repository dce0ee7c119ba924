"""What an investigation has used of what it may: tool calls, time, and what a model cost. And what raising it would take."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import Any

from sre_core.counting import counted
from sre_core.gateway.budget import Spent, spent_on
from sre_core.investigation import Investigation

NO_LIMIT = "no limit"
CENT = Decimal("0.01")


def limits_section(state: Investigation) -> dict[str, Any]:
    """As the form under Steering has them, and as ``LimitsSet`` takes them but for the minutes."""
    limits = state.limits
    dollars = limits.max_model_dollars
    return {
        "max_actions": limits.max_actions,
        "max_minutes": round(limits.max_seconds / 60, 2),
        "max_failures_in_a_row": limits.max_failures_in_a_row,
        "max_model_calls": limits.max_model_calls,
        "max_model_tokens": limits.max_model_tokens,
        "max_model_dollars": None if dollars is None else str(dollars),
    }


def budget_section(state: Investigation) -> list[dict[str, Any]]:
    """One line each: what it is, how much is used of what, and the share of it (None: no limit, or not known)."""
    limits, spent = state.limits, spent_on(state.calls)
    actions = state.started - state.started_before
    seconds = (state.worked - state.worked_before).total_seconds()
    return [
        _line("Tool calls", actions, limits.max_actions),
        _minutes(seconds, limits.max_seconds),
        _line("Model requests", spent.calls, limits.max_model_calls),
        _line("Model tokens", spent.tokens, limits.max_model_tokens),
        _money(spent, limits.max_model_dollars),
    ]


def summed_up(state: Investigation) -> str:
    """'3 of 200 requests, $0.04'; empty while no model was asked."""
    spent = spent_on(state.calls)
    if not spent.calls:
        return ""
    most = state.limits.max_model_calls
    requests = counted(spent.calls, "request") if most is None else f"{spent.calls:,} of {most:,} requests"
    return f"{requests}, {money_in_words(spent)}"


def money_in_words(spent: Spent) -> str:
    """'$0.04', 'price not known', '$0.04 and 2 requests of unknown price'."""
    if not spent.calls_without_price:
        return f"${spent.money:,.2f}"
    if not spent.money:
        return "price not known"
    return f"${spent.money:,.2f} and {counted(spent.calls_without_price, 'request')} of unknown price"


def over_budget_section(state: Investigation) -> dict[str, Any] | None:
    """The question that a spent budget puts to a person: what is spent, and from where each limit would be raised."""
    if state.over_budget is None:
        return None
    limits, spent = state.limits, spent_on(state.calls)
    used = {"max_model_calls": spent.calls, "max_model_tokens": spent.tokens, "max_model_dollars": spent.money}
    labels = {"max_model_calls": "requests", "max_model_tokens": "tokens", "max_model_dollars": "US dollars"}
    return {
        "text": state.over_budget.detail,
        "limits": limits.model_dump(mode="json"),
        "raises": [
            {"name": name, "label": labels[name], **_raise(Decimal(used[name]), Decimal(most), name)}
            for name, most in limits.model_dump().items()
            if name in labels and most is not None
        ],
    }


def _raise(used: Decimal, most: Decimal, name: str) -> dict[str, Any]:
    """From what is spent already, where that is more than was allowed; by half as much again, where it is used up."""
    unit = CENT if name == "max_model_dollars" else Decimal(1)
    by = (most / 2).quantize(unit, ROUND_UP) if used >= most else Decimal(0)
    return {"from": str(max(used, most)), "by": str(by), "whole": unit == 1}


def _line(label: str, used: int, most: int | None) -> dict[str, Any]:
    if most is None:
        return {"label": label, "text": f"{used:,}, {NO_LIMIT}", "share": None}
    return {"label": label, "text": f"{used:,} of {most:,}", "share": _share(used, most)}


def _minutes(seconds: float, most: float) -> dict[str, Any]:
    return {
        "label": "Minutes at work",
        "text": f"{seconds / 60:.1f} of {most / 60:g}",
        "share": _share(seconds, most),
    }


def _money(spent: Spent, most: Decimal | None) -> dict[str, Any]:
    """A price that is not known is no reason to show zero, and no limit in money can hold then."""
    known = money_in_words(spent)
    if most is None:
        return {"label": "Model money", "text": f"{known}, {NO_LIMIT}", "share": None}
    if spent.calls_without_price:
        text = f"{known}: the limit of ${most:,.2f} cannot be kept"
        return {"label": "Model money", "text": text, "share": None}
    return {
        "label": "Model money",
        "text": f"{known} of ${most:,.2f}",
        "share": _share(float(spent.money), float(most)),
    }


def _share(used: float, most: float) -> float:
    return round(min(1.0, used / most), 4)
