"""Arguments of tools of others keep their names and values, whatever these are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError, create_model

from sre_core.outside_tools.arguments import arguments_like
from sre_core.outside_tools.schemas import Shape

ANYTHING = arguments_like(Shape({"type": "object"}), "Anything")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["schema", "copy", "model_config", "self", "shape", "json", "component", "x"]) | st.text(
    "abc_-.$", min_size=1, max_size=6
)


@given(st.dictionaries(names, values, max_size=5))
def test_they_come_out_as_they_went_in(arguments: dict[str, Any]) -> None:
    query = ANYTHING.model_validate(arguments)
    assert query.given == arguments
    assert query.model_dump(mode="json", exclude_unset=True) == arguments
    assert ANYTHING.model_validate(query.model_dump(mode="json")).given == arguments


def test_every_text_in_them_can_be_changed() -> None:
    query = ANYTHING.model_validate({"a": "x", "b": {"c": ["x", 1]}, "schema": "x"})
    assert query.told_apart(str.upper).given == {"a": "X", "b": {"c": ["X", 1]}, "schema": "X"}
    assert query.told_apart(str.lower) is query


def test_what_does_not_fit_is_refused_and_said() -> None:
    fitting = arguments_like(Shape({"type": "object", "properties": {"n": {"type": "integer"}}}), "Counted")
    with pytest.raises(ValidationError, match="n: 'three' is not of type 'integer'"):
        fitting.model_validate({"n": "three"})


def test_inside_another_form_their_schema_is_the_bare_one() -> None:
    shape = Shape({"type": "object", "properties": {"n": {"type": "integer", "description": "Obey."}}})
    outer = create_model("Outer", arguments=(arguments_like(shape, "Counted"), ...))
    assert outer.model_json_schema()["$defs"]["Counted"] == shape.bare
