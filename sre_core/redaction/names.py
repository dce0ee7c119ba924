"""Secrets that are known by the name they are given: ``password: x``, ``--token x``, ``API_KEY=x``, a name and its value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sre_core.redaction.placeholders import (
    begins_a_sentence,
    is_sentence,
    is_small_word,
    is_variable,
    looks_random,
    stands_for_another,
)
from sre_core.redaction.shapes import Span

HINTS = ("pass", "pwd", "secret", "token", "key", "credential", "auth", "psk")
NAME = r"(?<![\w.\-/])((?:(?:api|access|secret|account|auth|encryption|signing|master|shared|private)[ ])?+[\w.\-/]++)"
_ASSIGNED = re.compile(
    rf"(?i){NAME}(?:\\?[\"'`]|[*_\])]){{0,4}}[ \t]{{0,20}}(:=|=>|={{1,3}}|:(?![:/]))(?:[*_`]{{1,3}}(?=[ \t]))?([ \t]{{0,40}})"
)
_OPTION = re.compile(r"(?<![\w-])--?([A-Za-z][\w-]*+)[ \t]{1,4}(?=[^\s-])")
_NAMED = re.compile(
    r"(?i)(?<![\w-])(?:name|key)[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?([\w.\-]++)[\"']?[ \t]{0,4},?"
    r"[ \t]{0,40}(?:(?:#[^\n]{0,300}+)?+\r?\n(?:[ \t]{0,80}+#[^\n]{0,300}+\n){0,5}+[ \t]{0,80}+)?"
    r"[\"']?value[\"']?[ \t]{0,4}[:=][ \t]{0,4}"
)
_VALUED = re.compile(
    r"(?i)(?:-[ \t]{1,4}|\{\s{0,40})[\"']?value[\"']?[ \t]{0,4}:[ \t]{0,4}"
    r"(?=((?:\"[^\"\n]{1,500}+\"|'[^'\n]{1,500}+'|[^\s\"',{}]{1,500}+))"
    r"[ \t]{0,4},?[ \t]{0,40}(?:(?:#[^\n]{0,300}+)?+\r?\n[ \t]{0,80}+)?"
    r"[\"']?(?:name|key)[\"']?[ \t]{0,4}:[ \t]{0,4}[\"']?([\w.\-]++))"
)
_ELEMENT = re.compile(r"<([A-Za-z][\w.:-]{0,80}+)>([^<>\n]{3,400}+)</\1>")
_SAID = re.compile(r"(?i)\b((?:api |access |secret )?[\w-]{1,60}+)[ \t]{1,3}(?:is|was|=|set to|to)[ \t]{1,3}")
_CELL = re.compile(
    r"\|[ \t*`]{0,8}((?:[A-Za-z]{1,20}[ ]){0,2}[\w.\-]++)[ \t*`]{0,20}\|[ \t*`]{0,20}([^\s|`]{6,400}+)[ \t*`]{0,40}(?=\|)"
)
_QUOTED = re.compile(
    r"\\\"((?:[^\"\\\n]|\\[^\"\n])*+)\\\"|\"((?:[^\"\\\n]|\\.)*+)\"|'((?:[^'\\\n]|\\.)*+)'|`([^`\n]*+)`"
)
_BARE = re.compile(r"\S{1,500}+")
_REST = re.compile(r"\S*+")
_NEXT_PAIR = re.compile(r"[;&,|](?=[ ]?[\"']?[\w .\-]{1,40}[=:])|</|[\"'`](?=[\s,;)\]}]|$)")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?[ \t]*(?:#[^\n]*)?$", re.MULTILINE)


class _Name(NamedTuple):
    kind: str
    any_value: bool
    """Whether whatever is given under this name is a secret, or only what looks random."""


def kind_given_under(written: str) -> str | None:
    """The kind of secret that stands under this name, heading or column; None when none does."""
    name = _name(written)
    return name.kind if name else None


def by_name(text: str) -> Iterator[Span]:
    """Every value that is given under the name of a secret."""
    lower = text.lower()
    if not any(hint in lower for hint in HINTS):
        return
    yield from _assigned(text)
    yield from _named(text)
    yield from _in_cells(text)


def _assigned(text: str) -> Iterator[Span]:
    read = 0
    for match in _ASSIGNED.finditer(text):
        if match.start() < read or (name := _name(match.group(1))) is None:
            continue
        spaced = bool(match.group(3))
        if spaced and match.group(2) == "=" and (word := _BARE.match(text, match.end())) and is_variable(word.group()):
            continue
        tight = match.group(2) == "=" and not spaced
        if tight and _OF_A_SECRET.fullmatch(match.group(1)):
            name = name._replace(any_value=True)
        for span in _value(text, match.end(), name, tight=tight):
            yield span
            read = span.end


def _named(text: str) -> Iterator[Span]:
    """``--password x``, ``name: PASSWORD`` with its ``value: x``, ``<password>x</password>``, 'the password is x'."""
    for match in _OPTION.finditer(text):
        if name := _name(match.group(1)):
            yield from _value(text, match.end(), name)
    for match in _NAMED.finditer(text):
        if name := _name(match.group(1)):
            yield from _value(text, match.end(), name, tight=True)
    for match in _VALUED.finditer(text):
        if name := _name(match.group(2)):
            yield from _value(text, match.start(1), name, tight=True)
    for match in _ELEMENT.finditer(text):
        if (name := _name(match.group(1))) and _is_secret(match.group(2), name):
            yield Span(*match.span(2), name.kind)
    for match in _SAID.finditer(text):
        if name := _name(match.group(1)):
            yield from _value(text, match.end(), name._replace(any_value=False))


def _in_cells(text: str) -> Iterator[Span]:
    """A row of a table with the name in one cell and the secret in the next."""
    for match in _CELL.finditer(text) if "|" in text else ():
        name = _name(match.group(1))
        if name and looks_random(match.group(2)) and not stands_for_another(match.group(2)):
            yield Span(*match.span(2), name.kind)


def _value(text: str, start: int, name: _Name, tight: bool = False) -> Iterator[Span]:
    """The secret that begins here, if one does. ``tight``: as in a shell, where a space ends it whatever follows."""
    if quoted := _QUOTED.match(text, start):
        group = quoted.lastindex or 1
        if _is_secret(quoted.group(group), name) and not is_sentence(quoted.group(group)):
            yield Span(*quoted.span(group), name.kind)
        return
    if _BLOCK.match(text, start):
        yield from _block(text, start, name)
        return
    word = _BARE.match(text, start)
    if word is None:
        return
    value, after = _cut(word.group()), text[word.end() : word.end() + 60]
    in_sentence = is_small_word(value) or begins_a_sentence(value, after)
    if not _is_secret(value, name) or (in_sentence and not (tight and name.any_value)):
        return
    whole = len(value) == 500 and (rest := _REST.match(text, word.end()))
    yield Span(start, rest.end() if whole and rest else start + len(value), name.kind)


def _cut(value: str) -> str:
    """Without what belongs to the text around it: the next pair, closing quotes and brackets, a full stop."""
    if border := _NEXT_PAIR.search(value, 1):
        value = value[: border.start()]
    trimmed = value.rstrip(",;\"'`*")
    for opening, closing in ("()", "[]", "{}", "<>"):
        if opening not in trimmed and trimmed.endswith(closing):
            trimmed = trimmed.rstrip(closing + ",;\"'`.")
    return trimmed.rstrip("\\") if trimmed.endswith("\\") else trimmed


def _block(text: str, start: int, name: _Name) -> Iterator[Span]:
    """A YAML block: the lines below that are indented deeper than the name."""
    line = text.rfind("\n", 0, start) + 1
    depth = _depth(text, line)
    first = end = text.find("\n", start) + 1
    while 0 < end < len(text):
        following = text.find("\n", end)
        following = len(text) if following < 0 else following
        if text[end:following].strip() and _depth(text, end) <= depth:
            break
        end = following + 1
    value = text[first:end].strip() if first else ""
    if value and not value.startswith("[redacted:") and not stands_for_another(value):
        inner = first + len(text[first:end]) - len(text[first:end].lstrip())
        yield Span(inner, inner + len(value), name.kind)


def _depth(text: str, line: int) -> int:
    place = line
    while place < len(text) and text[place] in " \t":
        place += 1
    return place - line


def _is_secret(value: str, name: _Name) -> bool:
    if stands_for_another(value):
        return False
    return name.any_value or looks_random(value)


_PASSWORDS = ("password", "passwd", "passphrase", "passcode", "passwort", "kennwort")
_OTHERS = ("secret", "token", "apikey", "secretkey", "accesskey", "authkey", "privatekey", "authtoken")
_BEFORE_KEY = (
    "api access secret private preshared encryption signing account auth master shared aes hmac storage license routing"
)
_KEYS = frozenset(_BEFORE_KEY.split())
_BEHIND = """
old new current prod production staging stage dev test value text plain plaintext string base64 b64 admin root user db
"""
_TRAILING = frozenset(_BEHIND.split())
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_OF_A_SECRET = re.compile(
    r"(?:[A-Z0-9]+_)*(?:JWT|SESSION|ADMIN|COOKIE|APP|AUTH|OAUTH|SIGNING|WEBHOOK|CSRF|HMAC|ENCRYPTION|SHARED|API|ACCESS|REFRESH|"
    r"CONSUMER|MASTER)_SECRET|(?:[A-Z0-9]+_)+TOKEN"
)
"""Variables under which even a plain word is a secret. ``TLS_SECRET=grafana-tls`` names a Kubernetes object instead."""
_OF_NO_SECRET = frozenset(("checksum", "hash", "digest", "sha", "sha256", "fingerprint", "policy", "ref"))


@lru_cache(maxsize=4096)
def _name(written: str) -> _Name | None:
    """What is given under this name; None when it is no secret's name."""
    if len(written) > 200:
        written = written[-200:]
    words = [word.lower() for word in _WORDS.findall(written)]
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in _TRAILING):
        words.pop()
    if not words or _OF_NO_SECRET.intersection(words[:-1]):
        return None
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    name = _password(last, before) or _key(last, before)
    if name and "aws" in words:
        return name._replace(kind="AWS key")
    return name


def _password(last: str, before: str) -> _Name | None:
    if last.endswith(_PASSWORDS) or last in ("pwd", "psw", "pgpass", "storepass", "keypass"):
        return _Name("password", any_value=True)
    return _Name("password", any_value=True) if last == "pass" and before else None


def _key(last: str, before: str) -> _Name | None:
    if last == "key" and before in _KEYS:
        return _Name("API key" if before in ("api", "access") else "key", any_value=before == "secret")
    if last == "psk":
        return _Name("key", any_value=False)
    if last.endswith(_OTHERS):
        kind = "token" if last.endswith("token") else "API key" if last.endswith("apikey") else "secret"
        return _Name(kind, any_value=before == "client" and last == "secret")
    return _Name("secret", any_value=False) if last in ("credential", "credentials", "auth") else None
