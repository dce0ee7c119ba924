"""The audit trail's exports: an investigation's events as sealed JSON lines, and whether they are still what was written.

An export is a header, a line for each event with its hash and its body exactly as stored, and an end with the last hash and a
seal. Hashes alone find every change after which not all that follows was made anew, down to the last line. Somebody who did
that is found only by the seal, which needs the state folder's secret, or by comparing with the live store, or with a last hash
that was kept elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import StringConstraints, ValidationError

from sre_core.chain import End, Link
from sre_core.chain_breaks import breaks, strangers
from sre_core.domain import Value

AS_BYTES = "surrogateescape"
"""How bytes that are no UTF-8 get through a text unchanged."""

LINE = re.compile(rb'\{"chain":"([0-9a-f]{64})","event":(.*)\}\n')


Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class Header(Value):
    """The first line."""

    format: Literal["sre-workbench-audit/1"] = "sre-workbench-audit/1"
    investigation: str


class Footer(Value):
    """The last line."""

    events: int
    head: Hash
    seal: Hash


class Audited(Value):
    """What was looked at, what is wrong with it, and what could not be looked at."""

    investigation: str | None
    events: int
    head: str
    findings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.findings

    def adding(self, findings: Sequence[str] = (), notes: Sequence[str] = ()) -> Audited:
        """The same with more findings and notes."""
        return self.model_copy(update={"findings": (*self.findings, *findings), "notes": (*self.notes, *notes)})


def export(links: Sequence[Link], secret: bytes, investigation: str) -> Iterator[str]:
    """The lines of an export, without their ends; the same events always give the same lines.

    They are to be written as UTF-8 with a line feed after each, whatever the system. A damaged body needs ``AS_BYTES`` too.
    """
    header = Header(investigation=investigation)
    yield header.model_dump_json()
    for link in links:
        yield f'{{"chain":"{link.chain}","event":{link.body.decode(errors=AS_BYTES)}}}'
    end = End(len(links), links[-1].chain)
    yield Footer(events=end.events, head=end.head, seal=seal(header, end, secret)).model_dump_json()


def seal(header: Header, end: End, secret: bytes) -> str:
    """What only somebody with the secret can write under these events."""
    says = "\n".join(("audit:" + header.format, header.investigation, str(end.events), end.head))
    return hmac.new(secret, says.encode(), hashlib.sha256).hexdigest()


class Trail(NamedTuple):
    """An export as it was read, whatever its state."""

    header: Header | None
    links: tuple[Link, ...]
    footer: Footer | None


def read(lines: Iterable[bytes]) -> Trail:
    """Take an export apart. Lines end with a line feed, and nothing else separates them."""
    left = list(lines)
    header = _exactly(Header, left[0]) if left else None
    if header or (left and not LINE.fullmatch(left[0])):
        left = left[1:]
    footer = _exactly(Footer, left[-1]) if left else None
    if footer or (left and left[-1].startswith(b'{"events"')):
        left = left[:-1]
    return Trail(header, tuple(map(_link, left)), footer)


def verify(trail: Trail, secret: bytes | None = None) -> Audited:
    """Whether an export is as it was written; without the secret, nobody is found who made all hashes and the end anew."""
    header, links, footer = trail
    if header is None and footer is None and not any(link.chain for link in links):
        return Audited(investigation=None, events=0, head="", findings=("this is no export of an audit trail",))
    findings = [] if header else ["the first line is missing or was altered"]
    findings += breaks(links, End(footer.events, footer.head) if footer else None) or _strangers(trail)
    findings += [] if links else ["there is no event in it"]
    findings += _seal_findings(header, footer, secret) if footer else ["the end is missing or was altered"]
    return Audited(
        investigation=header.investigation if header else None,
        events=len(links),
        head=links[-1].chain if links else "",
        findings=tuple(findings),
    )


Line = TypeVar("Line", Header, Footer)


def _exactly(kind: type[Line], line: bytes) -> Line | None:
    """The value of a line; None when it is not byte by byte as the value is written."""
    try:
        value = kind.model_validate_json(line)
    except ValidationError:
        return None
    return value if value.model_dump_json().encode() + b"\n" == line else None


def _link(line: bytes) -> Link:
    """A line that is no event is a link without a hash, which nothing follows on."""
    parts = LINE.fullmatch(line)
    return Link(parts[1].decode(), parts[2]) if parts else Link("", line)


def _strangers(trail: Trail) -> list[str]:
    return strangers(trail.links, trail.header.investigation) if trail.header else []


def _seal_findings(header: Header | None, footer: Footer, secret: bytes | None) -> list[str]:
    if header is None or secret is None:
        return []
    right = seal(header, End(footer.events, footer.head), secret)
    if hmac.compare_digest(right.encode(), footer.seal.encode()):
        return []
    return ["the seal does not fit: all of it was made anew, the seal was altered, or it is of another state folder"]
