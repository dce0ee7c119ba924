"""A Slack export as a feed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sre_core.errors import RefusedInput
from sre_core.knowledge.feeds.records import Counts
from sre_core.knowledge.feeds.runner import FeedRunner
from sre_core.knowledge.feeds.settings import SlackSettings
from sre_core.knowledge.feeds.slack import SlackFeed
from sre_core.knowledge.feeds.store import Feeds
from tests.knowledge.feeds.fakes import FakeShelf, redact, write

BY = "person:ada"
ROOT = "1772366400.000100"  # 2026-03-01 12:00 UTC
USERS = [
    {"id": "U1", "name": "ada", "profile": {"display_name": "Ada", "real_name": "Ada Lovelace"}},
    {"id": "U2", "name": "bo", "real_name": "Bo Diddley", "profile": {"display_name": ""}},
]
FIRST = [
    {"type": "message", "subtype": "channel_join", "user": "U2", "ts": "1772366000.000000", "text": "<@U2> has joined"},
    {"type": "message", "user": "U1", "ts": ROOT, "thread_ts": ROOT, "text": "Checkout &lt;down&gt; for all"},
    {"type": "message", "user": "U1", "ts": "1772366700.000000", "text": "lunch? password=hunter2"},
    {
        "type": "message",
        "subtype": "bot_message",
        "username": "Alertmanager",
        "ts": "1772366800.000000",
        "text": "",
        "attachments": [
            {"title": "CartDown", "text": "cart is down", "fallback": "x", "fields": [{"title": "pod", "value": "c-1"}]}
        ],
    },
]
LATER = [
    {
        "type": "message",
        "user": "U2",
        "ts": "1772452800.000000",
        "thread_ts": ROOT,
        "text": "<@U1> see <#C2|deploys> and <https://wiki/cart|the runbook> <!here>",
    }
]


def export(folder: Path, **days: Any) -> Path:
    channels = [{"id": "C1", "name": "incidents"}, {"id": "C2", "name": "deploys"}, {"id": "C3", "name": "../up"}]
    files: dict[str, Any] = {"channels.json": channels, "users.json": USERS, "dms.json": [{"id": "D1"}]}
    files |= {"incidents/2026-03-01.json": FIRST, "incidents/2026-03-02.json": LATER, "D1/2026-03-01.json": FIRST}
    files |= {f"incidents/{day.replace('_', '-')}.json": content for day, content in days.items()}
    write(folder, {name: json.dumps(content) for name, content in files.items()})
    return folder


def runner_of(feeds: Feeds, shelf: FakeShelf, path: Path, **given: Any) -> FeedRunner:
    settings = SlackSettings(path=str(path), **given)
    feeds.add("slack", settings, by=BY)
    return FeedRunner(feeds, shelf, lambda known, cancelled: SlackFeed(settings, redact))


THREAD = f"slack/incidents/2026-03-01/{ROOT}"
DAY = "slack/incidents/2026-03-01"


def test_a_thread_is_a_document_with_who_said_what(feeds: Feeds, shelf: FakeShelf, tmp_path: Path) -> None:
    runner_of(feeds, shelf, export(tmp_path), workspace_url="https://shop.slack.com/").refresh("slack", BY)
    thread = shelf.held[THREAD][0]
    assert thread.text.splitlines() == [
        "#incidents, 2026-03-01",
        "",
        "[2026-03-01 12:00] Ada: Checkout <down> for all",
        "",
        "[2026-03-02 12:00] Bo Diddley: @Ada see #deploys and the runbook (https://wiki/cart) @here",
    ]
    assert (thread.kind, thread.title) == ("thread", "Checkout <down> for all")
    assert thread.links == ("https://shop.slack.com/archives/C1/p1772366400000100",)
    assert thread.dated is not None
    assert thread.dated.isoformat() == "2026-03-01T12:00:00.000100+00:00"


def test_what_is_outside_of_threads_is_a_document_a_day_with_alerts_and_without_joins(
    feeds: Feeds, shelf: FakeShelf, tmp_path: Path
) -> None:
    runner_of(feeds, shelf, export(tmp_path)).refresh("slack", BY)
    assert sorted(shelf.held) == [DAY, THREAD], "direct messages and names that lead elsewhere are left alone"
    day = shelf.text(DAY)
    assert "Alertmanager: CartDown\ncart is down\npod: c-1" in day
    assert "joined" not in day
    assert "hunter2" not in day


def test_a_reply_changes_no_line_above_it(feeds: Feeds, shelf: FakeShelf, tmp_path: Path) -> None:
    runner = runner_of(feeds, shelf, export(tmp_path))
    runner.refresh("slack", BY)
    before = shelf.text(THREAD)
    reply = {"type": "message", "user": "U1", "ts": "1772540000.000000", "thread_ts": ROOT, "text": "fixed"}
    export(tmp_path, **{"2026_03_03": [reply]})
    assert runner.refresh("slack", BY).counts == Counts(updated=1, unchanged=1)
    assert shelf.text(THREAD).startswith(before)
    assert shelf.text(THREAD).rstrip().endswith("Ada: fixed")


def test_an_unchanged_channel_is_not_taken_in_again(feeds: Feeds, shelf: FakeShelf, tmp_path: Path) -> None:
    runner = runner_of(feeds, shelf, export(tmp_path))
    runner.refresh("slack", BY)
    shelf.taken.clear()
    assert runner.refresh("slack", BY).counts == Counts(unchanged=2)
    assert shelf.taken == []


@pytest.mark.parametrize("below", ["", "Shop Slack export/"])
def test_a_zip_is_the_same_as_its_folder(feeds: Feeds, shelf: FakeShelf, tmp_path: Path, below: str) -> None:
    folder = export(tmp_path / "export")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for file in folder.rglob("*.json"):
            archive.write(file, f"{below}{file.relative_to(folder).as_posix()}")
    runner = runner_of(feeds, shelf, tmp_path / "export.zip")
    assert runner.refresh("slack", BY).counts == Counts(added=2)
    assert runner.refresh("slack", BY).counts == Counts(unchanged=2)


def test_a_day_that_is_broken_is_an_error_and_the_others_are_read(
    feeds: Feeds, shelf: FakeShelf, tmp_path: Path
) -> None:
    folder = export(tmp_path)
    write(folder, {"incidents/2026-03-05.json": "[{", "incidents/2026-03-06.json": '[{"text": "no time"}]'})
    write(folder, {"incidents/2026-03-07.json": '[{"ts": "NaN"}]', "incidents/2026-03-08.json": "{}"})
    run = runner_of(feeds, shelf, folder).refresh("slack", BY)
    assert run.counts == Counts(added=2, refused=4)
    assert run.errors[0].startswith("incidents/2026-03-05.json: ")


def test_only_the_channels_that_are_wanted(feeds: Feeds, shelf: FakeShelf, tmp_path: Path) -> None:
    runner_of(feeds, shelf, export(tmp_path), channels=("deploy*",)).refresh("slack", BY)
    assert shelf.held == {}


def test_a_channel_can_be_about_a_component(feeds: Feeds, shelf: FakeShelf, tmp_path: Path) -> None:
    runner_of(feeds, shelf, export(tmp_path), components={"inc*": "shop"}).refresh("slack", BY)
    assert shelf.held[THREAD][0].component == "shop"


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"x.zip": "PK no", "plain/a.txt": "x"})
    with pytest.raises(RefusedInput, match="no Slack export"):
        SlackFeed(SlackSettings(path=str(tmp_path / "x.zip")), redact)
    with pytest.raises(RefusedInput, match=r"no channels\.json"):
        list(SlackFeed(SlackSettings(path=str(tmp_path / "plain")), redact).items())


def test_block_kit_nested_beyond_all_reason_is_read(feeds: Feeds, shelf: FakeShelf, tmp_path: Path) -> None:
    block: Any = {"type": "section", "text": {"type": "mrkdwn", "text": "deep words"}}
    for _ in range(20):
        block = {"type": "rich_text", "elements": [block]}
    message = {"type": "message", "bot_id": "B1", "ts": "1772712000.000000", "text": "", "blocks": [block]}
    runner_of(feeds, shelf, export(tmp_path, **{"2026_03_05": [message]})).refresh("slack", BY)
    assert "B1: deep words" in shelf.text("slack/incidents/2026-03-05")
