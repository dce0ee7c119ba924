"""What a model of an answer must be like to survive every endpoint; checked once for each, when it is first asked for.

Measured: a discriminator goes out as ``oneOf``, which OpenAI refuses; a literal with a default is not required, and an answer
without it may be read as the wrong member of a union.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


@cache
def refuse_unfit(answer: type[BaseModel]) -> None:
    """Raises ``TypeError`` that names what to change: a mistake in the program, not in an answer."""
    for complaint in _unfit(answer, set()):
        raise TypeError(f"{answer.__name__} cannot go over the wire: {complaint}")


def _unfit(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        parts = [field, *_parts(field.annotation)]
        if any(isinstance(part, FieldInfo) and part.discriminator is not None for part in parts):
            yield f"{model.__name__}.{name} has a discriminator; use a plain union"
        for part in parts:
            yield from _unfit_members(part, f"{model.__name__}.{name}")
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _unfit(part, seen)


def _unfit_members(annotation: Any, where: str) -> Iterator[str]:
    if get_origin(annotation) not in (Union, UnionType):
        return
    members = [each for each in get_args(annotation) if isinstance(each, type) and issubclass(each, BaseModel)]
    if len(members) < 2:
        return
    for member in members:
        others = [other for other in members if other is not member]
        if not _says_what_it_is(member) and not all(_cannot_be(member, other) for other in others):
            yield f"{member.__name__}, a member of {where}, needs a required Literal that tells it from the others"


def _says_what_it_is(member: type[BaseModel]) -> bool:
    return any(get_origin(f.annotation) is Literal and f.is_required() for f in member.model_fields.values())


def _cannot_be(member: type[BaseModel], other: type[BaseModel]) -> bool:
    """Whether what is meant for ``member`` never fits ``other``: it must have a field that the other one rejects."""
    own = {name for name, field in member.model_fields.items() if field.is_required()}
    return other.model_config.get("extra") == "forbid" and bool(own - other.model_fields.keys())


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _parts(inner)
