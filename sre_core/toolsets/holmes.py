"""The format of HolmesGPT's toolset files, read as it is. What we have no use for is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sre_core.errors import RefusedInput
from sre_core.outside_tools.config import read_yaml


class _Theirs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class HolmesParameter(_Theirs):
    """What a placeholder takes."""

    type: str | list[str] = "string"
    description: str | None = None
    required: bool = True


class HolmesTool(_Theirs):
    """One command or script."""

    name: str = Field(min_length=1)
    description: str = ""
    command: str | None = None
    script: str | None = None
    parameters: Mapping[str, HolmesParameter] = Field(default_factory=dict)
    additional_instructions: str | None = None


class HolmesPrerequisite(_Theirs):
    """What has to hold before its tools can be used. Each has one of these."""

    command: str | None = None
    expected_output: str | None = None
    env: list[str] = Field(default_factory=list)
    enabled: bool = True
    disabled_reason: str = ""


class HolmesToolset(_Theirs):
    """Tools that belong together."""

    name: str = Field(min_length=1)
    description: str = ""
    enabled: bool | None = None
    prerequisites: list[HolmesPrerequisite] = Field(default_factory=list)
    tools: list[HolmesTool] = Field(default_factory=list)
    additional_instructions: str | None = None
    config: Any = None
    url: str | None = None

    @property
    def settings(self) -> Mapping[str, Any]:
        """Its plain settings: what a command may name as ``config.NAME``."""
        given = self.config if isinstance(self.config, dict) else {}
        return {str(name): value for name, value in given.items() if isinstance(value, str | int | float | bool)}


def read_toolsets(path: Path) -> tuple[HolmesToolset, ...]:
    """The toolsets of a file, under ``toolsets`` as names or as a list. Raises ``RefusedInput`` with where it is wrong."""
    given = read_yaml(path)
    named = given.get("toolsets") if isinstance(given, dict) else None
    if not isinstance(named, dict | list):
        raise RefusedInput(f"{path} is not a file of toolsets: it has no 'toolsets'.")
    found = []
    for name, body in _entries(named):
        try:
            found.append(HolmesToolset.model_validate({"name": name, **body} if name else body))
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, wrong["loc"]))
            raise RefusedInput(f"{path}: toolset {name or '?'}: {where}: {wrong['msg']}.") from error
    return tuple(found)


def _entries(named: dict[Any, Any] | list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    pairs = named.items() if isinstance(named, dict) else (("", body) for body in named)
    for name, body in pairs:
        yield str(name), body if isinstance(body, dict) else {}
