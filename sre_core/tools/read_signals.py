"""Read what else monitoring had raised around then."""

from __future__ import annotations

from pydantic import Field

from sre_core.domain import Value
from sre_core.sources.base import Signal, SignalSource
from sre_core.tools.base import Tool, ToolContext


class SignalsQuery(Value):
    """Which signals to read."""

    component: str | None = Field(default=None, description="Component id; None reads all of them.")


class SignalList(Value):
    """The signals, oldest first."""

    signals: tuple[Signal, ...]


class ReadSignals(Tool[SignalsQuery, SignalList]):
    """Read what else monitoring had raised around then, oldest first: the first one is often nearest to the cause."""

    name = "read_signals"
    source = "signals"

    def __init__(self, signals: SignalSource) -> None:
        self._signals = signals

    async def run(self, query: SignalsQuery, context: ToolContext) -> SignalList:
        """An empty list is an answer: nothing else was raised."""
        known = await self._signals.read()
        return SignalList(signals=tuple(signal for signal in known if query.component in (None, signal.component)))

    def summarise(self, output: SignalList) -> str:
        """How many, and the first."""
        if not output.signals:
            return "no other signals"
        first = output.signals[0]
        return (
            f"{len(output.signals)} signals; first: {first.name}{f' on {first.component}' if first.component else ''}"
        )

    def components(self, query: SignalsQuery, output: SignalList) -> tuple[str, ...]:
        """The one asked for; else those that something was raised on."""
        raised = (signal.component for signal in output.signals if signal.component is not None)
        return (query.component,) if query.component else tuple(dict.fromkeys(raised))
