"""Names of one's own hosts, namespaces, accounts and people as a model is told them: pseudonyms that can be taken back.

``web7.acme.internal`` becomes ``host-k4t7m.example``, everywhere in one investigation and in no other, and comes back as it was
written: ``restored(masked(text)) == text`` for every text. What a search masks for good (``web.masking``) is masked here;
services keep their names, since they are what an investigation argues with.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from string import ascii_lowercase, ascii_uppercase

from sre_core.domain import Alert
from sre_core.topology.graph import Component
from sre_core.web.masking import Mask, Named

_KINDS = ("account", "address", "host", "name", "namespace", "person")
_OF_KIND = {"node": "host", "private": "name"}
_LETTERS, _DIGITS = "bcdfghjkmnpqrstvwxz", "23456789"
_CODE = f"[{_LETTERS}][{_DIGITS}][{_LETTERS}][{_DIGITS}][{_LETTERS}]"
_PSEUDONYM = re.compile(rf"(?:{'|'.join(_KINDS)})-{_CODE}(?:\.example)?", re.IGNORECASE)
_BEGUN = re.compile(rf"(?:{'|'.join(_KINDS)})-(?:[{_LETTERS}{_DIGITS}]{{0,5}}|{_CODE}\.[a-z]{{0,6}})$", re.IGNORECASE)
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_ESCAPE = re.compile(r"\\[nrtbf]")
_WITHIN = re.compile(
    r"(?<![\w.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?!\w|\.\d)"
)
"""Addresses of private networks."""
_PORT = re.compile(r":\d{1,5}$")
_ALNUM = re.compile(r"[A-Za-z0-9]")
_OURS = frozenset(("host", "node"))
"""Kinds of component whose ids are names of machines."""


def names_of(components: Iterable[Component], alerts: Iterable[Alert | None], private: Iterable[str]) -> Mask:
    """What is masked: machines of the topology, what labels name, what an operator lists, and names that show by their form."""
    known = [one if one.kind in _OURS else one.model_copy(update={"kind": "external"}) for one in components]
    return Mask.of(known, (_without_ports(alert) for alert in alerts if alert), private)


def _without_ports(alert: Alert) -> Alert:
    return alert.model_copy(update={"labels": {key: _PORT.sub("", value) for key, value in alert.labels.items()}})


class Pseudonyms:
    """Those of one investigation. They depend on its id and the name alone, so a restart and a replay find the same ones."""

    def __init__(self, investigation_id: str, mask: Mask) -> None:
        self._salt = investigation_id
        self._mask = mask
        self._kinds = mask.names
        self._named = _any_of(self._kinds)
        self._pseudonym: dict[str, str] = {}
        self._name: dict[str, str] = {}

    def masked(self, text: str) -> str:
        """The text with a pseudonym for each name, in whatever case it is written, alone or as a part of a longer word."""
        parts, shown = [], 0
        for start, end, what in _merged(text, self._found(_ESCAPE.sub("\\\\ ", text))):
            parts += [text[shown:start], self._for(text[start:end], what)]
            shown = end
        return "".join([*parts, text[shown:]])

    def restored(self, text: str) -> str:
        """The text with the names back. A pseudonym that stands for nothing is left as it is."""
        return self._with_names(text, str)

    def restored_draft(self, draft: str) -> str:
        """JSON that is still being written, with the names back; of a pseudonym that is not whole yet, nothing is shown."""
        return self._with_names(_BEGUN.sub("", draft), lambda name: json.dumps(name, ensure_ascii=False)[1:-1])

    def unknown(self, text: str) -> list[str]:
        """Pseudonyms in it that stand for nothing: a model made them up."""
        found = (match.group().lower() for match in _PSEUDONYM.finditer(text))
        return list(dict.fromkeys(one for one in found if one not in self._name and _short(one) not in self._name))

    def _found(self, text: str) -> Iterator[Named]:
        yield from self._mask.found(text)
        if (lower := text.translate(_LOWER)) != text:
            yield from self._mask.found(lower)
        if self._named is not None:
            for match in self._named.finditer(text):
                yield Named(*match.span(), self._kinds.get(match.group().casefold(), "name"))
        for match in _WITHIN.finditer(
            text
        ):  # a search leaves "=10.0.0.1", which may be a version; this can be taken back
            yield Named(*match.span(), "address")
        for match in _PSEUDONYM.finditer(text):  # it looks like one of ours: it must not be taken for one
            yield Named(*match.span(), "name")

    def _for(self, name: str, what: str) -> str:
        if name not in self._pseudonym:
            kind = _OF_KIND.get(what, what if what in _KINDS else "name")
            end = ".example" if kind == "host" and "." in name else ""
            made = next(one for one in self._made(kind, name) if one not in self._name and one + end not in self._name)
            self._pseudonym[name] = made + end
            self._name[made + end] = name
        return self._pseudonym[name]

    def _made(self, kind: str, name: str) -> Iterator[str]:
        for attempt in count():
            digest = hashlib.sha256(json.dumps([self._salt, name, attempt]).encode()).digest()
            signs = (digest[at] for at in range(5))
            code = "".join((_LETTERS, _DIGITS)[at % 2][sign % (19, 8)[at % 2]] for at, sign in enumerate(signs))
            yield f"{kind}-{code}"

    def _with_names(self, text: str, written: Callable[[str], str]) -> str:
        def back(match: re.Match[str]) -> str:
            said = match.group().lower()
            if said in self._name:
                return written(self._name[said])
            short = _short(said)
            if short in self._name:
                return written(self._name[short]) + match.group()[len(short) :]
            return match.group()

        return _PSEUDONYM.sub(back, text)


def _short(pseudonym: str) -> str:
    return pseudonym.removesuffix(".example")


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """Any of these between signs that are neither letter nor digit."""
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    every = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{every})(?![A-Za-z0-9])", re.IGNORECASE) if every else None


def _merged(text: str, found: Iterable[Named]) -> Iterator[Named]:
    """In order and apart, each up to where a word ends: a pseudonym that touches letters could not be told from them."""
    current: Named | None = None
    for start, end, what in sorted(found):
        start, end = _widened(text, start, end)
        if current is None or start >= current.end:
            if current is not None:
                yield current
            current = Named(start, end, what)
        else:
            current = current._replace(end=max(end, current.end))
    if current is not None:
        yield current


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and _ALNUM.match(text[start - 1]) and _ALNUM.match(text[start]) and not _escaped(text, start - 1):
        start -= 1
    while end < len(text) and _ALNUM.match(text[end]) and _ALNUM.match(text[end - 1]):
        end += 1
    return start, end


def _escaped(text: str, at: int) -> bool:
    return at > 0 and text[at - 1] == "\\" and text[at] in "nrtbf"
