"""What was asked of a model, as thin lines of the trace: each can be opened to read the prompt, the schema and the answer."""

from __future__ import annotations

from sre_core.counting import counted
from sre_core.events import Event
from sre_core.gateway.asking import ModelCall
from ui.card import Card, row

FOR = {
    "plan": "for the plan",
    "choose": "what to do next",
    "reflect": "what it means",
    "conclude": "for the conclusion",
    "second": "for a second opinion",
    "answer": "for an answer",
    "research": "for research",
}


def call_rows(event: Event) -> list[Card]:
    """A line for each call that this event accounts for."""
    return [
        row(event, "model", in_words(call), "red" if call.fault else "gray")
        | {"id": f"m{event.seq}.{place}", "call": call.id if call.record else None}
        for place, call in enumerate(event.calls)
    ]


def in_words(call: ModelCall) -> str:
    """What was asked for, of whom, how long it took, and what it cost."""
    asked = f"Asked {call.model} {FOR.get(call.role, call.role)}: {call.seconds:.1f} s, {_tokens(call)}, {_money(call)}"
    again = f"; {counted(call.attempts - 1, 're-ask')}" if call.attempts > 1 else ""
    repeated = f"; {counted(call.tries, 'request')}" if call.tries > call.attempts else ""
    failed = f"; no answer ({call.fault.value})" if call.fault else ""
    return f"{asked}{again}{repeated}{failed}."


def _tokens(call: ModelCall) -> str:
    if call.tokens_in is None or call.tokens_out is None:
        return f"about {call.tokens_estimated:,} tokens"
    cached = f" ({call.tokens_cached:,} cached)" if call.tokens_cached else ""
    return f"{call.tokens_in:,} tokens in{cached}, {call.tokens_out:,} out"


def _money(call: ModelCall) -> str:
    return "price not known" if call.money is None else f"${call.money:.4f}"
