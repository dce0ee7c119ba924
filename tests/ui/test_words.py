"""Words and names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sre_core.domain import Action, Autonomy, Limits
from sre_core.people import Role, in_words
from ui import listing, person, words


def test_actors_have_plain_names() -> None:
    assert [words.actor(name) for name in ("person:Ada", "reasoner:rules", "policy")] == ["Ada", "rules", "policy"]


def test_a_person_is_named_with_role_and_place() -> None:
    assert words.signed("person:Ada", Role.RESPONDER, "browser at 10.0.0.7") == "Ada · responder · browser at 10.0.0.7"
    assert words.signed("person:Ada", None, "") == "Ada"
    assert words.signed("policy", None, "") == ""


def test_scopes_limits_and_causes_are_said_plainly() -> None:
    assert words.scope("read_logs", "cart") == "read logs at cart"
    assert words.scope("read_logs", None) == "read logs anywhere"
    assert words.scope(None, "cart") == "any look at cart"
    assert words.limits(Limits(max_actions=7, max_seconds=150)) == "7 actions, 2.5 min"
    assert words.model_limits(Limits(max_model_calls=1, max_model_dollars=2)) == "1 request, 2,000,000 tokens, $2.00"  # type: ignore[arg-type]
    assert words.model_limits(Limits(max_model_calls=None, max_model_tokens=None)) == "no limit"
    assert [words.cause("cart", "dns_failure"), words.cause("cart", None), words.cause(None, None)] == [
        "cart: DNS failure",
        "cart",
        "",
    ]


def test_a_call_is_named_by_what_tells_most() -> None:
    command = Action(id="A1", tool="run_diagnostic", arguments={"command": "kubectl get pods"}, components=("cart",))
    metrics = Action(id="A2", tool="query_metrics", components=("a", "b", "c", "d", "e"))
    remedy = Action(id="A3", tool="apply_remediation", arguments={"kind": "rollback", "component": "cart", "to": "v1"})
    assert [words.subject(one) for one in (command, metrics, remedy)] == [
        "kubectl get pods",
        "a, b, c and 2 more",
        "rollback cart to v1",
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("  ", "operator"),
        ("<b>eve</b>", "beveb"),
        ("a\nb:c", "abc"),
        ("Zoë", "Zoë"),
        ("x" * 99, "x" * 40),
    ],
)
def test_names_are_cleaned(typed: str, kept: str) -> None:
    assert person.clean(typed) == kept


def test_somebody_elses_markdown_is_shown_as_it_is() -> None:
    assert listing.as_text("**x** [y](z) :red[a]\nb $1") == r"\*\*x\*\* \[y\]\(z\) \:red\[a\] b \$1"


def test_times_are_relative_until_a_day() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    spans = [timedelta(seconds=5), timedelta(minutes=4), timedelta(hours=3), timedelta(days=2)]
    assert [listing.ago(now - s, now) for s in spans] == ["just now", "4 min ago", "3 h ago", "2026-02-28"]


@pytest.mark.parametrize("autonomy", Autonomy)
def test_under_suggest_only_no_change_is_said_to_wait_for_a_yes(autonomy: Autonomy) -> None:
    said = words.waits(autonomy, suggest_only=True)
    assert "changes" not in said.removesuffix(words.SUGGEST_ONLY)
    assert said.endswith(words.SUGGEST_ONLY)
    assert words.waits(autonomy, suggest_only=False) == words.AUTONOMY_MEANS[autonomy]


def test_roles_are_said_with_their_article() -> None:
    assert in_words((Role.RESPONDER, Role.ADMIN)) == "a responder or an admin"
    assert in_words(()) == ""


def test_senders_have_the_names_that_they_give_themselves() -> None:
    said = [words.sender(source) for source in ("pagerduty", "azure_monitor", "text", "my_pager")]
    assert said == ["PagerDuty", "Azure Monitor", "text", "my pager"]
