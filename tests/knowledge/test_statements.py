"""What a passage says, statement by statement."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sre_core.knowledge.statements import announced, blocks, statements

PASSAGE = """Drain it first. Then
restart it: nothing is lost.

- Tell the team.
- Wait
  a minute.

| what | where |
|---|---|
| disk | node |

To look at it:

```sh
df -h

du -sh
```
"""
LINES = PASSAGE.split("\n")


def test_sentences_items_rows_and_commands_each_say_one_thing() -> None:
    assert [(one.text, one.lines) for one in statements(LINES)] == [
        ("Drain it first.", (0, 1)),
        ("Then\nrestart it: nothing is lost.", (0, 2)),
        ("- Tell the team.", (3, 4)),
        ("- Wait\n  a minute.", (4, 6)),
        ("| disk | node |", (9, 10)),
        ("To look at it:", (11, 12)),
        ("df -h", (14, 15)),
        ("du -sh", (16, 17)),
    ]


def test_what_announces_a_command_is_said_of_it_too() -> None:
    command = next(one for one in statements(LINES) if one.text == "df -h")
    assert "To look at it:" in command.block


def test_a_statement_that_ends_in_a_colon_announces_what_follows_it() -> None:
    said = {one.text: one for one in statements(LINES)}
    assert announced(LINES, said["To look at it:"]) == (11, 18)
    assert announced(LINES, said["- Tell the team."]) == (3, 4)
    alone = ["That was all:"]
    assert announced(alone, next(statements(alone))) == (0, 1)


def test_a_fence_that_is_never_closed_lasts_to_the_end() -> None:
    assert [(one.form, one.lines) for one in blocks(["a", "```", "b", ""])] == [("prose", (0, 1)), ("code", (1, 4))]


@given(st.text(alphabet="ab .:|-`*#\n1", max_size=200))
def test_a_statement_is_text_of_its_own_lines(text: str) -> None:
    lines = text.split("\n")
    begins = 0
    for one in statements(lines):
        first, last = one.lines
        assert one.text in "\n".join(lines[first:last])
        assert one.text in one.block
        assert begins <= first < last <= len(lines)
        begins = first
