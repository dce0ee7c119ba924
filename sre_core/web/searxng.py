"""Search results from a SearXNG (or searx) instance that an operator runs, by its JSON API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import Field

from sre_core.domain import Value
from sre_core.errors import ToolError
from sre_core.intake.foreign_json import read_json, whole_characters
from sre_core.redaction import redact

TimeRange = Literal["", "day", "month", "year"]

LARGEST = 5_000_000
"""Bytes of an answer."""
MOST = 50
"""Results that are taken of one answer."""
LONGEST_TITLE, LONGEST_EXCERPT = 200, 500
SETTING = "SRE_SEARXNG_URL"


class Hit(Value):
    """A page that a search engine names. Title and excerpt are what strangers wrote."""

    address: str
    title: str
    excerpt: str = ""
    engines: tuple[str, ...] = ()
    published: str = Field(default="", description="As the engine says it; empty when it says nothing.")


class Found(Value):
    """What a search brought back, best first."""

    hits: tuple[Hit, ...]
    silent: tuple[str, ...] = Field(default=(), description="Engines that did not answer, with the reason they gave.")


class Search(Protocol):
    """Searches the web."""

    async def search(
        self, query: str, *, categories: Sequence[str] = (), language: str = "", time_range: TimeRange = ""
    ) -> Found:
        """Raises ``ToolError`` that says what to change when there is no answer."""


class SearxngSearch:
    """Implements ``Search``. The instance is the operator's own, so it may be anywhere, on this machine too."""

    def __init__(self, url: str, seconds: float = 20.0) -> None:
        self._url = url.rstrip("/")
        self._seconds = seconds

    async def search(
        self, query: str, *, categories: Sequence[str] = (), language: str = "", time_range: TimeRange = ""
    ) -> Found:
        """Results of all its engines, best first."""
        asked = {"q": query, "format": "json", "categories": ",".join(categories), "language": language}
        asked["time_range"] = time_range
        status, content = await self._posted({name: value for name, value in asked.items() if value})
        text = content.decode("utf-8", errors="replace")
        self._refuse_unless_fine(status, text)
        try:
            return _found(read_json(text))
        except (ValueError, AttributeError, TypeError) as error:
            raise ToolError(
                f"{self._url} did not answer with JSON of a search. Add json to search.formats in its settings.yml, and "
                f"check that {SETTING} is the address of a SearXNG instance."
            ) from error

    async def _posted(self, asked: Mapping[str, str]) -> tuple[int, bytes]:
        """A POST, so that queries do not stand in the logs of what lies between. Raises ``ToolError``."""
        import httpx

        client = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self._seconds)
        try:
            async with client, client.stream("POST", f"{self._url}/search", data=asked) as response:
                parts, size = [], 0
                async for part in response.aiter_bytes():
                    size += len(part)
                    if size > LARGEST:
                        raise ToolError(f"{self._url} sent more than a search answers. Is {SETTING} right?")
                    parts.append(part)
                return response.status_code, b"".join(parts)
        except httpx.TimeoutException as error:
            raise ToolError(f"{self._url} did not answer within {self._seconds:g} s. Is it running?") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise ToolError(
                f"{self._url} cannot be asked ({reason}). Is it running, and is {SETTING} right?"
            ) from error

    def _refuse_unless_fine(self, status: int, text: str) -> None:
        if status == 200:
            return
        raise ToolError(f"{self._url} answered {status}: {_MEANING.get(status) or _said(text)}")


_MEANING = {
    403: "it does not give JSON. Add json to search.formats in its settings.yml (search: formats: [html, json]) and restart it. "
    "If it is there, its bot detection refused us: add this machine to pass_ip in limiter.toml.",
    404: f"there is no search. {SETTING} is the address of its start page, without /search.",
    429: "it was asked too often. Its limiter counts programs strictly: add this machine to pass_ip in limiter.toml, or set "
    "server.limiter to false in settings.yml of an instance of your own; on a shared one, wait.",
    **dict.fromkeys(
        (301, 302, 307, 308), f"it redirects. Set {SETTING} to where it redirects to, with https where it wants that."
    ),
}


def _said(text: str) -> str:
    try:
        said = read_json(text)["error"]
    except (ValueError, KeyError, TypeError):
        said = ""
    return str(said)[:200] or "it says nothing more. Look at its log."


def _found(answer: Any) -> Found:
    hits = [hit for row in answer["results"][: 2 * MOST] if (hit := _hit(row))]
    return Found(hits=tuple(hits[:MOST]), silent=tuple(_silent(answer.get("unresponsive_engines") or ())))


def _hit(row: Any) -> Hit | None:
    """None for what is not a page of the web."""
    address = str(row.get("url") or "") if isinstance(row, dict) else ""
    try:
        if urlsplit(address).scheme not in ("http", "https"):
            return None
    except ValueError:
        return None
    engines = row.get("engines") or [row.get("engine") or ""]
    return Hit(
        address=whole_characters(address),
        title=_line(row.get("title"), LONGEST_TITLE) or address[:LONGEST_TITLE],
        excerpt=_line(row.get("content"), LONGEST_EXCERPT),
        engines=tuple(str(engine) for engine in engines if engine)[:10] if isinstance(engines, list) else (),
        published=_line(row.get("publishedDate"), 40),
    )


def _line(said: Any, most: int) -> str:
    return redact(whole_characters(" ".join(str(said or "").split()))[:most]).text


def _silent(rows: Any) -> Iterator[str]:
    for row in rows if isinstance(rows, list) else ():
        name, *reason = row if isinstance(row, list) and row else (row,)
        yield f"{name}: {reason[0]}" if reason else str(name)
