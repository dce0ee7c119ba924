"""What the rules read out of an alert before they look anywhere."""

from __future__ import annotations

from sre_core.domain import LONGEST_ALERT_TEXT, Alert
from sre_core.reasoning.case import Case
from sre_core.sources.base import Sources
from sre_core.topology.graph import Component, Dependency, Topology

TOPOLOGY = Topology.of(
    [Component(id="parcels-api"), Component(id="parcels-store"), Component(id="mailer")],
    [Dependency(source="parcels-api", target="parcels-store"), Dependency(source="mailer", target="parcels-api")],
)
CASE = Case(Sources(topology=TOPOLOGY), {})


def test_a_path_names_the_service_that_answers_it_and_not_the_store_behind() -> None:
    assert CASE.alerting(Alert(title="/v3/parcels answers 500")) == ("parcels-api",)


def test_a_path_that_fits_nothing_names_nothing() -> None:
    assert CASE.alerting(Alert(title="/v3/orders answers 500")) == ()


def test_of_an_endless_alert_the_beginning_is_read_and_the_whole_is_kept() -> None:
    endless = Alert(title="slow", description="x" * 900_000 + " mailer", raw="x" * 900_000)
    assert len(endless.text) == LONGEST_ALERT_TEXT
    assert len(endless.raw) == 900_000
    assert CASE.alerting(endless) == ()
