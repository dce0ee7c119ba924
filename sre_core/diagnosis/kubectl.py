"""Reading what kubectl prints: tables by their header, descriptions by their indentation, events, and command lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

VERBS = re.compile(r"^kubectl\s+(?P<verb>get|describe|logs|top|exec|rollout)\s+(?P<rest>.*)$")
KINDS = {
    "po": "pods",
    "pod": "pods",
    "deploy": "deployments",
    "deployment": "deployments",
    "rs": "replicasets",
    "replicaset": "replicasets",
    "svc": "services",
    "service": "services",
    "ep": "endpoints",
    "endpoint": "endpoints",
    "no": "nodes",
    "node": "nodes",
    "pvc": "persistentvolumeclaims",
    "persistentvolumeclaim": "persistentvolumeclaims",
    "pv": "persistentvolumes",
    "persistentvolume": "persistentvolumes",
    "quota": "resourcequotas",
    "resourcequota": "resourcequotas",
    "ev": "events",
    "event": "events",
    "sa": "serviceaccounts",
    "serviceaccount": "serviceaccounts",
    "sts": "statefulsets",
    "statefulset": "statefulsets",
    "ns": "namespaces",
    "namespace": "namespaces",
    "hpa": "horizontalpodautoscalers",
    "cm": "configmaps",
    "configmap": "configmaps",
    "sc": "storageclasses",
    "secret": "secrets",
    "ing": "ingresses",
    "job": "jobs",
    "ds": "daemonsets",
    "networkpolicy": "networkpolicies",
}


@dataclass(frozen=True)
class Kubectl:
    """A kubectl command line, taken apart. ``kind`` is the plural resource name, or '' (logs, exec)."""

    verb: str
    kind: str
    names: tuple[str, ...]
    namespace: str | None
    output: str
    labels: bool
    selector: str | None


def parse_command(command: str) -> Kubectl | None:
    """The parts of a kubectl command; None for any other command."""
    match = VERBS.match(command.strip())
    if match is None:
        return None
    words = match["rest"].split(" -- ")[0].split()
    plain, options = _options(words)
    verb = match["verb"]
    if verb in ("logs", "exec"):
        kind, names = "pods", tuple(plain[:1])
    else:
        kind, names = (KINDS.get(plain[0], plain[0]) if plain else ""), tuple(plain[1:])
        if "/" in kind:
            kind, names = KINDS.get(kind.split("/")[0], kind.split("/")[0]), (kind.split("/")[1], *names)
    return Kubectl(
        verb,
        kind,
        names,
        options.get("-n") or options.get("--namespace"),
        options.get("-o", ""),
        "--show-labels" in options,
        options.get("-l") or options.get("--selector"),
    )


def _options(words: list[str]) -> tuple[list[str], dict[str, str]]:
    plain: list[str] = []
    options: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if word in ("-n", "--namespace", "-o", "-l", "--selector", "-c", "--container", "--tail"):
            options[word] = next(rest, "")
        elif word.startswith("-"):
            name, _, value = word.partition("=")
            options[name] = value
        else:
            plain.append(word)
    return plain, options


def table(output: str) -> list[dict[str, str]]:
    """Rows of a kubectl table, cells by header. Columns begin where the header's words begin."""
    lines = [line for line in output.splitlines() if line.strip()]
    if not lines or not lines[0][:1].isupper() or lines[0].startswith(("No resources", "Error")):
        return []
    heads = [(match.group(), match.start()) for match in re.finditer(r"\S+(?: \S+)*", lines[0])]
    ends = [start for _, start in heads[1:]] + [None]
    return [_row(line, heads, ends) for line in lines[1:]]


def _row(line: str, heads: list[tuple[str, int]], ends: list[int | None]) -> dict[str, str]:
    cells = re.split(r"\s{2,}|\t", line.strip())
    if len(cells) == len(heads):
        return {head: cell.strip() for (head, _), cell in zip(heads, cells, strict=True)}
    return {head: line[start:end].strip() for (head, start), end in zip(heads, ends, strict=True)}


@dataclass(frozen=True)
class KubeEvent:
    """One event as ``describe`` or ``get events`` lists it."""

    type: str
    reason: str
    subject: str
    message: str
    age: str
    line: str

    @property
    def times(self) -> int:
        """How often it happened: 15 in '19s (x15 over 101s)'."""
        match = re.search(r"\(x(\d+)", self.age)
        return int(match.group(1)) if match else 1


def described_events(output: str) -> Iterator[KubeEvent]:
    """The events at the end of a description."""
    start = output.rfind("Events:")
    for line in output[start:].splitlines()[1:] if start >= 0 else ():
        cells = re.split(r"\s{2,}", line.strip(), maxsplit=4)
        if len(cells) == 5 and cells[0] in ("Normal", "Warning"):
            yield KubeEvent(cells[0], cells[1], "", cells[4], cells[2], " ".join(line.split()))


def listed_events(output: str) -> Iterator[KubeEvent]:
    """The rows of ``kubectl get events``."""
    for row in table(output):
        if row.get("REASON"):
            line = " ".join(" ".join(row.values()).split())
            yield KubeEvent(
                row.get("TYPE", ""),
                row["REASON"],
                row.get("OBJECT", ""),
                row.get("MESSAGE", ""),
                row.get("LAST SEEN", ""),
                line,
            )


def field(output: str, name: str) -> str | None:
    """The value of a ``Name:   value`` line of a description, the first of that name."""
    match = re.search(rf"^\s*{re.escape(name)}:[ \t]*(.*)$", output, re.MULTILINE)
    return match.group(1).strip() if match else None


def fields(output: str, name: str) -> list[str]:
    """The values of every such line."""
    return [match.strip() for match in re.findall(rf"^\s*{re.escape(name)}:[ \t]*(.*)$", output, re.MULTILINE)]
