"""What is one simple command, and what needs a shell."""

from __future__ import annotations

import contextlib
import shlex
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sre_core.toolsets.simple_command import NeedsShell, words_of


def texts(command: str) -> list[str]:
    return [word.text for word in words_of(command)]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("kubectl get pods -A", ["kubectl", "get", "pods", "-A"]),
        ("kubectl get \\\n  pods", ["kubectl", "get", "pods"]),
        ("a b\\\nc", ["a", "bc"]),
        ("a 'b c' \"d 'e'\" f\"g h\"i", ["a", "b c", "d 'e'", "fg hi"]),
        ("a -o jsonpath='{.items[*].name}{\"\\n\"}'", ["a", "-o", 'jsonpath={.items[*].name}{"\\n"}']),
        ('a --sort-by=.x -5 2.5 ""', ["a", "--sort-by=.x", "-5", "2.5", ""]),
        ('a b\\ c "d \\" e"', ["a", "b c", 'd " e']),
    ],
)
def test_the_words_are_those_that_a_shell_would_make(command: str, words: list[str]) -> None:
    assert texts(command) == words


@pytest.mark.parametrize(
    ("command", "because"),
    [
        ("a | b", "pipes"),
        ("a > b", "redirects"),
        ("a 2>&1", "redirects"),
        ("a < b", "redirects"),
        ("a <<< b", "redirects"),
        ("a << E\nb\nE", "redirects"),
        ("a; b", "several commands"),
        ("a && b", "several commands"),
        ("a || b", "several commands"),
        ("a\nb", "several commands"),
        ("a &", "several commands"),
        ("a $(b)", "command substitutions"),
        ("a `b`", "command substitutions"),
        ('a "$(b)"', "command substitutions"),
        ("a <(b)", "process substitutions"),
        ("a $B", "variables"),
        ('a "${B}"', "variables"),
        ("B=1 a", "variables"),
        ("a $((1 + 2))", "sums"),
        ("a $'b'", "strings with escapes"),
        ("(a)", "subshells"),
        ("! a", "negated commands"),
        ("if a; then b; fi", "if statements"),
        ("for a in b; do c; done", "for statements"),
        ("[[ a ]]", "test commands"),
        ("a() { b; }", "need"),
        ("a *.txt", "'\\*' outside quotes"),
        ("a b?", "'\\?' outside quotes"),
        ("a ~/b", "'~' outside quotes"),
        ("a {b,c}", "'{' outside quotes"),
        ("a # b", "comments"),
        ("a 'b", "cannot|can be read|match"),
        ('a "b\\\nc"', "inside quotes"),
        ('a "\\$F"', "more than one way"),
        ("a\rb", "takes? for a space"),
        ("a\u00a0b", "takes? for a space"),
        ("", "empty"),
        ("   ", "empty"),
    ],
)
def test_what_needs_a_shell_is_refused_by_its_name(command: str, because: str) -> None:
    with pytest.raises(NeedsShell, match=because):
        words_of(command)


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
@example(["a", "'", '"', "\\", "$(id)", "a\nb"])
def test_quoted_by_the_standard_library_a_text_is_one_word_or_refused(arguments: list[str]) -> None:
    with contextlib.suppress(NeedsShell):
        assert texts(shlex.join(["echo", *arguments])) == ["echo", *arguments]


pieces = st.sampled_from(
    [
        "a",
        "b1",
        " ",
        "  ",
        "\t",
        "\n",
        "'",
        '"',
        "\\",
        "$",
        "`",
        "|",
        ";",
        "#",
        "=",
        "-",
        "~",
        "*",
        "é",
        "\\\n",
        "\r",
        "\u00a0",
        "\x0b",
    ]
)


@given(st.lists(pieces, min_size=1, max_size=10).map("".join))
def test_of_all_that_is_let_through_a_shell_makes_the_same_words(command: str) -> None:
    try:
        words = texts(command)
    except NeedsShell:
        return
    shell = subprocess.run(
        ["sh", "-c", f"printf '%s\\0' {command.lstrip()}"], capture_output=True, check=True, timeout=20
    )
    assert shell.stdout.decode().split("\0")[:-1] == words
