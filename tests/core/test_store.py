"""The database file: what is wrong with it is said before anything starts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sre_core.errors import RefusedInput
from sre_core.store import open_database, reading, upsert, writing


def test_a_file_that_is_no_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "workbench.db").write_bytes(b"not a database, not even nearly" * 100)
    with pytest.raises(RefusedInput, match=r"not a database.*SRE_HOME"):
        open_database(tmp_path / "workbench.db")


def test_a_database_of_a_newer_workbench_is_refused(tmp_path: Path) -> None:
    database = open_database(tmp_path / "workbench.db")
    with database.begin() as connection:
        connection.execute(text("UPDATE wb_schema_version SET version_num = '9999_later'"))
    database.dispose()
    with pytest.raises(RefusedInput, match="newer workbench"):
        open_database(tmp_path / "workbench.db")


def test_what_a_writer_reads_holds_until_it_has_written(each_database: Engine) -> None:
    def count_on(_: int) -> None:
        with writing(each_database) as connection:
            changes = connection.scalar(text("SELECT changes FROM wb_memory_changes"))
            connection.execute(text("UPDATE wb_memory_changes SET changes = :more"), {"more": changes + 1})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_on, range(40)))
    with reading(each_database) as connection:
        assert connection.scalar(text("SELECT changes FROM wb_memory_changes")) == 41


def test_a_row_is_written_in_place_of_the_one_with_the_same_key(each_database: Engine) -> None:
    keep = upsert("wb_profiles", "name", "body, updated_at")
    with writing(each_database) as connection:
        for body in ("one", "other"):
            connection.execute(keep, {"name": "ada", "body": body, "updated_at": ""})
        connection.execute(keep, {"name": "Bo", "body": "third", "updated_at": ""})
        found = connection.execute(text("SELECT name, body FROM wb_profiles ORDER BY name")).all()
    assert [tuple(row) for row in found] == [("Bo", "third"), ("ada", "other")]


def test_nothing_of_a_transaction_that_fails_is_written(each_database: Engine) -> None:
    keep = upsert("wb_profiles", "name", "body, updated_at")

    def fail_half_way() -> None:
        with writing(each_database) as connection:
            connection.execute(keep, {"name": "ada", "body": "", "updated_at": ""})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with reading(each_database) as connection:
        assert connection.scalar(text("SELECT count(*) FROM wb_profiles")) == 0
