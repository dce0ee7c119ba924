"""A copy of one branch of somebody's Git repository, bare, in the state folder; and the few questions asked of it.

Nothing of the repository is ever run: no hook, no filter, no external diff, no remote helper; its own configuration is not
read, because every command works in our copy.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sre_core.errors import RefusedInput
from sre_core.knowledge.feeds.addresses import harmless_address, is_remote
from sre_core.knowledge.feeds.base import Cancelled
from sre_core.knowledge.feeds.processes import Ended, run

_SAFE = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.quotePath": "false",
    "core.attributesFile": os.devnull,
    "diff.external": "",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "protocol.file.allow": "always",
    "protocol.ssh.allow": "always",
    "protocol.https.allow": "always",
}
_BRANCH = re.compile(r"(?![-/.])(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)|/\.))[^\x00-\x20\x7f~^:?*\[\\]+(?<![./])")
SECONDS_A_QUESTION = 120.0
MOST_LISTED = 200_000_000
"""Bytes of a listing of files or commits."""
_MINE = "refs/heads/wanted"


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of the branch."""

    path: str
    id: str
    size: int


def place_of(given: str) -> str:
    """What git is told to fetch from. Raises ``RefusedInput`` but for a folder, file://, ssh://, https:// and user@host:path."""
    try:
        harmless_address(given)
    except ValueError as error:
        raise RefusedInput(f"The address cannot be used: {error}.") from error
    folder = Path(os.path.expanduser(given))
    if folder.is_dir():
        return folder.resolve().as_uri()
    if is_remote(given):
        return given
    raise RefusedInput(
        f"There is no repository at {given!r}. Give a folder that is there, file://, ssh://, https://, or user@host:path."
    )


class Repository:
    """Our copy, at a folder that is ours alone."""

    def __init__(self, place: str, at: Path, cancelled: Cancelled, seconds: float) -> None:
        self._place = place_of(place)
        self._at = at
        self._cancelled = cancelled
        self._seconds = seconds

    def fetch(self, branch: str, depth: int | None) -> str:
        """Bring the branch (empty: the repository's own) up to date, also when its history was rewritten; returns its commit.

        ``depth``: how many commits deep; None is all. Raises ``RefusedInput`` with what git says.
        """
        if not (self._at / "HEAD").is_file():
            shutil.rmtree(self._at, ignore_errors=True)
            self._at.mkdir(parents=True)
            self._ask("init", "--bare", "--quiet", "--template=", ".")
        for stale in self._at.rglob("*.lock"):
            stale.unlink(missing_ok=True)  # of a git that was killed: nobody else works here
        wanted = self._branch(branch) if branch else self._default_branch()
        deep = [f"--depth={depth}"] if depth else (["--unshallow"] if (self._at / "shallow").exists() else [])
        self._ask(
            *("fetch", "--quiet", "--force", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", *deep),
            *("--", self._place, f"+refs/heads/{wanted}:{_MINE}"),
            seconds=self._seconds,
        )
        return self._ask("rev-parse", "--verify", f"{_MINE}^{{commit}}").decode().strip()

    def files(self) -> Iterator[Blob]:
        """The regular files of the branch, by path. Links and submodules are left out."""
        listed = self._ask("ls-tree", "-r", "-l", "-z", "--full-tree", _MINE, most=MOST_LISTED)
        for line in filter(None, listed.split(b"\0")):
            about, _, path = line.partition(b"\t")
            mode, kind, id_, size = about.split()
            if kind == b"blob" and mode != b"120000":
                yield Blob(path.decode(errors="replace"), id_.decode(), int(size))

    def commits(self, most: int, since: date | None) -> list[str]:
        """Ids of the last commits of the branch, the latest first."""
        after = [f"--since={since.isoformat()}T00:00:00Z"] if since else []
        listed = self._ask("rev-list", f"--max-count={most}", *after, _MINE, "--", most=MOST_LISTED)
        return listed.decode().split()

    def show(self, commit: str, form: str, most: int) -> tuple[bytes, bool]:
        """A commit by the format, then files with counts, then the patch; and whether that was cut at ``most`` bytes."""
        ended = self._git(
            *("show", f"--format={form}", "--numstat", "--patch", "--unified=2", "--find-renames", "--no-color"),
            *(
                "--no-ext-diff",
                "--no-textconv",
                "--diff-merges=first-parent",
                "--no-notes",
                "--end-of-options",
                commit,
                "--",
            ),
            most=most,
        )
        if not ended.fine and not ended.cut:
            raise RefusedInput(f"git cannot show the commit: {_said(ended)}")
        return ended.output, ended.cut

    def contents(self, blobs: Sequence[Blob]) -> Mapping[str, bytes]:
        """Id -> content."""
        asked = "".join(f"{blob.id}\n" for blob in blobs).encode()
        most = sum(blob.size + 100 for blob in blobs)
        rest = memoryview(self._ask("cat-file", "--batch", given=asked, most=most))
        found: dict[str, bytes] = {}
        while len(rest):
            header, _, _ = bytes(rest[:200]).partition(b"\n")
            id_, kind, *size = header.split()
            if kind == b"missing" or not size:
                raise RefusedInput(f"git does not have {id_.decode()}.")
            start = len(header) + 1
            found[id_.decode()] = bytes(rest[start : start + int(size[0])])
            rest = rest[start + int(size[0]) + 1 :]
        return found

    def _branch(self, given: str) -> str:
        if not _BRANCH.fullmatch(given):
            raise RefusedInput(f"{given!r} is no name of a branch.")
        return given

    def _default_branch(self) -> str:
        said = self._ask("ls-remote", "--symref", "--", self._place, "HEAD", seconds=self._seconds).decode(
            errors="replace"
        )
        found = re.search(r"^ref: refs/heads/(\S+)\tHEAD$", said, re.MULTILINE)
        if not found:
            raise RefusedInput("The repository does not say which branch is its own, or is empty. Name a branch.")
        return self._branch(found[1])

    def _ask(
        self, *arguments: str, given: bytes = b"", most: int = 1_000_000, seconds: float = SECONDS_A_QUESTION
    ) -> bytes:
        ended = self._git(*arguments, given=given, most=most, seconds=seconds)
        if ended.cut:
            raise RefusedInput(
                f"git {arguments[0]} says more than {most // 1_000_000} MB. The repository is too large."
            )
        if not ended.fine:
            raise RefusedInput(f"git {arguments[0]} failed: {_said(ended)}")
        return ended.output

    def _git(
        self, *arguments: str, given: bytes = b"", most: int = 1_000_000, seconds: float = SECONDS_A_QUESTION
    ) -> Ended:
        safe = [part for name, value in _SAFE.items() for part in ("-c", f"{name}={value}")]
        command = ["git", *safe, f"--git-dir={self._at}", "--no-pager", *arguments]
        return run(command, self._at, _environment(), given, most, seconds, self._cancelled)


def _environment() -> dict[str, str]:
    """Ours, without what would lead git elsewhere; and nothing is ever asked of a terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    ssh = os.environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=20")
    return kept | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "SSH_ASKPASS": "true",
        "GIT_SSH_COMMAND": ssh,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ALLOW_PROTOCOL": "file:ssh:https",  # also for what git starts in somebody's repository
        "LC_ALL": "C.UTF-8",
    }


def _said(ended: Ended) -> str:
    lines = [line for line in ended.errors.decode(errors="replace").splitlines() if line.strip()]
    return " ".join(lines[-3:])[:500] or "it says nothing of why"
