"""What an operator allows, wants to be asked about, and forbids: rules about calls. Pure.

Where it is in doubt whether a rule is about a call, it is when it denies or asks, and it is not when it allows.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from pydantic import Field

from sre_core.domain import Effect, Value
from sre_core.people import Role, in_words

DECIDERS = (Role.RESPONDER, Role.ADMIN)
"""Whose word can let a call run."""


class Permission(StrEnum):
    """What a rule says of the calls that it is about; the first here beats the others."""

    DENY = "deny"
    ASK = "ask"
    ALLOW = "allow"


class Reach(Value):
    """What a call would touch, as its tool reads the arguments: everything that a rule can be about."""

    tool: str
    effect: Effect | None = Field(description="The tool's own; None: there is no such tool.")
    arguments: Mapping[str, Any] = Field(default_factory=dict, description="With the tool's defaults filled in.")
    components: tuple[str, ...] | None = Field(default=(), description="Their ids; None: it may be any of them.")
    addresses: tuple[str, ...] = Field(default=(), description="What it fetches because the arguments say so.")
    known: bool = Field(default=True, description="Whether the tool is one that we answer for, or the operator does.")


class Pattern(Value):
    """How a text must look: a glob over the whole of it, or a regular expression."""

    glob: str = ""
    regex: str = ""

    def fits(self, text: str, *, for_sure: bool) -> bool:
        """``for_sure``: the whole text, letter by letter; else anywhere in it, whatever the case and the white space."""
        if self.regex and for_sure:
            return _finder(self.regex, for_sure=True).fullmatch(text) is not None
        if self.regex:
            find = _finder(self.regex, for_sure=False).search
            return any(find(each) for each in (text, _plain(text)))
        if for_sure:
            return fnmatchcase(text, self.glob)
        glob = self.glob.casefold()
        return any(fnmatchcase(each.casefold(), glob) for each in (text, _plain(text)))

    def __str__(self) -> str:
        return f"/{self.regex}/" if self.regex else self.glob


class Rule(Value):
    """One rule. All of its conditions must hold; one of several patterns is enough; no patterns are no condition."""

    says: Permission
    name: str
    line: int = Field(default=0, ge=0, description="Where it begins in the file; 0: it is from no file.")
    because: str = ""
    tool: tuple[str, ...] = Field(default=(), description="Globs over the tool's name.")
    effect: Effect | None = None
    component: tuple[str, ...] = Field(default=(), description="Globs over the ids of what it touches.")
    role: tuple[Role, ...] = Field(default=(), description="Of the person on whose word it would run.")
    arguments: Mapping[str, tuple[Pattern, ...]] = Field(
        default_factory=dict, description="By name; a dot leads into an argument that has names of its own."
    )

    def holds(self, reach: Reach, role: Role | None) -> bool:
        """Whether it is about this call. ``role`` None: nobody knows it."""
        if self.effect not in (None, reach.effect):
            return False
        return (
            self._names_tool(reach.tool)
            and self._names_component(reach.components)
            and self._names_role(role)
            and all(self._fits(patterns, reach.arguments, name) for name, patterns in self.arguments.items())
        )

    @property
    def _for_sure(self) -> bool:
        return self.says is Permission.ALLOW

    def _names_tool(self, tool: str) -> bool:
        return not self.tool or any(Pattern(glob=glob).fits(tool, for_sure=self._for_sure) for glob in self.tool)

    def _names_component(self, components: tuple[str, ...] | None) -> bool:
        if not self.component:
            return True
        if components is None:
            return not self._for_sure
        return self._enough([Pattern(glob=glob) for glob in self.component], components)

    def _names_role(self, role: Role | None) -> bool:
        return not self.role or role in self.role or (role is None and not self._for_sure)

    def _fits(self, patterns: tuple[Pattern, ...], arguments: Mapping[str, Any], name: str) -> bool:
        return self._enough(patterns, tuple(texts_in(_at(arguments, name))))

    def _enough(self, patterns: list[Pattern] | tuple[Pattern, ...], texts: tuple[str, ...]) -> bool:
        """All of the texts for a rule that allows, any of them for the others; none is never enough."""
        fit = [any(pattern.fits(text, for_sure=self._for_sure) for pattern in patterns) for text in texts]
        return bool(fit) and (all(fit) if self._for_sure else any(fit))


class Policy(Value):
    """The rules of one workbench. Without any, what is built in holds."""

    rules: tuple[Rule, ...] = ()
    suggest_only: bool = Field(default=False, description="Nothing that changes anything is run, whoever says so.")
    source: str = Field(default="", description="The file that the rules are from; empty: none.")

    def ruled(self, reach: Reach, role: Role | None) -> Rule | None:
        """What decides when it would run on the word of somebody in this role: deny beats ask beats allow; None: no rule."""
        about = [rule for rule in self.rules if rule.holds(reach, role)]
        return min(about, key=lambda rule: list(Permission).index(rule.says), default=None)

    def denied(self, reach: Reach, role: Role | None) -> Rule | None:
        """The rule by which the word of somebody in this role is not enough; None when it is."""
        rule = self.ruled(reach, role)
        return rule if rule and rule.says is Permission.DENY else None

    def forbids(self, reach: Reach) -> Rule | None:
        """The rule by which nobody's word is enough; None when somebody's is."""
        against = [self.denied(reach, role) for role in DECIDERS]
        return against[0] if all(against) else None

    def may_decide(self, reach: Reach) -> tuple[Role, ...]:
        """Whose word is enough; empty: everybody's who may decide at all."""
        enough = tuple(role for role in DECIDERS if not self.denied(reach, role))
        return () if enough == DECIDERS else enough

    def label(self, rule: Rule | None) -> str:
        """'hands off payments (policy.yaml, line 4)'; empty for none."""
        if rule is None:
            return ""
        where = f"{self.source.rsplit('/', 1)[-1]}, line {rule.line}" if self.source and rule.line else self.source
        return f"{rule.name} ({where})" if where else rule.name

    def in_words(self, rule: Rule, reach: Reach | None = None) -> str:
        """'The policy denies it: hands off payments (policy.yaml, line 4). The payments team does this.'

        With the call, also that it might be about any component, where that is why the rule is about it.
        """
        verb = {Permission.DENY: "denies it", Permission.ASK: "asks about it", Permission.ALLOW: "allows it"}
        on_word = f" on the word of {in_words(rule.role)}" if rule.role else ""
        because = f" {rule.because.rstrip('.')}." if rule.because else ""
        anywhere = " It names no component, so it may touch any." if reach and _may_be_any(rule, reach) else ""
        return f"The policy {verb[rule.says]}{on_word}: {self.label(rule)}.{because}{anywhere}"


class Unreadable(ValueError):
    """Why something is no regular expression."""


def check_regex(regex: str) -> None:
    """Raises ``Unreadable``."""
    import re2

    try:
        _finder(regex, for_sure=False)
    except re2.error as error:
        told = error.args[0] if error.args else ""
        raise Unreadable(told.decode(errors="replace") if isinstance(told, bytes) else str(told)) from error


@cache
def _finder(regex: str, *, for_sure: bool) -> Any:
    """RE2, which takes time in proportion to the text: no rule can hold up the workbench, whatever a model writes."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = options.dot_nl = for_sure
    return re2.compile(regex, options)


def _may_be_any(rule: Rule, reach: Reach) -> bool:
    return bool(rule.component) and reach.components is None


def _plain(text: str) -> str:
    """In one line, with single spaces, ordinary letters for their wide or ornate forms, and no sign that nobody sees."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", "".join(each for each in text if unicodedata.category(each) != "Cf"))
    return " ".join(text.split())


def _at(arguments: Mapping[str, Any], name: str) -> Any:
    """The argument of this name, or what a dotted name leads to; None when there is none."""
    if name in arguments:
        return arguments[name]
    first, _, rest = name.partition(".")
    inner = arguments.get(first)
    return _at(inner, rest) if rest and isinstance(inner, Mapping) else None


def texts_in(value: Any) -> Iterator[str]:
    """Every single value in it, however deep, as text; what is not given is none."""
    match value:
        case None:
            return
        case str():
            yield value
        case Mapping():
            for each in value.values():
                yield from texts_in(each)
        case list() | tuple() | set() | frozenset():
            for each in value:
                yield from texts_in(each)
        case _:
            yield json.dumps(value, default=str)
