"""What a site's robots.txt lets us read (RFC 9309). Matching takes time in proportion to the text, whatever a site writes."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

AGENT = "sre-workbench"
LARGEST = 500_000
"""Bytes of a robots.txt that are read; the standard asks for as many."""
_MOST_RULES = 5_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: paths like this may, or may not, be read."""

    allows: bool
    pattern: str

    def matches(self, target: str) -> bool:
        """``*`` stands for anything, ``$`` at the end for the end of the path."""
        pattern = self.pattern.removesuffix("$")
        first, *parts = pattern.split("*")
        if not target.startswith(first):
            return False
        place = len(first)
        to_end = self.pattern.endswith("$")
        for number, part in enumerate(parts, start=1):
            if to_end and number == len(parts):
                return len(target) - len(part) >= place and target.endswith(part)
            found = target.find(part, place)
            if found < 0:
                return False
            place = found + len(part)
        return not to_end or place == len(target)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for us, of one site."""

    rules: tuple[Rule, ...] = ()

    def allow(self, target: str) -> bool:
        """Whether this path with its query may be read: the longest rule decides, of equals the kinder one."""
        spelled = _spelled(target)
        if spelled == "/robots.txt":
            return True
        matching = (rule for rule in self.rules if rule.matches(spelled))
        best = max(matching, key=lambda rule: (len(rule.pattern), rule.allows), default=None)
        return best is None or best.allows


EVERYTHING = Robots()
NOTHING = Robots((Rule(False, "/"),))


def read_robots(text: str) -> Robots:
    """The rules that are meant for us by name, else those for everybody."""
    groups: dict[str, list[Rule]] = {}
    named: list[str] = []
    in_rules = False
    for key, value in _lines(text):
        if key == "user-agent":
            named = [*(() if in_rules else named), value.lower()]
            in_rules = False
            groups.setdefault(value.lower(), [])
        elif key in ("allow", "disallow"):
            in_rules = True
            for agent in named if value else ():
                groups[agent].append(Rule(key == "allow", _spelled(value)))
    return Robots(tuple(groups.get(AGENT, groups.get("*", []))[:_MOST_RULES]))


def _lines(text: str) -> list[tuple[str, str]]:
    said = (line.partition("#")[0].partition(":") for line in text[:LARGEST].splitlines())
    return [(key.strip().lower(), value.strip()) for key, colon, value in said if colon]


def _spelled(path: str) -> str:
    """Two spellings of one path become the same: '%7Ejoe' is '~joe'."""
    return quote(unquote(path), safe="/*$?=&:@!'()+,;~-._")
