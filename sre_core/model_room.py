"""The model of this process: where it is asked, what was found out about it, and who gets to ask it."""

from __future__ import annotations

from pathlib import Path

from sre_core.gateway.budget import Purse
from sre_core.gateway.capabilities import Capabilities
from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.gateway.endpoint_gateway import EndpointGateway
from sre_core.gateway.found import FoundCapabilities
from sre_core.reasoning.model.desk import ModelDesk
from sre_core.timeline import Contents


class ModelRoom:
    """One endpoint, used the way that works."""

    def __init__(self, endpoint: ModelEndpoint | None, contents: Contents, found: Path) -> None:
        """``found``: the file in which is kept what 'Test connection' found out."""
        self.endpoint = endpoint
        self._contents = contents
        self._found = FoundCapabilities(found)
        self.desk = ModelDesk(self._open if endpoint is not None else None)

    @property
    def capabilities(self) -> Capabilities | None:
        """What was found out last; None: it was never tested, or there is none."""
        return self._found.of(self.endpoint) if self.endpoint is not None else None

    async def test(self) -> Capabilities | None:
        """Ask the endpoint what it can do, and use it so from now on; None when no model is set up."""
        from sre_core.gateway.probe import probe

        if self.endpoint is None:
            return None
        found = await probe(self.endpoint)
        self._found.remember(found)
        self.desk.open(self._open)
        return found

    def _open(self, purse: Purse) -> EndpointGateway:
        assert self.endpoint is not None
        known = self.capabilities
        return EndpointGateway(known.fitted(self.endpoint) if known else self.endpoint, purse, keep=self._contents.keep)
