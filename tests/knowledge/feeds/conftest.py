"""Feeds in a database, and a shelf for their documents."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from sre_core.knowledge.feeds.store import Feeds
from tests.knowledge.feeds.fakes import FakeShelf


@pytest.fixture
def feeds(database: Engine) -> Feeds:
    return Feeds(database)


@pytest.fixture
def shelf() -> FakeShelf:
    return FakeShelf()
