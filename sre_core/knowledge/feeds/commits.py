"""A commit as a change record: who, when, which files by how much, and the hunks that tell most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from sre_core.domain import Moment, Value
from sre_core.errors import RefusedInput
from sre_core.intake.foreign_json import whole_characters
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.base import Redact

FORM = "%H%x00%h%x00%an%x00%cI%x00%P%x00%s%x00%b%x00"
MOST_SHOWN = 2_000_000
"""Bytes of a commit that are looked at."""
MOST_FILES = 200
MOST_HUNK_LINES, MOST_DIFF_LINES, MOST_DIFF_CHARACTERS = 40, 120, 8_000
LONGEST_LINE = 300
SHORT_IDS = (7, 8, 10, 12)
"""How many digits of an id people and programs write."""

_MADE_BY_PROGRAMS = re.compile(
    r"(^|/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|poetry\.lock|uv\.lock|Gemfile\.lock|composer\.lock|"
    r"go\.sum)$|\.min\.(js|css)$|\.(svg|snap|map|pb\.go)$|_pb2(_grpc)?\.pyi?$|(^|/)(vendor|node_modules|dist|third_party)/"
)
_SETTINGS = re.compile(
    r"\.(ya?ml|toml|ini|cfg|conf|env|properties|tf|tfvars|hcl|sql|json)$|(^|/)(Dockerfile|Makefile|Procfile|[^/]*\.env)$"
)
_BESIDE = re.compile(
    r"(^|/)(tests?|docs?|examples?|testdata|__tests__|spec)/|[._](test|spec)\.|(^|/)test_|\.(md|rst|txt)$"
)
_RENAMED = re.compile(r"\{[^{}]* => ([^{}]*)\}")


class ChangedFile(Value):
    """A line of the list of files; None counts are of a binary file."""

    path: str
    added: int | None
    removed: int | None

    @property
    def size(self) -> int:
        """Lines that are not what they were."""
        return (self.added or 0) + (self.removed or 0)


class Commit(Value):
    """What git shows of a commit."""

    id: str
    short: str
    author: str
    at: Moment
    parents: tuple[str, ...]
    subject: str
    body: str
    files: tuple[ChangedFile, ...]
    patch: str
    cut: bool = False


def parse_commit(shown: bytes, cut: bool) -> Commit:
    """From what ``git show`` prints in ``FORM``. Raises ``RefusedInput`` when that is something else."""
    parts = whole_characters(shown.decode("utf-8", errors="replace")).split("\0", 7)
    if len(parts) < 8:
        raise RefusedInput("git shows something that is no commit.")
    id_, short, author, at, parents, subject, body, rest = parts
    listed, _, patch = rest.lstrip("\n").partition("\ndiff --git ")
    return Commit(
        id=id_,
        short=short,
        author=author,
        at=datetime.fromisoformat(at),
        parents=tuple(parents.split()),
        subject=subject,
        body=body.strip(),
        files=tuple(_files(listed)),
        patch=f"diff --git {patch}" if patch else "",
        cut=cut,
    )


def _files(listed: str) -> Iterator[ChangedFile]:
    for line in listed.splitlines():
        match line.split("\t", 2):
            case [added, removed, path] if path:
                yield ChangedFile(
                    path=_new_path(path),
                    added=int(added) if added.isdigit() else None,
                    removed=int(removed) if removed.isdigit() else None,
                )


def _new_path(path: str) -> str:
    """'app/{a => b}/x.py' -> 'app/b/x.py'."""
    path = path.strip('"')
    renamed = _RENAMED.sub(lambda found: found[1], path)
    return (renamed.replace("//", "/") if renamed != path else path.rpartition(" => ")[2]) or path


def commit_document(commit: Commit, component_of: Callable[[str], str | None], redact: Redact) -> SourceDocument:
    """The change record."""
    clean = redact("\n".join(_lines(commit)) + "\n")
    ids = (commit.id, commit.short, *(commit.id[:digits] for digits in SHORT_IDS))
    return SourceDocument(
        path=f"commits/{commit.id[:12]}",
        text=clean.text,
        title=redact(commit.subject or f"Commit {commit.short}").text,
        kind="commit",
        component=component_of_change(commit.files, component_of),
        names=tuple(dict.fromkeys(ids)),
        dated=commit.at,
        redacted=clean.found,
        notes=("Its diff is longer than is looked at; files may be missing.",) if commit.cut else (),
    )


def component_of_change(files: Sequence[ChangedFile], component_of: Callable[[str], str | None]) -> str | None:
    """The component that most of the changed lines belong to; None when that is no one component."""
    weights: Counter[str | None] = Counter()
    for file in files:
        if not _MADE_BY_PROGRAMS.search(file.path):
            weights[component_of(file.path)] += min(file.size, 500) + 1
    if not weights:
        return None
    component, weight = weights.most_common(1)[0]
    return component if 2 * weight > weights.total() else None


def _lines(commit: Commit) -> Iterator[str]:
    yield f"# {commit.subject or commit.short}"
    merge = " (a merge)" if len(commit.parents) > 1 else ""
    yield from ("", f"Commit {commit.short}{merge} by {commit.author or 'somebody'}, {commit.at:%Y-%m-%d %H:%M} UTC")
    if commit.body:
        yield from ("", *(_clipped(f"\\{line}" if line.startswith("#") else line) for line in commit.body.splitlines()))
    yield from ("", "## Files changed", "")
    for file in commit.files[:MOST_FILES]:
        counts = "binary" if file.added is None or file.removed is None else f"+{file.added} -{file.removed}"
        yield f"- {file.path} {counts}"
    if len(commit.files) > MOST_FILES:
        yield f"- and {len(commit.files) - MOST_FILES} more"
    hunks = [] if len(commit.parents) > 1 else telling_hunks(commit.patch)
    if hunks:
        yield from ("", "## Diff")
    for hunk in hunks:
        fence = "`" * max(3, 1 + max((len(run) for line in hunk.lines for run in re.findall(r"`+", line)), default=0))
        yield from ("", f"### {hunk.path}", "", f"{fence}diff", *hunk.lines, fence)


@dataclass(frozen=True, slots=True)
class Hunk:
    """A piece of a diff."""

    path: str
    lines: tuple[str, ...]
    changes: int

    @property
    def telling(self) -> tuple[int, bool, int]:
        """Settings tell more than code, that more than tests; a replacement more than what is all new; the short one first."""
        kind = 3 if _SETTINGS.search(self.path) else 2
        kind = 1 if _BESIDE.search(self.path) else kind
        replaced = any(line.startswith("-") for line in self.lines)
        return (-kind, not replaced, self.changes)


def telling_hunks(patch: str) -> list[Hunk]:
    """The hunks that tell most, as many as fit, in the order of the diff; none of what programs write."""
    hunks = [hunk for hunk in _hunks(patch) if not _MADE_BY_PROGRAMS.search(hunk.path)]
    chosen: set[int] = set()
    lines = characters = 0
    for number in sorted(range(len(hunks)), key=lambda number: hunks[number].telling):
        size = sum(map(len, hunks[number].lines))
        if lines + len(hunks[number].lines) <= MOST_DIFF_LINES and characters + size <= MOST_DIFF_CHARACTERS:
            chosen.add(number)
            lines, characters = lines + len(hunks[number].lines), characters + size
    return [hunks[number] for number in sorted(chosen)]


def _hunks(patch: str) -> Iterator[Hunk]:
    path, lines = "", list[str]()
    for line in (*patch.split("\n"), "diff --git "):
        starts = line.startswith(("diff --git ", "@@"))
        if starts and lines:
            yield _hunk(path, lines)
        if starts:
            lines = [_clipped(line)] if line.startswith("@@") else []
        elif lines:
            lines.append(_clipped(line))
        elif line.startswith("+++ ") and line != "+++ /dev/null":
            path = line[4:].strip().strip('"').removeprefix("b/")
        elif line.startswith("--- ") and line != "--- /dev/null":
            path = line[4:].strip().strip('"').removeprefix("a/")


def _hunk(path: str, lines: list[str]) -> Hunk:
    while lines and not lines[-1]:
        lines.pop()
    changes = sum(line.startswith(("+", "-")) for line in lines)
    left = len(lines) - MOST_HUNK_LINES
    kept = [*lines[:MOST_HUNK_LINES], f"[{left} more lines]"] if left > 0 else lines
    return Hunk(PurePosixPath(path).as_posix(), tuple(kept), changes)


def _clipped(line: str) -> str:
    line = "".join(character if character.isprintable() or character == "\t" else " " for character in line)
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} [...]"
