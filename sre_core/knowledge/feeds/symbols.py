"""Which functions and types a source file defines, and on which lines: read with tree-sitter, which forgives broken code."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something with a name; lines are 1-based, both included, and comments and decorators above belong to it."""

    name: tuple[str, ...]
    """From the outermost type or namespace of the file inwards."""
    first_line: int
    last_line: int
    is_function: bool
    within_function: bool = False


@dataclass(frozen=True, slots=True)
class SourceLanguage:
    """How a language's syntax tree calls what we look for."""

    grammar: str
    """Module and function of the grammar."""
    functions: frozenset[str]
    types: frozenset[str]
    scopes: frozenset[str] = frozenset()
    """What gives names a prefix and is no passage: namespaces."""
    package: str = ""
    """What says once a file which package all of it is in."""


def _language(grammar: str, functions: str, types: str, scopes: str = "", package: str = "") -> SourceLanguage:
    return SourceLanguage(
        grammar, frozenset(functions.split()), frozenset(types.split()), frozenset(scopes.split()), package
    )


_ECMASCRIPT = (
    "function_declaration generator_function_declaration method_definition",
    "class_declaration abstract_class_declaration class interface_declaration",
    "internal_module module",
)
_C_TYPES = "struct_specifier union_specifier enum_specifier"
_LANGUAGES: Mapping[str, SourceLanguage] = {
    ".py": _language("tree_sitter_python:language", "function_definition", "class_definition"),
    ".java": _language(
        "tree_sitter_java:language",
        "method_declaration constructor_declaration compact_constructor_declaration",
        "class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration",
        package="package_declaration",
    ),
    ".kt": _language(
        "tree_sitter_kotlin:language",
        "function_declaration secondary_constructor",
        "class_declaration object_declaration companion_object",
        package="package_header",
    ),
    ".go": _language(
        "tree_sitter_go:language", "function_declaration method_declaration", "type_spec", package="package_clause"
    ),
    ".js": _language("tree_sitter_javascript:language", *_ECMASCRIPT),
    ".ts": _language("tree_sitter_typescript:language_typescript", *_ECMASCRIPT),
    ".tsx": _language("tree_sitter_typescript:language_tsx", *_ECMASCRIPT),
    ".cs": _language(
        "tree_sitter_c_sharp:language",
        "method_declaration constructor_declaration property_declaration operator_declaration",
        "class_declaration struct_declaration record_declaration interface_declaration enum_declaration",
        "namespace_declaration",
        package="file_scoped_namespace_declaration",
    ),
    ".rb": _language("tree_sitter_ruby:language", "method singleton_method", "class module"),
    ".rs": _language(
        "tree_sitter_rust:language",
        "function_item",
        "struct_item enum_item trait_item impl_item union_item",
        "mod_item",
    ),
    ".php": _language(
        "tree_sitter_php:language_php",
        "method_declaration function_definition",
        "class_declaration interface_declaration trait_declaration enum_declaration",
        package="namespace_definition",
    ),
    ".c": _language("tree_sitter_c:language", "function_definition", _C_TYPES),
    ".cpp": _language(
        "tree_sitter_cpp:language", "function_definition", f"{_C_TYPES} class_specifier", "namespace_definition"
    ),
    ".scala": _language(
        "tree_sitter_scala:language",
        "function_definition",
        "class_definition object_definition trait_definition enum_definition",
        package="package_clause",
    ),
    ".sh": _language("tree_sitter_bash:language", "function_definition", ""),
}
_WRITTEN_AS = {
    ".py": ".pyi",
    ".js": ".jsx .mjs .cjs",
    ".ts": ".mts .cts",
    ".kt": ".kts",
    ".cpp": ".cc .cxx .h .hh .hpp .hxx",  # a header may be of either C; C++ reads both
    ".sh": ".bash",
}
_ALSO = {other: suffix for suffix, others in _WRITTEN_AS.items() for other in others.split()}

_FUNCTION_VALUES = frozenset({"arrow_function", "function_expression", "function", "generator_function"})
_NAMED_BY = {
    "variable_declarator": ("name", "value"),
    "public_field_definition": ("name", "value"),
    "field_definition": ("property", "value"),
    "pair": ("key", "value"),
    "assignment_expression": ("left", "right"),
}
"""In JavaScript a function may get its name from where it is put."""
_ABOVE = frozenset({"comment", "line_comment", "block_comment", "multiline_comment", "attribute_item", "decorator"})


def language_of(path: str) -> SourceLanguage | None:
    """The language that a file's name says; None when it is not one whose symbols are known."""
    suffix = PurePosixPath(path).suffix.lower()
    return _LANGUAGES.get(_ALSO.get(suffix, suffix))


SOURCE_SUFFIXES = frozenset({*_LANGUAGES, *_ALSO})


def symbols(language: SourceLanguage, source: str) -> tuple[str, list[Symbol]]:
    """(package or namespace of the whole file, what it defines in the order it stands)."""
    from tree_sitter import Parser

    tree = Parser(_grammar(language.grammar)).parse(source.encode())
    package = next((_package(node) for node in tree.root_node.named_children if node.type == language.package), "")
    return package, list(_found(tree.root_node, language))


@cache
def _grammar(name: str) -> Language:
    from tree_sitter import Language

    module, _, function = name.partition(":")
    return Language(getattr(importlib.import_module(module), function)())


def _found(root: Node, language: SourceLanguage) -> Iterator[Symbol]:
    """A walk without recursion: somebody's source may be nested deeper than Python's stack."""
    waiting: list[tuple[Node, tuple[str, ...], bool]] = [(root, (), False)]
    while waiting:
        node, scope, inside = waiting.pop()
        name = _name(node, language) if node.is_named else ()
        if name:
            scope = (*scope, *name)
            function = node.type not in language.types and node.type not in language.scopes
            if node.type not in language.scopes:
                yield Symbol(scope, _first_line(node), node.end_point.row + 1, function, inside)
            inside = inside or function
        waiting += ((child, scope, inside) for child in reversed(node.children))


def _name(node: Node, language: SourceLanguage) -> tuple[str, ...]:
    """The name that a node gives, with the type before it where it stands outside of its type; none when it gives none."""
    if node.type in _NAMED_BY:
        key, value = (node.child_by_field_name(field) for field in _NAMED_BY[node.type])
        if key is None or value is None or value.type not in _FUNCTION_VALUES:
            return ()
        return _parts(_text(key), leaving_out=("exports", "module", "prototype", "this", "window"))
    if node.type not in language.functions | language.types | language.scopes:
        return ()
    if node.type in ("companion_object", "secondary_constructor"):
        return ("Companion",) if node.type == "companion_object" else ("constructor",)
    if node.type.endswith("_specifier") and node.child_by_field_name("body") is None:
        return ()  # it is spoken of, and defined elsewhere
    named = node.child_by_field_name("type" if node.type == "impl_item" else "name") or _declared(node)
    if named is None:
        return ()
    name = _parts(_text(named).partition("<")[0])
    receiver = node.child_by_field_name("receiver") if node.type == "method_declaration" else None
    return (*_receiver(receiver), *name) if receiver is not None else name


def _declared(node: Node) -> Node | None:
    """What C declares: '*cart_add(int n)' is inside a pointer, inside a function."""
    inner = node.child_by_field_name("declarator")
    while inner is not None:
        deeper = inner.child_by_field_name("declarator")
        if deeper is None and inner.type == "reference_declarator":
            deeper = next(iter(inner.named_children), None)
        if deeper is None:
            return inner
        inner = deeper
    return None


def _receiver(receiver: Node) -> tuple[str, ...]:
    """The type of Go's '(c *Cart[T])'."""
    last = _text(receiver).strip("() ").split("[")[0].split()
    return (last[-1].lstrip("*"),) if last else ()


def _package(node: Node) -> str:
    named = node.child_by_field_name("name") or next(iter(node.named_children), None)
    return ".".join(_parts(_text(named))) if named is not None else ""


def _parts(name: str, leaving_out: tuple[str, ...] = ()) -> tuple[str, ...]:
    for separator in ("::", "\\", "#"):
        name = name.replace(separator, ".")
    return tuple(part for part in (each.strip("'\"` ") for each in name.split(".")) if part and part not in leaving_out)


def _first_line(node: Node) -> int:
    """Where the comments and decorators right above begin."""
    if node.parent is not None and node.parent.type in (
        "decorated_definition",
        "export_statement",
        "lexical_declaration",
    ):
        return _first_line(node.parent)
    row = node.start_point.row
    above = node.prev_sibling
    while above is not None and above.type in _ABOVE and above.end_point.row >= row - 1 and _stands_alone(above):
        row = above.start_point.row
        above = above.prev_sibling
    return row + 1


def _stands_alone(comment: Node) -> bool:
    """Not at the end of a line of code, which it would be about."""
    before = comment.prev_sibling
    return before is None or before.end_point.row < comment.start_point.row


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")
