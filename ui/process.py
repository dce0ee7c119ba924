"""What pages and routes of one process share: the workbench, and the signer of browser tokens."""

from __future__ import annotations

from functools import cache

from sre_core.api.guard import Tokens
from sre_core.bootstrap import Workbench, workbench

__all__ = ["tokens", "workbench"]


def tokens() -> Tokens:
    """Signs with the state folder's secret, so that a page outlives a restart of the server."""
    return _signer(workbench())


@cache
def _signer(bench: Workbench) -> Tokens:
    return Tokens(bench.folder.secret())
