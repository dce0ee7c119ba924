"""Names go out as pseudonyms and come back as they were."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from sre_core.domain import Alert
from sre_core.gateway.pseudonyms import Pseudonyms, names_of
from sre_core.topology.graph import Component

ALERT = Alert(
    title="x", labels={"namespace": "fernhollow", "instance": "web7.acme.internal:9100", "account": "acme-prod-eu"}
)
COMPONENTS = [
    Component(id="checkout"),
    Component(id="kiln-03", kind="node"),
    Component(id="orders-db", kind="database"),
]
PRIVATE = ["acme.example", "Project Juniper"]
MASK = names_of(COMPONENTS, [ALERT], PRIVATE)
NAMES = ("fernhollow", "web7.acme.internal", "acme-prod-eu", "kiln-03", "acme.example", "project juniper")
SHAPES = (
    "10.20.30.40",
    "ada@acme.example",
    "checkout-5d8f7c9b6d-x2x4q",
    "123456789012",
    "db.eu.corp",
    "ip-10-0-1-2.ec2.internal",
)


def pseudonyms(of: str = "inv-1") -> Pseudonyms:
    return Pseudonyms(of, MASK)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("kiln-03 is NotReady", "host-* is NotReady"),
        ("no route to web7.acme.internal:9100", "no route to host-*.example:9100"),
        ("pods in fernhollow/checkout", "pods in namespace-*/checkout"),
        ("KILN-03 and node/kiln-03", "host-* and node/host-*"),
        ("kiln-03-disk1 is full", "host-*-disk1 is full"),
        ("workfernhollowshop", "workfernhollowshop"),
        ("mail ada@acme.example", "mail person-*"),
        ("api.acme.example and project juniper", "name-* and name-*"),
        ("10.20.30.40 of 123456789012", "address-* of account-*"),
        ("checkout calls orders-db on redis", "checkout calls orders-db on redis"),
        (json.dumps("down:\nkiln-03\tdb.eu.corp"), '"down:\\nhost-*\\thost-*.example"'),
    ],
)
def test_names_of_machines_people_and_accounts_go_and_services_stay(text: str, shown: str) -> None:
    masked = pseudonyms().masked(text)
    assert re.sub(r"-[a-z]\d[a-z]\d[a-z]\b", "-*", masked) == shown


def test_a_name_has_one_pseudonym_in_an_investigation_and_another_one_in_the_next() -> None:
    one = pseudonyms()
    assert one.masked("kiln-03 kiln-03").split()[0] == one.masked("at kiln-03").split()[1]
    assert pseudonyms().masked("kiln-03") == one.masked("kiln-03") != pseudonyms("inv-2").masked("kiln-03")


PIECES = some.one_of(
    some.sampled_from((*NAMES, *SHAPES)).flatmap(lambda name: some.sampled_from((name, name.upper(), name.title()))),
    some.sampled_from(
        ("host-b2c3d", "HOST-b2c3d.example", "name-", "account-", ".example", "\\n", "-", "_", "/", " ", "x")
    ),
    some.text(max_size=6),
)
TEXTS = some.lists(PIECES, max_size=12).map("".join)


@given(TEXTS)
@example("host-b2c3dhost-b2c3d")
@example("web7.acme.internal.example")
@example("account-kiln-03")
@example("xkiln-03kiln-03")
def test_what_was_masked_comes_back_as_it_was(text: str) -> None:
    ours = pseudonyms()
    assert ours.restored(ours.masked(text)) == text


@given(
    some.lists(
        some.tuples(some.sampled_from((*NAMES, *SHAPES)), some.sampled_from((" ", ", ", "/", "\n", '"', "="))),
        min_size=1,
    )
)
def test_no_name_is_in_what_goes_out_whatever_its_case(named: list[tuple[str, str]]) -> None:
    for spelt in (str.lower, str.upper, str.title):
        masked = pseudonyms().masked("".join(spelt(name) + sign for name, sign in named)).casefold()
        assert not [name for name, _ in named if name.casefold() in masked]


@given(some.sampled_from((*NAMES, *SHAPES)), some.integers(1, 8))
def test_a_draft_that_comes_in_pieces_never_shows_half_a_pseudonym(name: str, size: int) -> None:
    ours = pseudonyms()
    draft = json.dumps({"why": f"{ours.masked(name)} is slow"})
    for end in range(0, len(draft), size):
        assert not re.search(
            r"(host|account|address|name|namespace|person)-\w", ours.restored_draft(draft[:end]).replace(name, "")
        )
    assert json.loads(ours.restored_draft(draft)) == {"why": f"{name} is slow"}


def test_a_pseudonym_that_a_model_made_up_is_left_and_told() -> None:
    ours = pseudonyms()
    known = ours.masked("kiln-03")
    said = f"{known} and host-z9z9z are slow, {known.upper()} too"
    assert ours.restored(said) == "kiln-03 and host-z9z9z are slow, kiln-03 too"
    assert ours.unknown(said) == ["host-z9z9z"]
