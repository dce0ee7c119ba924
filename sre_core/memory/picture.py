"""Where an alert was raised: the components it names, who is next to them, and what there is at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sre_core.domain import Alert

FARTHEST = 2
"""Hops that still count as near."""


@dataclass(frozen=True)
class Picture:
    """The components in the picture."""

    hops: Mapping[str, int] = field(default_factory=dict)
    """Component -> hops from the nearest alerting one, up or down; 0 for those themselves. Empty: the alert names none."""
    components: frozenset[str] = frozenset()
    """Everything that is known to exist; empty: nothing is connected that would say."""

    @classmethod
    def around(
        cls,
        alerting: Iterable[str],
        components: Iterable[str] = (),
        depends_on: Mapping[str, Iterable[str]] | None = None,
    ) -> Picture:
        """The alerting components with their neighbours in both directions. ``depends_on``: component -> what it calls."""
        beside: dict[str, set[str]] = {}
        for source, targets in (depends_on or {}).items():
            for target in targets:
                beside.setdefault(source, set()).add(target)
                beside.setdefault(target, set()).add(source)
        hops = dict.fromkeys(alerting, 0)
        for far in range(1, FARTHEST + 1):
            edge = [name for name, distance in hops.items() if distance == far - 1]
            for name in edge:
                for other in beside.get(name, ()):
                    hops.setdefault(other, far)
        return cls(hops, frozenset(components))

    @classmethod
    def of(
        cls, alert: Alert, components: Iterable[str] = (), depends_on: Mapping[str, Iterable[str]] | None = None
    ) -> Picture:
        """The same where only the alert's own field says where it is."""
        return cls.around([alert.component] if alert.component else [], components, depends_on)

    @property
    def alerting(self) -> tuple[str, ...]:
        """The components that the alert names."""
        return tuple(name for name, far in self.hops.items() if far == 0)
