"""``nc``: does a port answer, from everywhere or from one node only?"""

from __future__ import annotations

import re

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.speech import cut
from sre_core.tools.run_diagnostic import DiagnosticOutput

CONNECT = re.compile(r"^(?:nc|ncat|netcat|telnet)\s+(?:-\S+\s+)*(?P<host>[\w.-]+)\s+(?P<port>\d+)")
REFUSED = re.compile(
    r"connection (failed|refused|timed out)|no route|timed out|not known|no such host|forward host lookup failed",
    re.IGNORECASE,
)
OPEN = re.compile(r"succeeded|\bopen\b|connected", re.IGNORECASE)
PLACE = re.compile(r"(?:on|from) (?P<place>[\w.-]+):\s*(?P<answer>.*?)(?=\n[^\n]*(?:on|from) [\w.-]+:|\Z)", re.DOTALL)


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """Refused everywhere blames the workload behind the address; refused from one place blames that place."""
    match = CONNECT.match(answer.command)
    if not answer.recorded or match is None:
        return []
    component = context.names.of_workload(match["host"])
    places = {
        m["place"]: bool(REFUSED.search(m["answer"]))
        for m in PLACE.finditer(answer.output)
        if m["place"] in context.nodes
    }
    quote = cut(f"{answer.command}: {answer.output}")
    failing = [place for place, failed in places.items() if failed]
    if failing and len(failing) < len(places):
        return [_one_sided(place, quote, len(failing)) for place in failing]
    if component is None:
        return []
    if REFUSED.search(answer.output):
        return [_refused(component, quote, context)]
    if OPEN.search(answer.output):
        suggests = dict.fromkeys(
            ("service_port_mismatch", "service_selector_mismatch", "service_protocol_mismatch"), -2.5
        )
        return [Finding(kind="reachable", component=component, source="commands", quote=quote, suggests=suggests)]
    return []


def _one_sided(node: str, quote: str, failing: int) -> Finding:
    suggests = {
        "kube_proxy_unavailable": 2.0 / failing,
        "network_partition": 1.0 / failing,
        "network_latency": 0.5 / failing,
    }
    return Finding(
        kind="unreachable_from",
        component=f"node/{node}",
        source="commands",
        quote=quote,
        suggests=suggests,
        strength=2.5,
    )


def _refused(component: str, quote: str, context: Context) -> Finding:
    """With ready pods behind it, the way there is wrong; without, it is a consequence."""
    ready = component in context.ready and component not in context.unhealthy
    routing = {"service_port_mismatch": 1.8, "service_protocol_mismatch": 1.5, "service_selector_mismatch": 1.2}
    suggests = {"unknown_fault": 1.2, **(routing if ready else {})}
    return Finding(
        kind="unreachable", component=component, source="commands", quote=quote, suggests=suggests, strength=2.5
    )
