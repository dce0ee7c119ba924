"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from sre_core.__main__ import DONE, FAILED, REFUSED, WAITING, main
from sre_core.events import EVENT
from sre_core.home import StateFolder
from sre_core.settings import shipped

CAPSULE = str(shipped("data") / "sample_incidents" / "orders-503.zip")


def test_an_action_that_waits_without_a_terminal_ends_with_status_waiting(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert main(["investigate", "--capsule", CAPSULE, "--autonomy", "ask-all", "--report", str(report)]) == WAITING
    finished = json.loads(report.read_text(encoding="utf-8"))
    assert finished["status"] == "waiting"
    assert finished["pending"]["tool"]
    assert finished["pending"]["digest"]


def test_an_alert_without_telemetry_is_inconclusive_and_says_what_was_not_examined(tmp_path: Path) -> None:
    alert, report = tmp_path / "alert.txt", tmp_path / "report.json"
    alert.write_text("The mail queue is stuck", encoding="utf-8")
    assert main(["investigate", "--alert", str(alert), "--report", str(report)]) == DONE
    finished = json.loads(report.read_text(encoding="utf-8"))
    assert finished["verdict"] == "inconclusive"
    assert {gap["source"] for gap in finished["not_examined"]} >= {"metrics", "logs", "changes"}


def test_each_event_is_a_line_of_json_that_can_be_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["investigate", "--capsule", CAPSULE, "--events"]) == DONE
    events = [EVENT.validate_json(line) for line in capsys.readouterr().out.splitlines()]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


def test_the_alert_may_come_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"alert": "Something is odd", "context": "since noon"}'))
    assert main(["investigate", "--alert", "-"]) == DONE


@pytest.mark.parametrize(
    "arguments",
    [
        ["investigate"],
        ["investigate", "--alert", "/nowhere/alert.json"],
        ["investigate", "--capsule", "/nowhere/capsule.zip"],
        ["capsule", "check", "/nowhere/capsule.zip"],
        ["tool", "no_such_tool", "--input", "{}"],
        ["tool", "calculate", "--input", "not json"],
        ["tool", "calculate", "--input", "{}"],
        ["ingest", "/nowhere"],
    ],
)
def test_bad_input_is_refused_with_what_to_do(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == REFUSED
    assert capsys.readouterr().err.startswith("refused: ")


def test_a_tool_can_be_run_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tool", "calculate", "--input", '{"expression": "2 * 21"}']) == DONE
    assert json.loads(capsys.readouterr().out)["value"] == 42


def test_the_tools_are_listed_with_their_schemas(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tools", "--capsule", CAPSULE]) == DONE
    listed = {tool["name"]: tool for tool in json.loads(capsys.readouterr().out)}
    assert listed["apply_remediation"]["effect"] == "writes"
    assert all(tool["input"]["properties"] for tool in listed.values())


def test_what_was_taken_in_is_found_again_with_its_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = str(shipped("data") / "sample_docs")
    assert main(["ingest", documents, "--home", str(tmp_path)]) == DONE
    capsys.readouterr()
    assert main(["search", "connection pool timed out", "--json", "--home", str(tmp_path)]) == DONE
    passages = json.loads(capsys.readouterr().out)["passages"]
    assert passages[0]["document"].endswith("connection-pool-exhausted.md")
    assert passages[0]["first_line"] >= 1


def test_a_search_without_documents_says_how_to_get_some(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "anything"]) == DONE
    assert "ingest" in capsys.readouterr().out


def test_a_held_state_folder_is_said_to_be_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = StateFolder(tmp_path)
    folder.take()
    assert main(["search", "anything", "--home", str(tmp_path)]) == FAILED
    assert "in use by process" in capsys.readouterr().err
    folder.release()


def test_the_doctor_says_that_everything_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--home", str(tmp_path)]) == DONE
    assert "FAIL" not in capsys.readouterr().out
