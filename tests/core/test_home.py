"""The state folder belongs to one process at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sre_core.errors import RefusedInput, StateFolderInUse
from sre_core.home import StateFolder


def test_the_second_one_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    first = StateFolder(tmp_path)
    first.take()
    with pytest.raises(StateFolderInUse, match=f"process {os.getpid()} .*since 20"):
        StateFolder(tmp_path).take()
    first.release()
    second = StateFolder(tmp_path)
    second.take()
    second.release()


def test_a_folder_that_cannot_be_made_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(RefusedInput, match="SRE_HOME"):
        StateFolder(tmp_path / "file" / "home").take()


def test_the_secret_lives_as_long_as_the_folder_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    assert folder.secret() == folder.secret()
    assert len(folder.secret()) == 32
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_a_secret_that_was_cut_off_by_a_kill_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"")
    folder = StateFolder(tmp_path)
    assert len(folder.secret()) == 32
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("said", ["[1, 2]", "{}", "\x00\x01", ""])
def test_a_lock_file_that_says_nothing_useful_still_names_somebody(tmp_path: Path, said: str) -> None:
    first = StateFolder(tmp_path)
    first.take()
    (tmp_path / "lock").write_text(said, encoding="utf-8")
    with pytest.raises(StateFolderInUse, match="in use by another process"):
        StateFolder(tmp_path).take()
    first.release()


def test_a_home_of_a_user_who_does_not_exist_is_an_ordinary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert StateFolder(Path("~nosuchuser/home")).path == tmp_path / "~nosuchuser" / "home"
