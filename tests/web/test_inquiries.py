"""What kind of question it is, what of it is searched for, and what backs an answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.errors import RefusedInput
from sre_core.web.citing import Quotes
from sre_core.web.disagreements import disagreements
from sre_core.web.dossier import Citation, Contradiction, Mode, Statement
from sre_core.web.inquiries import inquiry_of
from sre_core.web.page_cache import Page


@pytest.mark.parametrize(
    ("question", "mode", "subject"),
    [
        (
            "ExtPluginReplicationError: Code 7749. There is no internal documentation",
            Mode.ERROR_CODE,
            "ExtPluginReplicationError 7749",
        ),
        ("ExtPluginReplicationError 7749", Mode.ERROR_CODE, "ExtPluginReplicationError 7749"),
        ("connect ECONNREFUSED [address]", Mode.ERROR_CODE, "ECONNREFUSED"),
        ("ORA-00600 internal error", Mode.ERROR_CODE, "ORA-00600"),
        ("PostgreSQL 15.3 logical replication leaks memory", Mode.KNOWN_BUG, "PostgreSQL 15.3"),
        ("Redis 7.2.4 crashes with SIGSEGV", Mode.KNOWN_BUG, "Redis 7.2.4 SIGSEGV"),
        ("MISCONF Redis is not able to persist", Mode.ERROR_CODE, "MISCONF Redis"),
        ("CRITICAL: SQLSTATE 08006", Mode.ERROR_CODE, "08006"),
        ("pod is in CrashLoopBackOff", Mode.ERROR_CODE, "CrashLoopBackOff"),
        ("is Stripe down?", Mode.OUTAGE, "Stripe"),
        ("Is there a Cloudflare outage", Mode.OUTAGE, "Cloudflare"),
        ("CVE-2024-3094 xz", Mode.ADVISORY, "CVE-2024-3094"),
        ("security advisory for nginx 1.25.1", Mode.ADVISORY, "nginx 1.25.1"),
        ("orders are slow", Mode.GENERAL, "orders slow"),
    ],
)
def test_a_question_is_known_by_what_it_names(question: str, mode: Mode, subject: str) -> None:
    inquiry = inquiry_of(question)
    assert (inquiry.mode, inquiry.subject) == (mode, subject)


def test_a_mode_that_was_asked_for_is_kept() -> None:
    assert inquiry_of("redis 7.2.4 crashes", Mode.ADVISORY).mode is Mode.ADVISORY


@pytest.mark.parametrize("question", ["[service]", "[host] [redacted: password]", "  "])
def test_a_question_of_private_names_alone_is_not_asked(question: str) -> None:
    with pytest.raises(RefusedInput, match="public words"):
        inquiry_of(question)


@given(st.text(max_size=200))
def test_any_text_is_an_inquiry_or_refused(text: str) -> None:
    try:
        assert inquiry_of(text).subject
    except RefusedInput:
        return


def page(name: str, text: str) -> Page:
    return Page(address=f"https://{name}.example/", title=name, text=text, fetched_at=datetime(2026, 1, 1, tzinfo=UTC))


A = page("a", "The slot is **taken** by\nan older `installation`. Fixed in 2.4.1 since May.")


def citing(quote: str, address: str = A.address) -> Citation:
    return Citation(address=address, title="whatever it claims", quote=quote)


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("The slot is **taken** by\nan older `installation`.", True),
        ("slot is taken by an older installation", True),
        ("The slot was taken by an older installation", False),
        ("the slot is taken by an older", False),
        ("The slot", False),
        ("", False),
    ],
)
def test_a_quote_stands_on_its_page_or_is_none(quote: str, stands: bool) -> None:
    held = Quotes([A]).verified([citing(quote)])
    assert bool(held) is stands
    assert all(one.title == "a" for one in held)


def test_a_quote_of_a_page_that_was_not_read_is_none() -> None:
    assert Quotes([A]).verified([citing("The slot is taken by", "https://b.example/")]) == ()


@pytest.mark.parametrize(
    ("text", "backed"),
    [
        ("An older installation holds the slot.", True),
        ("It is fixed in 2.4.1.", True),
        ("It is fixed in 2.4.2.", False),
        ("Error 7749 means that the slot is taken.", True),
    ],
)
def test_a_statement_states_no_figure_that_nothing_backs(text: str, backed: bool) -> None:
    statement = Statement(
        text=text, citations=(citing("Fixed in 2.4.1 since May."), citing("invented words of nobody"))
    )
    held = Quotes([A]).backed(statement, "what is 7749?")
    assert (held is not None) is backed
    assert held is None or len(held.citations) == 1


def test_a_contradiction_has_two_sides() -> None:
    one, made_up = citing("Fixed in 2.4.1 since May."), citing("It was never fixed at all.")
    assert Quotes([A]).opposed(Contradiction(text="x", citations=(one, made_up))) is None


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ("It is fixed in 2.4.1.", "This was resolved in version 2.5.0.", "fixed in 2.4.1"),
        ("It is fixed in 2.4.1.", "There is no fix for it.", "not fixed"),
        ("You should restart the plugin.", "Do not restart the plugin.", "do not restart"),
        ("It is fixed in 2.4.1.", "It is fixed in 2.4.1 as well.", ""),
        ("Do not restart the plugin.", "A restart is not needed.", ""),
        ("Do not restart it.", "You should not restart it either.", ""),
    ],
)
def test_pages_that_disagree_are_named(one: str, other: str, says: str) -> None:
    found = list(disagreements([(page("a", one), one), (page("b", other), other)]))
    assert bool(found) is bool(says)
    assert all(says in contradiction.text and len(contradiction.citations) == 2 for contradiction in found)


def test_one_page_does_not_disagree_with_itself() -> None:
    assert list(disagreements([(A, "It is fixed in 2.4.1."), (A, "It is fixed in 2.5.0.")])) == []
