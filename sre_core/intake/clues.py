"""What a word, a label or a time in somebody else's alert means in ours. Nothing here guesses: unclear is None."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from sre_core.domain import Severity

LONGEST_TITLE = 300
MOST_LINKS = 20

_SEVERITIES = {
    Severity.CRITICAL: "critical crit emergency emerg fatal disaster blocker page sev0 sev1 p0 p1",
    Severity.HIGH: "high error err major urgent sev2 p2",
    Severity.WARNING: "warning warn medium moderate minor average ticket sev3 p3",
    Severity.INFO: "info information informational low notice none debug ok sev4 sev5 p4 p5",
}
_SEVERITY_OF_WORD = {word: severity for severity, words in _SEVERITIES.items() for word in words.split()}
LOUDEST_FIRST = (Severity.CRITICAL, Severity.HIGH, Severity.WARNING, Severity.UNKNOWN, Severity.INFO)

_COMPONENT_LABELS = (
    *("component", "deployment", "statefulset", "daemonset", "app_kubernetes_io_name", "app.kubernetes.io/name", "app"),
    *("application", "service", "service_name", "service.name", "servicename", "microservice", "cronjob", "job_name"),
    *("pod", "pod_name", "container"),
)
_EXPORTERS = frozenset(
    {"kube-state-metrics", "node-exporter", "kubelet", "prometheus", "blackbox-exporter", "cadvisor"}
)
"""What reports about others: a ``service`` label with its name does not say what is broken."""

_POD_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_POD_HASH = re.compile(rf"(?:-[{_POD_LETTERS}]{{6,10}})?-[{_POD_LETTERS}]{{5}}$|-\d{{1,4}}$")
_LINK = re.compile(r"https?://[^\s<>\"'\\)\]}]+")
_DATE_WITH_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)? ?(?:Z|UTC|[+-]\d\d:?\d\d)?")


def severity_of(word: Any) -> Severity:
    """What a vendor's word for loudness means; ``UNKNOWN`` when it is none that we know."""
    plain = re.sub(r"[\s_-]", "", str(word)).lower() if isinstance(word, str | int) else ""
    return _SEVERITY_OF_WORD.get(plain, Severity.UNKNOWN)


def moment_of(value: Any) -> datetime | None:
    """A date with a time in ISO form, or seconds or milliseconds since 1970. None when it is neither, or cannot be true."""
    try:
        moment = _as_datetime(value)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment is not None and 1990 <= moment.year <= 2200 else None


class Unit(IntEnum):
    """How a sender writes a time: how many of its units are a second, or as a date in ISO 8601."""

    ISO = 0
    SECONDS = 1
    MILLISECONDS = 1_000
    MICROSECONDS = 1_000_000
    NANOSECONDS = 1_000_000_000
    BY_SIZE = -1
    """Whichever of these makes a time of our years."""


def moment_in(value: Any, unit: Unit) -> datetime | None:
    """A time in a known unit, be it as a figure or as its digits; a date is a date whatever the unit. None: it is no time."""
    digits = isinstance(value, str) and re.fullmatch(r"\s*\d{9,19}(?:\.\d{1,9})?\s*", value)
    figure = float(value) if digits else value
    if unit is Unit.ISO or isinstance(figure, str | bool) or not isinstance(figure, int | float) or abs(figure) > 1e20:
        return moment_of(value)
    return moment_of(figure / (unit if unit > 0 else _unit_by_size(figure)))


def _unit_by_size(figure: float) -> Unit:
    """Seconds have ten digits in our years, milliseconds thirteen, and so on."""
    sizes = {Unit.SECONDS: 1e11, Unit.MILLISECONDS: 1e14, Unit.MICROSECONDS: 1e17}
    return next((unit for unit, below in sizes.items() if abs(figure) < below), Unit.NANOSECONDS)


def _as_datetime(value: Any) -> datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    found = _DATE_WITH_TIME.search(value) if isinstance(value, str) else None
    if found is None:
        return None
    moment = datetime.fromisoformat(found.group().strip().replace(" UTC", "Z").replace("UTC", "Z"))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def component_of(labels: Mapping[str, str]) -> str | None:
    """The component that a label says it is about; a pod stands for its workload. None when no label says."""
    by_name = {name.lower(): value.strip() for name, value in labels.items()}
    for name in _COMPONENT_LABELS:
        value = by_name.get(name, "")
        if value and value.lower() not in _EXPORTERS:
            return workload_of(value) if name.startswith("pod") else value
    return None


def workload_of(pod: str) -> str:
    """The workload that a Kubernetes pod's name was made from: ``cart-79b49f5555-625p8`` and ``cart-0`` are of ``cart``."""
    return _POD_HASH.sub("", pod) or pod


def links_in(*texts: str) -> tuple[str, ...]:
    """Web addresses in the order they stand, each once, the first of very many."""
    found = (match.group().rstrip(".,;:") for text in texts for match in _LINK.finditer(text))
    return tuple(dict.fromkeys(found))[:MOST_LINKS]


def names(listed: str) -> frozenset[str]:
    """The words of a text, for a set of names that is easily read."""
    return frozenset(listed.split())


def title_from(candidates: Iterable[Any]) -> str | None:
    """The first candidate that is a text with something in it, on one line."""
    lines = (" ".join(candidate.split()) for candidate in candidates if isinstance(candidate, str))
    return next((_shortened(line) for line in lines if line), None)


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"
