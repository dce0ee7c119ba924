"""What a document is about, and what it is called: by its front matter, its path, its title and its headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from sre_core.domain import Moment
from sre_core.intake import clues
from sre_core.knowledge import words
from sre_core.knowledge.matter import Matter

_KINDS = {
    "runbook": "runbook",
    "playbook": "runbook",
    "skill.md": "runbook",
    "postmortem": "postmortem",
    "incident": "postmortem",
    "architecture": "architecture",
}
_NAMES = "alert alerts alertname alert_name alertnames names aliases error_code error_codes codes".split()  # noqa: SIM905
_LINKS = "runbook_url runbook url urls link links permalink source_url page_url".split()  # noqa: SIM905
_DATES = "date dated started_at starts_at started occurred_at incident_date".split()  # noqa: SIM905
_CODE = re.compile(r"\b[A-Z]{1,8}[-_]?\d{3,6}\b|\b0x[0-9A-Fa-f]{4,8}\b|\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b")
ALERT_RULE, CODE = "alert_rule", "code"
RULE = "rule"
"""The tier of the names that an alerting rule's runbook is known by."""


def stem(path: str) -> str:
    """The name of the file, without its ending."""
    return PurePosixPath(path).stem or path


def _is_skill(path: str) -> bool:
    return PurePosixPath(path).name.upper() == "SKILL.MD"


def title(path: str, matter: Matter) -> str:
    """As the front matter says; empty when it does not."""
    return matter.text("title") or (matter.text("name") if _is_skill(path) else "")


def component(matter: Matter) -> str | None:
    """None for a document about everything."""
    stated = matter.text("component") or matter.text("service")
    return None if stated.lower() in ("", "*", "any", "all", "null", "none", "~") else stated


def kind(path: str, matter: Matter) -> str:
    """As the front matter says, or by words of the path."""
    stated = (matter.text("kind") or matter.text("type")).lower()
    if stated:
        return _KINDS.get(stated, stated)
    return next((kind for word, kind in _KINDS.items() if word in path.lower().replace("-", "")), "note")


def dated(matter: Matter) -> Moment | None:
    """The moment it tells of."""
    said = (matter.text(key) for key in _DATES)
    moments = (clues.moment_of(text) or clues.moment_of(f"{text}T00:00:00Z") for text in said if text)
    return next((moment for moment in moments if moment is not None), None)


def links(matter: Matter) -> Iterator[str]:
    """Addresses that it is known under."""
    return (link for key in _LINKS for link in matter.texts(key) if "/" in link)


def names(path: str, title: str, matter: Matter, headings: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Alerts and codes it is about: as its front matter says, and headings that are nothing but a name."""
    for key in _NAMES:
        yield from matter.texts(key)
    if _is_skill(path):
        yield from matter.texts("name")
    for heading in dict.fromkeys(heading for trail in headings for heading in trail):
        if " " not in heading and words.is_a_name(heading):
            yield heading
        yield from _CODE.findall(heading)
    yield from _CODE.findall(title)


def exact(path: str, title: str, kind: str, names: Iterable[str], links: Iterable[str]) -> dict[str, str]:
    """What it is found by exactly: normalised name -> the surest tier of link, name, title and code.

    An alerting rule is not at the address of its runbook: it points there, which is the tier ``RULE``. A file of code is found by
    its symbols, and not by its file's name, which is a word like 'cart' or 'main'.
    """
    found: dict[str, str] = {}
    if kind == ALERT_RULE:
        found = {name: RULE for link in links for name in words.exact_names_of_link(link)}
        links = ()
    for link in links:
        whole, *short = (*words.exact_names_of_link(link), "")
        found |= {whole: "link"} | {name: found.get(name, "name") for name in short}
    for name in names:
        found.setdefault(words.exact_name(name), "code" if _CODE.fullmatch(name) else "name")
    for name in (title, stem(path)) if kind != CODE else ():
        found.setdefault(words.exact_name(name), "title")
    return {name: tier for name, tier in found.items() if words.may_be_a_name(name)}
