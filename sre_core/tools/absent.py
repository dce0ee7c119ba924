"""Tools that are there only once an operator has configured them, and what to configure."""

from __future__ import annotations

_WEB = "It reaches the web through a SearXNG instance of your own: set SRE_SEARXNG_URL to its address (docs/web.md)."
_NEEDED = {"search_web": _WEB, "deep_research": _WEB}


def no_such_tool(name: str, there: set[str]) -> str:
    """What to tell whoever asks for a tool that is not there."""
    if name in _NEEDED:
        return f"{name} is not configured. {_NEEDED[name]}"
    return f"There is no tool {name!r} here. There are: {', '.join(sorted(there)) or 'none'}."
