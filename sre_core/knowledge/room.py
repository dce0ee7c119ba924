"""The knowledge base with all that belongs to it, put together: model, vectors, readers, sources, and the desk people come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from sre_core.errors import RefusedInput
from sre_core.knowledge.desk import KnowledgeDesk
from sre_core.knowledge.embedding import CountTokens, Embedders, NoEmbedders
from sre_core.knowledge.feeds.background import Refreshes, Schedule
from sre_core.knowledge.feeds.kinds import FeedKinds
from sre_core.knowledge.feeds.runner import FeedRunner
from sre_core.knowledge.feeds.store import Feeds
from sre_core.knowledge.library import KnowledgeBase
from sre_core.knowledge.models.loading import BackgroundEmbedders
from sre_core.knowledge.models.tokens import TokenizerCount, about
from sre_core.knowledge.reading.files import read_files
from sre_core.knowledge.vectors import VectorIndex
from sre_core.redaction import redact

NO_MODEL = "none"
DEFAULT_MODEL = "default"


@dataclass(frozen=True)
class KnowledgeSettings:
    """What of the settings the knowledge base needs."""

    model: str
    """'default', 'none', or a folder"""
    cache: Path
    chroma: Path | str | None
    """A folder of this process, a server's address, or None: exact search alone."""
    copies: Path
    """Where clones of repositories are kept."""
    half_life: timedelta


class KnowledgeRoom:
    """Made cheaply; ``start`` loads the model and begins the upkeep and the schedule of the sources."""

    def __init__(self, engine: Engine, settings: KnowledgeSettings, on_deleted: Callable[[str, str], object]) -> None:
        self.embedders: Embedders = _embedders(settings)
        count_tokens = _count_tokens(settings)
        off = settings.model == NO_MODEL
        self._vectors = None if off else VectorIndex(engine, self.embedders, settings.chroma, count_tokens)
        self.library = KnowledgeBase(
            engine,
            self._vectors,
            self.embedders,
            count_tokens=count_tokens,
            half_life=settings.half_life,
            on_deleted=on_deleted,
        )
        self.feeds = Feeds(engine)
        kinds = FeedKinds(read_files, redact, settings.copies)
        self.runner = FeedRunner(self.feeds, self.library, kinds.open, kinds.forget)
        self.refreshes = Refreshes(self.runner)
        self.desk = KnowledgeDesk(self.library, read_files, self.runner, self.refreshes, kinds.check)
        self._schedule = Schedule(self.feeds, self.refreshes)

    def load_model(self) -> None:
        """Begin to load the embedding model, if there is one; words answer meanwhile."""
        if isinstance(self.embedders, BackgroundEmbedders):
            self.embedders.start()

    def start(self) -> None:
        """Begin everything that goes on in the background."""
        self.load_model()
        if self._vectors is not None:
            self._vectors.start()
        self.library.start()
        self._schedule.start()

    def stop(self) -> None:
        """End it; what is half done is continued at the next start."""
        self._schedule.stop()
        self.desk.close()
        self.library.stop()
        if self._vectors is not None:
            self._vectors.stop()


def _embedders(settings: KnowledgeSettings) -> Embedders:
    if settings.model == NO_MODEL:
        return NoEmbedders()
    return BackgroundEmbedders(_folder(settings), settings.cache / "models")


def _folder(settings: KnowledgeSettings) -> Path | None:
    return None if settings.model == DEFAULT_MODEL else Path(settings.model)


def _count_tokens(settings: KnowledgeSettings) -> CountTokens:
    return about if settings.model == NO_MODEL else _Tokens(_folder(settings))


class _Tokens:
    """The model's own count, as soon as something is counted; an estimate where there is no model to ask."""

    def __init__(self, chosen: Path | None) -> None:
        self._chosen = chosen

    def __call__(self, text: str) -> int:
        return self._count(text)

    @cached_property
    def _count(self) -> Callable[[str], int]:
        from sre_core.knowledge.models.folder import model_folder

        try:
            tokenizer = model_folder(self._chosen).tokenizer
        except RefusedInput:
            return about
        return TokenizerCount(tokenizer) if tokenizer.is_file() else about
