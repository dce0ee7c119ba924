"""Which alerts belong together: the same whatever the order, the same from either side, and with a reason in words."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sre_core.inbox.grouping import NEAR, SAME_RULE, STORM_OF, STORM_WITHIN, Grouping, Link, Signal, Tie

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
COMPONENTS = ("cart", "checkout", "orders", None)
SHOP = {None: {"checkout": ("cart", "orders")}, "sample:x": {"cart": ("orders",)}}


def signal(id_: str, minutes: float = 0, **told: object) -> Signal:
    return Signal(id=id_, began=NOON + timedelta(minutes=minutes), **told)  # type: ignore[arg-type]


signals = st.lists(
    st.builds(
        Signal,
        id=st.uuids().map(str),
        began=st.integers(0, 200).map(lambda minutes: NOON + timedelta(minutes=minutes)),
        fingerprint=st.sampled_from(("", "f", "g")),
        component=st.sampled_from(COMPONENTS),
        rule=st.sampled_from(("", "high errors", "disk full")),
        payload=st.sampled_from(("", "p", "q")),
        workspace=st.sampled_from((None, "sample:x")),
    ),
    max_size=40,
    unique_by=lambda one: one.id,
)


def links(tie: Tie) -> list[Link]:
    return [reason.link for reason in tie.reasons]


def only(grouping: Grouping, id_: str) -> Tie:
    (tie,) = grouping.of(id_)
    return tie


@given(signals, st.randoms(use_true_random=False))
def test_the_order_in_which_alerts_came_changes_nothing(given_: list[Signal], chance: random.Random) -> None:
    shuffled = list(given_)
    chance.shuffle(shuffled)
    one, other = Grouping(given_, SHOP), Grouping(shuffled, SHOP)
    assert {s.id: one.of(s.id) for s in given_} == {s.id: other.of(s.id) for s in given_}
    assert {s.id: one.storm_of(s.id) for s in given_} == {s.id: other.storm_of(s.id) for s in given_}


@given(signals)
def test_what_belongs_with_another_is_told_the_same_from_there(given_: list[Signal]) -> None:
    grouping = Grouping(given_, SHOP)
    told = {(one.id, tie.id): tie.reasons for one in given_ for tie in grouping.of(one.id)}
    assert all(told.get((there, here)) == reasons for (here, there), reasons in told.items())


@given(signals)
def test_nothing_belongs_with_itself_or_with_what_is_of_other_telemetry(given_: list[Signal]) -> None:
    grouping, by_id = Grouping(given_, SHOP), {one.id: one for one in given_}
    for one in given_:
        for tie in grouping.of(one.id):
            assert tie.id != one.id
            assert by_id[tie.id].workspace == one.workspace


@given(signals)
def test_a_storm_is_of_enough_alerts_and_each_of_them_has_company_close_by(given_: list[Signal]) -> None:
    grouping = Grouping(given_)
    for one in given_:
        size = grouping.storm_of(one.id)
        near = [s for s in given_ if s.workspace == one.workspace and abs(s.began - one.began) <= STORM_WITHIN]
        assert size == 0 or (size >= STORM_OF and len(near) > 1)


def test_the_same_component_counts_within_half_an_hour_and_not_a_moment_longer() -> None:
    near, far = NEAR.total_seconds() / 60, NEAR.total_seconds() / 60 + 0.1
    tie = only(Grouping([signal("a", component="cart"), signal("b", near, component="cart")]), "a")
    assert (links(tie), tie.words) == ([Link.COMPONENT], "the same component, cart, began 30 minutes apart")
    assert Grouping([signal("a", component="cart"), signal("b", far, component="cart")]).of("a") == ()


def test_neighbours_are_tied_by_who_depends_on_whom() -> None:
    pair = [signal("a", component="cart"), signal("b", component="checkout")]
    assert only(Grouping(pair, SHOP), "a").words == "checkout depends on cart, began at the same time"
    assert Grouping(pair).of("a") == ()


def test_two_that_depend_on_the_same_third_are_no_neighbours() -> None:
    assert Grouping([signal("a", component="cart"), signal("b", component="orders")], SHOP).of("a") == ()


def test_the_same_rule_elsewhere_counts_for_a_day() -> None:
    one, hours = signal("a", component="cart", rule="disk full"), SAME_RULE.total_seconds() / 60
    assert links(only(Grouping([one, signal("b", hours, component="dns", rule="disk full")]), "a")) == [Link.RULE]
    assert Grouping([one, signal("b", hours + 1, component="dns", rule="disk full")]).of("a") == ()


def test_the_surest_reason_comes_first_and_so_does_the_surest_tie() -> None:
    one = signal("a", component="cart", rule="r", fingerprint="f", payload="p")
    others = [signal("rule", rule="r"), signal("all", 1, component="cart", rule="r", fingerprint="f", payload="p")]
    ties = Grouping([one, *others]).of("a")
    assert [tie.id for tie in ties] == ["all", "rule"]
    assert links(ties[0]) == [Link.FINGERPRINT, Link.PAYLOAD, Link.COMPONENT, Link.RULE]


def test_ten_alerts_within_five_minutes_are_a_storm_and_nine_are_none() -> None:
    ten = [signal(f"{number}", number * 5 / 9) for number in range(STORM_OF)]
    assert Grouping(ten).storm_of("0") == STORM_OF
    assert Grouping(ten[1:]).storm_of("1") == 0
    assert "a storm of 10 alerts" in Grouping(ten).of("0")[0].words


def test_a_storm_that_goes_on_is_one_and_two_apart_are_two() -> None:
    going_on = [signal(f"{number}", number / 2) for number in range(40)]
    assert {Grouping(going_on).storm_of(one.id) for one in going_on} == {40}
    later = [signal(f"later-{number}", 300) for number in range(STORM_OF)]
    both = Grouping([*going_on, *later])
    assert (both.storm_of("0"), both.storm_of("later-0")) == (40, STORM_OF)
    assert not any(tie.id.startswith("later") for tie in both.of("0"))
