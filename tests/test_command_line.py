"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sre_core.__main__ import DONE, FAILED, INTERRUPTED, NOBODY_READS, REFUSED, WAITING, main
from sre_core.events import EVENT
from sre_core.home import StateFolder
from sre_core.settings import shipped
from sre_core.store import open_database
from sre_core.timeline import Timeline
from tests.fakes import OPENED

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
        ["tool", "calculate", "--input", "[" * 100_000],
        ["investigate", "--capsule", "~nosuchuser/capsule"],
        ["investigate", "--capsule", CAPSULE, "--report", "/nowhere/report.json"],
        ["investigate", "--capsule", CAPSULE, "--report", "/"],
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


def test_another_investigation_that_waits_in_the_same_home_does_not_get_in_the_way(tmp_path: Path) -> None:
    ask_all = ["investigate", "--capsule", CAPSULE, "--autonomy", "ask-all", "--home", str(tmp_path)]
    assert main(ask_all) == WAITING
    alert = tmp_path / "alert.txt"
    alert.write_text("The mail queue is stuck", encoding="utf-8")
    with unfinished_in(tmp_path):
        assert main(["investigate", "--alert", str(alert), "--home", str(tmp_path)]) == DONE


@contextmanager
def unfinished_in(home: Path) -> Iterator[None]:
    """An investigation that a killed process left in the middle, and that goes on as soon as the engine starts."""
    database = open_database(home / "workbench.db")
    for id_ in ("left-1", "left-2"):
        Timeline(database).append(id_, 1, OPENED)
    database.dispose()
    yield


def test_what_only_searches_lets_no_investigation_go_on(tmp_path: Path) -> None:
    with unfinished_in(tmp_path):
        assert main(["search", "anything", "--home", str(tmp_path)]) == DONE
    database = open_database(tmp_path / "workbench.db")
    assert len(Timeline(database).read("left-1")) == 1
    database.dispose()


@pytest.mark.parametrize("source", ["-", CAPSULE])
def test_closed_standard_input_is_no_surprise(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    asked = ["--alert", "-"] if source == "-" else ["--capsule", CAPSULE]
    assert main(["investigate", *asked]) == (REFUSED if source == "-" else DONE)


def test_standard_input_that_is_no_text_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\x00"), encoding="utf-8"))
    assert main(["investigate", "--alert", "-"]) == REFUSED
    assert "UTF-8" in capsys.readouterr().err


def test_a_reader_that_goes_away_ends_it_without_a_traceback() -> None:
    command = f"{sys.executable} -m sre_core tools --capsule {CAPSULE} | head -c 1; exit ${{PIPESTATUS[0]}}"
    ended = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=shipped("data").parent, check=False
    )
    assert ended.returncode in (DONE, NOBODY_READS)
    assert "Traceback" not in ended.stderr


def test_ctrl_c_ends_it_with_one_word(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Impatient(io.StringIO):
        def read(self, size: int | None = -1, /) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Impatient())
    assert main(["investigate", "--alert", "-"]) == INTERRUPTED
    assert capsys.readouterr().err == "interrupted\n"


def test_a_question_is_answered_with_the_lines_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(tmp_path / "home")
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "disk.md").write_text("# Disk full\n\nDelete old snapshots of the orders database.\n")
    (docs / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert main(["ingest", str(docs), "--home", home]) == 0
    printed = capsys.readouterr()
    assert "added" in printed.out
    assert "broken.pdf" in printed.err
    assert main(["ask", "the disk is full of snapshots", "--home", home]) == 0
    assert "disk.md:3 " in capsys.readouterr().out
    assert main(["ask", "quarterly holiday calendar", "--home", home]) == 0
    assert "The documents do not answer this." in capsys.readouterr().out


def test_a_deleted_document_is_gone_from_the_list_and_a_wrong_path_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, file = str(tmp_path / "home"), tmp_path / "a.md"
    file.write_text("# A\n\nalpha")
    main(["ingest", str(file), "--home", home])
    assert main(["knowledge", "delete", "nowhere.md", "--home", home]) == 2
    assert main(["knowledge", "delete", str(file), "--home", home]) == 0
    capsys.readouterr()
    assert main(["knowledge", "list", "--home", home]) == 0
    assert "0 documents, 0 passages." in capsys.readouterr().out
    assert main(["knowledge", "rebuild", "--home", home]) == 0


@pytest.mark.parametrize(
    "command",
    [
        "search x",
        "ask x",
        "knowledge list",
        "knowledge rebuild",
        "knowledge delete a.md",
        "sources list",
        "sources refresh",
        "sources remove x",
    ],
)
def test_looking_where_there_is_no_workbench_makes_none(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "typo"
    assert main([*command.split(), "--home", str(home)]) == 2
    assert f"no state folder of a workbench at {home}" in capsys.readouterr().err
    assert not home.exists()


def test_an_answer_is_shown_in_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.md"
    file.write_text("# Zither\n\nIt is old.\nTurn the zither clockwise.\nThen wait.\n")
    main(["ingest", str(file), "--home", str(tmp_path / "home")])
    capsys.readouterr()
    assert main(["ask", "which way to turn the zither, clockwise?", "--home", str(tmp_path / "home")]) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "      3  It is old.",
        ">     4  Turn the zither clockwise.",
        "      5  Then wait.",
    ]


def test_what_was_taken_out_is_counted_by_source_and_by_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, docs = str(tmp_path / "home"), tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("# A\n\npassword: hunter2-Very-Secret-99\n")
    (docs / "b.md").write_text("# B\n\nnothing\n")
    main(["sources", "add", "folder", "notes", "--path", str(docs), "--home", home])
    main(["sources", "refresh", "--home", home])
    capsys.readouterr()
    assert main(["sources", "list", "--home", home]) == 0
    assert "taken out: 1 password" in capsys.readouterr().out
    assert main(["knowledge", "list", "--home", home]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line for line in listed if "taken out" in line] == [next(line for line in listed if "notes/a.md" in line)]
    assert "1 passage   notes/a.md  (notes), 1 password taken out" in listed[0]


def test_a_folder_is_a_source_that_refreshes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, docs = str(tmp_path / "home"), tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("# A\n\nalpha")
    assert main(["sources", "add", "folder", "notes", "--path", str(docs), "--home", home]) == 0
    assert main(["sources", "refresh", "--home", home]) == 0
    assert main(["ask", "alpha", "--source", "notes", "--home", home]) == 0
    assert "notes/a.md:3 " in capsys.readouterr().out
