"""What a tool is: an atom with a typed input, a typed output, an effect and a price."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, get_args

from pydantic import ValidationError

from sre_core.domain import Effect, Value
from sre_core.errors import ToolError

Query = TypeVar("Query", bound=Value)
Output = TypeVar("Output", bound=Value)


def _ignore(_: str) -> None: ...


@dataclass(frozen=True)
class ToolContext:
    """What one run may rely on besides its query."""

    deadline: datetime | None = None
    """When the answer is no longer wanted; None is no deadline."""
    progress: Callable[[str], None] = field(default=_ignore)
    """Say in a few words what is being done; shown live, never stored."""
    key: str | None = None
    """Idempotency key of what changes something: to be handed to whoever carries it out, who does so once for each key.
    None when it only looks, or is run by hand."""


class Tool(ABC, Generic[Query, Output]):
    """One thing that can be done: ``run(query, context) -> output``.

    A tool holds what it needs from its constructor, calls no other tool, prints nothing, and raises ``ToolError`` with what
    to do when it cannot answer. The query's docstring and field descriptions are what a model reads.
    """

    name: ClassVar[str]
    effect: ClassVar[Effect] = Effect.READS
    cost: ClassVar[float] = 1.0
    """Relative price of one run: 1 is one cheap query."""
    source: ClassVar[str]
    """What its output counts as a look at: metrics, logs, changes, commands, documents, topology ..."""
    timeout: ClassVar[float] = 30.0
    """Seconds after which a run is given up as failed."""
    outside: ClassVar[bool] = False
    """Whether somebody else wrote it (``outside_tools``). The rules never choose such a tool; a model or a person may."""
    told: ClassVar[str] = ""
    """What such a tool says of itself: text from outside, for a model behind a fence only."""
    vouched_for: ClassVar[bool] = True
    """Whether we, or the operator, answer for what it says of itself; without that, policy asks about each call of it."""

    @abstractmethod
    async def run(self, query: Query, context: ToolContext) -> Output:
        """Do it. Raises ``ToolError`` when there is no answer."""

    @abstractmethod
    def summarise(self, output: Output) -> str:
        """One line for a person: what came back."""

    def settled(self, query: Query) -> Query:
        """The query as it is run, which is what a person is shown; by default as it came. Settling it again changes nothing."""
        return query

    def undo(self, query: Query) -> str:
        """How a person can take back what a run of this does; empty when it only looks, or nothing is known."""
        return ""

    def command(self, query: Query) -> str:
        """What a person would type to do the same by hand; empty when nothing is known."""
        return ""

    def addresses(self, query: Query) -> tuple[str, ...]:
        """What a run fetches because the query says so; one that nobody vouches for is asked about."""
        return ()

    def touches(self, query: Query) -> tuple[str, ...] | None:
        """Ids of the components that a run may touch, as far as the query tells; None: any of them, since it could name
        some and names none."""
        if named := self.named(query):
            return named
        return None if {"component", "components"} & type(query).model_fields.keys() else ()

    def named(self, query: Query) -> tuple[str, ...]:
        """Ids of the components that the query itself names; by default its ``component`` or ``components``."""
        one, several = getattr(query, "component", None), getattr(query, "components", None)
        return tuple(dict.fromkeys([*([one] if one else []), *(several or ())]))

    def components(self, query: Query, output: Output) -> tuple[str, ...]:
        """Ids of the components that this output says something about."""
        return ()

    @classmethod
    def query_type(cls) -> type[Value]:
        """The input model."""
        return cls._parameters()[0]

    @classmethod
    def output_type(cls) -> type[Value]:
        """The output model."""
        return cls._parameters()[1]

    @classmethod
    def _parameters(cls) -> tuple[type[Value], type[Value]]:
        for base in getattr(cls, "__orig_bases__", ()):
            parameters = get_args(base)
            if len(parameters) == 2:
                return parameters[0], parameters[1]
        raise TypeError(f"{cls.__name__} must be declared as Tool[ItsQuery, ItsOutput]")

    @classmethod
    def parse(cls, arguments: Any) -> Value:
        """The typed query. Raises ``ToolError`` that names each wrong field and what it takes."""
        try:
            return cls.query_type().model_validate(arguments)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'input'}: {e['msg']}" for e in error.errors()[:5])
            raise ToolError(f"{cls.name} does not take these arguments: {wrong}") from error

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Name, description, effect, cost and JSON schemas, as ``python -m sre_core tools`` prints them."""
        return {
            "name": cls.name,
            "description": (cls.__doc__ or "").strip(),
            "effect": cls.effect.value,
            "cost": cls.cost,
            "source": cls.source,
            "input": cls.query_type().model_json_schema(),
            "output": cls.output_type().model_json_schema(),
        }


AnyTool = Tool[Any, Any]


def by_name(tools: Iterable[AnyTool]) -> dict[str, AnyTool]:
    """Tools by name. Raises ``ValueError`` when two share one."""
    found: dict[str, AnyTool] = {}
    for tool in tools:
        if tool.name in found:
            raise ValueError(f"Two tools are called {tool.name!r}.")
        found[tool.name] = tool
    return found
