"""The six samples end right, from the command line, with rules."""

from __future__ import annotations

import importlib.util
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sre_core.__main__ import DONE, main
from sre_core.settings import shipped
from sre_core.sources.capsule import load_report
from sre_core.workspaces import Workspaces, sample_alerts, sample_incidents

SAMPLES = shipped("data") / "sample_incidents"

ENDS = {
    "ext-plugin-replication": ("likely", "plugin-host", "replication_failure", "PLG-0412"),
    "checkout-crashloop": ("confirmed", "checkout-service", "memory_exhaustion", None),
    "orders-503": ("confirmed", "inventory-service", "connection_pool_exhaustion", "b93d5e07a1f4"),
    "three-deploys": ("confirmed", "promotions-service", "code_regression", "d2f6b10c77e9"),
    "expired-certificate": ("confirmed", "token-vault", "tls_certificate_expired", None),
    "false-alarm": ("no_incident", None, None, None),
}


def investigated(sample: str, folder: Path) -> dict[str, Any]:
    report = folder / f"{sample}.json"
    assert main(["investigate", "--capsule", str(SAMPLES / f"{sample}.zip"), "--report", str(report)]) == DONE
    finished: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return finished


@pytest.mark.parametrize("sample", ENDS)
def test_a_sample_ends_right(sample: str, tmp_path: Path) -> None:
    finished = investigated(sample, tmp_path)
    cause = finished["root_cause"] or {"component": None, "fault": None, "change_id": None}
    assert (finished["verdict"], cause["component"], cause["fault"], cause["change_id"]) == ENDS[sample]
    assert all(claim["verified"] for claim in finished["claims"])
    known = {piece["id"] for piece in finished["evidence"]}
    assert all(set(claim["evidence"]) <= known for claim in finished["claims"])
    assert sum(candidate["probability"] for candidate in finished["candidates"]) <= 1 + 1e-6


def test_the_plugin_case_says_that_no_runbook_exists_and_what_to_look_up(tmp_path: Path) -> None:
    finished = investigated("ext-plugin-replication", tmp_path)
    text = json.dumps(finished)
    assert "runbook" in text
    assert any("7749" in settle for settle in finished["would_settle"])


def test_the_crash_loop_cites_its_runbook_and_offers_to_scale(tmp_path: Path) -> None:
    finished = investigated("checkout-crashloop", tmp_path)
    assert any("checkout-out-of-memory" in piece["locator"] for piece in finished["evidence"])
    assert any(item["kind"] == "scale" for item in finished["remediation"])


def test_the_rollback_names_the_component_that_was_changed(tmp_path: Path) -> None:
    finished = investigated("orders-503", tmp_path)
    first = finished["remediation"][0]
    assert first["kind"] == "rollback"
    assert "inventory-service" in first["action"]


def test_every_sample_incident_is_there_and_loads_without_a_problem() -> None:
    listed = sample_incidents()
    assert {sample.id for sample in listed} == set(ENDS)
    for sample in listed:
        assert load_report(SAMPLES / sample.file).problems == ()


def test_the_alert_of_a_sample_is_the_one_in_its_capsule(tmp_path: Path) -> None:
    for sample in sample_incidents():
        assert sample.alert() == Workspaces(tmp_path).open(sample.workspace).alert


def test_there_are_three_sample_alerts_with_context() -> None:
    assert [set(json.loads(alert.payload)) for alert in sample_alerts()] == [{"alert", "context"}] * 3


@pytest.mark.slow
def test_the_generator_writes_the_samples_again_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("generate_samples", SAMPLES / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    monkeypatch.setattr(sys, "path", [str(SAMPLES), *sys.path])
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    monkeypatch.setattr(sys, "argv", ["generate.py", "--out", str(tmp_path)])
    generate.main()
    for sample in sample_incidents():
        with zipfile.ZipFile(SAMPLES / sample.file) as kept, zipfile.ZipFile(tmp_path / sample.file) as made:
            assert kept.namelist() == made.namelist()
            assert all(kept.read(name) == made.read(name) for name in kept.namelist())
