"""Where pages do not say the same: which version has the fix, and whether something is to be done or must not be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from sre_core.web.dossier import Citation, Contradiction
from sre_core.web.page_cache import Page

MOST = 3
_FIXED_IN = re.compile(
    r"(?i)\b(?:fix(?:ed|es)?|resolved|patched|corrected|solved|addressed)\b(?:\s[\w'-]+){0,3}?\s(?:in|with|by|since)\s"
    r"(?:[A-Za-z][\w-]*\s){0,2}v?(\d{1,4}(?:\.\d{1,6}){1,3})"
)
"""'Fixed in 2.4.1', 'resolved with the release 2.4.1' ..."""
_NOT_FIXED = re.compile(r"(?i)\b(?:no fix|not (?:yet )?(?:been )?fixed|unfixed|still (?:present|broken|open))\b")
_VERBS = (
    "restart|upgrade|downgrade|disable|enable|delete|remove|reinstall|reindex|ignore|retry|roll back|increase|reduce"
)
_DO_NOT = re.compile(
    rf"(?i)\b(?:do not|don['’]t|never|must not|should not|shouldn['’]t|cannot safely|avoid to)\s(?:simply\s|just\s)?({_VERBS})\b"
)
_DO = re.compile(
    rf"(?i)(?:^|[.;:]\s|\b(?:should|must|can|to|then|simply|just|safely)\s)({_VERBS})\b(?!\s(?:is|was|does|will|may)\s)"
)
_IN_FRONT = re.compile(r"(?i)(?:not|never|n['’]t|avoid)\s(?:\w+\s)?$")
_ITEM = re.compile(r"^[\s>*+#-]*(?:\d+[.)]\s)?")


class _Said(NamedTuple):
    page: Page
    sentence: str
    value: str

    @property
    def citation(self) -> Citation:
        return Citation(address=self.page.address, title=self.page.title, quote=self.sentence)


def disagreements(about: Sequence[tuple[Page, str]]) -> Iterator[Contradiction]:
    """A few, each with both sides. ``about``: sentences of the matter in question, with their pages."""
    found = [*_about_the_fix(about), *_about_doing(about)]
    yield from found[:MOST]


def fixed_in(text: str) -> str | None:
    """The version that a text says has the fix."""
    match = _FIXED_IN.search(text)
    return str(match.group(1)) if match else None


def _about_the_fix(sentences: Sequence[tuple[Page, str]]) -> Iterator[Contradiction]:
    fixed = _first_of_each(_Said(page, text, version) for page, text in sentences if (version := fixed_in(text)))
    for one, other in combinations(fixed, 2):
        if one.page is not other.page and one.value != other.value:
            yield _two(one, other, f"fixed in {one.value}", f"fixed in {other.value}")
    unfixed = _first_of_each(_Said(page, text, "") for page, text in sentences if _NOT_FIXED.search(text))
    for one in fixed[:1]:
        for other in unfixed:
            if one.page is not other.page:
                yield _two(one, other, f"fixed in {one.value}", "not fixed")


def _about_doing(sentences: Sequence[tuple[Page, str]]) -> Iterator[Contradiction]:
    against = [_Said(page, text, m.group(1).lower()) for page, text in sentences for m in _DO_NOT.finditer(text)]
    for one in _first_of_each(against):
        for page, text in sentences:
            if page is not one.page and one.value in _advised(text):
                yield _two(_Said(page, text, one.value), one, one.value, f"do not {one.value}")
                break


def _advised(text: str) -> set[str]:
    plain = _ITEM.sub("", text)
    return {m.group(1).lower() for m in _DO.finditer(plain) if not _IN_FRONT.search(plain[: m.start(1)])}


def _first_of_each(said: Iterator[_Said] | Sequence[_Said]) -> list[_Said]:
    """One of each page and value."""
    first: dict[tuple[str, str], _Said] = {}
    for one in said:
        first.setdefault((one.page.address, one.value), one)
    return list(first.values())


def _two(one: _Said, other: _Said, first: str, second: str) -> Contradiction:
    return Contradiction(
        text=f"{one.page.title} says: {first}. {other.page.title} says: {second}.",
        citations=(one.citation, other.citation),
    )
