"""The little that a detector may know besides the output it reads: names, times, and what was seen before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property

from sre_core.domain import Alert, Window
from sre_core.topology.graph import Topology

_SAFE = "[bcdfghjklmnpqrstvwxz2456789]"
POD_SUFFIX = re.compile(rf"-{_SAFE}{{7,10}}-{_SAFE}{{5}}$|-{_SAFE}{{7,10}}-?$|-{_SAFE}{{5}}$|-\d+$")
"""What a ReplicaSet (hash, five letters) or a StatefulSet (ordinal) appends to the workload's name. The letters are those that
Kubernetes draws from: no vowels, so that no words come out."""


OTHER_ADDRESS = re.compile(
    r"master|primary|replicas?|standby|headless|read(er|only)?|writer?|r[ow]|svc|service|internal|external|public|private|lb|proxy"
    r"|metrics|admin|http|grpc|api|web|app|db|cache|canary|stable|blue|green|v?\d+"
)


@dataclass(frozen=True)
class Names:
    """The components that are known, and how they are called in text, pods and hosts."""

    known: frozenset[str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other names -> component id, lower case."""

    @classmethod
    def of(cls, topology: Topology, more: Iterable[str] = ()) -> Names:
        """Every component of the topology under its id, its name and its id without separators."""
        ids = frozenset(topology.components) | frozenset(more)
        aliases = {c.name.casefold(): c.id for c in topology.components.values() if c.name}
        return cls(ids, aliases | {id_.casefold(): id_ for id_ in sorted(ids)})

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = sorted((re.escape(name) for name in self.aliases if len(name) > 2), key=len, reverse=True)
        return re.compile(rf"(?<![a-z0-9_])(?:{'|'.join(names) or 'x^'})(?![a-z0-9_])(?!-[a-z])", re.IGNORECASE)

    def in_text(self, text: str) -> tuple[str, ...]:
        """Components named in a text, in order of appearance; ``cart`` is not named by ``cart-redis``."""
        found = (self.aliases[match.group().casefold()] for match in self._pattern.finditer(text))
        return tuple(dict.fromkeys(found))

    def without(self, text: str) -> str:
        """The text without the names in it."""
        return self._pattern.sub(" ", text)

    def of_workload(self, name: str) -> str | None:
        """The component that a pod, ReplicaSet, Service or host belongs to; None when it is not one of ours."""
        name = name.split("/")[-1].split(":")[0].split(".")[0].casefold()
        while name:
            if name in self.aliases:
                return self.aliases[name]
            shorter = POD_SUFFIX.sub("", name)
            if shorter == name:
                return None
            name = shorter
        return None

    def resembling(self, host: str) -> str | None:
        """A known component that this unknown host is probably meant to be: its name with something added, or misspelt.

        Endings under which one component commonly has more than one address do not count.
        """
        host = host.split(":")[0].split(".")[0].casefold()
        names = sorted((name for name in self.aliases if len(name) > 3 and name != host), key=len, reverse=True)
        for name in names:
            added = re.fullmatch(rf"{re.escape(name)}[-_]?(\w[\w-]*)|(\w[\w-]*)[-_]{re.escape(name)}", host)
            if added:
                return None if OTHER_ADDRESS.fullmatch(added[1] or added[2]) else self.aliases[name]
        close = get_close_matches(host, names, n=1, cutoff=0.9)
        return self.aliases[close[0]] if close and len(host) > 5 else None


@dataclass(frozen=True)
class Context:
    """What an investigation knows when it reads one output."""

    topology: Topology = field(default_factory=Topology)
    names: Names = field(default_factory=lambda: Names(frozenset()))
    alert: Alert = field(default_factory=lambda: Alert(title="(none)"))
    window: Window | None = None
    baseline: Window | None = None
    subject: tuple[str, ...] = ()
    """The components that the action looked at."""
    begins: datetime | None = None
    """From when on logs count as of the time of trouble: as the source or the alert say, or earlier where figures show it."""
    onsets: Mapping[str, datetime] = field(default_factory=dict)
    """Component -> when its trouble began, as far as it has been seen."""
    unhealthy: frozenset[str] = frozenset()
    """Workloads whose replicas were seen missing or not ready."""
    ready: frozenset[str] = frozenset()
    """Workloads whose replicas were all seen ready."""
    listens: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Workload -> the ports its containers listen on, as far as a description was read ('9555/TCP')."""
    targets: Mapping[str, str] = field(default_factory=dict)
    """Workload -> the port its Service forwards to, as far as it was read."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """Claim -> what it asks for, and volume -> what it holds, in the words of ``volume_terms``."""
    troubled: frozenset[str] = frozenset()
    """Components that figures or other alerts showed to suffer."""
    signalled: frozenset[str] = frozenset()
    """Components that another alert gave a reason to suspect."""
    has_pods: frozenset[str] = frozenset()
    """Workloads of which at least one pod exists, ready or not."""
    bad_pods: frozenset[str] = frozenset()
    """Names of the pods that were seen not ready."""
    missing: frozenset[str] = frozenset()
    """Workloads whose Service, pods or claim were seen to be missing."""
    raised: frozenset[str] = frozenset()
    """Components whose own code was seen to fail."""
    ports: Mapping[str, str] = field(default_factory=dict)
    """Port -> the one component that is known to be reached on it."""
    placement: Mapping[str, str] = field(default_factory=dict)
    """Workload -> the node its pod runs on."""
    nodes: tuple[str, ...] = ()
    unit_hosts: Mapping[str, str] = field(default_factory=dict)
    """System unit -> the one node that it can be asked about on, where there is only one."""
    namespace: str | None = None

    @property
    def onset(self) -> datetime | None:
        """When trouble began anywhere; the alert's own time when nothing else is known."""
        return min(self.onsets.values(), default=None) or self.alert.starts_at

    @property
    def normal_until(self) -> datetime | None:
        """The end of normal operation, where the source says it."""
        return self.baseline.end if self.baseline else None
