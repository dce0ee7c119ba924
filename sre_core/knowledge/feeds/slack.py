"""A Slack export: every thread a document, and what was said outside of threads a document a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path

from sre_core.domain import Foreign
from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.base import FeedItem, ItemRead, Redact, Refusal, Unlisted
from sre_core.knowledge.feeds.settings import SlackSettings
from sre_core.knowledge.feeds.slack_export import Export, open_export
from sre_core.knowledge.feeds.slack_messages import Message, Names, said

LONGEST_TITLE = 100


class Channel(Foreign):
    """A channel of channels.json or groups.json."""

    id: str
    name: str


class SlackFeed:
    """The channels of an export. Implements ``Feed``."""

    def __init__(self, settings: SlackSettings, redact: Redact) -> None:
        self._settings = settings
        self._redact = redact
        self._export = open_export(Path(settings.path).expanduser())
        self._names = Names(users={}, channels={})
        self._channels: Mapping[str, Channel] = {}

    def items(self) -> Iterator[FeedItem | Unlisted]:
        """A channel each; the stamp is names, sizes and times (in a zip: checksums) of its days."""
        self._channels = {channel.name: channel for channel in _channels(self._export)}
        self._names = Names.of(self._export.json("users.json"), {c.id: c.name for c in self._channels.values()})
        users = self._export.stamp_of_file("users.json")
        for name in sorted(self._channels):
            if not self._settings.channels or any(fnmatchcase(name, one) for one in self._settings.channels):
                yield FeedItem(name, f"{users} {self._export.stamp(name)}")

    def digest(self, item: FeedItem) -> str:
        """SHA-256 of the channel's days and of the list of people."""
        return self._export.digest(item.id)

    def read(self, items: Sequence[FeedItem]) -> Iterator[ItemRead]:
        """The threads and days of each channel; a day that cannot be read is refused, and the others are not."""
        for item in items:
            messages, refused = self._messages(item.id)
            yield ItemRead(item, tuple(self._documents(self._channels[item.id], messages)), tuple(refused))

    def _messages(self, channel: str) -> tuple[list[Message], list[Refusal]]:
        messages: list[Message] = []
        refused: list[Refusal] = []
        for file in self._export.days(channel):
            try:
                messages += Message.listed(self._export.json(file))
            except RefusedInput as error:
                refused.append(Refusal(file, str(error)))
        unique = {message.ts: message for message in messages if not message.says_nothing}
        return sorted(unique.values(), key=lambda message: message.moment), refused

    def _documents(self, channel: Channel, messages: Sequence[Message]) -> Iterator[SourceDocument]:
        answered = {message.thread_ts for message in messages if message.thread_ts not in (None, message.ts)}
        threads: dict[str, list[Message]] = {}
        alone: list[Message] = []
        for message in messages:
            thread = message.thread_ts or message.ts
            if thread in answered:
                threads.setdefault(thread, []).append(message)
            else:
                alone.append(message)
        for ts, thread_messages in threads.items():
            yield self._thread(channel, ts, thread_messages)
        for day, of_day in groupby(alone, key=lambda message: f"{message.moment:%Y-%m-%d}"):
            yield self._document(channel, day, f"#{channel.name} on {day}", list(of_day), ())

    def _thread(self, channel: Channel, ts: str, messages: list[Message]) -> SourceDocument:
        first = next(iter(said(messages[0], self._names).splitlines()), "")
        title = first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 3]}..."
        path = f"{messages[0].moment:%Y-%m-%d}/{ts}"
        base = self._settings.workspace_url.rstrip("/")
        links = (f"{base}/archives/{channel.id}/p{ts.replace('.', '')}",) if base else ()
        return self._document(channel, path, title or f"#{channel.name}", messages, links)

    def _document(
        self, channel: Channel, path: str, title: str, messages: list[Message], links: tuple[str, ...]
    ) -> SourceDocument:
        """Nothing above the messages depends on those that come later, so lines that were cited stay where they are."""
        lines = [f"#{channel.name}, {messages[0].moment:%Y-%m-%d}", ""]
        for message in messages:
            who = self._names.author(message)
            lines += [f"[{message.moment:%Y-%m-%d %H:%M}] {who}: {said(message, self._names)}", ""]
        clean = self._redact("\n".join(lines))
        fitting = [pattern for pattern in self._settings.components if fnmatchcase(channel.name, pattern)]
        return SourceDocument(
            path=f"{channel.name}/{path}",
            text=clean.text,
            form="text",
            title=self._redact(title).text,
            kind="thread",
            component=self._settings.components[max(fitting, key=len)] if fitting else None,
            links=links,
            dated=messages[0].moment,
            media_type="text/plain",
            redacted=clean.found,
        )


def _channels(export: Export) -> list[Channel]:
    if not export.has("channels.json"):
        raise RefusedInput(f"{export.path} is no Slack export: there is no channels.json in it.")
    found: list[Channel] = []
    for file in ("channels.json", "groups.json"):
        listed = export.json(file) if export.has(file) else []
        for each in listed if isinstance(listed, list) else []:
            if isinstance(each, dict) and isinstance(each.get("id"), str) and _is_a_name(each.get("name")):
                found.append(Channel.model_validate(each))
    return found


def _is_a_name(given: object) -> bool:
    """A name that is no folder of the export would lead elsewhere."""
    return isinstance(given, str) and given.isprintable() and "/" not in given and given not in ("", ".", "..")
