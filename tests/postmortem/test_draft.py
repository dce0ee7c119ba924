"""A postmortem draft says what the timeline says, and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Alert, Conclusion, NotExamined, Rating, Verdict
from sre_core.events import AlertReceived, ConclusionRated, ConclusionReached, FactStated, entry
from sre_core.postmortem.draft import draft
from sre_core.postmortem.markdown import markdown
from sre_core.postmortem.pdf import pdf
from sre_core.postmortem.written import Correction, PostmortemDraft
from tests.fakes import PERSON, START, ListTimeline, equipped, run_until_turn_ends
from tests.memory.told import incident
from tests.tries import tried

KILN = entry(PERSON, AlertReceived(alert=Alert(title="The kiln is too cold", starts_at=START - timedelta(minutes=5))))
HEADINGS = ["Summary", "Impact", "Timeline", "Root cause", "Contributing factors", "Actions"]


async def investigated() -> ListTimeline:
    return await run_until_turn_ends(equipped(), KILN)


def said(made: PostmortemDraft, heading: str) -> list[str]:
    return [s.text for section in made.sections if section.heading == heading for s in section.sentences]


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
    assert "ada told the true cause later: it was door: door open. It stood open." in text


async def test_a_rating_with_cause_and_fix_in_words_stands_in_timeline_cause_and_actions() -> None:
    timeline = await investigated()
    told = ConclusionRated(
        rating=Rating.WRONG, component="door", cause="the hinge broke", fix="a new one", fix_held=True
    )
    timeline.say(entry(PERSON, told))
    made = drafted(timeline)
    assert (made.component, made.fault) == ("door", None)
    assert "ada rated the conclusion wrong: it was door: the hinge broke. Fix: a new one; it held." in said(
        made, "Timeline"
    )
    assert "ada tells: Fix: a new one; it held." in said(made, "Actions")


async def test_what_was_corrected_in_memory_is_in_it_with_the_revision_that_says_so() -> None:
    timeline = await investigated()
    believed = incident(
        component="door", fault="door_open", statement="It stood open.", resolution="shut it", done=True
    )
    corrected = Correction(believed=believed, revision=3, by="bo", at=START)
    made = draft(timeline.state, timeline.events, corrected)
    text = markdown(made)
    assert (made.component, made.fault) == ("door", "door_open")
    assert "bo corrected this in memory on 2025-11-01: door: door open. It stood open. [memory 3]" in text
    assert "As corrected in memory: Fix: shut it. [memory 3]" in text
    assert "[memory n] is revision n of what is remembered of it." in text


async def test_what_nobody_looked_at_is_no_contributing_factor() -> None:
    timeline = await investigated()
    gap = NotExamined(source="traces", component="door", reason="nothing was recorded")
    conclusion = Conclusion(verdict=Verdict.INCONCLUSIVE, headline="Not settled", not_examined=(gap,))
    timeline.say(entry("reasoner:rules", ConclusionReached(conclusion=conclusion)))
    made = drafted(timeline)
    assert not any("traces" in text.casefold() for text in said(made, "Contributing factors"))
    assert said(made, "Not examined") == ["Traces of `door`: nothing was recorded."]


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
@tried(12)
@given(st.text(alphabet=st.sampled_from("#*-_>`|[]() \n1.ab\\→漢😀\t"), max_size=200))
def test_any_text_becomes_a_pdf(text: str) -> None:
    assert pdf(text, text).startswith(b"%PDF")


def read_back(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
