"""The policy as an operator writes it: a YAML file (docs/policy.md). A mistake names its line, and nothing starts with one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from sre_core.domain import Effect
from sre_core.errors import RefusedInput
from sre_core.people import Role
from sre_core.policy_rules import Pattern, Permission, Policy, Rule, Unreadable, check_regex

LARGEST = 256_000
"""Bytes."""
SUGGEST_ONLY, NORMAL = "suggest-only", "normal"
SAYS = tuple(says.value for says in Permission)
CONDITIONS = ("tool", "effect", "component", "role", "arguments")
KEYS = (*SAYS, *CONDITIONS, "because")
TOP = ("mode", "rules")
STAR = re.compile(r"[:\[,-]\s*\*")


def read_policy(path: Path) -> Policy:
    """The policy in a file. Raises ``RefusedInput`` with the line of the first mistake and what to write instead."""
    try:
        if path.is_fifo() or path.is_char_device():  # to read it may never end
            raise OSError("it is no file")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise RefusedInput(
            f"The policy {path} cannot be read ({error.strerror or error}). Set SRE_POLICY_FILE to one that can."
        ) from error
    if len(raw) > LARGEST:
        raise RefusedInput(f"The policy {path} is larger than {LARGEST:,} bytes, which no policy is. Look at the file.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedInput(f"The policy {path} is not UTF-8. Save it as UTF-8.") from error
    return _Reading(path).policy(text)


class _Reading:
    """Nodes are composed and never constructed, so that each mistake knows its line, and a name given twice is seen."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def policy(self, text: str) -> Policy:
        top = self._named(self._root(text), TOP, "the policy")
        mode = self._one_of(top["mode"], (NORMAL, SUGGEST_ONLY), "mode") if "mode" in top else NORMAL
        rules = [self._rule(node) for node in self._items(top["rules"])] if "rules" in top else []
        if not top:
            self._refuse(1, "there is nothing in it; to rule nothing, write 'rules: []'")
        seen: set[str] = set()
        for rule in rules:
            if rule.name in seen:
                self._refuse(rule.line, f"another rule is called {rule.name!r} already; give each a name of its own")
            seen.add(rule.name)
        return Policy(rules=tuple(rules), suggest_only=mode == SUGGEST_ONLY, source=str(self._path))

    def _root(self, text: str) -> Any:
        import yaml

        try:
            return yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = mark.line if (mark := error.problem_mark or error.context_mark) else 0
            stars = STAR.search("".join(text.splitlines()[line : line + 1]))
            hint = '; a text that begins with * stands in quotes: "*"' if stars else ""
            self._refuse(line + 1, f"this is no YAML: {error.problem}{hint}", error)
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            self._refuse(1, f"this is no YAML: {' '.join(str(error).split())[:200]}", error)

    def _rule(self, node: Any) -> Rule:
        line = _line(node)
        given = self._named(node, KEYS, "a rule")
        says = [name for name in SAYS if name in given]
        if len(says) != 1:
            self._refuse(line, f"a rule says one of {', '.join(SAYS)}, as in 'deny: hands off payments'")
        if not any(name in given for name in CONDITIONS):
            self._refuse(line, "it does not say what it is about; 'tool: \"*\"' is every tool")
        return Rule(
            says=Permission(says[0]),
            name=self._text(given[says[0]], says[0]),
            line=line,
            because=self._text(given["because"], "because") if "because" in given else "",
            tool=self._texts(given.get("tool"), "tool"),
            effect=self._effect(given.get("effect")),
            component=self._texts(given.get("component"), "component"),
            role=self._roles(given.get("role")),
            arguments=self._arguments(given.get("arguments")),
        )

    def _roles(self, node: Any) -> tuple[Role, ...]:
        known = [role.value for role in Role]
        return tuple(Role(self._one_of(each, known, "role")) for each in self._each(node, "role"))

    def _effect(self, node: Any) -> Effect | None:
        return None if node is None else Effect(self._one_of(node, [each.value for each in Effect], "effect"))

    def _arguments(self, node: Any) -> dict[str, tuple[Pattern, ...]]:
        if node is None:
            return {}
        named = self._named(node, None, "arguments")
        if not named:
            self._refuse(_line(node), "arguments: name at least one, as in 'command: kubectl delete *'")
        return {name: tuple(map(self._pattern, self._each(each, name))) for name, each in named.items()}

    def _pattern(self, node: Any) -> Pattern:
        import yaml

        if not isinstance(node, yaml.MappingNode):
            return Pattern(glob=self._text(node, "a pattern"))
        named = self._named(node, ("regex",), "a pattern")
        regex = self._text(named.get("regex", node), "regex")
        try:
            check_regex(regex)
        except Unreadable as error:
            self._refuse(_line(node), f"{regex!r} is no regular expression: {error}", error)
        return Pattern(regex=regex)

    # -- nodes -------------------------------------------------------------------------------------------------------

    def _named(self, node: Any, allowed: Sequence[str] | None, what: str) -> dict[str, Any]:
        """The nodes of a mapping by name. ``allowed`` None: any names."""
        import yaml

        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self._refuse(_line(node), f"{what} has names and values, as in '{(allowed or ('command',))[0]}: …'")
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = self._text(key, "a name")
            if allowed is not None and name not in allowed:
                near = get_close_matches(name, allowed, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(allowed)}"
                self._refuse(_line(key), f"{what} has no {name!r}; {hint}")
            if name in found:
                self._refuse(_line(key), f"{name!r} stands here twice; for one of several, write a list: [a, b]")
            found[name] = value
        return found

    def _items(self, node: Any) -> list[Any]:
        import yaml

        if not isinstance(node, yaml.SequenceNode):
            self._refuse(_line(node), "rules is a list: begin each rule with '- '; without any, write 'rules: []'")
        return list(node.value)

    def _each(self, node: Any, what: str) -> list[Any]:
        """The items of a list, or the one that stands alone; none when it is not there."""
        import yaml

        if node is None:
            return []
        items = list(node.value) if isinstance(node, yaml.SequenceNode) else [node]
        if not items:
            self._refuse(_line(node), f"{what} names none; leave it out where any will do")
        return items

    def _texts(self, node: Any, what: str) -> tuple[str, ...]:
        return tuple(self._text(each, what) for each in self._each(node, what))

    def _text(self, node: Any, what: str) -> str:
        import yaml

        if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
            self._refuse(_line(node), f"{what} is a text, and not empty")
        return str(node.value).strip()

    def _one_of(self, node: Any, allowed: Sequence[str], what: str) -> str:
        text = self._text(node, what)
        if text not in allowed:
            self._refuse(_line(node), f"{what} cannot be {text!r}; there are: {', '.join(allowed)}")
        return text

    def _refuse(self, line: int, why: str, error: Exception | None = None) -> NoReturn:
        end = "" if why.endswith("?") else "."
        raise RefusedInput(f"The policy {self._path} cannot be used: line {line}: {why}{end}") from error


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
