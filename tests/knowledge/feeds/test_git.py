"""A Git repository as a feed, on repositories that git made."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from sre_core.errors import RefusedInput
from sre_core.knowledge.feeds.git import GitFeed
from sre_core.knowledge.feeds.git_repository import place_of
from sre_core.knowledge.feeds.records import Counts
from sre_core.knowledge.feeds.runner import FeedRunner
from sre_core.knowledge.feeds.settings import GitSettings
from sre_core.knowledge.feeds.store import Feeds
from tests.knowledge.feeds.fakes import FakeShelf, git, read_files, redact, write

BY = "person:ada"
pytestmark = pytest.mark.needs("git")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    write(
        folder,
        {
            "docs/runbook.md": "# Cart\nRestart it.\n",
            "services/cart/cart.py": "def add_item(item):\n    return item\n",
            "services/cart/settings.yaml": "timeout: 30\nretries: 3\n",
            "node_modules/x/index.js": "function x() {}\n",
            "yarn.lock": "a\n" * 50,
        },
    )
    commit(folder, "Begin", when="2026-01-01T10:00:00Z")
    return folder


def commit(folder: Path, message: str, when: str = "2026-03-01T12:00:00Z") -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message, when=when)
    return git(folder, "rev-parse", "HEAD")


def runner_of(feeds: Feeds, shelf: FakeShelf, repository: Path | str, tmp_path: Path, **given: object) -> FeedRunner:
    settings = GitSettings(url=str(repository), **given)
    feeds.add("shop", settings, by=BY)
    copy = tmp_path / "copies" / "shop"
    return FeedRunner(feeds, shelf, lambda _, cancelled: GitFeed(settings, copy, read_files, redact, cancelled))


def commits_of(shelf: FakeShelf) -> list[str]:
    return [document.title for document, _ in shelf.held.values() if document.kind == "commit"]


def test_documents_code_and_commits_are_taken_in(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path
) -> None:
    run = runner_of(feeds, shelf, repository, tmp_path).refresh("shop", BY)
    assert (run.status, run.errors, run.counts.added) == ("done", (), 3)
    first = git(repository, "rev-parse", "HEAD")
    assert sorted(shelf.held) == [
        f"shop/commits/{first[:12]}",
        "shop/docs/runbook.md",
        "shop/services/cart/cart.py",
    ]
    code = shelf.held["shop/services/cart/cart.py"][0]
    assert (code.kind, code.component) == ("code", "cart")
    assert "cart/cart.py:add_item" in code.names


def test_a_commit_says_who_when_which_files_and_what_tells_most(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path
) -> None:
    write(
        repository,
        {
            "services/cart/settings.yaml": "timeout: 3\nretries: 3\npassword=hunter2\n",
            "yarn.lock": "b\n" * 50,
            "services/cart/test_cart.py": "def test_it():\n    pass\n" * 30,
        },
    )
    id_ = commit(repository, "Shorter timeout\n\n# because\nof ```x```")
    runner_of(feeds, shelf, repository, tmp_path).refresh("shop", BY)
    change = shelf.held[f"shop/commits/{id_[:12]}"][0]
    assert (change.title, change.component, change.dated.isoformat() if change.dated else None) == (
        "Shorter timeout",
        "cart",
        "2026-03-01T12:00:00+00:00",
    )
    assert {id_, id_[:7], id_[:8]} <= set(change.names)
    assert "by Ada Lovelace, 2026-03-01 12:00 UTC" in change.text
    assert "- services/cart/settings.yaml +2 -1" in change.text
    assert "-timeout: 30\n+timeout: 3" in change.text
    assert "- yarn.lock +50 -50" in change.text
    assert "+b" not in change.text, "what programs write tells nothing"
    assert "hunter2" not in change.text
    assert "\n\\# because" in change.text, "a message makes no headings of ours"
    assert change.text.index("settings.yaml\n\n```diff") < change.text.index("test_cart.py\n\n```diff")


def test_only_what_is_new_is_read(feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path) -> None:
    runner = runner_of(feeds, shelf, repository, tmp_path)
    runner.refresh("shop", BY)
    assert runner.refresh("shop", BY).counts == Counts(unchanged=3)
    write(repository, {"docs/runbook.md": "# Cart\nDo not restart it.\n", "docs/new.md": "New\n"})
    (repository / "services/cart/cart.py").unlink()
    commit(repository, "More")
    shelf.taken.clear()
    assert runner.refresh("shop", BY).counts == Counts(added=2, updated=1, unchanged=1, removed=1)
    assert len(shelf.taken) == 3


def test_a_rewritten_history_takes_its_commits_along(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path
) -> None:
    write(repository, {"docs/a.md": "A\n"})
    old = commit(repository, "Wrong")
    runner = runner_of(feeds, shelf, repository, tmp_path)
    runner.refresh("shop", BY)
    git(repository, "reset", "-q", "--hard", "HEAD~1")
    write(repository, {"docs/b.md": "B\n"})
    new = commit(repository, "Right")
    run = runner.refresh("shop", BY)
    assert run.counts == Counts(added=2, unchanged=3, removed=2)
    assert f"shop/commits/{old[:12]}" not in shelf.held
    assert f"shop/commits/{new[:12]}" in shelf.held
    assert f"shop/commits/{old[:12]}" in shelf.tombstones


def test_the_last_commits_or_those_since_a_day(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path
) -> None:
    for number in range(1, 5):
        write(repository, {"docs/a.md": f"{number}\n"})
        commit(repository, f"Change {number}", when=f"2026-02-0{number}T12:00:00Z")
    last = runner_of(feeds, shelf, repository, tmp_path, commits=2)
    assert last.refresh("shop", BY).errors == ()
    assert sorted(commits_of(shelf)) == ["Change 3", "Change 4"]
    third = next(document for document, _ in shelf.held.values() if document.title == "Change 3")
    assert "- docs/a.md +1 -1" in third.text, "the one before it is known, too"
    last.remove("shop", BY)
    runner_of(feeds, shelf, repository, tmp_path, since="2026-02-02").refresh("shop", BY)
    assert sorted(commits_of(shelf)) == ["Change 2", "Change 3", "Change 4"]


def test_another_branch_can_be_wanted_and_a_missing_one_fails_the_run(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path
) -> None:
    git(repository, "checkout", "-q", "-b", "release/1.0")
    write(repository, {"docs/release.md": "R\n"})
    commit(repository, "Release")
    git(repository, "checkout", "-q", "main")
    runner = runner_of(feeds, shelf, repository, tmp_path, branch="release/1.0", commits=0, code=False)
    runner.refresh("shop", BY)
    assert sorted(shelf.held) == ["shop/docs/release.md", "shop/docs/runbook.md"]
    git(repository, "branch", "-q", "-D", "release/1.0")
    run = runner.refresh("shop", BY)
    assert (run.status, len(shelf.held)) == ("failed", 2)


def test_a_mapping_says_which_component_a_path_is(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path
) -> None:
    mapping = {"services/**": "backend", "services/cart/**": "cart-service", "docs/*": "portal"}
    runner_of(feeds, shelf, repository, tmp_path, components=mapping).refresh("shop", BY)
    assert shelf.held["shop/services/cart/cart.py"][0].component == "cart-service"
    assert shelf.held["shop/docs/runbook.md"][0].component == "portal"


def test_merges_name_their_files_and_repeat_no_diff(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path
) -> None:
    git(repository, "checkout", "-q", "-b", "feature")
    write(repository, {"docs/feature.md": "F\n"})
    commit(repository, "Feature")
    git(repository, "checkout", "-q", "main")
    git(repository, "merge", "-q", "--no-ff", "-m", "Merge the feature", "feature")
    runner_of(feeds, shelf, repository, tmp_path).refresh("shop", BY)
    merge = next(document for document, _ in shelf.held.values() if document.title == "Merge the feature")
    assert "- docs/feature.md +1 -0" in merge.text
    assert "## Diff" not in merge.text


def test_nothing_of_the_repository_is_ever_run(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    program.chmod(0o755)
    for hook in ("post-checkout", "post-merge", "reference-transaction", "pre-receive", "post-index-change"):
        (repository / ".git/hooks").mkdir(exist_ok=True)
        (repository / ".git/hooks" / hook).write_text(program.read_text())
        (repository / ".git/hooks" / hook).chmod(0o755)
    settings = (
        "core.fsmonitor",
        "diff.external",
        "core.pager",
        "core.sshCommand",
        "filter.x.smudge",
        "diff.x.textconv",
    )
    for name in (*settings, "diff.x.command", "uploadpack.packObjectsHook", "core.alternateRefsCommand"):
        git(repository, "config", name, str(program))
    write(repository, {".gitattributes": "* filter=x diff=x\n", "docs/a.md": "A\n"})
    git(repository, "-c", "core.fsmonitor=false", "-c", "filter.x.smudge=cat", "add", "-A")
    git(repository, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Trap")
    ran.unlink(missing_ok=True)
    run = runner_of(feeds, shelf, repository, tmp_path).refresh("shop", BY)
    assert run.status == "done", run.problem
    assert "shop/docs/a.md" in shelf.held
    assert not ran.exists()


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c touch% /tmp/x",
        "--upload-pack=touch /tmp/x",
        "-u",
        "ssh://-oProxyCommand=touch/x",
        "ssh://-oProxyCommand=x@host/x",
        "-oProxyCommand=x:repo",
        "git://example.com/x",
        "http://example.com/x",
        "ftp://example.com/x",
        "transport::file:///x",
        "https://user:token@example.com/x.git",
        "https://token@example.com/x.git",
        "/there/is/no/such/folder",
    ],
)
def test_addresses_that_run_something_or_hold_a_secret_are_refused(url: str) -> None:
    with pytest.raises(RefusedInput):
        place_of(url)
    if not url.startswith("/"):
        with pytest.raises(ValidationError):
            GitSettings(url=url)


@pytest.mark.parametrize(
    "url", ["https://example.com/x.git", "ssh://git@example.com/x.git", "git@example.com:shop/x.git", "file:///srv/x"]
)
def test_addresses_that_git_itself_fetches_from_are_taken(url: str) -> None:
    assert place_of(url) == url


@pytest.mark.parametrize(
    "branch", ["--upload-pack=x", "-x", "a..b", "a b", "a:b", "+a", "a^", "a~1", "@{-1}", "a.lock"]
)
def test_a_branch_that_is_an_option_or_a_refspec_is_refused(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path, branch: str
) -> None:
    assert runner_of(feeds, shelf, repository, tmp_path, branch=branch).refresh("shop", BY).status == "failed"


def test_file_names_cannot_inject_options_or_lines(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path
) -> None:
    write(repository, {"--output=x.md": "A\n", "docs/line\nbreak.md": "B\n", 'docs/ü "quoted".md': "C\n"})
    commit(repository, "--all\n\n--exec=x")
    run = runner_of(feeds, shelf, repository, tmp_path).refresh("shop", BY)
    assert run.status == "done"
    assert {"shop/--output=x.md", 'shop/docs/ü "quoted".md'} <= set(shelf.held)
    assert run.counts.refused == 1
    assert "\\n" in run.errors[0]


def test_links_in_a_repository_are_left_out(feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path) -> None:
    (repository / "docs/passwd.md").symlink_to("/etc/passwd")
    commit(repository, "Link")
    runner_of(feeds, shelf, repository, tmp_path).refresh("shop", BY)
    assert "shop/docs/passwd.md" not in shelf.held


def test_what_a_killed_git_left_behind_is_no_hindrance(
    feeds: Feeds, shelf: FakeShelf, repository: Path, tmp_path: Path
) -> None:
    runner = runner_of(feeds, shelf, repository, tmp_path)
    runner.refresh("shop", BY)
    write(repository, {"docs/new.md": "N\n"})
    commit(repository, "New")
    (tmp_path / "copies/shop/refs/heads/wanted.lock").touch()
    (tmp_path / "copies/shop/shallow.lock").touch()
    assert runner.refresh("shop", BY).status == "done"
    assert "shop/docs/new.md" in shelf.held


def test_what_is_no_repository_fails_the_run_with_what_git_says(feeds: Feeds, shelf: FakeShelf, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    run = runner_of(feeds, shelf, tmp_path / "plain", tmp_path).refresh("shop", BY)
    assert run.status == "failed"
    assert run.problem is not None
    assert "git" in run.problem
