"""A question is answered with quotes that stand where they say, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.knowledge.ask import MOST_CHARACTERS, MOST_LINES, UNANSWERED, ask, quoted
from sre_core.knowledge.loose import LooseDocuments
from sre_core.knowledge.search import Searcher
from sre_core.tools.search_runbooks import Passage

RUNBOOK = """# Cart database

## Restart

The database of the cart is a single instance.
It holds no state that cannot be rebuilt.

To restart the database safely, drain the connections first:

```sh
pgbouncer pause cart
systemctl restart postgresql
```

- Tell the shop team before.
- Never restart at noon.
"""


def passage(text: str, first_line: int = 1) -> Passage:
    return Passage(
        document="a.md",
        title="A",
        kind="runbook",
        heading="A",
        first_line=first_line,
        last_line=first_line + text.count("\n"),
        text=text,
        score=1.0,
    )


def test_the_lines_that_say_most_are_quoted_with_the_command_they_announce() -> None:
    answered = ask(
        "how do I restart the database safely",
        Searcher([LooseDocuments({"cart.md": RUNBOOK})]).find("restart the database safely"),
    )
    (quote,) = answered.quotes
    assert answered.answered
    assert (quote.citation, quote.heading) == ("cart.md:8-13", "Cart database > Restart")
    assert quote.text.startswith("To restart the database safely")
    assert "systemctl restart postgresql" in quote.text
    assert "\n".join(RUNBOOK.split("\n")[quote.first_line - 1 : quote.last_line]).rstrip() == quote.text.rstrip()


def test_a_few_lines_stand_around_what_answers() -> None:
    quote = quoted("restart at noon", passage(RUNBOOK))
    assert quote.text == "- Never restart at noon."
    assert quote.before == ("```", "", "- Tell the shop team before.")
    assert quote.after == ()
    assert quote.first_line == RUNBOOK.split("\n").index(quote.text) + 1


def test_words_of_the_title_decide_nothing_inside_the_document() -> None:
    found = passage("The cart database is the database of the cart.\n\nThe shop team owns it.")
    titled = found.model_copy(update={"title": "Cart database", "heading": "Cart database > What it is"})
    assert quoted("which team owns the cart database", titled).text == "The shop team owns it."


def test_the_answer_may_stand_in_another_passage_of_the_document_than_the_one_that_was_found() -> None:
    found = passage("The database of the cart restarts by itself.")
    beside = passage("Backups stay for ninety days.\nNobody deletes them.", first_line=20)
    quote = quoted("how many days do backups of the cart database stay", found, [found, beside])
    assert (quote.text, quote.citation) == ("Backups stay for ninety days.", "a.md:20")
    assert quote.after == ("Nobody deletes them.",)


def test_what_stands_under_a_heading_that_is_asked_for_answers() -> None:
    cause = passage("A migration held the lock.", first_line=9).model_copy(update={"heading": "Outage of May > Cause"})
    found = passage("The outage of May took an hour.").model_copy(update={"title": "Outage of May"})
    assert quoted("what was the cause of the outage in May", found, [found, cause]).text == cause.text


def test_a_name_counts_as_a_whole() -> None:
    rows = "- `orders-cache`: on the same disk as the db\n- `orders-db`: on a disk of its own\n- `cart-db`: orders go elsewhere"
    assert quoted("which disk has orders-db", passage(rows)).text.startswith("- `orders-db`")


def test_what_the_documents_do_not_answer_is_said_and_near_misses_are_no_answer() -> None:
    question = "which database of lottery numbers predicts tomorrow"
    answered = ask(question, Searcher([LooseDocuments({"cart.md": RUNBOOK})]).find(question))
    assert (answered.answered, answered.quotes, answered.searched) == (False, (), 1)
    assert answered.said == f"{UNANSWERED} 1 document searched by words."
    assert [miss.document for miss in answered.near_misses] == ["cart.md"]


def test_an_empty_knowledge_base_says_so() -> None:
    assert ask("anything", Searcher([]).find("anything")).said == f"{UNANSWERED} There are none yet."


def test_a_quote_is_not_the_whole_passage() -> None:
    text = (
        "\n\n".join(f"Paragraph {n} is about the weather." for n in range(20)) + "\n\nThe undo tablespace is too small."
    )
    quote = quoted("enlarge the undo tablespace", passage(text, first_line=11))
    assert quote.text == "The undo tablespace is too small."
    assert (quote.first_line, quote.last_line) == (51, 51)


def test_of_a_very_long_line_the_sentences_around_the_best_are_quoted() -> None:
    line = (
        " ".join(f"Sentence {n} is about the weather of today." for n in range(40))
        + " The undo tablespace is too small. "
        + "And so on. " * 60
    )
    quote = quoted("undo tablespace", passage(line))
    assert quote.text.startswith("… The undo tablespace is too small.")
    assert len(quote.text) <= MOST_CHARACTERS + 4


@pytest.mark.parametrize("length", [3, 30])
def test_a_long_block_is_quoted_where_it_says_most(length: int) -> None:
    rows = [f"| node-{n} | fine |" for n in range(length)] + ["| db | undo tablespace full |"]
    quote = quoted("undo tablespace", passage("\n".join(rows)))
    assert "undo tablespace" in quote.text
    assert quote.text.count("\n") < MOST_LINES


@given(st.text(max_size=300), st.text(max_size=60))
def test_a_quote_is_inside_its_passage(text: str, question: str) -> None:
    quote = quoted(question, passage(text, first_line=5))
    assert 5 <= quote.first_line <= quote.last_line <= 5 + text.count("\n")
    assert quote.first_line - len(quote.before) >= 5
    assert quote.last_line + len(quote.after) <= 5 + text.count("\n")
    if len(quote.text) <= MOST_CHARACTERS and "…" not in quote.text:
        assert quote.text == "\n".join(text.split("\n")[quote.first_line - 5 : quote.last_line - 4])
