"""Which telemetry something was learned from: the same capsule is known by its content, whatever it is called."""

from __future__ import annotations

from sre_core.domain import Value


class Origin(Value):
    """Where something was looked at, or said of."""

    workspace: str
    capsule: str = ""
    """Digest that tells the capsule apart; empty: none is known, and its name has to do."""

    def is_that_of(self, workspace: str | None, capsule: str) -> bool:
        """Whether that is the same telemetry: by content where both are known, else by name."""
        return self.capsule == capsule if self.capsule and capsule else self.workspace == workspace
