"""Look at what a component depends on, and who feels it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import Field

from sre_core.domain import Value
from sre_core.errors import ToolError
from sre_core.tools.base import Tool, ToolContext
from sre_core.topology.graph import Topology


class TopologyQuery(Value):
    """Which part of the topology to look at."""

    component: str = Field(description="Component id.")
    hops: int = Field(default=3, ge=1, le=20, description="How far to follow dependencies.")


class Neighbourhood(Value):
    """A component and what is around it, with distance in hops."""

    component: str
    kind: str
    depends_on: dict[str, int]
    used_by: dict[str, int] = Field(description="Who may feel it when it breaks: its blast radius.")


class InspectTopology(Tool[TopologyQuery, Neighbourhood]):
    """Look at what a component depends on, and who depends on it: a cause lies downstream, the blast radius upstream."""

    name = "inspect_topology"
    source = "topology"
    cost = 0.5

    def __init__(self, topology: Topology) -> None:
        self._topology = topology

    async def run(self, query: TopologyQuery, context: ToolContext) -> Neighbourhood:
        """Raises ``ToolError`` with similar names when the component is not in the topology."""
        component = self._topology.components.get(query.component)
        if component is None:
            similar = get_close_matches(query.component, self._topology.components, n=5, cutoff=0.4)
            hint = f" Did you mean {', '.join(similar)}?" if similar else " It may still have logs or metrics."
            raise ToolError(f"{query.component!r} is not in the topology.{hint}")
        return Neighbourhood(
            component=component.id,
            kind=component.kind,
            depends_on=_near(self._topology.downstream(component.id), query.hops),
            used_by=_near(self._topology.upstream(component.id), query.hops),
        )

    def summarise(self, output: Neighbourhood) -> str:
        """How many on either side."""
        return f"{output.component} depends on {len(output.depends_on)}, {len(output.used_by)} depend on it"

    def components(self, query: TopologyQuery, output: Neighbourhood) -> tuple[str, ...]:
        """The one looked at: its neighbours were only named."""
        return (output.component,)


def _near(hops: Mapping[str, int], most: int) -> dict[str, int]:
    return {
        name: distance for name, distance in sorted(hops.items(), key=lambda hop: (hop[1], hop[0])) if distance <= most
    }
