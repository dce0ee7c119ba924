"""An alert as a mail: as it was sent (in parts, encoded, HTML), as it was pasted, or forwarded by somebody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email import message_from_string
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import islice

from sre_core.domain import Alert
from sre_core.intake import clues, states
from sre_core.intake.plain_text import read_text
from sre_core.intake.reading import Reading
from sre_core.intake.times import began

_HEADER = re.compile(r"^[A-Za-z][A-Za-z0-9-]{1,40}:(?:\s|$)")
_OTHERS = ("from:", "to:", "date:", "sent:", "received:", "message-id:", "mime-version:", "content-type:", "reply-to:")
_FORWARDED = re.compile(
    r"^[ \t>]*(?:-{2,}\s*(?:forwarded message|original message)\s*-{2,}|begin forwarded message:)[ \t]*\n",
    re.IGNORECASE | re.MULTILINE,
)
_REPLY = re.compile(r"^(?:(?:re|fwd?|fw|aw|wg)\s*:\s*)+", re.IGNORECASE)
_CONTENT = re.compile(r"^content-[a-z-]+:(?:[^\n]|\n[ \t])*+", re.IGNORECASE | re.MULTILINE)
"""A header that says how a part is written; a very long one takes very long to parse."""
_LONGEST_PART = 200_000
"""Characters of a part that are read."""
_LONGEST_HEADER = 2_000
_MOST_PARTS = 20
_MOST_FORWARDS = 5
_WITHOUT_TEXT = "The mail has no part that is text; its attachments stand only in the raw payload."


def looks_like_mail(text: str) -> bool:
    """Whether it begins with headers, a subject among them, or with the line that announces a forwarded mail."""
    head: list[str] = []
    for line in _from_headers(text).split("\n", 60)[:60]:
        if not line.strip() and head:
            break
        if not (_HEADER.match(line) or (head and line[:1] in " \t")):
            return False
        head.append(line.lower())
    return any(line.startswith("subject:") for line in head) and any(line.startswith(_OTHERS) for line in head)


def read_mail(text: str, now: datetime | None = None) -> Reading:
    """The subject is the title; what was sent first counts, not that somebody forwarded it.

    ``starts_at`` is what a line of the body gives, else what its sentences tell, else when the mail was sent. ``now``: when
    those sentences were said, where the mail has no date.
    """
    subject, sent, body, links = _parts(text)
    for _ in range(_MOST_FORWARDS):
        inner = _forwarded(body)
        if inner is None:
            break
        subject, sent, body = inner[0] or subject, inner[1] or sent, inner[2]
    title = clues.title_from([_REPLY.sub("", subject), *body.splitlines()]) or "(no words)"
    said = read_text(f"{title}\n\n{body}")
    told = None if said.starts_at else began(f"{title}\n{body}", sent or now)
    alert = Alert(
        title=title,
        description=said.description,
        severity=said.severity,
        status=states.status_in(title),
        starts_at=said.starts_at if said.starts_at and not said.from_words else (told.at if told else sent),
        from_words=("starts_at",) if told or said.from_words else (),
        component=said.component,
        links=clues.links_in(*links, body),
        source="email",
    )
    return Reading(alert=alert, notes=() if body.strip() else (_WITHOUT_TEXT,))


def _from_headers(text: str) -> str:
    """The text from where headers begin, if it is a mail."""
    text = text.lstrip()
    forwarded = _FORWARDED.match(text)
    return text[forwarded.end() :].lstrip() if forwarded else text


def _parts(text: str) -> tuple[str, datetime | None, str, list[str]]:
    """Subject, when it was sent, its words, and the addresses behind the words of an HTML part."""
    try:
        message = message_from_string(
            _CONTENT.sub(lambda header: header.group()[:_LONGEST_HEADER], _from_headers(text))
        )
        parts = list(islice(message.walk(), _MOST_PARTS))
    except RecursionError:  # mails within mails within mails
        return "", None, text, []
    plain, links = [], []
    for part in _texts(parts):
        words, found = _words(part)
        plain.append(words)
        links += found
    sent = _header(message, "date") or _header(message, "sent")
    return _header(message, "subject"), _as_sent(sent), "\n".join(filter(None, plain)), links


def _texts(parts: Sequence[Message]) -> list[Message]:
    """The parts to read: the plain ones, and HTML where there is none; those of mails within the mail, too."""
    shown = [part for part in parts if part.get_content_disposition() != "attachment"]
    plain = [part for part in shown if part.get_content_type() == "text/plain"]
    return plain or [part for part in shown if part.get_content_type() == "text/html"]


def _words(part: Message) -> tuple[str, list[str]]:
    """The text of a part, and the addresses that its HTML links to."""
    text = _decoded(part)[:_LONGEST_PART]
    if part.get_content_type() != "text/html":
        return text, []
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(text, "html.parser")
    for hidden in soup(["head", "title"]):  # scripts and styles are no text to begin with
        hidden.decompose()
    lines = (" ".join(line.split()) for line in soup.get_text("\n").splitlines())
    return "\n".join(filter(None, lines)), [str(anchor["href"]) for anchor in soup.find_all("a", href=True)]


def _decoded(part: Message) -> str:
    """Whatever its sender called the encoding."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return str(part.get_payload())
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return raw.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("latin-1")


def _header(message: Message, name: str) -> str:
    """A header on one line, its encoded words read; cut where it is very long."""
    raw = " ".join(str(message.get(name) or "").split())[:_LONGEST_HEADER]
    try:
        return str(make_header(decode_header(raw)))
    except (ValueError, LookupError, HeaderParseError):
        return raw


def _as_sent(date: str) -> datetime | None:
    """A date as headers write it, or in ISO 8601; None when it is neither."""
    if (moment := clues.moment_of(date)) is not None:
        return moment
    try:
        return parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _forwarded(body: str) -> tuple[str, datetime | None, str] | None:
    """Subject, date and words of the mail that a body forwards; None when it forwards none."""
    found = _FORWARDED.search(body)
    if found is None:
        return None
    inner = body[found.end() :].lstrip("\n")
    if not looks_like_mail(inner):
        return None
    subject, sent, words, _ = _parts(inner)
    return subject, sent, "\n".join(part for part in (words, body[: found.start()].strip()) if part)
