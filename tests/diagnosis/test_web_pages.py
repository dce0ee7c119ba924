"""What the web says becomes evidence with its page and quote, about no component of ours, and weighs nothing."""

from __future__ import annotations

from sre_core.diagnosis.detectors import findings_in
from sre_core.diagnosis.roles import Role, role_of
from sre_core.web.dossier import Citation, Contradiction, Dossier, Mode, Statement
from tests.diagnosis.given import context

VENDOR = Citation(address="https://vendor.example/errors", title="Errors", quote="7749: two instances use one slot.")
FORUM = Citation(address="https://forum.example/7749", title="7749?", quote="Fixed in 2.4.1 for us.")
CAUSE = Statement(about="cause", text="One slot is used twice.", citations=(VENDOR,))


def dossier(*statements: Statement, contradictions: tuple[Contradiction, ...] = ()) -> Dossier:
    return Dossier(
        question="7749?",
        mode=Mode.ERROR_CODE,
        by="rules",
        said="It was read.",
        ended="enough",
        statements=statements,
        contradictions=contradictions,
    )


def test_a_statement_is_a_note_with_its_page_and_its_quote() -> None:
    (found,) = findings_in(dossier(CAUSE), context())
    assert (found.quote, found.locator) == (VENDOR.quote, "https://vendor.example/errors (cause) Errors")
    assert (found.component, found.blames, dict(found.suggests)) == (None, None, {})
    assert role_of(found.kind) is Role.NOTE


def test_pages_that_disagree_are_a_note_with_both_quotes() -> None:
    opposed = Contradiction(text="2.4.1 or 2.5.0?", citations=(VENDOR, FORUM))
    _, found = findings_in(dossier(CAUSE, contradictions=(opposed,)), context())
    assert VENDOR.quote in found.quote
    assert FORUM.quote in found.quote
    assert role_of(found.kind) is Role.NOTE


def test_a_research_without_a_statement_says_nothing() -> None:
    assert findings_in(dossier(), context()) == []


def test_a_long_dossier_is_cut_to_its_first_statements() -> None:
    assert len(findings_in(dossier(*[CAUSE] * 30), context())) == 6
