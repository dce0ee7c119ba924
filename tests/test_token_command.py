"""Tokens for programs: given on the command line, void when they are revoked."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sre_core.__main__ import DONE, REFUSED, main
from sre_core.api.guard import Pass, Refused, Tokens
from sre_core.api.token_command import signing_key
from sre_core.home import StateFolder
from sre_core.people import Role
from sre_core.store import open_database


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state folder that a server holds."""
    open_database(tmp_path / "workbench.db").dispose()
    held = StateFolder(tmp_path)
    held.take()
    return tmp_path


def given(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["token", *arguments]) == DONE
    return capsys.readouterr().out.strip()


def test_it_is_good_for_every_investigation_in_its_name_and_role(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = given(capsys, "pager", "--role", "responder", "--home", str(home))
    assert Tokens(signing_key(StateFolder(home))).check(token, "inv") == Pass("*", "pager", Role.RESPONDER)


def test_without_a_role_it_may_look_only(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = given(capsys, "pager", "--home", str(home))
    assert Tokens(signing_key(StateFolder(home))).check(token, None).role is Role.VIEWER


def test_it_runs_out(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = given(capsys, "pager", "--days", "2", "--home", str(home))
    key = signing_key(StateFolder(home))
    Tokens(key, now=lambda: time.time() + 1.9 * 86_400).check(token, None)
    with pytest.raises(Refused, match="expired"):
        Tokens(key, now=lambda: time.time() + 2.1 * 86_400).check(token, None)


def test_all_are_revoked_at_once_and_the_secret_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = StateFolder(home)
    token, secret = given(capsys, "pager", "--home", str(home)), folder.secret()
    assert given(capsys, "--revoke-all", "--home", str(home)) == ""
    with pytest.raises(Refused):
        Tokens(signing_key(folder)).check(token, None)
    assert folder.secret() == secret
    again = given(capsys, "pager", "--home", str(home))
    assert Tokens(signing_key(folder)).check(again, None).name == "pager"


@pytest.mark.parametrize(
    "arguments",
    [
        ["pager", "--home", "/nowhere"],
        ["--home", "HOME"],
        [" ", "--home", "HOME"],
    ],
)
def test_what_cannot_be_given_is_refused_with_what_to_do(
    home: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["token", *(str(home) if each == "HOME" else each for each in arguments)]) == REFUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("refused: ")


@pytest.mark.parametrize("wrong", [["--days", "0"], ["--days", "soon"], ["--role", "king"]])
def test_wrong_options_are_refused(home: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["token", "pager", *wrong, "--home", str(home)])
