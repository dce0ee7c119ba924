"""HTML pages as Markdown: what a reader would read, with headings, tables, links and the lines of code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sre_core.errors import RefusedInput
from sre_core.knowledge.reading.decoding import cleaned, decoded
from sre_core.knowledge.reading.draft import Draft
from sre_core.knowledge.reading.given import ReadLimits

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_NOT_READ = """
script style noscript template nav footer aside svg canvas iframe object embed button select input textarea dialog
"""
_LEFT_OUT = _NOT_READ.split()
_ROLES = frozenset(("navigation", "contentinfo", "search", "banner", "complementary"))
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,40})", re.IGNORECASE)


def read_html(name: str, content: bytes, limits: ReadLimits) -> Draft:
    """Raises ``RefusedInput`` for a page that is nested beyond any reading."""
    text, notes = _decoded(content)
    try:
        return _page(text, notes)
    except RecursionError as error:
        raise RefusedInput("The page is nested too deeply. Save it as text or PDF.") from error


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    """A page may say itself how it is encoded."""
    said = _CHARSET.search(content[:4096])
    try:
        return cleaned(content.decode("utf-8-sig")), ()
    except UnicodeDecodeError:
        pass
    try:
        if said:
            return cleaned(content.decode(said.group(1).decode())), ()
    except (UnicodeDecodeError, LookupError):
        pass
    return decoded(content)


def _page(text: str, notes: tuple[str, ...]) -> Draft:
    from bs4 import BeautifulSoup, Comment
    from markdownify import MarkdownConverter

    soup = BeautifulSoup(text, "html.parser")
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    links = _known_under(soup)
    for hidden in [*soup.find_all(_LEFT_OUT), *soup.find_all(role=lambda role: role in _ROLES), *soup.find_all("head")]:
        hidden.decompose()
    for comment in soup.find_all(string=lambda part: isinstance(part, Comment)):
        comment.extract()
    for picture in soup.find_all("img"):
        picture.replace_with(str(picture.get("alt") or ""))
    for link in soup.find_all("a"):
        if str(link.get("href", "")).strip().lower().startswith(("javascript:", "data:", "vbscript:")):
            link.unwrap()
    converter = MarkdownConverter(heading_style="ATX", bullets="-", escape_underscores=False, escape_asterisks=False)
    markdown = str(converter.convert_soup(soup))
    return Draft(
        text=_BLANK_LINES.sub("\n\n", markdown).strip("\n") + "\n" if markdown.strip() else "",
        form="markdown",
        media_type="text/html",
        title="" if soup.find("h1") else title,
        links=links,
        notes=notes,
    )


def _known_under(soup: BeautifulSoup) -> tuple[str, ...]:
    """The address that the page gives as its own."""
    link = soup.find("link", rel="canonical")
    address = str(link.get("href", "")).strip() if link is not None else ""
    return (address,) if address.startswith(("http://", "https://")) and len(address) < 2000 else ()
