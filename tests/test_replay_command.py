"""``replay`` and ``second-opinion`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sre_core.__main__ import main
from sre_core.home import StateFolder
from sre_core.settings import shipped

pytestmark = pytest.mark.slow

CAPSULE = str(shipped("data") / "sample_incidents" / "orders-503.zip")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder in which one sample was investigated."""
    folder = tmp_path_factory.mktemp("home")
    report = folder / "report.json"
    assert main(["investigate", "--capsule", CAPSULE, "--home", str(folder), "--report", str(report)]) == 0
    return folder


@pytest.fixture
def investigation(home: Path) -> str:
    return str(json.loads((home / "report.json").read_text(encoding="utf-8"))["investigation_id"])


def test_a_record_is_repeated_also_while_a_server_works_in_the_folder(
    home: Path, investigation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server = StateFolder(home)
    server.take()
    try:
        assert main(["replay", investigation, "--home", str(home)]) == 0
    finally:
        server.release()
    assert "The same decisions, the same evidence, the same end." in capsys.readouterr().out


def test_a_repetition_starts_no_program_that_had_no_part_in_it(home: Path, investigation: str, tmp_path: Path) -> None:
    started, config = tmp_path / "started", home / "tools.yaml"
    config.write_text(f"servers:\n  kettle:\n    command: /usr/bin/touch\n    args: [{started}]\n", encoding="utf-8")
    try:
        assert main(["replay", investigation, "--home", str(home)]) == 0
    finally:
        config.unlink()
    assert not started.exists()


def test_an_export_is_repeated_with_its_folder_and_says_what_it_lacks_without(
    home: Path, investigation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "trail.jsonl"
    assert main(["audit", "export", investigation, "--home", str(home), "--out", str(file)]) == 0
    assert main(["replay", str(file), "--home", str(home)]) == 0
    capsys.readouterr()
    assert main(["replay", str(file)]) == 1
    said = capsys.readouterr().out
    assert "It cannot be repeated beyond event" in said
    assert "is not kept here" in said
    file.write_text(file.read_text(encoding="utf-8").replace("inventory", "invent0ry"), encoding="utf-8")
    assert main(["replay", str(file)]) == 2
    assert "cannot be repeated" in capsys.readouterr().err


def test_what_nobody_recorded_is_said_plainly(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "nobody", "--home", str(home)]) == 1
    assert "There is no investigation 'nobody'" in capsys.readouterr().err


def test_a_second_opinion_without_a_model_says_what_is_needed_and_of_the_rules_agrees(
    home: Path, investigation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["second-opinion", investigation, "--home", str(home)]) == 1
    assert "No model is set up. Name an endpoint and a model: SRE_MODEL_URL and SRE_MODEL." in capsys.readouterr().out
    assert main(["second-opinion", investigation, "--of", "rules", "--home", str(home)]) == 0
    assert "Both name inventory-service" in capsys.readouterr().out
    assert main(["replay", investigation, "--home", str(home)]) == 0
