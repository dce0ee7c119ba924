"""Bytes -> text: UTF-8, UTF-16 that says so, or the likeliest of the old encodings."""

from __future__ import annotations

import codecs
import re

from sre_core.errors import RefusedInput
from sre_core.intake.foreign_json import whole_characters
from sre_core.knowledge.reading.sniffing import FEW_CONTROL_CHARACTERS, looks_like_text

_NOT_TEXT = "It is not text: it has bytes that no text has. If it is text, save it as UTF-8."
_STRAY = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffe\uffff]")
_WESTERN = "cp1252"
"""The commonest of them: among equals, it is taken."""
_GUESSED_FROM = 200_000
"""Bytes at the start that an encoding is guessed from; all of them are then decoded by it."""


def decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    """(text with ``\\n`` between its lines, notes for a person). Raises ``RefusedInput`` when it is no text."""
    if not looks_like_text(content):
        raise RefusedInput(_NOT_TEXT)
    encoding = _encoding(content)
    notes: tuple[str, ...] = ()
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise RefusedInput(
                f"It says it is {encoding}, but is cut off or damaged. Save it again, as UTF-8."
            ) from error
        if error.reason == "unexpected end of data" and error.start > 0:
            raise RefusedInput("It is cut off in the middle of a character. Copy or fetch it again.") from error
        text, notes = _guessed(content)
    return cleaned(text), notes


def utf8(content: bytes) -> str | None:
    """The text of a file that is plainly UTF-8; None when more has to be found out about it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:
        return cleaned(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None


def cleaned(text: str) -> str:
    """One kind of line end, and no half characters. Raises ``RefusedInput`` when control characters are many."""
    text = whole_characters(text.replace("\r\n", "\n").replace("\r", "\n"))
    if stray := len(_STRAY.findall(text)):
        if stray > 1 + len(text) * FEW_CONTROL_CHARACTERS:
            raise RefusedInput(_NOT_TEXT)
        text = _STRAY.sub("\ufffd", text)
    return text


def _encoding(content: bytes) -> str | None:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else None


def _guessed(content: bytes) -> tuple[str, tuple[str, ...]]:
    from charset_normalizer import from_bytes

    guesses = from_bytes(content[:_GUESSED_FROM])
    best = guesses.best()
    as_good = (one for one in guesses if best and one.chaos <= best.chaos and one.coherence >= best.coherence)
    western = any(_WESTERN in one.could_be_from_charset for one in as_good)
    for encoding in (_WESTERN if western else None, best.encoding if best else None, _WESTERN):
        try:
            if encoding:
                return content.decode(encoding), (f"It is not UTF-8; it was read as {encoding.replace('_', '-')}.",)
        except (UnicodeDecodeError, LookupError):
            continue
    raise RefusedInput(_NOT_TEXT)
