"""Of a long page a model is shown what is about the question, word for word and in its order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sre_core.web.dossier import Inquiry, Mode
from sre_core.web.excerpts import LEFT_OUT, excerpt
from tests.web.fakes import page

INQUIRY = Inquiry(question="q", mode=Mode.ERROR_CODE, why="w", codes=("7749",), symptom="slot conflict")
FILLER = "\n\n".join(f"Paragraph {number} speaks of the weather." for number in range(40))


def test_a_short_page_is_shown_whole() -> None:
    assert excerpt(page("a", "All of it."), INQUIRY, 100) == "All of it."


def test_of_a_long_page_the_paragraphs_that_name_the_code_are_shown_with_what_the_page_is() -> None:
    text = f"# Errors\n\n{FILLER}\n\n## Code 7749\n\nThe slot is taken twice.\n\n{FILLER}"
    shown = excerpt(page("a", text), INQUIRY, 200)
    assert shown.startswith("# Errors")
    assert "## Code 7749\n\nThe slot is taken twice." in shown
    assert shown.endswith(LEFT_OUT)
    assert len(shown) <= 200


@given(text=st.text(alphabet="ab7 \n.", max_size=400), most=st.integers(20, 300))
def test_nothing_is_shown_that_does_not_stand_there(text: str, most: int) -> None:
    shown = excerpt(page("a", text), INQUIRY, most)
    assert all(part.strip() in text for part in shown.split(LEFT_OUT))
    assert len(shown) <= most
