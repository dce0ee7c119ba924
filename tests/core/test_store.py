"""The database file: what is wrong with it is said before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from sre_core.errors import RefusedInput
from sre_core.store import open_database


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
