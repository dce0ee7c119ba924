"""What the rules end in, on small workspaces with one fault each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sre_core.domain import Alert, RemediationKind, Verdict
from sre_core.investigation import Investigation
from sre_core.reasoning.rules_remedy_words import words_for
from sre_core.sources.base import Change, Sources
from tests.diagnosis.given import TROUBLE
from tests.fakes_rules import bakery, run

SLOW_CHAIN = {
    ("till", "error_ratio"): 0.2,
    ("oven", "error_ratio"): 0.25,
    ("flour-store", "error_ratio"): 0.3,
}
BLAME = [("till", "bake failed: 503 from oven"), ("oven", "no flour: 500 from flour-store")]


async def ended(sources: Sources) -> Investigation:
    return (await run(sources)).state


def named(state: Investigation) -> tuple[str, str] | None:
    cause = state.conclusion.root_cause if state.conclusion else None
    return (cause.component, cause.fault) if cause else None


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("write failed: no space left on device", "disk_full"),
        ("accept: too many open files", "file_descriptor_exhaustion"),
        ("ERROR: deadlock detected", "lock_contention"),
        ("RejectedExecutionException: thread pool full", "thread_pool_exhaustion"),
        ("FATAL: password authentication failed for user flour", "credential_expired"),
        ("column flour.kind does not exist", "schema_migration_failure"),
        ("page 7 checksum verification failed", "data_corruption"),
    ],
)
async def test_the_mechanism_that_the_deepest_one_tells_of_is_named_and_not_its_callers(line: str, fault: str) -> None:
    state = await ended(bakery("Customers cannot pay", bad=SLOW_CHAIN, lines=[*BLAME, ("flour-store", line)]))
    assert named(state) == ("flour-store", fault)
    assert state.conclusion is not None
    assert state.conclusion.blast_radius == ("oven", "till")
    assert all(claim.verified for claim in state.conclusion.claims)


async def test_words_alone_are_likely_and_never_confirmed() -> None:
    state = await ended(
        bakery("Customers cannot pay", bad=SLOW_CHAIN, lines=[*BLAME, ("flour-store", "ERROR: deadlock detected")])
    )
    assert state.conclusion is not None
    assert state.conclusion.verdict is Verdict.LIKELY


async def test_a_mechanism_seen_in_the_log_and_in_the_figures_is_confirmed() -> None:
    full = SLOW_CHAIN | {("flour-store", "disk_used_ratio"): 0.999}
    state = await ended(
        bakery("Customers cannot pay", bad=full, lines=[*BLAME, ("flour-store", "no space left on device")])
    )
    assert state.conclusion is not None
    assert (state.conclusion.verdict, named(state)) == (Verdict.CONFIRMED, ("flour-store", "disk_full"))


async def test_an_outside_party_that_fails_is_named_when_our_side_is_healthy_below() -> None:
    lines = [("till", "POST https://card-bank/charge failed: read timed out")]
    state = await ended(bakery("Customers cannot pay", bad={("till", "error_ratio"): 0.3}, lines=lines))
    assert named(state) == ("card-bank", "third_party_outage")


async def test_the_deploy_before_the_trouble_is_held_responsible_and_the_one_after_it_is_not() -> None:
    guilty = Change(
        id="D1",
        time=TROUBLE - timedelta(minutes=3),
        kind="deploy",
        component="flour-store",
        title="flour-store v2",
        refers_to="abc1234",
    )
    commit = Change(
        id="abc1234",
        time=TROUBLE - timedelta(hours=1),
        kind="commit",
        component="flour-store",
        title="Sift",
        files=("flour/sifting.py",),
    )
    later = Change(
        id="D2",
        time=TROUBLE + timedelta(minutes=9),
        kind="deploy",
        component="oven",
        title="oven v7",
        refers_to="fff9999",
    )
    lines = [
        *BLAME,
        ("flour-store", 'Traceback (most recent call last): File "/app/flour/sifting.py", line 4: KeyError'),
    ]
    state = await ended(bakery("Customers cannot pay", bad=SLOW_CHAIN, lines=lines, changes=[commit, guilty, later]))
    assert state.conclusion is not None
    assert state.conclusion.root_cause is not None
    assert (named(state), state.conclusion.root_cause.change_id) == (("flour-store", "code_regression"), "abc1234")
    assert state.conclusion.verdict is Verdict.CONFIRMED
    assert "D2" not in state.conclusion.headline


async def test_a_healthy_system_is_no_incident_and_says_what_was_read() -> None:
    state = await ended(bakery("The till is slow"))
    assert state.conclusion is not None
    assert (state.conclusion.verdict, state.conclusion.root_cause) == (Verdict.NO_INCIDENT, None)
    assert all(claim.verified for claim in state.conclusion.claims)


async def test_trouble_without_a_mechanism_is_inconclusive_or_likely_and_says_what_would_settle_it() -> None:
    state = await ended(
        bakery("The till is slow", bad={("till", "latency_p99_ms"): 900, ("oven", "latency_p99_ms"): 950})
    )
    assert state.conclusion is not None
    assert state.conclusion.verdict in (Verdict.INCONCLUSIVE, Verdict.LIKELY)
    assert state.conclusion.would_settle
    assert state.ranked[0][0].component == "oven"


async def test_nothing_connected_ends_inconclusive_without_an_error() -> None:
    state = await ended(Sources(alert=Alert(title="Something is wrong")))
    assert state.conclusion is not None
    assert state.conclusion.verdict is Verdict.INCONCLUSIVE


async def test_the_same_workspace_gives_the_same_timeline() -> None:
    first = await run(bakery("Customers cannot pay", bad=SLOW_CHAIN, lines=BLAME))
    second = await run(bakery("Customers cannot pay", bad=SLOW_CHAIN, lines=BLAME))
    assert [e.happening for e in first.events] == [e.happening for e in second.events]


async def test_a_place_with_a_dependency_that_nobody_saw_is_not_called_likely() -> None:
    blind = await ended(bakery("Customers cannot pay", bad={("till", "error_ratio"): 0.3}))
    assert blind.conclusion is not None
    assert blind.conclusion.verdict is Verdict.INCONCLUSIVE
    assert any(gap.component == "card-bank" for gap in blind.conclusion.not_examined)


async def test_without_anything_to_look_at_the_end_says_what_to_bring() -> None:
    state = await ended(Sources(name="nothing", alert=Alert(title="oven: deadlock detected")))
    assert state.conclusion is not None
    nothing = "Not settled: no telemetry is connected, and nothing that is written down or remembered fits."
    assert state.conclusion.headline == nothing
    assert "capsule" in state.conclusion.would_settle[0]
    assert "lock contention" in state.conclusion.would_settle[1]


async def test_figures_and_words_that_tell_the_same_mechanism_confirm_it() -> None:
    state = await ended(
        bakery(
            "Customers cannot pay",
            bad={**SLOW_CHAIN, ("flour-store", "lock_waiters"): 40.0},
            lines=[*BLAME, ("flour-store", "ERROR: deadlock detected")],
        )
    )
    assert state.conclusion is not None
    assert state.conclusion.verdict is Verdict.CONFIRMED
    assert named(state) == ("flour-store", "lock_contention")


def test_a_migration_is_stopped_and_a_flag_turned_back_rather_than_rolled_back() -> None:
    def said(kind: str) -> str:
        return words_for(RemediationKind.ROLLBACK, "lock_contention", kind)

    assert said("migration").startswith("Stop")
    assert said("flag").startswith("Turn")
    assert said("deploy").startswith("Roll")
