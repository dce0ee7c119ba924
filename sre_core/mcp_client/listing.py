"""The tools that a server lists, as they are compared and made into ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sre_core.domain import Value, digest_of

MOST_TOOLS = 300


class Listed(Value):
    """A tool as a server lists it."""

    name: str
    told: str
    schema_given: Mapping[str, Any]
    digest: str


async def listed_by(client: Any) -> tuple[Listed, ...]:
    """All its tools. Names that cannot be ours are left out."""
    found: dict[str, Listed] = {}
    cursor = None
    while len(found) < MOST_TOOLS:
        page = await client.list_tools(cursor=cursor)
        for tool in page.tools[: MOST_TOOLS - len(found)]:
            if _may_be_called(tool.name):
                found[tool.name] = _as_listed(tool)
        if not page.tools or (cursor := page.next_cursor) is None:
            break
    return tuple(found.values())


def _may_be_called(name: str) -> bool:
    return 0 < len(name) <= 64 and name.isascii() and all(letter.isalnum() or letter in "_-./" for letter in name)


def _as_listed(tool: Any) -> Listed:
    """Its digest covers all that it says of itself, what it says of its effects included; that is never believed."""
    said = tool.model_dump(mode="json", exclude={"meta", "icons"})
    return Listed(name=tool.name, told=tool.description or "", schema_given=tool.input_schema, digest=digest_of(said))
