"""Words of strangers: shown as they are, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sre_core import foreign_text
from sre_core.foreign_text import block, chat, code, harmless, inert, quiet

WORDS = [
    ("checkout answers 503, p99 2.4 s", "checkout answers 503, p99 2.4 s"),
    ("![cat](https://evil.example/c.png?q=1)", "cat (picture at evil.example)"),
    ("![](https://evil.example/c.png)", "(picture at evil.example)"),
    ("![x](data:image/png;base64,AAAA)", "x (a picture)"),
    ("see [the runbook](https://evil.example/r)", "see the runbook (evil.example)"),
    ("[click](javascript:alert(1))", "[click]\\(javascript:alert(1))"),
    ("[click](javascript:alert)", "click (no address of the web)"),
    ('[a](https://good.example@evil.example/ "t")', "a (evil.example)"),
    ("<img src=x onerror=alert(1)>", "\\<img src=x onerror=alert(1)>"),
    ("\\<script>", "\\\\\\<script>"),
    ("latency < 5 ms and a <- b", "latency < 5 ms and a <- b"),
    ("[a]: https://evil.example", "[a]\\: https://evil.example"),
    ("one\n\n# two\n- three", "one # two - three"),
    ("# a heading", "\\# a heading"),
    ("1. a list", "1\\. a list"),
    ("```sh", "\\```sh"),
    ("user\u202egnp.exe", "user\\u202egnp.exe"),
    ("pass\u200bword", "pass\\u200bword"),
    ("\U000e0049\U000e0067", "\\ue0049\\ue0067"),
    ("&#x202e;abc &amp; a && b", "\\&#x202e;abc \\&amp; a && b"),
    ("\x1b[31mred", "\\u001b[31mred"),
    ("woman \U0001f469\u200d\U0001f4bb", "woman \U0001f469\u200d\U0001f4bb"),
]


@pytest.mark.parametrize(("said", "shown"), WORDS)
def test_a_sentence_of_a_stranger_in_a_document_is_words(said: str, shown: str) -> None:
    assert inert(said) == shown


HOSTILE = some.lists(
    some.sampled_from(
        [
            *"![]()<>`\\&#;:$*_~|\n \"'",
            "https://evil.example/p",
            "javascript:a",
            "img src=x",
            "\\[",
            "```",
            "x",
            "1.",
            "- ",
        ]
    ),
    max_size=30,
).map("".join)
LIVE = {"image", "html_inline", "html_block", "link_open", "fence", "code_block", "heading_open", "hr", "table_open"}


def kinds(markdown: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        yield token
        yield from token.children or ()


@given(HOSTILE)
@example("\\![x](https://evil.example/p)")
@example("[![x](https://evil.example/p)](https://evil.example/p)")
@example("[x][x]:(https://evil.example/p)")
@example("<https://evil.example/p>")
def test_whatever_it_says_nothing_in_it_is_live(said: str) -> None:
    assert not {token.type for token in kinds(f"- before {inert(said)}\n- {inert(said)}")} & LIVE


@given(HOSTILE)
def test_a_code_span_and_a_block_keep_what_is_in_them(said: str) -> None:
    assert not {token.type for token in kinds(f"- `a{code(said)}`")} & LIVE
    fenced = [token.type for token in kinds(f"```\n{block(said)}\n```\nafter")]
    assert fenced == ["fence", "paragraph_open", "inline", "text", "paragraph_close"]


@given(HOSTILE)
@example("![x][y]\n\n[y]: https://evil.example/p")
def test_no_picture_is_left_in_a_quiet_document_and_each_link_says_where_it_leads(said: str) -> None:
    for token in MarkdownIt("commonmark").parse(quiet(said)):
        assert all(child.type != "image" for child in token.children or ())
        for at, child in enumerate(token.children or ()):
            if child.type == "link_open":
                label = "".join(each.content for each in (token.children or ())[at + 1 :])
                assert foreign_text.host_of(str(child.attrs["href"])) in label
                assert str(child.attrs["href"]).startswith("http")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("[the fix](https://github.example/1)", "[the fix (github.example)](https://github.example/1)"),
        ("[github.example](https://github.example/1)", "[github.example](https://github.example/1)"),
        ("a :material/lock: :red[x] :smile: at 10:30:15", "a \\:material/lock: \\:red[x] \\:smile: at 10:30:15"),
        ("cost $a$ and $$b$$", "cost \\$a\\$ and \\$\\$b\\$\\$"),
        ("# Heading\r\n\r\n- item", "# Heading\n\n- item"),
    ],
)
def test_a_quiet_document_keeps_its_form(said: str, shown: str) -> None:
    assert quiet(said) == shown


def test_nobody_is_called_in_a_chat_and_no_link_hides_where_it_leads() -> None:
    assert (
        chat("<!channel> <@U1> <https://evil.example|logs> a < b")
        == "‹!channel> ‹@U1> ‹https://evil.example|logs> a < b"
    )


def test_showing_again_changes_nothing() -> None:
    assert harmless(harmless("a\u202eb")) == harmless("a\u202eb") == "a\\u202eb"


def test_ordinary_words_in_any_language_stay_as_they_are() -> None:
    words = "Über\u00a0 日本語 🙂 → 5 %\n\tindented"
    assert harmless(words) == words
