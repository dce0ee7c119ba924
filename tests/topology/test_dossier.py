"""Everything that is known of one component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sre_core.domain import ComponentFact, Examined, Incident
from sre_core.errors import UnreadableTimeline
from sre_core.investigation import Investigation
from sre_core.investigator import utc_now
from sre_core.memory.profiles import Profile
from sre_core.sources.base import Change, Sources
from sre_core.summaries import InvestigationSummary
from sre_core.topology.conditions import Condition
from sre_core.topology.dossier import Dossiers
from tests.topology.given import chain
from tests.topology.test_conditions import begun, look

LINE = chain("c1", "c2", "c3")


class ChangeLog:
    """Two changes of one component, and one of another."""

    async def read(self) -> Sequence[Change]:
        return [
            Change(id=f"D{n}", time=utc_now(), component=c, title="deploy") for n, c in enumerate(("c2", "c3", "c2"))
        ]


@dataclass
class Bench:
    """Investigations by their id; of one that is None, the timeline cannot be read."""

    states: dict[str, Investigation | None]
    folded: list[str] = field(default_factory=list)

    def sources(self, workspace: str | None) -> Sources:
        return Sources(topology=LINE, changes=ChangeLog())

    def state(self, investigation_id: str) -> Investigation:
        self.folded.append(investigation_id)
        if (state := self.states[investigation_id]) is None:
            raise UnreadableTimeline("damaged")
        return state

    def investigations(self) -> Sequence[InvestigationSummary]:
        told = {"title": "The kiln is too cold", "workspace": None, "last_at": utc_now(), "verdict": None}
        every = ((id_, state.seq if state else 1) for id_, state in self.states.items())
        return [InvestigationSummary.model_construct(id=id_, events=seq, **told) for id_, seq in every]


class Facts:
    def all(self, component: str | None = None) -> list[ComponentFact]:
        return [ComponentFact(id="F1", component=component or "", text="fails over by itself", by="Ada", at=utc_now())]


class Owners:
    def owners_of(self, component: str) -> list[Profile]:
        return [Profile(name="Ada", team="shop", services=(component,))]


def looked_at() -> Investigation:
    timeline = begun()
    look(timeline, ("c2", "metrics", Examined.BAD), weigh={"H2": 0.1})
    return timeline.state


def test_it_says_whom_a_component_touches_and_what_is_known_of_it() -> None:
    past = [Incident(id="I1", title="then", affected=("c2",)), Incident(id="I2", title="elsewhere", component="c9")]
    found = Dossiers(Bench({"inv": looked_at()}), Facts(), Owners()).of("upload:x", LINE, "c2", past)
    assert (found.depends_on, found.used_by, dict(found.upstream)) == (("c3",), ("c1",), {"c1": 1})
    assert [change.id for change in found.changes] == ["D2", "D0"], "its own, the latest first"
    assert [incident.id for incident in found.incidents] == ["I1"]
    assert [owner.name for owner in found.owners] == ["Ada"]
    assert [fact.text for fact in found.facts] == ["fails over by itself"]


def test_it_says_what_investigations_of_the_same_system_found() -> None:
    dossiers = Dossiers(Bench({"inv": looked_at()}), Facts(), Owners())
    (one,) = dossiers.of("feed:ours", LINE, "c2", ()).found
    assert (one.investigation_id, one.condition.condition) == ("inv", Condition.BAD)
    assert [piece.quote for piece in one.evidence] == ["odd 1"]
    assert dossiers.of("sample:orders-503", LINE, "c2", ()).found == (), "that is another system"


def test_a_damaged_timeline_does_not_keep_the_others_from_being_told() -> None:
    bench = Bench({"broken": None, "inv": looked_at()})
    found = Dossiers(bench, Facts(), Owners()).of("feed:ours", LINE, "c2", ()).found
    assert [one.investigation_id for one in found] == ["inv"]


def test_an_investigation_that_did_not_go_on_is_not_folded_again_for_another_component() -> None:
    bench = Bench({"inv": looked_at()})
    dossiers = Dossiers(bench, Facts(), Owners())
    dossiers.of("feed:ours", LINE, "c2", ())
    bench.folded.clear()
    dossiers.of("feed:ours", LINE, "c3", ())
    assert len(bench.folded) <= 1
