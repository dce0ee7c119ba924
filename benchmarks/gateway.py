"""What the model gateway costs beside the bare client, how soon a stop is seen, and how every fault of an endpoint ends."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import first_token
from benchmarks.tables import percentile, table
from sre_core.domain import ContentRef
from sre_core.gateway import libraries
from sre_core.gateway.asking import Ask, Deaf, Mode, said
from sre_core.gateway.budget import Budget, Ledger
from sre_core.gateway.endpoint import ModelEndpoint, Patience
from sre_core.gateway.endpoint_gateway import EndpointGateway
from sre_core.gateway.faults import ModelFault
from sre_core.redaction import redact
from tests.gateway.asks import GOOD, Choice, Ear
from tests.scripted_model import Fault, Reply, Rule, ScriptedModel

CALLS = 40
ROUNDS = 5
SCHEMA = Choice.model_json_schema()
PROMPTS = (200, 8000, 24_000)
GOAL_RATIO = 2.0
STOPS = 40
GOAL_STOP_MS = 500.0
PATIENCE = Patience(connect=5, first_token=0.5, between_tokens=0.5, total=5, longest_retry_after=30)
RULES = [{"answer": json.loads(GOOD)}]
LINE = "2025-11-01T12:00:00Z WARN orders-7f9c pool: 48 of 50 connections in use, oldest waits 2.4 s\n"


async def _keep(text: str) -> ContentRef:
    return ContentRef(digest=hashlib.sha256(text.encode()).hexdigest(), characters=len(text))


@contextmanager
def served() -> Iterator[str]:
    """The address of a scripted model in a process of its own, so that its work is not counted as ours."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "rules.json"
        script.write_text(json.dumps(RULES))
        command = [sys.executable, "-m", "tests.scripted_model", "--script", str(script)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
            server.wait()


def a_prompt(characters: int) -> str:
    return (LINE * (characters // len(LINE) + 1))[:characters]


async def bare(client: Any, prompt: str, streams: bool) -> Choice:
    """What one would write with the openai client alone."""
    request: dict[str, Any] = {
        "model": "scripted-1",
        "messages": [{"role": "system", "content": "Choose one action."}, {"role": "user", "content": prompt}],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Choice", "schema": SCHEMA},
        },
    }
    if not streams:
        whole = await client.chat.completions.create(**request)
        return Choice.model_validate_json(whole.choices[0].message.content)
    text = ""
    stream = await client.chat.completions.create(**request, stream=True, stream_options={"include_usage": True})
    async for chunk in stream:
        text += chunk.choices[0].delta.content or "" if chunk.choices else ""
    return Choice.model_validate_json(text)


async def cpu_ms(call: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds of processor for one call."""
    began = time.process_time()
    for _ in range(CALLS):
        await call()
    return (time.process_time() - began) * 1000 / CALLS


async def overhead(url: str, prompt: str, streams: bool) -> tuple[float, float]:
    """Of the bare client and of the gateway, the best round of each: the rest is other people's work."""
    endpoint = ModelEndpoint(base_url=url, model="scripted-1", streams=streams)
    gateway = EndpointGateway(endpoint, Ledger(lambda _: Budget()), keep=_keep)
    client = await libraries.ready(endpoint)
    ask = Ask(
        role="choose", system="Choose one action.", messages=(said(prompt),), answer=Choice, investigation_id="bench"
    )
    await gateway.ask(ask, Deaf())
    alone, ours = [], []
    for _ in range(ROUNDS):
        alone.append(await cpu_ms(lambda: bare(client, prompt, streams)))
        ours.append(await cpu_ms(lambda: gateway.ask(ask, Deaf())))
    await gateway.close()
    await client.close()
    return min(alone), min(ours)


def redaction_ms(prompt: str) -> float:
    """Of the prompt alone: what nobody does who uses the bare client, and grows with the text."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        redact(prompt)
        taken.append((time.process_time() - began) * 1000)
    return min(taken)


def print_overhead() -> None:
    """The first table."""
    rows = []
    with served() as url:
        for streams in (True, False):
            for characters in PROMPTS:
                alone, ours = asyncio.run(overhead(url, a_prompt(characters), streams))
                form = "streamed" if streams else "whole"
                redaction = redaction_ms(a_prompt(characters))
                ratios = (f"{ours / alone:.2f}", f"{(ours - redaction) / alone:.2f}")
                cells = (f"{alone:.1f}", f"{ours:.1f}", f"{redaction:.1f}", *ratios)
                rows.append((f"{form}, {characters:,} characters", *cells))
    title = (
        f"One call, ms of processor (goal: <= {GOAL_RATIO:.0f}x; the gateway redacts, validates, records and accounts)"
    )
    table(title, ("prompt", "openai", "gateway", "of it redaction", "ratio", "without redaction"), rows)


async def stop_ms(fault: Fault | None, streams: bool) -> list[float]:
    """From cancelling to the server seeing the client go."""
    model = ScriptedModel([Rule(Reply(GOOD, fault=fault, piece=1, seconds_between=0.02))])
    taken = []
    async with model as url:
        gateway = EndpointGateway(ModelEndpoint(base_url=url, model="m", streams=streams), Ledger(lambda _: Budget()))
        for number in range(STOPS):
            model.left.clear()
            ear = Ear()
            ask = Ask(role="choose", system="s", messages=(said("?"),), answer=Choice, investigation_id="bench")
            task = asyncio.create_task(gateway.ask(ask, ear))
            while len(model.asked) <= number or (streams and fault is None and not ear.drafts):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            began = time.perf_counter()
            task.cancel()
            await asyncio.wait([task])
            await model.left.wait()
            taken.append((time.perf_counter() - began) * 1000)
        await gateway.close()
    return taken


def print_stops() -> None:
    """The second table."""
    moments = {
        "in the middle of a stream": (None, True),
        "before the first token": (Fault.STALL, True),
        "in a silence": (Fault.STALL_MIDWAY, True),
        "in an answer that is not streamed": (Fault.STALL, False),
    }
    rows = []
    for words, (fault, streams) in moments.items():
        taken = asyncio.run(stop_ms(fault, streams))
        rows.append((words, f"{percentile(taken, 0.5):.0f}", f"{percentile(taken, 0.95):.0f}", f"{max(taken):.0f}"))
    table(f"Stop: ms until the endpoint sees it (goal: <= {GOAL_STOP_MS:.0f})", ("stopped", "p50", "p95", "max"), rows)


async def ending(fault: Fault | None, mode: Mode, streams: bool) -> tuple[str, int, float]:
    """How a fault that never goes away ends, after how many requests, and seconds, waits included."""
    patience = PATIENCE if streams else PATIENCE.model_copy(update={"total": 0.5})
    model = ScriptedModel([Rule(Reply(GOOD, fault=fault, raw=fault is Fault.PROSE))])
    async with model as url:
        endpoint = ModelEndpoint(base_url=url, model="m", mode=mode, streams=streams, patience=patience)
        gateway = EndpointGateway(endpoint, Ledger(lambda _: Budget()))
        ask = Ask(role="choose", system="s", messages=(said("?"),), answer=Choice, investigation_id="bench")
        began = time.perf_counter()
        try:
            async with asyncio.timeout(30):
                await gateway.ask(ask, Deaf())
            outcome = "answered"
        except ModelFault as error:
            outcome = str(error.kind)
        except TimeoutError:
            outcome = "HANGS"
        await gateway.close()
    return outcome, len(model.asked), time.perf_counter() - began


def print_faults() -> None:
    """The third table: a row a fault, over all modes, streamed and not."""
    rows = []
    for fault in (None, *Fault):
        endings = [asyncio.run(ending(fault, mode, streams)) for mode in Mode for streams in (True, False)]
        outcomes = " / ".join(dict.fromkeys(outcome for outcome, _, _ in endings))
        calls, seconds = max(calls for _, calls, _ in endings), max(taken for _, _, taken in endings)
        rows.append((str(fault or "none"), calls, f"{seconds:.1f}", outcomes))
    table("Faults that stay, in every mode, streamed and not", ("fault", "calls", "seconds", "outcome"), rows)


def main() -> None:
    """Print the tables."""
    print_overhead()
    first_token.main()
    print_stops()
    print_faults()


if __name__ == "__main__":
    main()
