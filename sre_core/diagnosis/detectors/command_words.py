"""What a command printed in plain words: log lines of a pod, messages of a database, disks and clocks."""

from __future__ import annotations

import re

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.kubectl import parse_command
from sre_core.diagnosis.speech import cut, told
from sre_core.tools.run_diagnostic import DiagnosticOutput

FULL = re.compile(r"^(?P<device>\S+)\s+\S+\s+\S+\s+\S+\s+(?P<share>\d+)%\s+(?P<where>/\S*)$", re.MULTILINE)
DISK_FULL = 97
MOST_LINES = 400


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """``kubectl logs`` and ``exec``, ``df``, and anything else that is not a table we know."""
    if not answer.recorded or not (component := _speaker(answer.command, context)):
        return []
    command = parse_command(answer.command)
    if command and command.verb not in ("logs", "exec"):
        return []
    found = [
        Finding(
            kind="disk_full",
            component=component,
            source="commands",
            quote=" ".join(match.group().split()),
            suggests={"disk_full": 2.5},
            strength=3.0,
        )
        for match in FULL.finditer(answer.output)
        if int(match["share"]) >= DISK_FULL
    ]
    source = "logs" if command and command.verb == "logs" else "commands"
    return found + _spoken(answer.output, component, source, context)


def _speaker(command: str, context: Context) -> str | None:
    parsed = parse_command(command)
    if parsed is not None:
        return context.names.of_workload(parsed.names[0]) if parsed.names else None
    if re.match(r"(?:nc|ncat|openssl|telnet)\b|ssh \S+ systemctl", command):
        return None
    return next(iter(context.names.in_text(command)), None)


def _spoken(output: str, component: str, source: str, context: Context) -> list[Finding]:
    found: dict[tuple[str, str | None], Finding] = {}
    for line in output.splitlines()[:MOST_LINES]:
        telling = told(line, component, context)
        if telling and (telling.kind, telling.blames) not in found:
            found[telling.kind, telling.blames] = Finding(
                kind=telling.kind,
                component=component,
                source=source,
                quote=cut(line),
                suggests={fault: round(0.9 * w, 2) for fault, w in telling.suggests.items()},
                blames=telling.blames,
                strength=2.0,
            )
    return sorted(found.values(), key=lambda f: -max(f.suggests.values(), default=0.0))[:4]
