"""Text of what a tool answered. Pictures, sounds and resources are named; nothing is loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sre_core.foreign_text import code

LONGEST_NAME = 120


def text_of(answer: Any) -> str:
    """The texts one after the other; where there is none, its structured content as JSON. ``answer``: a ``CallToolResult``."""
    import mcp_types

    texts = []
    for block in answer.content:
        match block:
            case mcp_types.TextContent():
                texts.append(block.text)
            case mcp_types.EmbeddedResource(resource=mcp_types.TextResourceContents() as resource):
                texts.append(f"({code(str(resource.uri))[:LONGEST_NAME]})\n{resource.text}")
    if not texts and answer.structured_content is not None:
        return json.dumps(answer.structured_content, indent=1, ensure_ascii=False, default=str)
    return "\n".join(texts)


def left_out(answer: Any) -> tuple[str, ...]:
    """What else came, each in a few words."""
    return tuple(_named(answer))


def _named(answer: Any) -> Iterator[str]:
    import mcp_types

    for block in answer.content:
        match block:
            case mcp_types.ImageContent() | mcp_types.AudioContent():
                kind = "picture" if isinstance(block, mcp_types.ImageContent) else "sound"
                yield f"{kind}, {code(block.mime_type)[:60]}, {len(block.data) * 3 // 4} bytes: not loaded"
            case mcp_types.ResourceLink():
                yield f"resource {code(block.name)[:LONGEST_NAME]} at {code(str(block.uri))[:LONGEST_NAME]}: not loaded"
            case mcp_types.EmbeddedResource(resource=mcp_types.BlobResourceContents() as resource):
                yield f"resource {code(str(resource.uri))[:LONGEST_NAME]}, {len(resource.blob) * 3 // 4} bytes: not loaded"
