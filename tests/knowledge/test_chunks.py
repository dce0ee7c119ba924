"""A document is taken apart by heading, and every passage is exactly the lines that it cites."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.knowledge.chunks import MOST_TOKENS, estimated_tokens, lines_of, parse_document, parse_text
from sre_core.knowledge.documents import Section, SourceDocument
from sre_core.knowledge.matter import front_matter

RUNBOOK = """---
title: "Cart is slow"
kind: runbook
service: cart
faults: [memory_exhaustion, 'cache_stampede']
alerts:
  - CartLatencyHigh
runbook_url: https://runbooks.example/shop/cart-latency.html
date: 2026-03-01
tags:
  - shop
  - redis
---

# Cart is slow

What to do when the cart is slow.

Symptoms
--------

| metric | value |
|--------|-------|
| p99    | 3 s   |

```sh
# not a heading
kubectl top pods
```

## Confirm

- look at redis
- look at the deploy
"""


def test_front_matter_says_what_the_document_is() -> None:
    document = parse_text("docs/cart.md", RUNBOOK)
    assert (document.title, document.kind, document.component) == ("Cart is slow", "runbook", "cart")
    assert document.faults == ("memory_exhaustion", "cache_stampede")
    assert document.matter["tags"] == ("shop", "redis")
    assert document.links == ("https://runbooks.example/shop/cart-latency.html",)
    assert document.dated == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_document_is_found_by_alert_link_title_and_the_name_of_its_file() -> None:
    exact = parse_text("docs/slow-cart.md", RUNBOOK).exact
    assert exact["cartlatencyhigh"] == "name"
    assert exact["runbooksexampleshopcartlatencyhtml"] == "link"
    assert exact["cartlatency"] == "name"
    assert (exact["cartisslow"], exact["slowcart"]) == ("title", "title")


def test_headings_that_are_nothing_but_a_name_or_a_code_are_names() -> None:
    page = "# Playbook\n\n## MimirIngesterRestarts\n\nx\n\n## OSD_NEARFULL\n\ny\n\n## What to do about ORA-01555\n\nz"
    exact = parse_text("all.md", page).exact
    assert (exact["mimiringesterrestarts"], exact["osdnearfull"], exact["ora01555"]) == ("name", "code", "code")
    assert "whattodoaboutora01555" not in exact


def test_a_file_called_like_many_is_not_found_by_that() -> None:
    assert "readme" not in parse_text("cart/README.md", "# Cart\n\ntext").exact


def test_sections_are_found_by_heading_of_either_form_and_fences_hold_none() -> None:
    chunks = parse_text("cart.md", RUNBOOK).chunks
    assert [chunk.heading for chunk in chunks] == ["Cart is slow", "Cart is slow > Symptoms", "Cart is slow > Confirm"]
    assert "# not a heading" in chunks[1].text
    assert chunks[1].text.startswith("| metric")


def test_a_passage_is_embedded_after_its_title_taken_apart_and_raw_and_its_headings() -> None:
    chunk = parse_text("a.md", "# KubePodCrashLooping\n\n## Meaning\n\nThe pod restarts.").chunks[0]
    assert chunk.embedded == "Kube Pod Crash Looping (KubePodCrashLooping) > Meaning\nThe pod restarts."


def test_without_front_matter_the_first_heading_and_the_path_tell() -> None:
    document = parse_text("postmortems/spring.md", "# Spring sale\n\ntext")
    assert (document.title, document.kind, document.component) == ("Spring sale", "postmortem", None)
    assert parse_text("notes/duty.txt", "call Ada").title == "duty"


def test_a_first_heading_that_is_one_of_several_does_not_name_the_document() -> None:
    page = "### Understand the alert\n\nRollbacks.\n\n### Troubleshoot\n\nLook."
    assert parse_text("postgres_rollbacks.md", page).title == "postgres_rollbacks"
    assert parse_text("x.md", "## Disk full\n\ntext\n\n### Fix\n\ntext").title == "Disk full"


def test_a_skill_is_known_by_its_name_and_its_description_is_a_passage() -> None:
    skill = parse_text(
        "skills/restart/SKILL.md",
        "---\nname: pg-restart\ndescription: >\n  When postgres\n  hangs.\n---\n# Steps\n\nOne.",
    )
    assert (skill.title, skill.kind, skill.exact["pgrestart"]) == ("pg-restart", "runbook", "name")
    assert (skill.chunks[0].first_line, skill.chunks[0].last_line) == (3, 5)
    assert "When postgres" in skill.chunks[0].text


def test_a_document_about_everything_is_about_no_component() -> None:
    assert parse_text("a.md", "---\ncomponent: '*'\n---\ntext").component is None


def test_what_the_reader_says_goes_before_what_the_text_says() -> None:
    given_ = SourceDocument(path="a.md", text=RUNBOOK, title="Other", kind="note", component="shop", names=("E42",))
    document = parse_document(given_)
    assert (document.title, document.kind, document.component, document.names[0]) == ("Other", "note", "shop", "E42")


def test_given_sections_are_the_borders() -> None:
    text = "one\ntwo\n\nthree\n\nfour\nfive"
    sections = (
        Section(heading=("Page 1",), first_line=1, last_line=2),
        Section(heading=("Page 2",), first_line=4, last_line=9),
    )
    chunks = parse_document(SourceDocument(path="a.pdf", text=text, form="text", sections=sections)).chunks
    assert [(chunk.heading, chunk.first_line, chunk.last_line) for chunk in chunks] == [
        ("Page 1", 1, 2),
        ("Page 2", 4, 7),
    ]


def test_plain_text_has_no_headings() -> None:
    (chunk,) = parse_document(SourceDocument(path="a.log", text="# comment\n- x", form="text")).chunks
    assert (chunk.heading, chunk.text) == ("", "# comment\n- x")


def test_long_sections_are_split_between_blocks_and_long_blocks_between_lines() -> None:
    paragraphs = "\n\n".join(f"paragraph {n} " + "word " * 60 for n in range(12))
    chunks = parse_text("long.md", f"# Long\n\n{paragraphs}").chunks
    assert len(chunks) > 2
    assert all(chunk.text.startswith("paragraph") for chunk in chunks)
    one_block = parse_text("block.md", "\n".join(["line " * 20] * 60)).chunks
    assert len(one_block) > 1
    assert all(estimated_tokens(chunk.text) < MOST_TOKENS for chunk in (*chunks, *one_block))


def test_a_very_long_title_leaves_room_for_the_text() -> None:
    chunks = parse_text("a.md", f"# {'Long title ' * 60}\n\n{'word ' * 900}end").chunks
    assert all(0 < estimated_tokens(chunk.embedded) <= MOST_TOKENS for chunk in chunks)
    assert chunks[-1].embedded.endswith("end")


def test_what_the_parser_makes_nothing_of_is_kept() -> None:
    (chunk,) = parse_text("a.md", "# A\n\n[wiki]: https://wiki.example\n\nSee [wiki].").chunks
    assert (chunk.first_line, chunk.last_line) == (3, 5)


def test_a_document_of_headings_alone_is_still_found() -> None:
    (chunk,) = parse_text("a.md", "# Disk full\n## Fix").chunks
    assert (chunk.first_line, chunk.last_line) == (1, 2)


@pytest.mark.parametrize(
    "text",
    ["---\ntitle: x", "title: x\n---", "---\n- a\n- b\n---", "---\na: [\n---\ntext", "---\n" + "[" * 9000 + "\n---"],
)
def test_what_is_no_mapping_between_two_rules_is_no_front_matter(text: str) -> None:
    matter, taken = front_matter(text.split("\n"))
    assert (matter.said, taken) == ({}, 0)


def test_an_alias_in_front_matter_is_no_bomb() -> None:
    lines = [
        "---",
        "a: &a [x, x]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1 if n else str()}'] * 9)}]" for n in range(12)),
        "---",
    ]
    assert front_matter(lines)[0].said["a"] == ("x", "x")


MARKDOWN = st.lists(
    st.sampled_from(
        [
            "# A",
            "## B",
            "C",
            "===",
            "---",
            "- item",
            "  more",
            "1. one",
            "```",
            "| a | b |",
            "|---|---|",
            "[r]: http://x",
            "> q",
            "",
            "<p>",
        ]
    )
    | st.text(max_size=30),
    max_size=30,
).map("\n".join)


@given(MARKDOWN | st.text(max_size=200), st.sampled_from(["markdown", "text"]))
def test_every_line_that_is_no_heading_stands_in_exactly_one_passage(text: str, form: str) -> None:
    """Blank lines, headings with their underlines, and front matter aside."""
    lines = lines_of(text)
    document = parse_document(SourceDocument(path="any.md", text=text, form=form))  # type: ignore[arg-type]
    held = Counter(line for chunk in document.chunks for line in range(chunk.first_line, chunk.last_line + 1))
    for chunk in document.chunks:
        if held[chunk.first_line] == 1:
            assert chunk.text == "\n".join(lines[chunk.first_line - 1 : chunk.last_line])
    for number, count in held.items():
        parts = [chunk.text for chunk in document.chunks if chunk.first_line == chunk.last_line == number]
        assert count == 1 or " ".join(" ".join(parts).split()) == " ".join(lines[number - 1].split())
    if form == "text":
        assert all(number in held for number, line in enumerate(lines, 1) if line.strip())
    elif not document.matter:
        missing = [line.strip() for number, line in enumerate(lines, 1) if line.strip() and number not in held]
        assert all(line.startswith("#") or set(line) <= set("=-") or _next_underlines(lines, line) for line in missing)


@given(
    st.lists(
        st.sampled_from(["# A", "## B", "- item", "  more", "1. one", "```", "[r]: http://x", "> q", "", "<p>", "text"])
    )
)
def test_only_headings_are_in_no_passage(lines: list[str]) -> None:
    document = parse_text("any.md", "\n".join(lines))
    held = {line for chunk in document.chunks for line in range(chunk.first_line, chunk.last_line + 1)}
    assert all(line.startswith("#") for number, line in enumerate(lines, 1) if line and number not in held)


def _next_underlines(lines: list[str], line: str) -> bool:
    """Whether some line of this text is, with those after it, a heading by its underline."""
    after = (lines[place + 1 :] for place, other in enumerate(lines) if other.strip() == line)
    return any(any(set(below.strip()) <= set("=-") and below.strip() for below in rest) for rest in after)


@given(st.text(max_size=600), st.text(max_size=300))
def test_what_is_embedded_fits_the_model(title: str, text: str) -> None:
    for chunk in parse_document(SourceDocument(path="any.md", text=f"{text} {title * 3}", title=title or "x")).chunks:
        assert estimated_tokens(chunk.embedded) <= MOST_TOKENS


def test_a_line_that_is_longer_than_a_passage_is_embedded_to_its_end() -> None:
    words = [f"word{number}" for number in range(2000)]
    document = parse_text("long.md", "# Long\n\n" + " ".join(words))
    assert " ".join(chunk.text for chunk in document.chunks).split() == words
    assert {(chunk.first_line, chunk.last_line) for chunk in document.chunks} == {(3, 3)}
    assert all(chunk.text in chunk.embedded for chunk in document.chunks)


def test_an_endless_word_is_one_passage() -> None:
    document = parse_text("blob.txt", "x" * 100_000)
    assert [chunk.text for chunk in document.chunks] == ["x" * 100_000]
