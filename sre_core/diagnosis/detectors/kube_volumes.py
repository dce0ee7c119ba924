"""Volume claims that no volume satisfies: compares what a claim asks for with what the volumes hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.detectors.kube_quotas import UNITS
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.kubectl import parse_command, table
from sre_core.tools.run_diagnostic import DiagnosticOutput

MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
Terms = Mapping[str, str]


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """Notes what a claim asks and a volume holds; where both are known, what does not fit."""
    command = parse_command(answer.command)
    if not answer.recorded or command is None or command.kind not in ("persistentvolumeclaims", "persistentvolumes"):
        return []
    claim = command.kind == "persistentvolumeclaims"
    if command.output == "yaml":
        notes = _from_yaml(answer.output, claim)
    elif command.verb == "get" and not claim:
        notes = _from_table(answer.output)
    else:
        notes = {}
    found = [_note(name, terms) for name, terms in notes.items()]
    return [*found, *_compare({**dict(context.claims), **notes}, context)]


def _from_yaml(output: str, claim: bool) -> dict[str, str]:
    name = re.search(r"^  name: (\S+)", output, re.MULTILINE)
    size = re.search(r"storage: (\S+)", output)
    modes = [MODES.get(mode, mode) for mode in re.findall(r"^\s*- ((?:ReadWrite|ReadOnly)\w+)", output, re.MULTILINE)]
    stock = re.search(r'storageClassName: "?([\w.-]*)"?', output)
    block = re.search(
        r"matchLabels:\n((?:\s+[\w./-]+: \S+\n?)+)" if claim else r"^  labels:\n((?:    [\w./-]+: \S+\n?)+)",
        output,
        re.MULTILINE,
    )
    labels = ",".join(
        "=".join(part.strip().split(": ")) for part in (block.group(1) if block else "").splitlines() if ": " in part
    )
    if name is None:
        return {}
    role = "claim" if claim else "volume"
    terms = (
        f"{role} size={size.group(1) if size else ''} modes={'+'.join(modes)} "
        f"class={stock.group(1) if stock else ''} labels={labels}"
    )
    return {f"{role}/{name.group(1)}": terms}


def _from_table(output: str) -> dict[str, str]:
    return {
        f"volume/{row['NAME']}": f"volume size={row.get('CAPACITY', '')} modes={row.get('ACCESS MODES', '').replace(',', '+')} "
        f"class={row.get('STORAGECLASS', '')} status={row.get('STATUS', '')} bound={row.get('CLAIM', '').split('/')[-1]}"
        for row in table(output)
        if row.get("NAME")
    }


def _note(name: str, terms: str) -> Finding:
    return Finding(
        kind="volume_terms", component=None, source="commands", quote=f"{name}: {terms}", locator=f"{name}|{terms}"
    )


def parse_terms(terms: str) -> dict[str, str]:
    """'size=1Gi modes=RWO' as a mapping."""
    return dict(part.split("=", 1) for part in terms.split() if "=" in part)


def _compare(notes: Mapping[str, str], context: Context) -> Iterator[Finding]:
    volumes = {name: parse_terms(terms) for name, terms in notes.items() if name.startswith("volume/")}
    for name, terms in notes.items():
        component = context.names.of_workload(
            name.split("/")[1].removesuffix("-pvc").removesuffix("-claim").removesuffix("-data")
        )
        component = component or next(iter(sorted(context.unhealthy)), None)
        if not name.startswith("claim/") or component is None or not volumes:
            continue
        claim = parse_terms(terms)
        for fault in _misfits(claim, name.split("/")[1], volumes):
            quote = f"{name}: {terms} | " + " | ".join(f"{volume}: {notes[volume]}" for volume in volumes)
            yield Finding(
                kind="claim_misfit",
                component=component,
                source="commands",
                quote=quote,
                suggests={fault: 3.2},
                strength=3.0,
            )


def _misfits(claim: Mapping[str, str], name: str, volumes: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """What keeps the claim from the volume that fits it best; nothing when some volume fits."""
    misfits = [list(_misfit(claim, name, volume)) for volume in volumes.values()]
    yield from min(misfits, key=len)[:1]


def _misfit(claim: Mapping[str, str], name: str, volume: Mapping[str, str]) -> Iterator[str]:
    if volume.get("bound") not in (None, "", name) or volume.get("status") == "Released":
        yield "volume_bound_elsewhere"
    if claim.get("size") and volume.get("size") and size_of(claim["size"]) > size_of(volume["size"]):
        yield "volume_capacity_mismatch"
    if (
        claim.get("modes")
        and volume.get("modes")
        and not set(claim["modes"].split("+")) <= set(volume["modes"].split("+"))
    ):
        yield "volume_access_mode_mismatch"
    if (claim.get("class") or "") != (volume.get("class") or ""):
        yield "volume_storage_class_mismatch"
    if (
        claim.get("labels")
        and "labels" in volume
        and not set(claim["labels"].split(",")) <= set(volume["labels"].split(","))
    ):
        yield "volume_selector_mismatch"


def size_of(text: str) -> float:
    """Bytes of a Kubernetes quantity; 0 for what is none."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([A-Za-z]*)", text)
    return float(match.group(1)) * UNITS.get(match.group(2), 1.0) if match else 0.0
