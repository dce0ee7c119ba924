"""What the workbench makes of a folder of capsules: ``python -m benchmarks.capsules FOLDER [FOLDER ...]``.

A folder may hold ``truth.jsonl``, a line a capsule: ``{"id", "component" or "object", "cause"?}``. It is read only after the
investigations are over, and only here. ``MEANS`` translates our fault terms into the words of Cloud-OpsBench, many to one.
"""

from __future__ import annotations

import argparse
import json
import queue
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.tables import percentile, table
from sre_core import report
from sre_core.bootstrap import Workbench
from sre_core.domain import Autonomy
from sre_core.events import Event
from sre_core.investigation import Investigation, Turn
from sre_core.settings import Settings
from tests.fakes import PERSON

MEANS = {
    "memory_exhaustion": "oom_killed",
    "memory_leak": "oom_killed",
    "cpu_saturation": "pod_cpu_overload",
    "cpu_throttling": "pod_cpu_overload",
    "service_account_missing": "missing_service_account",
    "image_not_found": "incorrect_image_reference",
    "image_pull_unauthorized": "missing_image_pull_secret",
    "registry_unreachable": "image_registry_dns_failure",
    "liveness_probe_wrong_port": "liveness_probe_incorrect_port",
    "liveness_probe_wrong_protocol": "liveness_probe_incorrect_protocol",
    "liveness_probe_wrong_timing": "liveness_probe_incorrect_timing",
    "readiness_probe_wrong_port": "readiness_probe_incorrect_port",
    "readiness_probe_wrong_protocol": "readiness_probe_incorrect_protocol",
    "service_port_mismatch": "service_port_mapping_mismatch",
    "env_address_mismatch": "service_env_var_address_mismatch",
    "cpu_quota_exceeded": "namespace_cpu_quota_exceeded",
    "memory_quota_exceeded": "namespace_memory_quota_exceeded",
    "pod_quota_exceeded": "namespace_pod_quota_exceeded",
    "service_quota_exceeded": "namespace_service_quota_exceeded",
    "storage_quota_exceeded": "namespace_storage_quota_exceeded",
    "node_cordoned": "node_cordon_mismatch",
    "volume_capacity_mismatch": "pvc_capacity_mismatch",
    "volume_access_mode_mismatch": "pvc_access_mode_mismatch",
    "volume_storage_class_mismatch": "pvc_storage_class_mismatch",
    "volume_selector_mismatch": "pvc_selector_mismatch",
    "volume_bound_elsewhere": "pv_binding_occupied",
    "volume_permission_denied": "volume_mount_permission_denied",
    "container_runtime_unavailable": "containerd_unavailable",
    "scheduler_unavailable": "kube_scheduler_unavailable",
}
"""Ours -> theirs; a term that is not here is the same word in both. Network faults are told apart by where they are."""

NETWORK = {"network_latency": "network_delay", "packet_loss": "network_packet_loss"}

Truth = Mapping[str, Any]


def conclude(bench: Workbench, path: Path) -> tuple[dict[str, Any], float]:
    """The report on one capsule, and the seconds it took."""
    started = time.perf_counter()
    news: queue.Queue[Event] = queue.Queue()
    stop = bench.subscribe(news.put)
    workspace = bench.workspaces.name_of(path)
    alert = bench.sources(workspace).alert
    if alert is None:
        raise SystemExit(f"{path} has no alert")
    id_ = bench.open(alert, by=PERSON, workspace=workspace, autonomy=Autonomy.AUTO, attended=False)
    state = Investigation(id_)
    while state.turn is Turn.LOOP or state.seq == 0:
        state.apply(news.get(timeout=120))
    stop()
    return report.build(state), time.perf_counter() - started


def place(finished: Mapping[str, Any], truth: Truth) -> int | None:
    """The rank (1 is best) of the right answer among the candidates; None when it is not among them."""
    object_ = str(truth.get("object", truth.get("component")))
    alerting = finished["alert"]["component"]
    ranked = [c for c in finished["candidates"] if "cause" in truth or c["component"] != alerting]
    for rank, candidate in enumerate(ranked, start=1):
        if _last(candidate["component"]) != _last(object_):
            continue
        if "cause" not in truth or _means(candidate) == truth["cause"]:
            return rank
    return None


def _means(candidate: Mapping[str, Any]) -> str:
    fault = str(candidate["fault"])
    if fault in NETWORK:
        return f"{'node' if candidate['component'].startswith('node/') else 'pod'}_{NETWORK[fault]}"
    return MEANS.get(fault, fault)


def _last(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def main(arguments: list[str] | None = None) -> None:
    """Print a line a folder, and with ``--each`` a line a capsule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--each", action="store_true")
    options = parser.parse_args(arguments)
    rows = []
    for folder in options.folders:
        paths = sorted(folder.glob("*.zip"))
        with tempfile.TemporaryDirectory() as home:
            bench = Workbench(Settings(home=Path(home)))
            bench.start()
            finished = [(path, *conclude(bench, path)) for path in paths]
            bench.close()
        rows.append(_score(folder, finished, options.each))
    head = ("folder", "capsules", "concluded", "top 1", "top 3", "verdicts", "candidates left", "p50 s", "max s")
    table("Capsules with the rules reasoner", head, rows)


def _score(folder: Path, finished: list[tuple[Path, dict[str, Any], float]], each: bool) -> tuple[object, ...]:
    truth_file = folder / "truth.jsonl"
    lines = truth_file.read_text(encoding="utf-8").splitlines() if truth_file.exists() else []
    truths = {row["id"]: row for row in map(json.loads, lines)}
    ranks = {path.stem: place(told, truths[path.stem]) if path.stem in truths else None for path, told, _ in finished}
    if each:
        for path, told, seconds in finished:
            best = told["candidates"][0] if told["candidates"] else {}
            said = f"{best.get('component')}/{best.get('fault')} {best.get('probability', 0):.2f}"
            truth = truths.get(path.stem, {})
            expected = f"{truth.get('object', truth.get('component', ''))} {truth.get('cause', '')}"
            print(
                f"{path.stem:40} {ranks[path.stem] or '-':>3} {told['verdict']:12} {seconds:5.2f}s  {said:60} {expected}"
            )
    verdicts = Counter(told["verdict"] for _, told, _ in finished)
    seconds = [taken for *_, taken in finished]
    left = [told["search_space"]["effective_candidates_at_end"] for _, told, _ in finished]
    top = [sum(rank is not None and rank <= n for rank in ranks.values()) / len(ranks) for n in (1, 3)]
    return (
        folder.name,
        len(finished),
        sum(told["status"] == "concluded" for _, told, _ in finished),
        *(f"{share:.2f}" if truths else "no truth" for share in top),
        " ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common()),
        f"{percentile(left, 0.5):.1f}",
        f"{percentile(seconds, 0.5):.2f}",
        f"{max(seconds):.2f}",
    )


if __name__ == "__main__":
    main()
