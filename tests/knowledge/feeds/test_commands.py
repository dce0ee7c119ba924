"""The command line of sources, on a state folder."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from sre_core import feed_commands
from sre_core.errors import RefusedInput
from sre_core.knowledge.feeds.settings import GitSettings, SlackSettings
from tests.knowledge.feeds.fakes import write

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRE_EMBEDDING_MODEL", "none")
    monkeypatch.setenv("SRE_VECTOR_INDEX", "exact")


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    feed_commands.add_arguments(parser.add_subparsers(required=True))
    return parser.parse_args(["sources", *arguments])


def run(home: Path, *arguments: str) -> int:
    options = parsed(*arguments, "--home", str(home))
    status: int = options.run(options)
    return status


def test_a_source_is_added_refreshed_listed_and_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    write(tmp_path, {"docs/a.md": "# Cart\nRestart it.\n", "docs/b.md": b"\x00\x01\x02" * 50})
    assert run(home, "add", "folder", "docs", "--path", str(tmp_path / "docs")) == 0
    assert run(home, "list") == 0
    assert "not refreshed yet" in capsys.readouterr().out
    assert run(home, "refresh") == 0
    said = capsys.readouterr()
    assert "docs: done" in said.out
    assert "1 added, 1 refused" in said.out
    assert "refused: b.md: " in said.err
    assert run(home, "list") == 0
    assert f"docs  folder  {tmp_path / 'docs'}" in capsys.readouterr().out
    assert run(home, "remove", "docs") == 0
    assert "documents deleted: 1" in capsys.readouterr().out
    assert run(home, "list") == 0
    assert "There are no sources yet" in capsys.readouterr().out


def test_a_refresh_that_failed_is_a_failure_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").mkdir()
    run(tmp_path / "home", "add", "folder", "docs", "--path", str(tmp_path / "docs"))
    (tmp_path / "docs").rmdir()
    assert run(tmp_path / "home", "refresh", "docs") == 1
    assert "docs: failed" in capsys.readouterr().out


def test_documents_may_stay_when_their_source_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"docs/a.md": "# Cart\n"})
    run(tmp_path / "home", "add", "folder", "docs", "--path", str(tmp_path / "docs"))
    run(tmp_path / "home", "refresh")
    assert run(tmp_path / "home", "remove", "docs", "--keep-documents") == 0
    assert "its documents stay" in capsys.readouterr().out


def test_a_relative_path_is_kept_as_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repository").mkdir()
    monkeypatch.chdir(tmp_path)
    settings = feed_commands.settings_of(parsed("add", "git", "x", "--path", "repository"))
    assert isinstance(settings, GitSettings)
    assert settings.url == str(tmp_path / "repository")


OPTIONS = "add slack x --path /x --channel inc-* --component-of inc-*=shop --every-minutes 5"


def test_options_become_settings() -> None:
    settings = feed_commands.settings_of(parsed(*OPTIONS.split()))
    assert settings == SlackSettings(path="/x", channels=("inc-*",), components={"inc-*": "shop"}, every_minutes=5)


@pytest.mark.parametrize(
    "arguments",
    [
        "git x --url ext::sh",
        "git x --url https://user:token@host/x",
        "git x --url /x --commits -1",
        "folder x --path /x --every-minutes 0",
    ],
)
def test_what_cannot_be_used_is_refused_by_its_option(arguments: str) -> None:
    with pytest.raises(RefusedInput, match="cannot be used") as refusal:
        feed_commands.settings_of(parsed("add", *arguments.split()))
    assert "token@" not in str(refusal.value)
