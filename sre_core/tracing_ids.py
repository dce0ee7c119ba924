"""Ids of spans: random, but for the root of a trace, whose ids every process has to know. Imported where traces are wanted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator


class RootIds(RandomIdGenerator):
    """Gives out the ids of a root while somebody makes one, in their thread."""

    def __init__(self) -> None:
        self._root = threading.local()

    @contextmanager
    def being(self, trace_id: int, span_id: int) -> Iterator[None]:
        """The span that is started within is the root."""
        self._root.ids = (trace_id, span_id)
        try:
            yield
        finally:
            self._root.ids = None

    def generate_trace_id(self) -> int:
        """The root's, or a random one."""
        ids = getattr(self._root, "ids", None)
        return ids[0] if ids else super().generate_trace_id()

    def generate_span_id(self) -> int:
        """The root's, or a random one."""
        ids = getattr(self._root, "ids", None)
        return ids[1] if ids else super().generate_span_id()
