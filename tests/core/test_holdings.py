"""How much room everything takes, and where it is, without what is secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from sre_core.holdings import database_holding, folder_holding
from sre_core.timeline import Contents, Timeline
from tests.fakes import OPENED


@pytest.fixture
def database(each_database: Engine) -> Engine:
    return each_database


async def test_what_a_database_holds_is_counted_on_both_kinds(database: Engine) -> None:
    empty = database_holding(database)
    assert (empty.investigations, empty.events, empty.outputs, empty.erased) == (0, 0, 0, 0)
    Timeline(database).append("one", 1, OPENED)
    Timeline(database).append("other", 1, OPENED)
    contents = Contents(database)
    kept, gone = await contents.keep("a log"), await contents.keep("another log")
    contents.erase(gone.digest, "it had a name in it")
    holding = database_holding(database)
    assert (holding.investigations, holding.events, holding.outputs, holding.erased) == (2, 2, 1, 1)
    assert holding.size > 10_000
    assert kept.digest != gone.digest


def test_where_it_is_names_no_user_and_no_password(database: Engine) -> None:
    holding = database_holding(database)
    told = f"{holding.kind} {holding.place}"
    assert holding.kind.split()[0] in ("SQLite", "PostgreSQL")
    assert "//" not in told
    assert "@" not in told
    if database.url.username:
        assert f"{database.url.username}:" not in told


def test_a_folder_is_as_large_as_its_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_bytes(b"x" * 300)
    (tmp_path / "b").write_bytes(b"x" * 40)
    (tmp_path / "link").symlink_to("/nowhere at all")
    holding = folder_holding(tmp_path)
    assert holding is not None
    assert holding.size == 340 + len("/nowhere at all")
    assert holding.whole


def test_a_folder_with_more_than_was_looked_at_says_so(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"x")
    holding = folder_holding(tmp_path, most=2)
    assert holding is not None
    assert (holding.size, holding.whole) == (2, False)


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert folder_holding(tmp_path / "none") is None
