"""What a person says of a feed: where it is, what of it is wanted, and how often it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter

from sre_core.domain import Value
from sre_core.knowledge.feeds.addresses import harmless_address

Globs = Annotated[
    tuple[str, ...],
    Field(description="Patterns such as '*.md', 'docs/**' or 'drafts/'; one without a slash is for file names alone."),
]

Components = Annotated[
    Mapping[str, str],
    Field(description="Pattern of a path -> the component that is there; the longest pattern that fits counts."),
]


def _one_line(given: str) -> str:
    if any(character in given for character in "\n\r\0"):
        raise ValueError("this is more than one line")
    return given.strip()


Place = Annotated[str, AfterValidator(_one_line), Field(min_length=1, max_length=4000)]


class Refreshing(Value):
    """What all feeds have."""

    every_minutes: int | None = Field(
        default=None, ge=1, le=60 * 24 * 31, description="Refresh by itself so often; None: when a person says so."
    )


class FolderSettings(Refreshing):
    """All readable files below a folder of this machine."""

    kind: Literal["folder"] = "folder"
    path: Place
    include: Globs = ()
    exclude: Globs = ()
    component: str | None = Field(default=None, description="The component that all of them are about.")


class GitSettings(Refreshing):
    """One branch of a Git repository: its documents, its last commits, its source code."""

    kind: Literal["git"] = "git"
    url: Annotated[Place, AfterValidator(harmless_address)] = Field(
        description="A folder of this machine, file://, ssh://, https:// or user@host:path."
    )
    branch: str = Field(default="", max_length=250, description="Empty: the one that the repository calls its own.")
    documents: bool = True
    commits: int = Field(default=500, ge=0, le=100_000, description="How many of the last commits; 0: none.")
    since: date | None = Field(default=None, description="Only commits from this day on.")
    code: bool = True
    include: Globs = ()
    exclude: Globs = ()
    component: str | None = Field(default=None, description="The component that the repository is, where it is one.")
    components: Components = Field(default_factory=dict)
    timeout_minutes: float = Field(default=30, gt=0, le=24 * 60, description="For fetching.")


class SlackSettings(Refreshing):
    """A Slack export: a zip, or the folder it was unpacked to. Channels only: direct messages are left alone."""

    kind: Literal["slack"] = "slack"
    path: Place
    channels: Globs = ()
    workspace_url: str = Field(default="", description="https://NAME.slack.com, so that threads have an address.")
    components: Mapping[str, str] = Field(default_factory=dict, description="Pattern of a channel -> component.")


class PrometheusSettings(Refreshing):
    """Alerting rules: a file or a folder of them, plain or as PrometheusRule objects."""

    kind: Literal["prometheus"] = "prometheus"
    path: Place
    include: Globs = ()
    exclude: Globs = ()


class TopologySettings(Refreshing):
    """A ``topology.json``: nodes and edges."""

    kind: Literal["topology"] = "topology"
    path: Place


FeedSettings = Annotated[
    FolderSettings | GitSettings | SlackSettings | PrometheusSettings | TopologySettings, Field(discriminator="kind")
]
FEED_SETTINGS: TypeAdapter[FeedSettings] = TypeAdapter(FeedSettings)

KINDS = ("folder", "git", "slack", "prometheus", "topology")
