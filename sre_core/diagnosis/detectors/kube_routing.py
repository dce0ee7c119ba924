"""Services: do they select the pods, forward to the port the pods listen on, and speak their transport?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.kubectl import field, fields, parse_command, table
from sre_core.tools.run_diagnostic import DiagnosticOutput


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """Findings of endpoints and Services, and the ports that pods and deployments say they listen on."""
    command = parse_command(answer.command)
    if not answer.recorded or command is None:
        return []
    match command.verb, command.kind:
        case "get", "endpoints" if command.output in ("", "wide"):
            return [f for row in table(answer.output) for f in _endpoints(row, context)]
        case "get", "services" if command.output in ("", "wide") and not command.names:
            return list(_listed(table(answer.output), context))
        case "describe", "services":
            return list(_described(answer.output, context))
        case "describe", "pods" | "deployments":
            return list(_listening(answer.output, context))
        case _:
            return []


def _endpoints(row: dict[str, str], context: Context) -> Iterator[Finding]:
    component = context.names.of_workload(row.get("NAME", ""))
    if component is None:
        return
    line = " ".join(" ".join(row.values()).split())
    if row.get("ENDPOINTS") in ("<none>", ""):
        yield _unselected(component, line, context)
        return
    ports = {match.group(1) for match in re.finditer(r":(\d+)", row.get("ENDPOINTS", ""))}
    listens = {port.split("/")[0] for port in context.listens.get(component, ())}
    if listens and not ports & listens:
        yield _port(component, f"{line}; containers listen on {', '.join(sorted(listens))}")
        return
    yield Finding(kind="has_endpoints", component=component, source="commands", quote=line)


def _unselected(component: str, line: str, context: Context) -> Finding:
    """No endpoints: a wrong selector when the pods are ready, a consequence when they are not."""
    ready = component in context.ready and component not in context.unhealthy
    log_odds = 3.0 if ready else 0.0 if component in context.unhealthy else 1.2
    suggests = {"service_selector_mismatch": log_odds} if log_odds else {}
    return Finding(
        kind="no_endpoints", component=component, source="commands", quote=line, suggests=suggests, strength=2.5
    )


def _port(component: str, quote: str) -> Finding:
    suggests = {"service_port_mismatch": 3.2}
    return Finding(
        kind="port_mismatch", component=component, source="commands", quote=quote, suggests=suggests, strength=3.0
    )


def _listed(rows: list[dict[str, str]], context: Context) -> Iterator[Finding]:
    """Services in the table: wrong transport, and workloads that have none where nearly all do."""
    seen = set()
    for row in rows:
        component = context.names.of_workload(row.get("NAME", ""))
        if component is None:
            continue
        seen.add(component)
        ports = row.get("PORT(S)", "")
        if "/UDP" in ports and "/TCP" not in ports and not ports.startswith("53"):
            yield _transport(component, " ".join(" ".join(row.values()).split()))
    ours = [
        c.id
        for c in context.topology.components.values()
        if c.kind in ("service", "database", "cache", "proxy", "unknown")
    ]
    missing = [component for component in ours if component not in seen]
    if seen and len(missing) <= len(ours) / 4:
        for component in missing:
            quote = f"no Service of {component} among the {len(rows)} listed"
            suggests = {"unknown_fault": 1.5, "service_selector_mismatch": 0.5}
            yield Finding(
                kind="service_missing",
                component=component,
                source="commands",
                quote=quote,
                suggests=suggests,
                strength=2.5,
            )


def _transport(component: str, quote: str) -> Finding:
    suggests = {"service_protocol_mismatch": 3.2}
    return Finding(
        kind="transport_mismatch", component=component, source="commands", quote=quote, suggests=suggests, strength=3.0
    )


def _described(output: str, context: Context) -> Iterator[Finding]:
    component = context.names.of_workload(field(output, "Name") or "")
    if component is None:
        return
    port, target = field(output, "Port") or "", field(output, "TargetPort") or ""
    wiring = (
        f"Selector: {field(output, 'Selector')} Port: {' '.join(port.split())} TargetPort: {target} Endpoints: "
        f"{field(output, 'Endpoints')}"
    )
    if "/UDP" in port and not re.search(r"\b53/UDP", port):
        yield _transport(component, wiring)
    listens = context.listens.get(component)
    if (
        listens
        and target
        and target.split("/")[0].isdigit()
        and target.split("/")[0] not in {p.split("/")[0] for p in listens}
    ):
        yield _port(component, f"{wiring}; containers listen on {', '.join(sorted(listens))}")
    if field(output, "Endpoints") in ("", "<none>"):
        yield _unselected(component, wiring, context)
    yield Finding(
        kind="service_wiring", component=component, source="commands", quote=wiring, locator=f"target {target}"
    )


def _listening(output: str, context: Context) -> Iterator[Finding]:
    component = context.names.of_workload(field(output, "Name") or "")
    ports = sorted({port for port in fields(output, "Port") if re.fullmatch(r"\d+/\w+", port)})
    if component is None or not ports:
        return
    target = context.targets.get(component, "")
    if target.split("/")[0].isdigit() and target.split("/")[0] not in {port.split("/")[0] for port in ports}:
        yield _port(component, f"containers listen on {', '.join(ports)}; the Service forwards to {target}")
    yield Finding(
        kind="container_ports",
        component=component,
        source="commands",
        quote=f"Port: {', '.join(ports)}",
        locator=f"listens {' '.join(ports)}",
    )
