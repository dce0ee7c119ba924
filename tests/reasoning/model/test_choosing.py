"""The form in which a model names its next call."""

from __future__ import annotations

from sre_core.reasoning.model.choosing import choice_among
from sre_core.tools.registry import tools_for
from tests.fakes_rules import NothingWritten, bakery


def test_the_same_offer_has_the_same_form_whoever_made_the_tools() -> None:
    """What is made of a form (its schema, what instructor works with) is kept for as long as the process lives."""
    one, other = (tools_for(bakery("slow"), NothingWritten(), NothingWritten()) for _ in range(2))
    assert choice_among(one) is choice_among(other)
    del other["calculate"]
    assert choice_among(one) is not choice_among(other)
