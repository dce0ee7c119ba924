"""A command with placeholders. Its words are cut before any value is in it, so no value can become a second word.

While Jinja fills in the template, every value is a mark; the marked text is read as a command (``simple_command``), and only then
is each mark, inside its one word, replaced by its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sre_core.domain import Value
from sre_core.errors import ToolError
from sre_core.toolsets.marks import Marks
from sre_core.toolsets.simple_command import NeedsShell, Word, words_of

if TYPE_CHECKING:
    from jinja2 import nodes

LONGEST_VALUE = 10_000
CONFIG = "config"
"""A toolset's own settings, which its commands may name."""

SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "fish", "csh", "tcsh", "ash", "busybox"})
RUNS_ITS_ARGUMENTS = re.compile(
    r"(python|perl|ruby|node|php|lua)[\d.]*|[gmn]?awk|env|xargs|ssh|sudo|su|doas|watch|nsenter|chroot"
)
"""Programs that run what an argument says."""
EXECUTES = frozenset({"-exec", "-execdir", "-ok", "-okdir", "--to-command", "--use-compress-program", "--rsh"})
"""Options of find, tar and rsync after which a program stands."""
NAMES_A_PROGRAM = re.compile(r"(?i)(command|program|checkpoint-action|rsh|pager|editor)$")
"""How such an option, or a setting of git and ssh, ends before its '='."""
WRAPPERS = frozenset({"timeout", "nice", "ionice", "nohup", "time", "stdbuf", "setsid"})
"""Programs that run another one, which is named after their own options."""

_FILTERS = frozenset({"default", "d", "int", "lower", "upper", "trim"})
_TESTS = frozenset({"defined", "undefined", "none"})
_PLAIN = (
    *("Template", "Output", "TemplateData", "Name", "Const", "If", "CondExpr"),
    *("Compare", "Operand", "And", "Or", "Not", "Keyword"),
)


class CannotRun(ValueError):
    """Why a template cannot be run without a shell, as half a sentence."""


class Placeholders(Value):
    """The names that a template asks for; ``optional`` are those that it can do without."""

    names: tuple[str, ...]
    optional: frozenset[str]


class CommandTemplate:
    """One command. Raises ``CannotRun`` when it needs a shell, or does more than fill in values."""

    def __init__(self, text: str, config: Mapping[str, Any] | None = None) -> None:
        """``config``: what its toolset sets, as ``config.NAME``."""
        from jinja2 import TemplateSyntaxError

        self.text = text.strip()
        self._config = dict(config or {})
        try:
            tree = Marks().environment().parse(self.text)
            for node in _every(tree):
                _refuse_unless_plain(node)
            self.placeholders = _placeholders(tree)
            self._try_out()
        except TemplateSyntaxError as error:
            raise CannotRun(f"its template is not Jinja ({error.message})") from error
        except RecursionError as error:
            raise CannotRun("its template is nested too deeply") from error

    def argv(self, arguments: Mapping[str, Any], *, dashes: bool = False) -> list[str]:
        """The words that are run with these arguments; ``dashes``: whether one may begin with '-'. Raises ``ToolError``."""
        for name, value in arguments.items():
            if isinstance(value, str) and ("\0" in value or len(value) > LONGEST_VALUE):
                raise ToolError(f"{name} is no argument of a command: it is too long, or holds a NUL.")
        try:
            marks, words = self._words(arguments)
        except CannotRun as error:
            raise ToolError(f"This command cannot be run: {error}.") from error
        return [_word(word, marks, dashes) for word in words]

    def _try_out(self) -> None:
        """With everything given, and with as little as possible: what is wrong with the command shows before it is needed."""
        for names in (self.placeholders.names, set(self.placeholders.names) - self.placeholders.optional):
            self._words(dict.fromkeys(names, "value"))

    def _words(self, arguments: Mapping[str, Any]) -> tuple[Marks, Sequence[Word]]:
        from jinja2 import UndefinedError

        marks = Marks()
        try:
            known = {name: value for name, value in arguments.items() if value is not None}
            text = marks.environment().from_string(self.text).render({**known, CONFIG: self._config})
            words = words_of(text)
        except UndefinedError as error:
            raise CannotRun(f"something that it needs is not given ({error.message})") from error
        except NeedsShell as error:
            raise CannotRun(str(error)) from error
        except (TypeError, ValueError) as error:
            raise CannotRun(f"its template fails on these values ({error})") from error
        _refuse_open_programs(words, marks)
        _refuse_expressions(words, marks)
        return marks, words


def _word(word: Word, marks: Marks, dashes: bool) -> str:
    text = marks.replaced(word.text)
    if not marks.any_in(word.text):
        return text
    if not text:
        raise ToolError(
            "An argument of this command would be empty. Give a value, or leave it out where it may be left out."
        )
    if text.startswith("-") and marks.pattern.match(word.text) and not dashes:
        raise ToolError(
            f"{text[:40]!r} would be taken for an option of the command. Give a value that does not begin with '-'."
        )
    return text


def _refuse_open_programs(words: Sequence[Word], marks: Marks) -> None:
    """Neither the program nor what another program would run may come from an argument."""
    for place, word in enumerate(words):
        runs = place == 0 or words[place - 1].text == "--" or words[0].text in WRAPPERS
        name = PurePosixPath(word.text).name
        if name in SHELLS:
            raise CannotRun(f"it runs a shell ({name})")
        if runs and RUNS_ITS_ARGUMENTS.fullmatch(name) and any(marks.any_in(one.text) for one in words[place + 1 :]):
            raise CannotRun(f"{name} could run what an argument says")
        handed = words[place - 1].text if place else ""
        if marks.any_in(word.text) and (handed in EXECUTES or NAMES_A_PROGRAM.search(word.text.partition("=")[0])):
            raise CannotRun("a program that it runs would come from an argument")
        if (place == 0 or words[place - 1].text == "--") and (marks.any_in(word.text) or "=" in word.text):
            raise CannotRun("the program itself would come from an argument")


def _refuse_expressions(words: Sequence[Word], marks: Marks) -> None:
    """A value in the middle of quoted text would be a part of something in another language, such as a query."""
    for word in words:
        for quoted in word.quoted:
            if marks.any_in(quoted) and marks.pattern.sub("", quoted):
                raise CannotRun("a placeholder inside quoted text would become part of an expression")


def _every(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _every(child)


def _refuse_unless_plain(node: nodes.Node) -> None:
    from jinja2 import nodes

    match node:
        case nodes.Filter(name=name) if name in _FILTERS:
            return
        case nodes.Test(name=name) if name in _TESTS:
            return
        case nodes.Getattr(node=nodes.Name(name=name), attr=attr) if name == CONFIG and not attr.startswith("_"):
            return
        case nodes.Filter(name=name) | nodes.Test(name=name):
            raise CannotRun(f"its template uses {name!r}, which is not among what may be used")
        case _ if type(node).__name__ not in _PLAIN:
            raise CannotRun(f"its template does more than fill in values ({type(node).__name__.lower()})")


def _placeholders(tree: nodes.Template) -> Placeholders:
    from jinja2 import nodes

    names = [node.name for node in tree.find_all(nodes.Name) if node.name != CONFIG]
    needed = {node.name for output in _always(tree) for node in _bare_names(output)}
    ordered = tuple(dict.fromkeys(names))
    return Placeholders(names=ordered, optional=frozenset(ordered) - needed)


def _always(node: nodes.Node) -> Iterator[nodes.Output]:
    """What is put out whatever is given."""
    from jinja2 import nodes

    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Output):
            yield child
        elif not isinstance(child, nodes.If):
            yield from _always(child)


def _bare_names(node: nodes.Node) -> Iterator[nodes.Name]:
    """Names in it without which it fails."""
    from jinja2 import nodes

    for child in node.iter_child_nodes():
        if isinstance(child, nodes.CondExpr) or (isinstance(child, nodes.Filter) and child.name in ("default", "d")):
            continue
        if isinstance(child, nodes.Name) and child.name != CONFIG:
            yield child
        yield from _bare_names(child)
