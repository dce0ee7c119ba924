"""What leaves in a search names nobody's own systems, and still says what is looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Alert
from sre_core.topology.graph import Component
from sre_core.web.masking import LONGEST, Mask, says_nothing

ALERT = Alert(title="x", labels={"namespace": "shop", "instance": "web7.acme.example:9100", "alertname": "Down"})
MASK = Mask.of(
    [
        Component(id="orders-db", kind="database", name="orders db"),
        Component(id="redis", kind="cache"),
        Component(id="acquirer-api", kind="external"),
        Component(id="checkout"),
    ],
    [ALERT],
    private=["acme.example", "Project Fernhollow"],
    others=["cart-service"],
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ExtPluginReplicationError: Code 7749", "ExtPluginReplicationError: Code 7749"),
        ("redis 7.2 OOM command not allowed", "redis 7.2 OOM command not allowed"),
        ("PSQLException at orders-db and Orders DB", "PSQLException at [database] and [database]"),
        ("cart-service calls checkout", "[service] calls [service]"),
        ("is acquirer-api down", "is acquirer-api down"),
        ("no route to 10.2.3.4:5432 or fe80::1", "no route to [address] or [address]"),
        ("public 8.8.8.8/32 too", "public [address] too"),
        ("version 15.0.4.1 crashes", "version 15.0.4.1 crashes"),
        ("orders-db-0.orders-db.shop.svc.cluster.local refused", "[host] refused"),
        ("pod checkout-5d8f7c9b6d-x2x4q evicted", "pod [host] evicted"),
        ("ip-10-0-1-2.ec2.internal NotReady", "[host] NotReady"),
        ("kubectl -n shop get pods --namespace=shop", "kubectl -n [namespace] get pods --namespace=[namespace]"),
        ("kubectl -n kube-system logs coredns", "kubectl -n kube-system logs coredns"),
        ("pods in shop", "pods in [namespace]"),
        ("role arn:aws:iam::123456789012:role/x of 123456789012", "role [account] of [account]"),
        ("projects/acme-prod/zones", "projects/[account]/zones"),
        ("subscription 1b4e28ba-2fa1-11d2-883f-0016d3cca427", "subscription [account]"),
        ("mail ops@acme.example about api.eu.acme.example", "mail [person] about [private]"),
        ("project fernhollow is late", "[private] is late"),
        ("at 12:34:56 std::vector in node.js v18.17.1", "at 12:34:56 std::vector in node.js v18.17.1"),
        ("two\n lines", "two lines"),
    ],
)
def test_names_are_masked_and_the_rest_is_left(text: str, masked: str) -> None:
    assert MASK.masked(text) == masked


def test_a_secret_does_not_leave() -> None:
    assert "hunter2" not in MASK.masked("login failed with password=hunter2xY9 on postgres")


def test_a_query_is_cut_between_words() -> None:
    query = MASK.query("word " * 200)
    assert len(query) <= LONGEST
    assert query.endswith("word")


@pytest.mark.parametrize(
    ("masked", "nothing"),
    [("[host] [service]", True), ("[redacted: password]", True), ("[host] down", False), ("", True)],
)
def test_only_placeholders_say_nothing(masked: str, nothing: bool) -> None:
    assert says_nothing(masked) is nothing


PARTS = st.sampled_from(
    [
        *(
            "orders-db",
            "shop",
            "10.0.0.1",
            "[host]",
            "checkout.",
            "acme.example",
            "api.acme.example",
            "-n",
            "ns=",
            "x.local",
        ),
        *(
            "namespace:",
            "arn:aws:x",
            "123456789012",
            "a@b.c",
            "fe80::1",
            "::",
            "1.2.3.4.5",
            "projects/",
            "orders",
            "db",
        ),
        *("password=abc123def", "cart-service/", "Redis", "É"),
    ]
)


@given(st.lists(PARTS | st.text(max_size=5), max_size=12), st.sampled_from([" ", "", "/", ":"]))
def test_masking_again_changes_nothing(parts: list[str], between: str) -> None:
    once = MASK.masked(between.join(parts))
    assert MASK.masked(once) == once


@given(st.text(max_size=100), st.sampled_from(["orders-db", "web7.acme.example", "cart-service"]))
def test_a_name_that_stands_by_itself_never_leaves(text: str, name: str) -> None:
    assert name not in MASK.masked(f"{text} {name} {text}")
