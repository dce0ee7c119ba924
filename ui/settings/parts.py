"""How the parts of the Settings page say things: how one stands, its facts, and the lines that would change it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.foreign_text import harmless
from ui.tokens import Tone

PLAIN = re.compile(r"[\w./:@,+-]*")
"""What may stand in a .env file without quotes."""


@dataclass(frozen=True)
class Standing:
    """How a part stands, in a word or two."""

    said: str
    tone: Tone


@dataclass(frozen=True)
class Part:
    """One part of the page."""

    anchor: str
    title: str
    standing: Callable[[Workbench], Standing | None]
    """None: there is nothing to set up here."""
    draw: Callable[[Workbench], None]


ON, OFF = Standing("set up", "green"), Standing("not set up", "gray")


def text(said: str) -> str:
    """Anybody's words as HTML that is text and nothing else."""
    return escape(harmless(said))


def title(part: Part, standing: Standing | None) -> None:
    """The heading that the links lead to."""
    badge = f'<span class="settings-badge" data-tone="{standing.tone}">{text(standing.said)}</span>' if standing else ""
    st.html(f'<h2 class="settings-title" id="{part.anchor}">{text(part.title)}{badge}</h2>')


def facts(told: Mapping[str, str | None]) -> None:
    """Names and what they are, as plain text; what is None is left out."""
    rows = "".join(f"<dt>{text(name)}</dt><dd>{text(said)}</dd>" for name, said in told.items() if said is not None)
    st.html(f'<dl class="settings-facts">{rows}</dl>')


def sentences(told: Iterable[str], tone: Tone) -> None:
    """What a test has found, one sentence a line."""
    lines = "".join(f"<li>{text(sentence)}</li>" for sentence in told)
    st.html(f'<ul class="settings-told" data-tone="{tone}">{lines}</ul>')


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Plain text in rows; the first cell of each says what it is about."""
    names = "".join(f'<th scope="col">{text(name)}</th>' for name in head)
    body = "".join(f'<tr><th scope="row">{text(one)}</th>{_cells(others)}</tr>' for one, *others in rows)
    st.html(f'<table class="settings-table"><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>')


def _cells(said: Iterable[str]) -> str:
    return "".join(f"<td>{text(one)}</td>" for one in said)


def how_to(brings: str, *lines: str) -> None:
    """What it would bring, and what to write into the .env file for it. ``brings`` is our own Markdown."""
    st.markdown(brings)
    to_copy(*lines)


def to_copy(*lines: str) -> None:
    """Lines for the .env file, with a button that copies them."""
    st.code("\n".join(lines), language=None, wrap_lines=True)


def env_line(name: str, value: str) -> str:
    """``NAME=value`` as a .env file has it, with quotes where the value needs them; always one line."""
    value = "".join(sign for sign in value if sign.isprintable())
    if PLAIN.fullmatch(value):
        return f"{name}={value}"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'"


def env_file() -> Path:
    """The file that settings are read from beside the environment."""
    return Path(".env").absolute()


def address(url: str) -> str:
    """Scheme, host, port and path of an address: a name, a password or a query in it are left out."""
    try:
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{host}{port}{parts.path}" if host else "an address that cannot be read"


def room(size: int) -> str:
    """'512 bytes', '1.4 MB'."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError("the last unit takes everything")
