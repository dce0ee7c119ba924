"""Front matter: what stands between two ``---`` lines at the top of a document, as YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_FENCE = re.compile(r"^---\s*$")
_MOST_LINES, _MOST_CHARACTERS = 200, 20_000
_DESCRIPTIONS = ("description", "summary")


@dataclass(frozen=True)
class Matter:
    """Texts and lists of texts by name (lower case, '-' as '_'); what is nested deeper is left out."""

    said: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    description: tuple[int, int] | None = None
    """The lines that say what the document is for: the first, 0-based, and the one after the last."""

    def text(self, name: str) -> str:
        """What it says, a list joined by commas; empty when it says nothing."""
        value = self.said.get(name, "")
        return value if isinstance(value, str) else ", ".join(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """What it says as a list; a text is taken apart at its commas."""
        value = self.said.get(name, ())
        return value if isinstance(value, tuple) else tuple(part.strip() for part in value.split(",") if part.strip())


def front_matter(lines: Sequence[str]) -> tuple[Matter, int]:
    """(what it says, how many lines it takes). What is no YAML, or no mapping, is left to be text: (nothing, 0)."""
    if not _FENCE.match(lines[0].lstrip("\ufeff")):
        return Matter(), 0
    end = next((place for place, line in enumerate(lines[1:_MOST_LINES], start=1) if _FENCE.match(line)), None)
    source = "\n".join(lines[1:end]) if end is not None else ""
    if end is None or len(source) > _MOST_CHARACTERS:
        return Matter(), 0
    matter = _read(source)
    return (matter, end + 1) if matter is not None else (Matter(), 0)


def _read(source: str) -> Matter | None:
    """Nodes are composed and never constructed: every scalar is a text as written, and an alias costs nothing."""
    import yaml

    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if root is None:
        return Matter()
    if not isinstance(root, yaml.MappingNode):
        return None
    said: dict[str, str | tuple[str, ...]] = {}
    described: dict[str, tuple[int, int]] = {}
    for key, value in root.value:
        name = str(key.value).lower().replace("-", "_") if isinstance(key, yaml.ScalarNode) else ""
        if isinstance(value, yaml.ScalarNode):
            said[name] = str(value.value).strip()
            described[name] = (key.start_mark.line + 1, _line_after(value))
        elif isinstance(value, yaml.SequenceNode):
            said[name] = tuple(str(item.value) for item in value.value if isinstance(item, yaml.ScalarNode))
    return Matter(said, next((described[name] for name in _DESCRIPTIONS if said.get(name) and name in described), None))


def _line_after(node: object) -> int:
    mark = node.end_mark  # type: ignore[attr-defined]
    return int(mark.line + (2 if mark.column else 1))
