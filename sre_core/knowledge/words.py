"""Words for searching: camelCase taken apart, lower case, without the words that say nothing, brought to their stem."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*|[0-9]+[A-Za-z]+[A-Za-z0-9]*|[0-9]{3,}|[^\W\d_]{2,}")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+|[^\W\d_]{2,}")
_RANDOM = re.compile(
    r"(?=.*\d.*\d)(?=.*[a-z].*[a-z])[a-z0-9]{12,}|(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}|\d{5,}"
)
"""Ids and long numbers: they are of one event, and found again in no document."""

_SAYING_NOTHING = """
a about above after again all also am an and any are as at be because been before being below between both but by
can could did do does doing don down during each few for from further get gets had has have having he her here hers
him his how i if in into is it its itself just let like may me might more most must my need no nor not now of off on
once one only or other our out over own per please same see she should since so some such than that the their them
then there these they this those through to too two under until up upon us use used using very via was we were what
when where which while who whom why will with within without would you your
"""
STOP_WORDS = frozenset(_SAYING_NOTHING.split())


_SAME_AS = {"oom": "memory", "db": "database", "cert": "certificate", "certs": "certificate", "k8s": "kubernetes"}
"""Short forms that every team writes, and what they are searched as."""
_ENDINGS = ("ability", "able", "ations", "ation", "ating", "ated", "ate", "ion", "ing", "ure", "ed", "ly", "er", "or")


def words(text: str) -> list[str]:
    """The meaningful words in the order they stand, as written but in lower case; camelCase and snake_case taken apart."""
    return [part for written in _WORD.findall(text) for part in _parts(written)]


def stems(text: str) -> list[str]:
    """The same, brought to their stems: what an index holds and a query is matched by."""
    return [stem for written in _WORD.findall(text) for stem in _stems(written)]


def by_stem(text: str) -> dict[str, str]:
    """Stem -> the first word of the text that has it, in the order they stand."""
    found: dict[str, str] = {}
    for word in words(text):
        found.setdefault(stem(word), word)
    return found


@lru_cache(maxsize=65_536)
def _parts(written: str) -> tuple[str, ...]:
    """Texts say the same words again and again, and taking one apart takes longer than remembering how it went."""
    if _RANDOM.fullmatch(written.lower()):
        return ()
    parts = (part.lower() for part in _CAMEL.findall(written))
    return tuple(part for part in parts if len(part) > 1 and part not in STOP_WORDS)


@lru_cache(maxsize=65_536)
def _stems(written: str) -> tuple[str, ...]:
    return tuple(stem(part) for part in _parts(written))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Light English stemming: plurals, -ing, -ed, -ion and the like; enough that 'restarts' finds 'restarting'."""
    word = _SAME_AS.get(word, word)
    if len(word) <= 3 or not word.isascii() or word.isdigit():
        return word
    word = _singular(word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and _has_vowel(word[: -len(ending)]):
            return _without_double(word[: -len(ending)])
    return word[:-1] if word.endswith("e") and len(word) > 4 else _without_y(word)


def _singular(word: str) -> str:
    if word.endswith("sses") or (word.endswith("es") and word[:-2].endswith(("sh", "ch", "x", "z"))):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _has_vowel(word: str) -> bool:
    return any(letter in "aeiouy" for letter in word)


def _without_double(word: str) -> str:
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        return word[:-1]
    return _without_y(word[:-1] if word.endswith("e") and len(word) > 4 else word)


def _without_y(word: str) -> str:
    return word[:-1] if word.endswith("y") and len(word) > 4 else word


_URL = re.compile(r"(?i)\b(?:https?://|www\.)[^\s<>\"'`|\\]+")
_IDENTIFIER = re.compile(r"[^\W_][\w./:#-]*[^\W_]")
_NAMES_MANY = frozenset(
    {
        "alert",
        "alerts",
        "docs",
        "index",
        "main",
        "page",
        "playbook",
        "playbooks",
        "readme",
        "runbook",
        "runbooks",
        "wiki",
    }
)
_FILE = re.compile(r"(?i)\.(?:md|markdown|html?|txt|rst|adoc|pdf|docx|ipynb|ya?ml|json)$")


def exact_name(name: str) -> str:
    """A name as names are compared: letters and digits in lower case, so that KubePodCrashLooping is kube-pod-crash-looping."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def exact_names_of_link(link: str) -> tuple[str, ...]:
    """What an address is known by, the surest first: all of it without scheme, its fragment, the last part of its path."""
    address = re.sub(r"(?i)^https?://(?:www\.)?", "", link.strip()).rstrip(".,;:!?)]}/")
    path, _, fragment = address.partition("#")
    parts = [part for part in path.partition("?")[0].split("/")[1:] if part]
    slug = _FILE.sub("", parts[-1]) if parts else ""
    short = (exact_name(part) for part in ((fragment,) if fragment else (slug,)))
    return tuple(dict.fromkeys(name for name in (exact_name(address), *short) if name and name not in _NAMES_MANY))


def links(text: str) -> list[str]:
    """Addresses in a text, in the order they stand."""
    return [found.rstrip(".,;:!?)]}") for found in _URL.findall(text)]


def names_written(text: str) -> list[str]:
    """What a text may call by its very name, normalised: its lines and the parts between colons and full stops, the first word
    of each, and every word that is written as only names are: in camelCase, or of letters and digits. Addresses left out."""
    without = _URL.sub(" ", text)
    parts = [part.strip() for line in without.split("\n") for part in (line, *re.split(r"(?::|\.| -| \u2013)\s", line))]
    first = [word for part in parts for word in _IDENTIFIER.findall(part)[:1] if is_a_name(word)]
    marked = [word for word in _IDENTIFIER.findall(without) if is_a_name(word) and _MARKED.search(word)]
    names = (exact_name(name) for name in (*parts, *first, *marked) if len(name) <= LONGEST_NAME)
    return [name for name in dict.fromkeys(names) if may_be_a_name(name)]


_MARKED = re.compile(r"^[A-Z][a-z]+[A-Z]|^[a-z]+[A-Z][a-z]|^[A-Z][A-Z0-9]*[-_]?\d|^[A-Z][A-Z0-9]+_[A-Z]")
LONGEST_NAME = 120


def may_be_a_name(normalised: str) -> bool:
    """Whether something can be found by it: it is neither too short, nor what every collection has one of."""
    return 4 <= len(normalised) <= 2 * LONGEST_NAME and normalised not in _NAMES_MANY


def is_a_name(word: str) -> bool:
    """Whether a word is written as names are: in camelCase, with an underscore, of letters and digits, or in three parts."""
    if len(word) < 4 or word.isdigit() or _RANDOM.fullmatch(word.lower()):
        return False
    mixed = any(letter.isdigit() for letter in word) and any(letter.isalpha() for letter in word)
    parts = len(_CAMEL.findall(word))
    return mixed or parts > 2 or (parts == 2 and "-" not in word)


def spelled_out(name: str) -> str:
    """A name as words: 'KubePodCrashLooping' is 'Kube Pod Crash Looping', 'OSD_DOWN' is 'OSD DOWN'."""
    return " ".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_\-]+", " ", name).split())
