"""Paths within a source: which are wanted, which component they are about, and how they are walked safely."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from sre_core.errors import RefusedInput
from sre_core.knowledge.feeds.base import FeedItem, Unlisted

LEFT_OUT = frozenset({"CVS", "_darcs", "node_modules", "__pycache__"})
"""Folders that hold no documents of ours, beside all that are hidden."""

_SAYING_WHAT = """
app api build ci cmd config configs deploy deployment deployments doc docs etc example examples hack helm include internal
k8s lib libs main manifests ops pkg public resources script scripts spec src static templates test tests tools util utils
vendor
"""
_NO_COMPONENT = frozenset(_SAYING_WHAT.split())
"""Top folders that say what is in them, and not which component it belongs to."""
_HOLDING_COMPONENTS = frozenset(
    ["apps", "charts", "components", "microservices", "modules", "packages", "plugins", "services"]
)
"""Folders that hold a folder for each component."""


def matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether any of the patterns fits a path such as 'docs/runbooks/cart.md'."""
    return any(_fits(path, pattern) for pattern in patterns)


def _fits(path: str, pattern: str) -> bool:
    if "/" not in pattern:
        return fnmatchcase(PurePosixPath(path).name, pattern)
    pattern = pattern.removeprefix("/")
    if pattern.endswith("/"):
        pattern += "*"
    return fnmatchcase(path, pattern) or (pattern.startswith("**/") and fnmatchcase(path, pattern[3:]))


def wanted(path: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether a path is in, and not out again. ``include`` without patterns takes everything."""
    return (not include or matches(path, include)) and not matches(path, exclude)


def component_of(path: str, mapping: Mapping[str, str]) -> str | None:
    """The component that a path is about: as the mapping says, else its top folder where that looks like one."""
    fitting = [pattern for pattern in mapping if _fits(path, pattern)]
    if fitting:
        return mapping[max(fitting, key=len)]
    folders = PurePosixPath(path).parts[:-1]
    if len(folders) > 1 and folders[0].lower() in _HOLDING_COMPONENTS:
        return folders[1]
    top = folders[0] if folders else ""
    telling = top and not top.startswith(".") and top.lower() not in _NO_COMPONENT | _HOLDING_COMPONENTS
    return top if telling else None


def folder_at(path: str) -> Path:
    """The folder of that name. Raises ``RefusedInput`` when there is none, or it may not be looked into."""
    folder = Path(os.path.expanduser(path)).absolute()
    if not os.path.isdir(folder) or not os.access(folder, os.R_OK | os.X_OK):
        raise RefusedInput(f"There is no folder {folder} that can be read. Is it mounted, and is the path right?")
    return folder.resolve()


def files_below(folder: Path) -> Iterator[FeedItem | Unlisted]:
    """Regular files below a folder that are not hidden, by path; the stamp is size and times.

    A link is followed to a file inside the folder only, and never to another folder.
    """
    unlisted: list[Unlisted] = []

    def note(error: OSError) -> None:
        below = Path(error.filename).relative_to(folder).as_posix()
        unlisted.append(Unlisted(f"{below}/", f"{below} cannot be looked into: {error.strerror}"))

    for at, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in LEFT_OUT)
        for name in sorted(files):
            stamp = None if name.startswith(".") else stamp_of(folder, Path(at, name))
            path = Path(at, name).relative_to(folder).as_posix()
            if (
                stamp is not None and not path.isprintable()
            ):  # no UTF-8, or a line break: it could not be shown or stored
                unlisted.append(Unlisted(ascii(path), f"{path!a} has a name that cannot be written. Rename it."))
            elif stamp is not None:
                yield FeedItem(path, stamp)
    yield from unlisted


def stamp_of(folder: Path, file: Path) -> str | None:
    """Size and times of a regular file; None when it is none, is gone, or leads out of the folder."""
    try:
        if file.is_symlink() and not file.resolve(strict=True).is_relative_to(folder):
            return None
        found = file.stat()
    except (OSError, RuntimeError):
        return None
    return stamp_of_stat(found) if stat.S_ISREG(found.st_mode) else None


def stamp_of_stat(found: os.stat_result) -> str:
    """Size and times, as one short text."""
    return f"{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"
