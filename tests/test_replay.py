"""With the real reasoners over real capsules: wherever the process dies, the investigation comes to the same end, and its record
repeats it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database

from sre_core.domain import Alert, Autonomy, Limits, ReasonerName
from sre_core.equipment import Equipment
from sre_core.events import EVENT, AlertReceived, Event, entry
from sre_core.gateway.endpoint_gateway import EndpointGateway
from sre_core.gateway.faults import FaultKind
from sre_core.investigation import Investigation
from sre_core.investigator import Investigator
from sre_core.knowledge.library import KnowledgeBase
from sre_core.loop import investigate
from sre_core.memory.incidents import IncidentStore
from sre_core.reasoning.briefing import BUDGET
from sre_core.reasoning.model.desk import ModelDesk
from sre_core.replay import Replayed, records_in, replay, thinking_beside
from sre_core.timeline import Contents
from sre_core.workspaces import Workspaces, sample_incidents
from tests.fakes import PERSON, ListTimeline
from tests.gateway.asks import Hurry, an_endpoint
from tests.scripted_model import Fault, Reply, Rule, ScriptedModel, investigating
from tests.tries import TIMES

CRASHLOOP = next(sample.workspace for sample in sample_incidents() if "crashloop" in sample.workspace)
OTHER = Alert(title="The kiln is too cold")

Ending = tuple[object, ...]


class Desk:
    """Hands out investigators on one sample, each for a new run."""

    def __init__(self, database: Database, workspace: str, folder: Path, models: ModelDesk | None = None) -> None:
        self.sources = Workspaces(folder).open(workspace)
        self.workspace = workspace
        self.contents = Contents(database)
        library, incidents = KnowledgeBase(database), IncidentStore(database)
        self._equipment = Equipment(library, incidents, self.contents, timedelta(minutes=30), models=models)

    def investigator(self, state: Investigation | None = None) -> Investigator:
        return self._equipment.investigator(self.sources, state)

    async def run(self, events: list[Event], reasoner: ReasonerName = "rules", **given: object) -> ListTimeline:
        timeline = ListTimeline(events)
        if not events:
            assert self.sources.alert is not None
            opened = AlertReceived(
                alert=self.sources.alert,
                workspace=self.workspace,
                autonomy=Autonomy.AUTO,
                reasoner=reasoner,
                **{"attended": False, **given},
            )
            timeline.say(entry(PERSON, opened))
        await investigate(timeline, self.investigator(timeline.state))
        return timeline

    async def repeat(self, events: list[Event]) -> Replayed:
        today = self.investigator()
        thinks = thinking_beside(today.reasoner, BUDGET)
        return await replay(events, today, records_in(self.contents.read_now), thinks)


def ending(timeline: ListTimeline) -> Ending:
    state = timeline.state
    calls = [(record.action.tool, record.digest, record.status) for record in state.actions.values()]
    return state.conclusion, state.chances, state.ruled_out, calls


@functools.cache
def cuts(length: int, pieces: int) -> list[int]:
    return sorted({1 + (length - 2) * piece // (pieces - 1) for piece in range(pieces)})


@pytest.mark.slow
@pytest.mark.parametrize("sample", [sample.workspace for sample in sample_incidents()])
async def test_a_sample_cut_anywhere_and_read_back_from_json_ends_the_same(
    sample: str, database: Database, tmp_path: Path
) -> None:
    desk = Desk(database, sample, tmp_path)
    whole = await desk.run([])
    for cut in cuts(len(whole.events), 5 * TIMES):
        kept = [EVENT.validate_json(event.model_dump_json()) for event in whole.events[:cut]]
        assert ending(await desk.run(kept)) == ending(whole), f"cut after event {cut}"


@pytest.mark.slow
@pytest.mark.parametrize("sample", [sample.workspace for sample in sample_incidents()])
async def test_a_sample_is_repeated_from_its_record(sample: str, database: Database, tmp_path: Path) -> None:
    desk = Desk(database, sample, tmp_path)
    timeline = await desk.run([])
    replayed = await desk.repeat([EVENT.validate_json(event.model_dump_json()) for event in timeline.events])
    assert replayed.parting is None
    assert (replayed.events, replayed.given) == (len(timeline.events), 1)


# -- with a model ------------------------------------------------------------------------------------------------------


def asking(url: str, contents: Contents) -> ModelDesk:
    """A desk at which the scripted model is asked, and each call leaves its record."""
    return ModelDesk(lambda purse: EndpointGateway(an_endpoint(url), purse, keep=contents.keep, pause=Hurry()))


async def modelled(
    rules: Sequence[Rule], database: Database, folder: Path, sample: str = CRASHLOOP, **given: object
) -> tuple[Desk, ListTimeline]:
    """A sample investigated with a scripted model; its endpoint is gone when this returns."""
    async with ScriptedModel(list(rules)) as url:
        desk = Desk(database, sample, folder, asking(url, Contents(database)))
        return desk, await desk.run([], "model", **given)


@pytest.mark.slow
@pytest.mark.parametrize("sample", [sample.workspace for sample in sample_incidents()][:2])
async def test_what_a_model_answered_is_answered_again_without_it(
    sample: str, database: Database, tmp_path: Path
) -> None:
    desk, timeline = await modelled(investigating.rules(), database, tmp_path, sample)
    assert len(timeline.state.calls) > 5
    replayed = await desk.repeat(timeline.events)
    assert replayed.parting is None
    assert timeline.state.conclusion is not None
    assert replayed.ending == timeline.state.conclusion.headline


@pytest.mark.slow
async def test_a_model_that_failed_in_the_middle_fails_again_and_the_rules_go_on(
    database: Database, tmp_path: Path
) -> None:
    plans, *_ = investigating.rules()
    desk, timeline = await modelled([plans, Rule(Reply(fault=Fault.UNAUTHORIZED))], database, tmp_path)
    assert timeline.state.replaced is not None
    assert (await desk.repeat(timeline.events)).parting is None


@pytest.mark.slow
async def test_a_budget_that_was_reached_is_reached_again(database: Database, tmp_path: Path) -> None:
    limits = Limits(max_model_calls=3)
    desk, timeline = await modelled(investigating.rules(), database, tmp_path, limits=limits)
    assert timeline.state.replaced is not None
    assert timeline.state.replaced.kind == FaultKind.BUDGET_REACHED
    assert (await desk.repeat(timeline.events)).parting is None


@pytest.mark.slow
async def test_a_question_that_no_record_answers_ends_the_repetition_clearly(
    database: Database, tmp_path: Path
) -> None:
    desk, timeline = await modelled(investigating.rules(), database, tmp_path)
    with_other_words = [
        event.model_copy(update={"happening": event.happening.model_copy(update={"alert": OTHER})})
        if event.seq == 1
        else event
        for event in timeline.events
    ]
    parting = (await desk.repeat(with_other_words)).parting
    assert parting is not None
    assert parting.lacking
    assert "The record holds no answer to this question (plan)" in parting.now
