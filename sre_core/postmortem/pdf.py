"""Markdown of the kind that postmortems are written in, as a PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fpdf import FPDF
    from markdown_it.token import Token

FONT = "Roboto"
MARGIN = 20.0
"""Millimetres."""
_SIZES = {1: 18.0, 2: 14.0, 3: 12.0}
_STANDS_FOR = str.maketrans(
    {"→": "->", "←": "<-", "✓": "yes", "✗": "no", "─": "-", "│": "|", "├": "|", "└": "|", "\t": "    "}
)
"""What the font lacks, in signs that it has."""


class _Run(NamedTuple):
    """A piece of a line in one style."""

    text: str
    style: str = ""
    """'', 'B', 'I' or 'BI'"""
    link: str = ""


class _Block(NamedTuple):
    kind: str
    """heading, text, item, quote, code"""
    runs: list[_Run]
    level: int = 0
    mark: str = ""


def pdf(markdown: str, title: str) -> bytes:
    """A4 pages with numbers: headings, lists, quotes, code, bold and links; a row of a table is a line. No front matter."""
    from markdown_it import MarkdownIt

    page = _page(title)
    for block in _blocks(MarkdownIt("commonmark").enable("table").parse(_body(markdown))):
        _write(page, block)
    return bytes(page.output())


def _body(markdown: str) -> str:
    if markdown.startswith("---\n") and "\n---\n" in markdown[4:]:
        return markdown[4:].split("\n---\n", 1)[1]
    return markdown


def _page(title: str) -> FPDF:
    import font_roboto
    from fpdf import FPDF

    class Numbered(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(FONT, size=8)
            self.set_text_color(110)
            self.cell(0, 6, f"{self.page_no()} / {{nb}}", align="C")
            self.set_text_color(0)

    page = Numbered(format="A4")
    page.set_title(title.translate(_STANDS_FOR))
    page.set_creator("SRE Workbench")
    faces = {"": "Roboto", "B": "RobotoBold", "I": "RobotoItalic", "BI": "RobotoBoldItalic"}
    for style, name in faces.items():
        page.add_font(FONT, style, getattr(font_roboto, name))
    page.set_margins(MARGIN, 18, MARGIN)
    page.set_auto_page_break(True, 18)
    page.add_page()
    return page


def _blocks(tokens: Sequence[Token]) -> Iterator[_Block]:
    """The document's blocks in the order they stand."""
    marks: list[int | None] = []
    row: list[_Run] | None = None
    quoted, level, fresh = 0, 0, False
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "bullet_list_open" | "ordered_list_open":
                marks.append(0 if token.type == "ordered_list_open" else None)
            case "bullet_list_close" | "ordered_list_close":
                marks.pop()
            case "list_item_open":
                fresh = True
                marks[-1] = None if marks[-1] is None else marks[-1] + 1
            case "blockquote_open" | "blockquote_close":
                quoted += 1 if token.type == "blockquote_open" else -1
            case "fence" | "code_block":
                yield _Block("code", [_Run(token.content.rstrip("\n"))], len(marks))
            case "tr_open":
                row = []
            case "tr_close" if row is not None:
                yield _Block("text", row)
                row = None
            case "inline" if row is not None:
                row += [*([_Run(" | ")] if row else []), *_runs(token)]
            case "inline":
                number = marks[-1] if marks else None
                mark = ("•" if number is None else f"{number}.") if marks and fresh else ""
                kind = "heading" if level else "item" if marks else "quote" if quoted else "text"
                yield _Block(kind, list(_runs(token)), level or len(marks), mark)
                level, fresh = 0, False


def _runs(inline: Token) -> Iterator[_Run]:
    """The pieces of a line."""
    bold = italic = 0
    link = ""
    for child in inline.children or ():
        match child.type:
            case "strong_open" | "strong_close":
                bold += child.nesting
            case "em_open" | "em_close":
                italic += child.nesting
            case "link_open" | "link_close":
                link = str(child.attrs.get("href", ""))
            case "softbreak" | "hardbreak":
                yield _Run(" ")
            case _:
                yield _Run(child.content, "B" * bool(bold) + "I" * bool(italic), link)


def _write(page: FPDF, block: _Block) -> None:
    indent = 6.0 * block.level if block.kind in ("item", "code") else 4.0 * (block.kind == "quote")
    size = _SIZES.get(block.level, 11.0) if block.kind == "heading" else 9.0 if block.kind == "code" else 10.0
    page.set_left_margin(MARGIN + indent)
    page.set_x(MARGIN + indent)
    if block.kind == "heading":
        page.ln(size / 5)
    if block.mark:
        page.set_font(FONT, size=size)
        page.set_x(MARGIN + indent - 5)
        page.cell(5, 5, block.mark)
    if block.kind == "code":
        page.set_font(FONT, size=size)
        page.set_fill_color(240)
        page.multi_cell(0, 4.6, _shown(page, block.runs[0].text) or " ", fill=True, new_x="LMARGIN", new_y="NEXT")
    else:
        page.set_text_color(90 if block.kind == "quote" else 0)
        for run in block.runs:
            style = "B" if block.kind == "heading" else run.style
            page.set_font(FONT, style, size)
            page.write(
                size * 0.5, _shown(page, run.text), run.link if run.link.startswith(("http://", "https://")) else ""
            )
        page.set_text_color(0)
    page.set_left_margin(MARGIN)
    page.ln(size * 0.5 + (0.8 if block.kind == "item" else 2) if block.kind != "code" else 2)


def _shown(page: FPDF, text: str) -> str:
    """With signs that the font has; another one becomes '?'."""
    known = page.current_font.cmap if page.current_font and hasattr(page.current_font, "cmap") else None
    text = text.translate(_STANDS_FOR)
    return "".join(sign if sign == "\n" or known is None or ord(sign) in known else "?" for sign in text)
