"""A postmortem draft says what the timeline says, and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_core.domain import Alert, Rating
from sre_core.events import AlertReceived, ConclusionRated, FactStated, entry
from sre_core.postmortem.draft import PostmortemDraft, draft
from sre_core.postmortem.markdown import markdown
from sre_core.postmortem.pdf import pdf
from tests.fakes import PERSON, START, ListTimeline, equipped, run_until_turn_ends

KILN = entry(PERSON, AlertReceived(alert=Alert(title="The kiln is too cold", starts_at=START - timedelta(minutes=5))))
HEADINGS = ["Summary", "Impact", "Timeline", "Root cause", "Contributing factors", "Actions"]


async def investigated() -> ListTimeline:
    return await run_until_turn_ends(equipped(), KILN)


def drafted(timeline: ListTimeline) -> PostmortemDraft:
    return draft(timeline.state, timeline.events)


async def test_every_sentence_points_at_evidence_or_at_an_event_that_is_there() -> None:
    timeline = await investigated()
    timeline.say(entry(PERSON, FactStated(text="The wood is wet")))
    made = drafted(timeline)
    assert [section.heading for section in made.sections] == HEADINGS
    for section in made.sections:
        for sentence in section.sentences:
            assert sentence.evidence or sentence.events, sentence
            assert set(sentence.evidence) <= set(timeline.state.evidence)
            assert all(1 <= seq <= timeline.events[-1].seq for seq in sentence.events)


async def test_the_timeline_is_in_order_and_begins_with_the_condition_itself() -> None:
    made = drafted(await investigated())
    moments = [sentence.at for sentence in made.sections[2].sentences]
    assert moments == sorted(moments)
    assert made.sections[2].sentences[0].text == "The condition that the alert tells of began."


async def test_what_a_person_said_is_in_it_with_their_name() -> None:
    timeline = await investigated()
    timeline.say(
        entry(PERSON, ConclusionRated(rating=Rating.WRONG, component="door", fault="door_open", note="It stood open."))
    )
    text = markdown(drafted(timeline))
    assert "ada rated this conclusion wrong." in text
    assert "A person later told the true cause: door: door open. It stood open." in text


async def test_an_investigation_without_a_conclusion_says_so() -> None:
    timeline = ListTimeline()
    timeline.write(KILN)
    text = markdown(drafted(timeline))
    assert "The investigation has reached no conclusion yet. [1]" in text
    assert "> To fill in: What was the root cause?" in text


async def test_the_markdown_quotes_each_piece_of_evidence_that_is_cited() -> None:
    text = markdown(drafted(await investigated()))
    cited = set(re.findall(r"\bE\d+\b", text.split("## Evidence")[0]))
    assert cited
    assert cited == set(re.findall(r"^- \*\*(E\d+)\*\* \(look, event \d+\)", text, re.MULTILINE))


async def test_the_pdf_holds_the_words_of_the_draft() -> None:
    text = markdown(drafted(await investigated()))
    words = read_back(pdf(text, "A title"))
    assert "Postmortem: The kiln is too cold" in words
    assert "Contributing factors" in words
    assert "kind: postmortem" not in words


def test_a_pdf_keeps_signs_of_code_and_marks_what_its_font_lacks() -> None:
    words = read_back(pdf("`kubectl get --all __init__` **bold** → 漢 <b>x</b>", "t"))
    assert "kubectl get --all __init__ bold -> ? <b>x</b>" in words


@pytest.mark.slow
@settings(max_examples=25)
@given(st.text(alphabet=st.sampled_from("#*-_>`|[]() \n1.ab\\→漢😀\t"), max_size=200))
def test_any_text_becomes_a_pdf(text: str) -> None:
    assert pdf(text, text).startswith(b"%PDF")


def read_back(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
