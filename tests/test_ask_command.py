"""``python -m sre_core ask``: the documents' own lines, and before them a model's sentences where one is set up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sre_core.__main__ import DONE, main
from tests.pages.test_knowledge import ETCD
from tests.scripted_model import Fault, Reply, Rule
from tests.scripted_model.on_a_thread import ModelOnAThread
from tests.scripted_model.researching import rules

LINE = ETCD.split("\n").index("2. Restart the member that lags behind.") + 1


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """A state folder with one document."""
    monkeypatch.chdir(tmp_path)
    Path("etcd.md").write_text(ETCD, encoding="utf-8")
    home = str(tmp_path / "home")
    assert main(["ingest", "etcd.md", "--home", home]) == DONE
    capsys.readouterr()
    return home


def asked(monkeypatch: pytest.MonkeyPatch, follows: list[Rule], *command: str) -> None:
    with ModelOnAThread(follows) as url:
        monkeypatch.setenv("SRE_MODEL_URL", url)
        monkeypatch.setenv("SRE_MODEL", "scripted-1")
        assert main(["ask", "etcd has no leader", *command]) == DONE


def test_sentences_of_a_model_cite_lines_and_the_lines_follow(
    home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(monkeypatch, rules(), "--home", home)
    said = capsys.readouterr().out
    assert said.startswith(f"Restart the member that lags behind.\n    [1] etcd.md:{LINE}\n")
    assert said.index("put together by scripted-1") < said.index("1 of 1 document says something to this.")


def test_a_model_that_fails_is_said_to_and_the_lines_are_there(
    home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(monkeypatch, [Rule(Reply(fault=Fault.UNAUTHORIZED))], "--home", home)
    said = capsys.readouterr()
    assert said.out.startswith("1 of 1 document says something to this.")
    assert "The model gave no answer" in said.err


def test_as_json_it_says_what_was_put_together(
    home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(monkeypatch, rules(), "--json", "--home", home)
    with_model = json.loads(capsys.readouterr().out)
    assert with_model["composed"]["sentences"][0]["citations"][0]["first_line"] == LINE
    asked(monkeypatch, rules(), "--json", "--rules", "--home", home)
    without = json.loads(capsys.readouterr().out)
    assert (without["composed"], without["not_composed"]) == (None, "")
    assert without["quotes"] == with_model["quotes"]
