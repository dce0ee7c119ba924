"""A document is taken apart by heading, and every passage is exactly the lines that it cites."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sre_core.knowledge.chunks import LENGTH, front_matter, parse_document

RUNBOOK = """---
title: "Cart is slow"
kind: runbook
service: cart
faults: [memory_exhaustion, 'cache_stampede']
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
    document = parse_document("docs/cart.md", RUNBOOK)
    assert (document.title, document.kind, document.component) == ("Cart is slow", "runbook", "cart")
    assert document.faults == ("memory_exhaustion", "cache_stampede")
    assert document.matter["tags"] == ("shop", "redis")


def test_sections_are_found_by_heading_of_either_form_and_fences_hold_none() -> None:
    chunks = parse_document("cart.md", RUNBOOK).chunks
    assert [chunk.heading for chunk in chunks] == ["Cart is slow", "Cart is slow > Symptoms", "Cart is slow > Confirm"]
    assert "# not a heading" in chunks[1].text
    assert chunks[1].text.startswith("| metric")


def test_a_passage_is_exactly_the_lines_it_cites() -> None:
    lines = RUNBOOK.split("\n")
    for chunk in parse_document("cart.md", RUNBOOK).chunks:
        assert chunk.text == "\n".join(lines[chunk.first_line - 1 : chunk.last_line])


def test_without_front_matter_the_first_heading_and_the_path_tell() -> None:
    document = parse_document("postmortems/spring.md", "# Spring sale\n\ntext")
    assert (document.title, document.kind, document.component) == ("Spring sale", "postmortem", None)
    assert parse_document("notes/duty.txt", "call Ada").title == "duty"


def test_a_document_about_everything_is_about_no_component() -> None:
    assert parse_document("a.md", "---\ncomponent: '*'\n---\ntext").component is None


def test_long_sections_are_split_between_blocks_and_long_blocks_between_lines() -> None:
    paragraphs = "\n\n".join(f"paragraph {n} " + "word " * 60 for n in range(12))
    chunks = parse_document("long.md", f"# Long\n\n{paragraphs}").chunks
    assert len(chunks) > 2
    assert all(len(chunk.text) <= LENGTH for chunk in chunks)
    assert all(chunk.text.startswith("paragraph") for chunk in chunks)
    one_block = parse_document("block.md", "\n".join(["line " * 20] * 60)).chunks
    assert len(one_block) > 1
    assert all(len(chunk.text) <= LENGTH for chunk in one_block)


def test_an_open_rule_at_the_top_is_no_front_matter() -> None:
    assert front_matter(["---", "title: x"]) == ({}, 0)
    assert front_matter(["title: x", "---"]) == ({}, 0)


@given(st.text(alphabet="# -=|`>*ab\n\r\t:[]'\"0.1\\", max_size=300) | st.text(max_size=200))
def test_any_text_is_taken_apart_into_the_lines_it_cites(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for chunk in parse_document("any.md", text).chunks:
        assert chunk.text == "\n".join(lines[chunk.first_line - 1 : chunk.last_line])
