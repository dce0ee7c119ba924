"""Whatever a model writes, and however it is cut up on its way: a whole valid object or a typed fault, within the bounds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.gateway.asking import Mode
from sre_core.gateway.conversation import MOST_REASKS
from sre_core.gateway.endpoint_gateway import EndpointGateway
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.reading import json_in
from sre_core.gateway.sending import MOST_RETRIES
from tests.gateway.asks import GOOD, MEANT, Choice, Ear, Hurry, a_question, an_endpoint, unlimited
from tests.scripted_model import Reply, Rule, ScriptedModel
from tests.tries import tried

modes = st.sampled_from(list(Mode))
cuts = st.lists(st.integers(1, 400), max_size=60)
REFUSED = (FaultKind.INVALID, FaultKind.EMPTY, FaultKind.CUT_SHORT)


@dataclass
class Stage:
    """A server and a gateway in each mode, in an event loop of their own."""

    runner: asyncio.Runner
    model: ScriptedModel
    gateways: dict[tuple[Mode, bool], EndpointGateway]

    def outcome(self, reply: Reply, mode: Mode, streams: bool = True) -> tuple[Choice | FaultKind, int]:
        """The value or the fault, and how many requests it took."""
        self.model.rules, before = [Rule(reply)], len(self.model.asked)

        async def asked() -> Choice | FaultKind:
            try:
                async with asyncio.timeout(20):
                    return (await self.gateways[mode, streams].ask(a_question(), Ear())).value
            except ModelFault as fault:
                return fault.kind

        return self.runner.run(asked()), len(self.model.asked) - before


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    model = ScriptedModel()
    with asyncio.Runner() as runner:
        url = runner.run(model.__aenter__())
        both = [(mode, streams) for mode in Mode for streams in (True, False)]
        gateways = {
            (mode, streams): EndpointGateway(an_endpoint(url, mode=mode, streams=streams), unlimited(), pause=Hurry())
            for mode, streams in both
        }
        yield Stage(runner, model, gateways)
        for gateway in gateways.values():
            runner.run(gateway.close())
        runner.run(model.__aexit__())


@pytest.mark.slow
@tried(30)
@given(mode=modes, cuts=cuts, piece=st.integers(1, 90))
def test_it_does_not_matter_how_an_answer_is_cut_up(stage: Stage, mode: Mode, cuts: list[int], piece: int) -> None:
    text = GOOD.replace("the disk is full", "disk 磁盘 \\ud83d\\ude00 voll – é")
    outcome, requests = stage.outcome(Reply(text, piece=piece, cuts=cuts), mode)
    assert outcome == MEANT.model_copy(update={"reasoning": "disk 磁盘 😀 voll – é"})
    assert requests == 1


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(Mode), ids=str)
def test_an_answer_that_ends_early_is_never_taken(stage: Stage, mode: Mode) -> None:
    for length in range(len(GOOD)):
        outcome, requests = stage.outcome(Reply(GOOD[:length], piece=40), mode)
        assert outcome in REFUSED, GOOD[:length]
        assert requests <= 1 + MOST_REASKS


@pytest.mark.slow
@tried(30)
@given(mode=modes, length=st.integers(0, len(GOOD) - 1), streams=st.booleans(), raw=st.booleans())
def test_an_answer_that_ends_anywhere_is_never_taken(
    stage: Stage, mode: Mode, length: int, streams: bool, raw: bool
) -> None:
    outcome, requests = stage.outcome(Reply(GOOD[:length], piece=40, raw=raw), mode, streams)
    assert outcome in REFUSED
    assert requests <= 1 + MOST_REASKS


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
members = st.fixed_dictionaries(
    {},
    optional={
        "tool": st.sampled_from(["metrics", "logs", "delete", 5, None]),
        "name": scalars,
        "minutes": scalars,
        "service": scalars,
        "level": st.one_of(scalars, st.sampled_from(["warn", "error"])),
        "extra": scalars,
    },
)
shapes = st.fixed_dictionaries(
    {}, optional={"reasoning": scalars, "action": st.one_of(scalars, members), "more": scalars}
)
texts = st.one_of(
    shapes.map(json.dumps),
    st.sampled_from(["NaN", "-Infinity", "1e999", "null", "[]", "{}", '""', '"\\ud800"']),
    st.integers(1, 3000).map(lambda depth: GOOD.replace("5}", f"{nested(depth)}}}")),
    st.sampled_from(["NaN", "Infinity", "1e400", '"5"', "5.0", "5.5", "true", "null", "0"]).map(
        lambda minutes: GOOD.replace("5}", f"{minutes}}}")
    ),
    st.sampled_from(["\\ud800", "\\udc00x", "\\u0000", '\\"', "```", "\\n```json\\n{}\\n```\\n"]).map(
        lambda odd: GOOD.replace("the disk", odd)
    ),
    st.sampled_from(['"reasoning": "b"', '"action": 1', '"action": {"tool": "logs"}']).map(
        lambda twice: f"{GOOD[:-1]}, {twice}}}"
    ),
    st.sampled_from(
        ["```json\n{}\n```", "```\n{}```", "~~~\n{}\n~~~", "{}\n{}", "<think>{{</think>{}", "x {} y", "```{}"]
    ).map(lambda around: around.replace("{}", GOOD)),
    st.text(max_size=60),
)


def whole(text: str, mode: Mode) -> Choice | None:
    """What the text stands for by its letter, if it stands for a choice."""
    try:
        return Choice.model_validate_json(json.dumps(json_in(text, mode)), strict=False)
    except ValueError:
        return None


@pytest.mark.slow
@tried(80)
@given(mode=modes, text=texts, streams=st.booleans(), piece=st.integers(5, 60))
def test_what_is_taken_is_what_was_written(stage: Stage, mode: Mode, text: str, streams: bool, piece: int) -> None:
    outcome, requests = stage.outcome(Reply(text, piece=piece, raw=True), mode, streams)
    if isinstance(outcome, Choice):
        assert outcome == whole(text, mode)
        assert requests == 1
    else:
        assert outcome in REFUSED
        assert requests <= 1 + MOST_REASKS


FIELDS = (
    *(
        "choices",
        "delta",
        "message",
        "content",
        "tool_calls",
        "function",
        "arguments",
        "index",
        "finish_reason",
        "refusal",
    ),
    *(
        "usage",
        "prompt_tokens",
        "completion_tokens",
        "prompt_tokens_details",
        "cached_tokens",
        "error",
        "reasoning_content",
    ),
)
anything = st.recursive(
    st.one_of(scalars, st.sampled_from(["stop", "length", GOOD, "x"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(FIELDS),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
deltas = st.fixed_dictionaries({}, optional={"content": anything, "tool_calls": anything, "refusal": anything})
odd_chunks = st.fixed_dictionaries(
    {"choices": st.one_of(anything, st.lists(st.fixed_dictionaries({"delta": deltas, "message": deltas}), max_size=2))},
    optional={"usage": anything, "error": anything, "object": anything},
)


@pytest.mark.slow
@tried(100)
@given(
    mode=modes, wire=st.lists(st.one_of(anything, odd_chunks), max_size=4), streams=st.booleans(), ends=st.booleans()
)
def test_whatever_an_endpoint_sends_it_ends_in_a_value_or_a_typed_fault(
    stage: Stage, mode: Mode, wire: list[Any], streams: bool, ends: bool
) -> None:
    end = [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}] if ends else []
    outcome, requests = stage.outcome(
        Reply(wire=[json.dumps(each) for each in wire] + end if streams else wire), mode, streams
    )
    assert isinstance(outcome, Choice | FaultKind)
    assert requests <= 1 + MOST_REASKS + MOST_RETRIES


ODD_CALLS = [{"index": "one", "id": 1, "function": {"arguments": True}}, {"index": None, "id": "b", "function": {}}]
ODD_DELTAS = [{"refusal": True}, {"content": True}, {"content": [1, "x"]}, {"content": 3.5}, {"tool_calls": ODD_CALLS}]


@pytest.mark.parametrize("delta", ODD_DELTAS, ids=str)
@pytest.mark.parametrize("streams", [True, False])
def test_a_field_of_another_type_is_an_answer_that_fails_and_nothing_worse(
    stage: Stage, delta: dict[str, Any], streams: bool
) -> None:
    choice = {"index": 0, "delta": delta, "message": delta, "finish_reason": "stop"}
    wire: list[Any] = [{"choices": [choice]}]
    for mode in Mode:
        outcome, _ = stage.outcome(Reply(wire=[json.dumps(each) for each in wire] if streams else wire), mode, streams)
        assert isinstance(outcome, Choice | FaultKind)


readers: list[Callable[[str], Any]] = [lambda text, mode=mode: json_in(text, mode) for mode in Mode]


@given(text=st.one_of(texts, st.text(), st.binary().map(lambda raw: raw.decode("latin-1"))))
def test_reading_ends_in_a_value_or_a_value_error(text: str) -> None:
    for read in readers:
        try:
            value = read(text)
        except ValueError:
            continue
        json.dumps(value, allow_nan=False).encode()


@pytest.mark.parametrize("odd", ["```a\n", "{", "<think>", "}", "```\n", "[" * 60, '{"a":'])
def test_reading_takes_time_in_proportion_to_the_text(odd: str) -> None:
    for read in readers:
        with pytest.raises(ValueError, match=r"."):
            read(odd * (200_000 // len(odd)))
