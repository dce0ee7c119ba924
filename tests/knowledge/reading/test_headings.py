"""Headings of reStructuredText and AsciiDoc are headings here, too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.knowledge.chunks import parse_document
from sre_core.knowledge.reading.headings import outlined
from tests.knowledge.reading.made import document

RST = """==========
Disk full
==========

The volume is at its limit.

Confirm
-------

Look at it::

    df -h
    -----

===== =====
a     b
===== =====

Fix
---
Delete snapshots
~~~~~~~~~~~~~~~~

Only the old ones.
"""
ASCIIDOC = """= Disk full

The volume is at its limit.

== Confirm

----
== no heading
df -h
----

== Fix

=== Delete snapshots

Only the old ones.
"""


@pytest.mark.parametrize(("name", "text"), [("disk.rst", RST), ("disk.adoc", ASCIIDOC)])
def test_passages_stand_under_their_headings(name: str, text: str) -> None:
    read = document(name, text.encode())
    parsed = parse_document(read)
    assert (read.title, parsed.title) == ("Disk full", "Disk full")
    assert [chunk.heading for chunk in parsed.chunks] == [
        "Disk full",
        "Disk full > Confirm",
        "Disk full > Fix > Delete snapshots",
    ]
    last = parsed.chunks[-1]
    assert last.text.endswith("Only the old ones.")
    assert last.text.split("\n") == read.text.split("\n")[last.first_line - 1 : last.last_line]


@pytest.mark.parametrize(
    "text",
    [
        "A sentence.\nand another\n------\n",
        "--------\n\ntext\n",
        "+---+\n| a |\n+---+\n",
        "Longer title\n---\n",
        "  in\n  --\n",
    ],
)
def test_what_only_looks_like_a_heading_of_restructuredtext_is_text(text: str) -> None:
    assert outlined("a.rst", text).sections is None


def test_several_headings_of_the_same_rank_are_no_title() -> None:
    assert outlined("a.adoc", "== One\n\na\n\n== Two\n\nb\n").title == ""
    assert outlined("a.txt", ASCIIDOC).sections is None


@given(st.text(alphabet="=-a \n~", max_size=120), st.sampled_from(["a.rst", "a.adoc"]))
def test_every_line_from_the_first_heading_on_is_in_one_section(text: str, name: str) -> None:
    sections = outlined(name, text).sections or ()
    covered = [line for one in sections for line in range(one.first_line, one.last_line + 1)]
    assert covered == list(range(covered[0], text.count("\n") + 2)) if covered else sections == ()
    assert all(one.heading for one in sections)
