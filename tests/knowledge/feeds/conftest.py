"""Feeds in a database, and a shelf for their documents."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from sre_core.knowledge.feeds.store import Feeds
from tests.knowledge.feeds.fakes import FakeShelf


@pytest.fixture
def database(each_database: Engine) -> Engine:
    """Everything here holds on both kinds of database."""
    return each_database


@pytest.fixture
def feeds(database: Engine) -> Feeds:
    return Feeds(database)


@pytest.fixture
def shelf() -> FakeShelf:
    return FakeShelf()
