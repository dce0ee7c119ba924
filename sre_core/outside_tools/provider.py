"""What brings tools of others: an MCP server, or a file of toolsets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sre_core.domain import Value
from sre_core.outside_tools.foreign import OutsideTool


class Missing(Value):
    """A tool, or a whole origin of tools, that is not available."""

    name: str
    because: str


class Provider(Protocol):
    """One origin of tools. ``keep`` runs in the thread of the outside tools; the rest may be asked from any thread."""

    name: str

    async def keep(self) -> None:
        """Make its tools available, and keep them so until it is cancelled."""

    @property
    def settled(self) -> bool:
        """Whether it has come as far as it will by itself: its tools are there, or it is known why not."""

    def tools(self) -> Sequence[OutsideTool]:
        """Those that can be used now."""

    def missing(self) -> Sequence[Missing]:
        """Those that cannot, each with why."""

    def confirm(self) -> Sequence[str]:
        """Agree to the tools as they look now; returns their names."""
