"""People ask the web: what leaves is masked and shown first; where it cannot be asked, they are told what to set."""

from __future__ import annotations

from functools import partial

import pytest

from sre_core.errors import RefusedInput
from sre_core.people import Person, Role
from sre_core.reasoning.model.alone import no_model, researcher
from sre_core.web.access import MakeResearcher
from sre_core.web.desk import ResearchDesk
from sre_core.web.dossier import Mode
from sre_core.web.masking import Mask
from sre_core.web.research import Research
from tests.web.fakes import FakePages, FakeSearch

ADA = Person(name="ada", role=Role.VIEWER, via="a test")
PAGES = {"a": "Code 7749 is caused by a second installation.", "b": "To fix code 7749, drop the old slot."}


def desk(search: FakeSearch | None) -> ResearchDesk:
    def research(make: MakeResearcher) -> Research | None:
        return Research(search, FakePages(PAGES), Mask({"orders-db": "database"}), make) if search else None

    return ResearchDesk(research, partial(researcher, no_model))


def test_what_is_shown_first_is_what_is_sent_first() -> None:
    search = FakeSearch(names=("a", "b"))
    at = desk(search)
    shown = at.preview("ExtPluginReplicationError 7749 at orders-db")
    assert search.sent == []
    assert shown.inquiry.question == "ExtPluginReplicationError 7749 at [database]"
    assert shown.inquiry.mode is Mode.ERROR_CODE
    id_ = at.begin("ExtPluginReplicationError 7749 at orders-db", ADA)
    assert at.wait(id_, 10)
    assert tuple(search.sent[: len(shown.queries)]) == shown.queries
    standing = at.standing(id_, ADA)
    assert standing is not None
    assert standing.outcome is not None
    assert standing.outcome.dossier.statements
    assert [step.kind for step in standing.steps][:3] == ["decided", "searching", "found"]


@pytest.mark.parametrize(("search", "said"), [(None, "set SRE_SEARXNG_URL"), (FakeSearch(), "public words")])
def test_what_cannot_be_asked_is_refused_at_once(search: FakeSearch | None, said: str) -> None:
    at = desk(search)
    with pytest.raises(RefusedInput, match=said):
        at.preview("orders-db")
    with pytest.raises(RefusedInput, match=said):
        at.begin("orders-db", ADA)
