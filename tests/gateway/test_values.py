"""Endpoints, forms of answers, and faults."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.wire import refuse_unfit
from tests.gateway.asks import KEY, Choice, an_endpoint


def test_an_endpoint_never_shows_its_key() -> None:
    endpoint = an_endpoint("https://api.openai.com/v1")
    shown = f"{endpoint} {endpoint!r} {endpoint.model_dump()} {endpoint.model_dump_json()} {vars(endpoint)}"
    assert KEY not in shown
    assert endpoint.key is not None
    assert endpoint.key.get_secret_value() == KEY


@pytest.mark.parametrize(
    "address",
    ["api.openai.com", "ftp://host/v1", "http://", "https://me:secret@host/v1", "https://host/v1?key=x", "http://a b/"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="looks like https://host/v1"):
        an_endpoint(address)


def test_an_address_loses_its_last_slash() -> None:
    assert ModelEndpoint(base_url=" http://127.0.0.1:8080/v1/ ", model="m").base_url == "http://127.0.0.1:8080/v1"


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"


class Told(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]


class ListTold(BaseModel):
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]]


class Defaulted(BaseModel):
    pets: list[Cat | Dog]


class Metres(BaseModel, extra="forbid"):
    metres: float


class Feet(BaseModel, extra="forbid"):
    feet: float
    inches: float = 0.0


class Length(BaseModel):
    length: Metres | Feet


def test_members_that_reject_each_others_required_fields_need_no_literal() -> None:
    refuse_unfit(Length)


def test_forms_that_endpoints_refuse_or_misread_are_refused_first() -> None:
    refuse_unfit(Choice)
    with pytest.raises(TypeError, match=r"Told\.pet has a discriminator"):
        refuse_unfit(Told)
    with pytest.raises(TypeError, match=r"ListTold\.pets has a discriminator"):
        refuse_unfit(ListTold)
    with pytest.raises(TypeError, match=r"Dog, a member of .* needs a required Literal"):
        refuse_unfit(Defaulted)


@pytest.mark.parametrize("kind", list(FaultKind), ids=str)
def test_every_fault_says_what_to_do(kind: FaultKind) -> None:
    fault = ModelFault(kind, "It happened.")
    assert str(fault) == f"It happened. {fault.what_to_do}"
    assert fault.what_to_do.endswith(".")
