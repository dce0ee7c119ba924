"""Fixtures that many tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine as Database

from scripts.need_chromium import find as find_chromium
from sre_core.store import open_database
from sre_core.timeline import Contents, Timeline

os.environ.setdefault("SRE_EMBEDDING_MODEL", "none")  # quick, and the same everywhere; tests of vectors ask for a model
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


NOT_RUN = pytest.StashKey[dict[str, list[str]]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NOT_RUN] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright keeps an event loop running in this thread, and no other test may meet it."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs a program which is not there is not run, and listed; in CI that is a failure."""
    needed = [name for mark in item.iter_markers("needs") for name in mark.args]
    missing = [name for name in needed if not _is_here(name)]
    if not missing:
        return
    item.config.stash[NOT_RUN].setdefault(", ".join(missing), []).append(item.nodeid)
    if os.environ.get("CI") == "true":
        pytest.fail(f"{', '.join(missing)} is not on this machine, and in CI everything must run", pytrace=False)
    pytest.skip(f"not run: {', '.join(missing)} is not on this machine")


def _is_here(program: str) -> bool:
    return (find_chromium() if program == "chromium" else shutil.which(program)) is not None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for missing, tests in config.stash[NOT_RUN].items():
        terminalreporter.section(f"not run: {len(tests)} tests need {missing}")
        for test in tests:
            terminalreporter.line(test)
