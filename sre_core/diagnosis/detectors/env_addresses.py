"""Addresses in a workload's environment that name no component, but nearly do."""

from __future__ import annotations

import re

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.kubectl import field, parse_command
from sre_core.tools.run_diagnostic import DiagnosticOutput

ENTRY = re.compile(
    r"^\s+(?P<name>\w*(?:ADDR|HOST|URL|ENDPOINT|SERVER|URI)\w*):\s+(?:\w+://)?(?P<host>[a-z][a-z0-9.-]*?)(?::\d+)?(?:/\S*)?$",
    re.MULTILINE,
)


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """Environment entries of a described pod or deployment."""
    command = parse_command(answer.command)
    if (
        not answer.recorded
        or command is None
        or command.verb != "describe"
        or command.kind not in ("pods", "deployments")
    ):
        return []
    component = context.names.of_workload(field(answer.output, "Name") or "")
    if component is None:
        return []
    entries = list(ENTRY.finditer(answer.output))
    wrong = [found for match in entries if (found := _entry(match, component, context))]
    if wrong or not entries:
        return wrong
    line = " ".join(entries[0].group().split())
    suggests = {"env_address_mismatch": -3.0}
    return [
        Finding(
            kind="addresses_fine", component=component, source="commands", quote=f"{line}, all known", suggests=suggests
        )
    ]


def _entry(match: re.Match[str], component: str, context: Context) -> Finding | None:
    host, line = match["host"], " ".join(match.group().split())
    named = context.names.of_workload(host)
    if named is not None:
        return None if named != component else _finding(component, line, 1.0)
    if "." in host.removesuffix(".svc.cluster.local").removesuffix(
        f".{context.namespace}"
    ) or not context.names.resembling(host):
        return None
    return _finding(component, line, 3.2)


def _finding(component: str, line: str, log_odds: float) -> Finding:
    suggests = {"env_address_mismatch": log_odds}
    return Finding(
        kind="wrong_address", component=component, source="commands", quote=line, suggests=suggests, strength=3.0
    )
