"""Fixtures that many tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine as Database

from sre_core.store import open_database
from sre_core.timeline import Contents, Timeline

settings.register_profile("workbench", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("workbench")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "workbench.db")
    yield database
    database.dispose()


@pytest.fixture
def timeline(database: Database) -> Timeline:
    return Timeline(database)


@pytest.fixture
def contents(database: Database) -> Contents:
    return Contents(database)
