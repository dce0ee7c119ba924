"""The words of one simple command: what a shell would run, where no shell is needed to know it.

Two readers have to agree, tree-sitter's grammar of bash and the standard library's ``shlex``; everything that is not a program
and its plain or quoted words is refused by its name.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sre_core.domain import Value

if TYPE_CHECKING:
    from tree_sitter import Node

NEEDS = {
    "pipeline": "pipes",
    "redirected_statement": "redirects",
    "file_redirect": "redirects",
    "herestring_redirect": "redirects",
    "heredoc_redirect": "redirects",
    "list": "several commands in a row",
    "command_substitution": "command substitutions",
    "process_substitution": "process substitutions",
    "simple_expansion": "variables of a shell",
    "expansion": "variables of a shell",
    "variable_assignment": "variables of a shell",
    "arithmetic_expansion": "sums of a shell",
    "subshell": "subshells",
    "ansi_c_string": "strings with escapes",
    "translated_string": "strings with escapes",
    "comment": "comments",
}
"""Kind of node -> what it is, in words."""

_PATTERN = re.compile(r"[*?\[\]{}~!]")
"""What a shell looks up or multiplies where it is not quoted."""
_ODD_SPACE = re.compile(r"[^\S \t\n]|[\x00-\x08\x0e-\x1f\x7f]")
_CONTINUED = re.compile(r"""('[^']*'|"(?:\\.|[^"\\])*"|\\[^\n])|\\\n""", re.DOTALL)
"""A line that goes on in the next one, where that is not in quotes."""
_KEYWORD = frozenset(
    {"if", "then", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "function", "select", "!"}
)


class NeedsShell(ValueError):
    """Why it cannot be run without a shell, as half a sentence."""


class Word(Value):
    """One argument, as it is without its quotes. ``quoted``: the pieces of it that stood in quotes, each whole."""

    text: str
    quoted: tuple[str, ...] = ()


def words_of(command: str) -> tuple[Word, ...]:
    """The words of a command. Raises ``NeedsShell``."""
    text = _CONTINUED.sub(lambda match: match[1] or "", command).strip(" \t\n")
    if _ODD_SPACE.search(text):
        raise NeedsShell("it holds a sign that readers take for a space or not")
    words = tuple(_words(_only_command(text)))
    try:
        other = shlex.split(text)
    except ValueError as error:
        raise NeedsShell(f"its quotes do not match ({error})") from error
    if [word.text for word in words] != other:
        raise NeedsShell("it can be read in more than one way")
    if words[0].text in _KEYWORD:
        raise NeedsShell(f"{words[0].text!r} is a word of a shell")
    return words


def _only_command(text: str) -> Node:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    program = Parser(Language(tree_sitter_bash.language())).parse(text.encode()).root_node
    if not program.children:
        raise NeedsShell("it is empty")
    for node in _every(program):
        if node.type in NEEDS:
            raise NeedsShell(f"{NEEDS[node.type]} need a shell")
    if program.has_error:
        raise NeedsShell("it is not a command that can be read for sure")
    command = program.children[0]
    if len(program.children) > 1:
        raise NeedsShell("several commands in a row need a shell")
    if command.type != "command":
        raise NeedsShell(f"{command.type.replace('_', ' ')}s need a shell")
    return command


def _every(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _every(child)


def _words(command: Node) -> Iterator[Word]:
    for child in command.children:
        node = child.children[0] if child.type == "command_name" else child
        quoted: list[str] = []
        yield Word(text="".join(_pieces(node, quoted)), quoted=tuple(quoted))


def _pieces(node: Node, quoted: list[str]) -> Iterator[str]:
    text = (node.text or b"").decode()
    match node.type:
        case "word" | "number":
            if found := _PATTERN.search(text):
                raise NeedsShell(f"{found[0]!r} outside quotes means something to a shell: put quotes around it")
            yield re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
        case "raw_string":
            quoted.append(text[1:-1])
            yield text[1:-1]
        case "string" if "\\\n" in text or "\\\r" in text:
            raise NeedsShell("a line that goes on inside quotes needs a shell")
        case "string":
            inner = re.sub(r'\\([\\"$`])', r"\1", text[1:-1])
            quoted.append(inner)
            yield inner
        case "concatenation":
            for child in node.children:
                yield from _pieces(child, quoted)
        case kind:
            raise NeedsShell(f"{kind.replace('_', ' ')!r} needs a shell")
