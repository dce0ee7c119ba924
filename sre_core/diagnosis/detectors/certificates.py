"""``openssl x509``: is the certificate still valid when the incident happened?"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.tools.run_diagnostic import DiagnosticOutput

HOST = re.compile(r"-connect\s+([\w.-]+):\d+|-servername\s+([\w.-]+)")
UNTIL = re.compile(r"notAfter\s*=\s*(.+?)\s*$", re.MULTILINE)
FORMATS = ("%b %d %H:%M:%S %Y %Z", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%SZ")


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """The end date against the time of the incident (the end of what was captured)."""
    match = UNTIL.search(answer.output)
    if not answer.recorded or match is None:
        return []
    until, now = parse_date(match.group(1)), context.window.end if context.window else context.alert.starts_at
    component = _whose(answer, context)
    if until is None or now is None or component is None:
        return []
    quote = f"{component}: {match.group(0).strip()}"
    if until > now:
        return [
            Finding(
                kind="certificate_valid",
                component=component,
                source="commands",
                quote=quote,
                suggests={"tls_certificate_expired": -3.0},
            )
        ]
    suggests = {"tls_certificate_expired": 4.0}
    return [
        Finding(
            kind="certificate_expired",
            component=component,
            source="commands",
            quote=quote,
            onset=until,
            suggests=suggests,
            strength=3.0,
        )
    ]


def parse_date(text: str) -> datetime | None:
    """A date as openssl prints it; None when it is in none of the known forms."""
    for form in FORMATS:
        try:
            return datetime.strptime(" ".join(text.split()), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _whose(answer: DiagnosticOutput, context: Context) -> str | None:
    hosts = [host for match in HOST.finditer(answer.command) for host in match.groups() if host]
    named = next((found for host in hosts if (found := context.names.of_workload(host))), None)
    return named or next(iter(context.names.in_text(answer.output) or context.names.in_text(answer.command)), None)
