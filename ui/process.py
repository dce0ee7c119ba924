"""What pages and routes of one process share: the workbench, and the signer of browser tokens."""

from __future__ import annotations

from sre_core.api.guard import Tokens
from sre_core.api.token_command import signing_key
from sre_core.bootstrap import workbench

__all__ = ["tokens", "workbench"]


def tokens() -> Tokens:
    """Signs with the state folder's key, read anew each time: a page outlives a restart, and what is revoked is void at once."""
    return Tokens(signing_key(workbench().folder))
