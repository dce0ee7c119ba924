"""Words of strangers (alerts, logs, pages, models) where a person reads them: text that loads nothing and runs nothing.

``harmless`` is for any surface, ``inert`` for a sentence inside a Markdown document of ours, ``code`` for a code span or block of
it, ``quiet`` for a whole Markdown document that Streamlit draws. In the live page every text is a text node (``dom.js``).
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_STEERS = ("Cc", "Cf", "Cs", "Zl", "Zp")
_SHOWS = "\n\t\u200d"
"""Line ends, tabs, and what joins an emoji."""
_SELECTORS = re.compile("[\ufe00-\ufe0e\U000e0100-\U000e01ef\u2800\u3164\u115f\u1160\uffa0\u034f]")
"""Signs without a shape that text is smuggled in; U+FE0F is left, emoji end in it."""

_LABEL = r"\[([^\[\]\n]{0,2000})\]"
_TARGET = r"\(\s{0,20}<?([^()\s<>]{0,2000})[^()\n]{0,2000}\)"
_PICTURE = re.compile(rf"!{_LABEL}{_TARGET}")
_LINK = re.compile(rf"(?<!!){_LABEL}{_TARGET}")
_LIVE = re.compile(r"(\\*)(<(?=[A-Za-z/!?])|!\[|\]\(|\]\[|\]:|&(?=#|\w{1,32};))")
_DIRECTIVE = re.compile(r"(\\*):(?=[A-Za-z_+-][\w/+-]{0,60}[:\[])")
_FIRST = re.compile(r"\d{0,9}")


def harmless(text: str) -> str:
    """With what steers a terminal or a reader (escapes, reversed writing, signs that nobody sees) shown instead of obeyed."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    steers = unicodedata.category(character) in _STEERS and character not in _SHOWS
    return f"\\u{ord(character):04x}" if steers or _SELECTORS.match(character) else character


def inert(text: str) -> str:
    """One line of Markdown that is text and nothing else: pictures and links become words with their host."""
    line = harmless(" ".join(text.split()))
    line = _LINK.sub(_worded, _PICTURE.sub(_worded, line))
    return _not_a_block(_LIVE.sub(_escaped, line))


def code(text: str) -> str:
    """One line for a code span, from which it cannot get out."""
    return harmless(" ".join(text.split())).replace("`", "'")


def block(text: str) -> str:
    """Lines for a fenced block, from which they cannot get out."""
    return harmless(text).replace("```", "'''").replace("~~~", "'''")


def chat(text: str) -> str:
    """For a chat: nobody is called, and no link hides where it leads."""
    return re.sub(r"<(?=[!@#]|[a-z]{2,10}:)", "‹", harmless(text))


def quiet(document: str) -> str:
    """A whole document for Streamlit: links to the web say their host, and no picture, formula or directive is left in it."""
    text = _LINK.sub(_linked, _PICTURE.sub(_worded, harmless(document.replace("\r\n", "\n"))))
    text = re.sub(r"(\\*)(!\[|\]\[|\]:|\$|<(?=[A-Za-z][\w+.-]{0,30}:))", _escaped, text)
    return _DIRECTIVE.sub(lambda match: f"{match[1] * 2}\\:", text)


def host_of(address: str) -> str:
    """'evil.example' of 'https://evil.example/x'; empty when it is no address of the web."""
    try:
        split = urlsplit(address)
        return (split.hostname or "") if split.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _worded(match: re.Match[str]) -> str:
    """``![a cat](https://x.example/c.png)`` -> 'a cat (picture at x.example)'."""
    what = "picture at " if match[0].startswith("!") else ""
    host = host_of(match[2])
    where = f"({what}{host})" if host else "(a picture)" if what else "(no address of the web)"
    return f"{match[1]} {where}".strip()


def _linked(match: re.Match[str]) -> str:
    host = host_of(match[2])
    if not host:
        return _worded(match)
    label = match[1] if match[1].strip() == host else f"{match[1]} ({host})"
    return f"[{label}]({match[2]})"


def _escaped(match: re.Match[str]) -> str:
    """Before the sign that makes it live; backslashes in front of it are doubled, or they would undo that."""
    before, sign = match[1] * 2, match[2]
    return f"{before}{sign[0]}\\{sign[1]}" if len(sign) == 2 else f"{before}\\{sign}"


def _not_a_block(line: str) -> str:
    """Where a line begins with what makes it a heading, a list or a fence, that sign is one."""
    at = ((number := _FIRST.match(line)) and number.end()) or 0
    begins = line[:1] in tuple("#>~`+*=|-") or (at and line[at : at + 1] in tuple(".)"))
    return f"{line[:at]}\\{line[at:]}" if begins else line
