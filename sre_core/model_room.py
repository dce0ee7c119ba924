"""The model of this process: where it is asked, what was found out about it, and who gets to ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sre_core.errors import RefusedInput
from sre_core.gateway import libraries
from sre_core.gateway.asking import Gateway
from sre_core.gateway.budget import Budget, Ledger, Purse
from sre_core.gateway.capabilities import Capabilities
from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.gateway.endpoint_gateway import EndpointGateway
from sre_core.gateway.found import FoundCapabilities
from sre_core.reasoning.model.desk import ModelDesk
from sre_core.timeline import Contents
from sre_core.trials import Tell, Trial, nobody_hears

if TYPE_CHECKING:
    from sre_core.gateway.masked import NamesOf


class ModelRoom:
    """One endpoint, used the way that works."""

    def __init__(
        self,
        endpoint: ModelEndpoint | None,
        contents: Contents,
        found: Path,
        address: ModelEndpoint | None = None,
        prepare: Callable[[], None] = libraries.prepare,
        names_of: NamesOf | None = None,
    ) -> None:
        """``found``: the file in which is kept what 'Test connection' found out.

        ``address``: an endpoint of which no model was chosen yet. ``prepare`` imports what the first question needs.
        ``names_of``: what a model is told by pseudonyms; None: it is told the names.
        """
        self.endpoint = endpoint
        self.address = endpoint or address
        self._contents = contents
        self._found = FoundCapabilities(found)
        self._prepare = prepare
        self._names_of = names_of
        self.desk = ModelDesk(self._opened if endpoint is not None else None)
        self.trial: Trial[Capabilities] = Trial(self._tried)
        """'Test connection', for a page."""
        self.listing: Trial[tuple[str, ...]] = Trial(self._listed)
        """Which models the address has, where none was chosen yet."""

    @property
    def capabilities(self) -> Capabilities | None:
        """What was found out last; None: it was never tested, or there is none."""
        return self._found.of(self.endpoint) if self.endpoint is not None else None

    def warm_up(self) -> None:
        """Import what the first question needs, where there is somebody to ask. Takes CPU seconds."""
        if self.address is not None:
            self._prepare()

    async def test(self, tell: Tell = nobody_hears) -> Capabilities | None:
        """Ask the endpoint what it can do, and use it so from now on; None when no model is set up."""
        from sre_core.gateway.probe import probe

        if self.endpoint is None:
            return None
        found = await probe(self.endpoint, tell=tell)
        self._found.remember(found)
        self.desk.open(self._opened)
        return found

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[Gateway | None]:
        """The endpoint for what is asked outside of an investigation, in the event loop of whoever asks; None: there is none."""
        if self.endpoint is None:
            yield None
            return
        gateway = self._open(Ledger(lambda _: Budget()))
        try:
            yield self.masked(gateway)
        finally:
            await gateway.close()

    def close(self) -> None:
        """Let go of what is being tried."""
        self.trial.let_go()
        self.listing.let_go()

    async def _tried(self, tell: Tell) -> Capabilities:
        try:
            found = await self.test(tell)
        except OSError as error:
            raise RefusedInput(f"What was found out cannot be kept in the state folder ({error.strerror}).") from error
        if found is None:
            raise RefusedInput("No model is set up: set SRE_MODEL_URL and SRE_MODEL.")
        return found

    async def _listed(self, tell: Tell) -> tuple[str, ...]:
        from sre_core.gateway.probe import list_models

        if self.address is None:
            raise RefusedInput("No model is set up: set SRE_MODEL_URL.")
        tell("asking which models there are")
        return await list_models(self.address)

    def masked(self, gateway: Gateway) -> Gateway:
        """The gateway as it is asked here: with pseudonyms for names, where that is wanted."""
        if self._names_of is None:
            return gateway
        from sre_core.gateway.masked import MaskedGateway  # networkx comes with it

        return MaskedGateway(gateway, self._names_of)

    def _opened(self, purse: Purse) -> Gateway:
        return self.masked(self._open(purse))

    def _open(self, purse: Purse) -> EndpointGateway:
        assert self.endpoint is not None
        known = self.capabilities
        return EndpointGateway(known.fitted(self.endpoint) if known else self.endpoint, purse, keep=self._contents.keep)
