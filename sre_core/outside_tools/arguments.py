"""Arguments whose form somebody else decides: as they came, once they fit the schema."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, ClassVar

from pydantic import ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from sre_core.domain import Value
from sre_core.outside_tools.schemas import Shape

MOST_COMPLAINTS = 3


class ForeignArguments(Value):
    """Arguments of a tool from outside. They are kept beside the fields, of which there are none: no name can be in the way."""

    model_config = ConfigDict(extra="allow")
    shape: ClassVar[Shape]

    @model_validator(mode="before")
    @classmethod
    def _fits(cls, given: Any) -> Any:
        if isinstance(given, ForeignArguments):
            return given
        if wrong := list(islice(cls.shape.complaints(given), MOST_COMPLAINTS)):
            raise PydanticCustomError("arguments", "{wrong}", {"wrong": "; ".join(wrong)})
        return given

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """For models: names and shapes, no word of the stranger."""
        return dict(cls.shape.bare)

    @property
    def given(self) -> dict[str, Any]:
        """Name -> value."""
        return dict(self.__pydantic_extra__ or {})

    def told_apart(self, change: Callable[[str], str]) -> ForeignArguments:
        """With every text in it changed."""
        changed: dict[str, Any] = _in_each_text(self.given, change)
        return self.model_copy(update=changed) if changed != self.given else self


def arguments_like(shape: Shape, name: str) -> type[ForeignArguments]:
    """The kind of arguments that fits this shape. ``name`` tells it from the others."""
    return type(name, (ForeignArguments,), {"shape": shape, "__doc__": "Its arguments.", "__module__": __name__})


def _in_each_text(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case dict():
            return {name: _in_each_text(one, change) for name, one in value.items()}
        case list() | tuple():
            return [_in_each_text(one, change) for one in value]
        case _:
            return value
