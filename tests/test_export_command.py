"""``python -m sre_core export`` and ``erase``: an investigation leaves as a zip that checks out, and is erased for good."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sre_core import events as ev
from sre_core.__main__ import main
from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Conclusion, Plan, Verdict
from sre_core.events import entry
from sre_core.settings import Settings
from tests.fakes import PERSON

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state folder with two that are closed."""
    home = tmp_path / "home"
    bench = Workbench(Settings(home=home))
    for id_ in ("one", "two"):
        told = (
            (PERSON, ev.AlertReceived(alert=Alert(title=f"cart is down: {id_}"))),
            ("memory", ev.MemoryRecalled()),
            ("reasoner:x", ev.PlanProposed(plan=Plan(revision=1, steps=()))),
            ("reasoner:x", ev.ConclusionReached(conclusion=Conclusion(verdict=Verdict.LIKELY, headline="A leak"))),
            ("engine", ev.InvestigationClosed()),
        )
        for seq, (by, happening) in enumerate(told, start=1):
            bench.timeline.append(id_, seq, entry(by, happening))
    bench.close()
    return home


def test_all_of_them_are_exported_and_check_out(home: Path, tmp_path: Path, capsys: Captured) -> None:
    to = tmp_path / "all.zip"
    assert main(["export", "--all", "--to", str(to), "--home", str(home)]) == 0
    assert main(["export", "--check", str(to)]) == 0
    assert main(["export", "--check", str(to), "--home", str(home)]) == 0
    said = capsys.readouterr().out
    assert "2 investigations, 10 events" in said
    assert "not looked at: the seals" in said


def test_an_altered_export_is_found(home: Path, tmp_path: Path, capsys: Captured) -> None:
    to = tmp_path / "one.zip"
    main(["export", "one", "--to", str(to), "--home", str(home)])
    with zipfile.ZipFile(to, "a") as file:
        file.writestr("more.txt", "more")
    assert main(["export", "--check", str(to)]) == 1
    assert "more.txt is not of this export" in capsys.readouterr().out


@pytest.mark.parametrize(
    "given", [[], ["--all"], ["one", "--all", "--to", "x.zip"], ["--to", "x.zip"], ["nobody", "--to", "x.zip"]]
)
def test_what_cannot_be_exported_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", *given, "--home", str(home)]) in (1, 2)
    assert not list(tmp_path.glob("x.zip*"))


def test_an_export_is_never_written_over(home: Path, tmp_path: Path, capsys: Captured) -> None:
    to = tmp_path / "one.zip"
    to.write_text("evidence")
    assert main(["export", "one", "--to", str(to), "--home", str(home)]) == 2
    assert to.read_text() == "evidence"
    assert "never written over" in capsys.readouterr().err


def test_erasing_takes_a_typed_word_and_is_known_to_the_audit(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    to = tmp_path / "all.zip"
    main(["export", "--all", "--to", str(to), "--home", str(home)])
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert main(["erase", "one", "--home", str(home)]) == 2
    monkeypatch.setattr("sys.stdin", io.StringIO("erase\n"))
    assert main(["erase", "one", "--home", str(home), "--because", "a drill"]) == 0
    assert "Erased: 1 investigation with 5 events, 1 memory" in capsys.readouterr().out
    assert main(["audit", "verify", "--home", str(home)]) == 0
    said = capsys.readouterr().out
    assert "gone  one: 5 events" in said
    assert ": a drill" in said
    assert main(["export", "--check", str(to), "--home", str(home)]) == 0
    assert "its last hash there was the same" in capsys.readouterr().out


def test_what_is_old_and_what_is_not_there(home: Path, capsys: Captured) -> None:
    assert main(["erase", "--older-than", "30", "--home", str(home), "--yes"]) == 0
    assert "There is nothing to erase." in capsys.readouterr().out
    assert main(["erase", "nobody", "--home", str(home), "--yes"]) != 0
    assert main(["erase", "--home", str(home)]) == 2
    assert main(["erase", "--everything", "--home", str(home), "--yes"]) == 0
    assert "Erased: 2 investigations" in capsys.readouterr().out
