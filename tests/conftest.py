"""Fixtures that many tests share."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine as Database

from scripts.need_chromium import find as find_chromium
from sre_core.store import open_database
from sre_core.timeline import Contents, Timeline
from tests.postgres import Server, free_port, programs
from tests.tries import TIMES

os.environ.setdefault("SRE_EMBEDDING_MODEL", "none")  # quick, and the same everywhere; tests of vectors ask for a model
settings.register_profile(
    "workbench",
    max_examples=100 * TIMES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("workbench")


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and nothing in them: a copy of it is open much sooner than one that is made."""
    path = tmp_path_factory.mktemp("new") / "workbench.db"
    open_database(path).dispose()
    return path


@pytest.fixture
def database(tmp_path: Path, new_database: Path) -> Iterator[Database]:
    database = open_database(shutil.copyfile(new_database, tmp_path / "workbench.db"))
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    server = Server(port=free_port())
    yield server
    server.end()


@pytest.fixture(scope="session")
def kept_postgres_url(postgres_server: Server) -> str:
    return postgres_server.database(postgres_server.template())


@pytest.fixture
def postgres_url(postgres_server: Server, kept_postgres_url: str) -> Iterator[str]:
    """A database with all tables and nothing in them."""
    yield kept_postgres_url
    postgres_server.empty(kept_postgres_url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgres"))])
def each_database(request: pytest.FixtureRequest, tmp_path: Path, new_database: Path) -> Iterator[Database]:
    """For tests that hold on both kinds of database: a module says so by a fixture ``database`` that returns this one."""
    sqlite = request.param == "sqlite"
    copy = shutil.copyfile(new_database, tmp_path / "workbench.db") if sqlite else None
    database = open_database(copy or request.getfixturevalue("postgres_url"))
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgres"))])
def each_new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Database]:
    """Makes an empty database whenever it is called; the one before is out of use by then."""
    if request.param == "sqlite":
        numbers = count()
        return lambda: open_database(tmp_path / f"{next(numbers)}.db")
    server: Server = request.getfixturevalue("postgres_server")
    url: str = request.getfixturevalue("postgres_url")

    def emptied() -> Database:
        server.empty(url)
        return open_database(url)

    return emptied


@pytest.fixture
def timeline(database: Database) -> Timeline:
    return Timeline(database)


@pytest.fixture
def contents(database: Database) -> Contents:
    return Contents(database)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[None]:
    """What is imported and collected stays until the end: looking through it again and again for garbage takes longer than
    all the rest of the collection, and later a quarter of the time of the tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright keeps an event loop running in this thread, and no other test may meet it."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


SERVERS = frozenset({"postgres", "searx-run"})
NOT_RUN = "not run: "


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs a program which is not there is not run, and listed; in CI that is a failure, but for servers that
    the workbench itself does not need."""
    needed = [name for mark in item.iter_markers("needs") for name in mark.args]
    missing = [name for name in needed if not _is_here(name)]
    if not missing:
        return
    if os.environ.get("CI") == "true" and not SERVERS.issuperset(missing):
        pytest.fail(f"{', '.join(missing)} is not on this machine, and in CI everything must run", pytrace=False)
    pytest.skip(f"{NOT_RUN}{', '.join(missing)} is not on this machine")


def _is_here(program: str) -> bool:
    known = {"chromium": find_chromium, "postgres": programs}
    return known.get(program, lambda: shutil.which(program))() is not None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was not run, by what was missing; read from the reports, because tests may run in other processes."""
    not_run: dict[str, list[str]] = {}
    for report in terminalreporter.stats.get("skipped", []):
        if NOT_RUN in (because := report.longrepr[2]):
            not_run.setdefault(because.partition(NOT_RUN)[2], []).append(report.nodeid)
    for because, tests in not_run.items():
        terminalreporter.section(f"{len(tests)} tests not run: {because}")
        for test in tests:
            terminalreporter.line(test)
