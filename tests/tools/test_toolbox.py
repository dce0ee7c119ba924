"""The toolbox fills in, checks, runs under a deadline and keeps what is bulky; which tools there are depends on the sources."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from sre_core.domain import Action, ContentRef, Effect, Observation, Reference, Value
from sre_core.errors import ContentGone, ToolError
from sre_core.investigator import Toolbox
from sre_core.sources.base import Sources
from sre_core.sources.capsule import open_capsule
from sre_core.tools.base import Tool, ToolContext
from sre_core.tools.registry import tools_for
from sre_core.tools.toolbox import EXCERPT, ToolCollection
from tests.sources.capsules import folder, lines
from tests.tools.test_small_tools import PLATFORM, OneMemory, OneRunbook


class Words(Value):
    """How many to say."""

    count: int


class Place(Value):
    """Where to listen."""

    component: str


class Said(Value):
    """What was said."""

    words: tuple[str, ...]


class Speak(Tool[Words, Said]):
    """Say some words."""

    name = "speak"
    source = "speech"

    async def run(self, query: Words, context: ToolContext) -> Said:
        return Said(words=("word",) * query.count)

    def summarise(self, output: Said) -> str:
        return f"{len(output.words)} words"

    def components(self, query: Words, output: Said) -> tuple[str, ...]:
        return ("speaker",)


class Mutter(Speak):
    """Says what it is doing."""

    name = "mutter"

    async def run(self, query: Words, context: ToolContext) -> Said:
        context.progress("clearing the throat")
        return await super().run(query, context)


class Dawdle(Speak):
    """Never comes back."""

    name = "dawdle"
    effect = Effect.WRITES
    timeout = 0.01

    async def run(self, query: Words, context: ToolContext) -> Said:
        await asyncio.Event().wait()
        raise AssertionError


class Stumble(Speak):
    """Runs into a timeout of its own, which is a bug of its own."""

    name = "stumble"

    async def run(self, query: Words, context: ToolContext) -> Said:
        raise TimeoutError("elsewhere")


class Shelf:
    """Contents in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def keep(self, text: str) -> ContentRef:
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.kept[digest] = text
        return ContentRef(digest=digest, characters=len(text))

    async def read(self, digest: str) -> str:
        if digest not in self.kept:
            raise ContentGone("erased")
        return self.kept[digest]


class Earlier:
    """What earlier actions brought back."""

    def __init__(self, *observations: Observation) -> None:
        self._observations = {observation.action_id: observation for observation in observations}
        self.actions: dict[str, object] = {}

    def observation(self, action_id: str) -> Observation | None:
        return self._observations.get(action_id)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def toolbox(shelf: Shelf) -> ToolCollection:
    ticks = iter(range(100))
    tools: dict[str, Tool[Words, Said]] = {tool.name: tool for tool in (Speak(), Dawdle(), Stumble())}
    return ToolCollection(tools, shelf, lambda: float(next(ticks)))


def speak(count: object = 2, **more: object) -> Action:
    return Action(**{"id": "A1", "tool": "speak", "arguments": {"count": count}, **more})


def test_it_is_the_loops_toolbox(toolbox: ToolCollection) -> None:
    loops: Toolbox = toolbox
    assert loops.reach(speak(tool="dawdle")).effect is Effect.WRITES
    assert loops.reach(speak(tool="unheard of")).effect is None


async def test_what_a_tool_says_while_it_runs_is_heard_with_its_action_and_not_kept(shelf: Shelf) -> None:
    heard: list[tuple[str, str]] = []
    tools = ToolCollection(
        {"mutter": Mutter()}, shelf, lambda: 0.0, steps=lambda action_id, said: heard.append((action_id, said))
    )
    observation = await tools.run(Action(id="A7", tool="mutter", arguments={"count": 1}))
    assert heard == [("A7", "clearing the throat")]
    assert "throat" not in observation.model_dump_json()


async def test_a_small_output_stands_in_the_observation(toolbox: ToolCollection) -> None:
    observation = await toolbox.run(speak())
    assert observation.data == {"words": ["word", "word"]}
    assert (observation.summary, observation.source, observation.output_type, observation.seconds) == (
        "2 words",
        "speech",
        "Said",
        1.0,
    )
    assert observation.components == ("speaker",)
    assert await toolbox.output(observation) == Said(words=("word", "word"))


async def test_the_components_that_an_action_names_come_first(toolbox: ToolCollection) -> None:
    assert (await toolbox.run(speak(components=("cart",)))).components == ("cart",)


async def test_a_bulky_output_is_kept_beside_with_its_head_and_tail_shown(
    toolbox: ToolCollection, shelf: Shelf
) -> None:
    observation = await toolbox.run(speak(5000))
    assert observation.data is None
    assert observation.content is not None
    assert observation.content.digest in shelf.kept
    assert 2 * EXCERPT <= len(observation.excerpt) <= 2 * EXCERPT + 5
    assert await toolbox.output(observation) == Said(words=("word",) * 5000)
    shelf.kept.clear()
    assert await toolbox.output(observation) is None


async def test_a_tool_that_takes_too_long_is_an_ordinary_failure(toolbox: ToolCollection) -> None:
    with pytest.raises(ToolError, match="did not answer within"):
        await toolbox.run(speak(tool="dawdle"))


async def test_a_timeout_inside_a_tool_is_not_taken_for_its_deadline(toolbox: ToolCollection) -> None:
    with pytest.raises(TimeoutError, match="elsewhere"):
        await toolbox.run(speak(tool="stumble"))


async def test_an_action_gets_the_effect_that_its_tool_has(toolbox: ToolCollection) -> None:
    prepared = await toolbox.prepare(speak(tool="dawdle", effect=Effect.READS), Earlier())
    assert prepared.effect is Effect.WRITES


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (speak(tool="shout"), "There are: dawdle, speak, stumble"),
        (speak("many"), "count"),
        (speak(arguments={"count": 1, "loud": True}), "loud"),
        (speak(arguments={}, bound={"count": Reference(action_id="A9", path="x")}), "brought nothing back"),
    ],
)
async def test_what_cannot_run_is_said_before_it_runs(toolbox: ToolCollection, action: Action, says: str) -> None:
    with pytest.raises(ToolError, match=says):
        await toolbox.prepare(action, Earlier())


def reading(data: object) -> Observation:
    return Observation(action_id="A0", tool="speak", source="speech", summary="", output_type="Said", data=data)


async def test_a_bound_argument_is_taken_from_an_earlier_observation(toolbox: ToolCollection) -> None:
    action = speak(arguments={}, bound={"count": Reference(action_id="A0", path="hops.-1.count")})
    prepared = await toolbox.prepare(action, Earlier(reading({"hops": [{"count": 1}, {"count": 7}]})))
    assert prepared.arguments == {"count": 7}


async def test_an_argument_that_a_person_gave_is_not_overwritten(toolbox: ToolCollection) -> None:
    action = speak(3, bound={"count": Reference(action_id="A0", path="count")})
    assert (await toolbox.prepare(action, Earlier(reading({"count": 7})))).arguments == {"count": 3}


@pytest.mark.parametrize("path", ["hops.2", "hops.first", "hops.--1", "lines", "hops.0.count.deeper"])
async def test_a_reference_that_leads_nowhere_says_where_it_ends(toolbox: ToolCollection, path: str) -> None:
    action = speak(arguments={}, bound={"count": Reference(action_id="A0", path=path)})
    with pytest.raises(ToolError, match="A0"):
        await toolbox.prepare(action, Earlier(reading({"hops": [{"count": 1}, {"count": 7}]})))


async def test_a_reference_reaches_into_what_was_kept_beside(toolbox: ToolCollection, shelf: Shelf) -> None:
    bulky = await toolbox.run(speak(5000, id="A0"))
    action = Action(id="A1", tool="speak", bound={"count": Reference(action_id="A0", path="words.4999")})
    with pytest.raises(ToolError, match="count"):
        await toolbox.prepare(action, Earlier(bulky))
    shelf.kept.clear()
    with pytest.raises(ToolError, match="was erased"):
        await toolbox.prepare(action, Earlier(bulky))


def test_tools_without_a_source_are_left_out() -> None:
    assert set(tools_for(Sources(), OneRunbook(), OneMemory())) == {"search_runbooks", "recall_incidents", "calculate"}


async def test_every_tool_of_a_capsule_answers_and_can_be_read_back(tmp_path: Path, shelf: Shelf) -> None:
    span = {
        "trace_id": "t",
        "span_id": "s",
        "component": "cart",
        "name": "get",
        "time": "2026-03-01T12:00:00Z",
        "duration_ms": 4,
    }
    files = {
        "topology.json": {"nodes": [{"id": "cart"}]},
        "metrics.csv": "time,component,metric,value\n2026-03-01T12:05:00Z,cart,p99,2.5\n",
        "logs.ndjson": lines({"component": "cart", "message": "slow"}),
        "signals.ndjson": lines({"name": "LatencyHigh"}),
        "traces.ndjson": lines(span),
        "changes.ndjson": lines({"id": "c1", "time": "2026-03-01T11:00:00Z", "title": "cart 1.2"}),
        "commands.json": {"kubectl get pods": "NAME"},
        "remediations.json": {"remediations": [{"kind": "restart", "component": "cart", "outcome": "done"}]},
    }
    tools = tools_for(open_capsule(folder(tmp_path, files)), OneRunbook(), OneMemory())
    toolbox = ToolCollection(tools, shelf, lambda: 0.0)
    arguments: dict[str, dict[str, object]] = {
        "inspect_topology": {"component": "cart"},
        "run_diagnostic": {"command": "kubectl get pods"},
        "search_runbooks": {"text": "slow"},
        "recall_incidents": {"text": "slow"},
        "calculate": {"expression": "1 + 1"},
        "apply_remediation": {"kind": "restart", "component": "cart"},
    }
    assert len(tools) == 11
    for name in tools:
        observation = await toolbox.run(Action(id="A1", tool=name, arguments=arguments.get(name, {})))
        assert type(await toolbox.output(observation)) is tools[name].output_type()
        assert observation.summary
        assert tools[name].schema()["description"]


class Listen(Tool[Place, Said]):
    """Listen somewhere."""

    name = "listen"
    source = "speech"

    async def run(self, query: Place, context: ToolContext) -> Said:
        return Said(words=())

    def summarise(self, output: Said) -> str:
        return "silence"


async def test_an_edited_look_is_at_what_its_new_arguments_name(shelf: Shelf) -> None:
    earlier, toolbox = Earlier(), ToolCollection({"listen": Listen()}, shelf, lambda: 0.0)
    look = Action(id="A1", tool="listen", arguments={"component": "cart"})
    assert (await toolbox.prepare(look, earlier)).components == ()
    earlier.actions["A1"] = look
    assert (await toolbox.prepare(look, earlier)).components == ("cart",)


def test_what_changes_something_says_how_to_undo_it_and_touches_what_it_names(shelf: Shelf) -> None:
    tools = {"apply_remediation": PLATFORM}
    rollback = Action(
        id="A1", tool="apply_remediation", arguments={"kind": "rollback", "component": "cart", "to": "v1"}
    )
    assert "Deploy the version of cart that runs now" in ToolCollection(tools, shelf, lambda: 0.0).undo(rollback)


# -- what a call would touch ---------------------------------------------------------------------------------------------


class Anywhere(Value):
    """Where to listen, and to what."""

    component: str | None = None
    aloud: bool = False
    addresses: tuple[str, ...] = ()


class Overhear(Tool[Anywhere, Said]):
    """Listen somewhere, or everywhere."""

    name = "overhear"
    source = "speech"
    vouched_for = False

    async def run(self, query: Anywhere, context: ToolContext) -> Said:
        return Said(words=(str(context.key),))

    def summarise(self, output: Said) -> str:
        return "silence"

    def addresses(self, query: Anywhere) -> tuple[str, ...]:
        return query.addresses

    def command(self, query: Anywhere) -> str:
        return f"listen {query.component}"


@pytest.mark.parametrize(
    ("arguments", "claimed", "components"),
    [
        ({"component": "cart"}, (), ("cart",)),
        ({"component": "cart"}, ("till",), ("cart", "till")),
        ({}, ("till",), None),
        ({"component": 7}, ("till",), None),
    ],
    ids=["what it names", "and what is said of it", "all, when it could name one", "and when it cannot be read"],
)
def test_what_a_call_touches_is_what_its_arguments_say(
    shelf: Shelf, arguments: dict[str, object], claimed: tuple[str, ...], components: tuple[str, ...] | None
) -> None:
    toolbox = ToolCollection({"overhear": Overhear()}, shelf, lambda: 0.0)
    call = Action(id="A1", tool="overhear", arguments=arguments, components=claimed)
    assert toolbox.reach(call).components == components


def test_a_reach_has_the_tools_defaults_its_addresses_and_whether_anybody_answers_for_it(shelf: Shelf) -> None:
    toolbox = ToolCollection({"overhear": Overhear()}, shelf, lambda: 0.0)
    call = Action(id="A1", tool="overhear", arguments={"component": "cart", "addresses": ["https://a.example/"]})
    reach = toolbox.reach(call)
    assert (reach.arguments["aloud"], reach.addresses, reach.known) == (False, ("https://a.example/",), False)
    assert toolbox.command(call) == "listen cart"


async def test_the_idempotency_key_reaches_the_tool(shelf: Shelf) -> None:
    toolbox = ToolCollection({"overhear": Overhear()}, shelf, lambda: 0.0)
    assert (await toolbox.run(Action(id="A1", tool="overhear"), "k1")).data == {"words": ["k1"]}
