"""``tools.yaml``: which tools of others are connected, and what the operator says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, StringConstraints, ValidationError, model_validator

from sre_core.domain import Value
from sre_core.errors import RefusedInput

FILE = "tools.yaml"
LARGEST = 1_000_000
MOST_ALIASES = 50

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,30}$")]
Globs = tuple[str, ...]

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class MissingVariable(ValueError):
    """The environment lacks what a value names."""


class Declared(Value):
    """What an operator says of some tools. Names may hold * and ?."""

    reads: Globs = Field(default=(), description="Tools that change nothing: they run unasked, as other looks do.")
    disabled: Globs = Field(default=(), description="Tools that are not to be there at all.")
    only: Globs = Field(default=("*",), description="Tools that may be there; all when not said.")
    timeout_seconds: float = Field(default=30.0, gt=0, le=3600)
    most_characters: int = Field(
        default=60_000, ge=1000, le=2_000_000, description="Of an output; the rest is cut off."
    )
    env: Mapping[str, SecretStr] = Field(
        default_factory=dict, description="What its programs find in their environment; ${NAME} is taken from ours."
    )

    def reads_only(self, tool: str) -> bool:
        """Whether the operator says so."""
        return _named(tool, self.reads)

    def wanted(self, tool: str) -> bool:
        """Whether it is to be there."""
        return _named(tool, self.only) and not _named(tool, self.disabled)


class ServerConfig(Declared):
    """An MCP server: a program that is started here, or an address."""

    command: str | None = Field(default=None, min_length=1)
    args: tuple[str, ...] = ()
    folder: Path = Field(default=Path("/"), description="Where the program is started.")
    url: str | None = Field(default=None, pattern=r"^https?://[^\s@]+$")
    headers: Mapping[str, SecretStr] = Field(default_factory=dict, description="${NAME} is taken from the environment.")
    start_seconds: float = Field(default=20.0, gt=0, le=600, description="How long it may take until it answers.")

    @model_validator(mode="after")
    def _one_of_both(self) -> ServerConfig:
        if (self.command is None) == (self.url is None):
            raise ValueError("give either a command or a url")
        return self


class ToolsetConfig(Declared):
    """A file of HolmesGPT toolsets."""

    file: Path = Field(description="Where it is, seen from tools.yaml.")
    toolsets: Globs = Field(
        default=(), description="Which toolsets of it; when not said, those that it does not switch off itself."
    )
    dashes: Globs = Field(default=(), description="Tools whose arguments may begin with '-'.")
    run_prerequisites: bool = Field(
        default=False, description="Whether the commands that it names as prerequisites are run at the start."
    )


class ToolsConfig(Value):
    """The whole file."""

    servers: Mapping[Name, ServerConfig] = Field(default_factory=dict)
    toolsets: tuple[ToolsetConfig, ...] = ()

    @model_validator(mode="after")
    def _each_file_once(self) -> ToolsConfig:
        names = [one.file.name for one in self.toolsets]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two files of toolsets are called {twice}; a name stands for one")
        return self


def read_tools_file(path: Path, required: bool = False) -> ToolsConfig:
    """What it says; nothing when it is not there, unless it is ``required``. Raises ``RefusedInput`` with what to mend."""
    if not required and not path.exists():
        return ToolsConfig()
    given = read_yaml(path)
    try:
        config = ToolsConfig.model_validate(given if given is not None else {})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, wrong["loc"])) or "it"
        raise RefusedInput(f"{path} cannot be used: {where}: {wrong['msg'].removeprefix('Value error, ')}.") from error
    here = [one.model_copy(update={"file": path.parent / one.file.expanduser()}) for one in config.toolsets]
    return config.model_copy(update={"toolsets": tuple(here)})


def read_yaml(path: Path) -> Any:
    """Plain values of a YAML file. Raises ``RefusedInput``."""
    import yaml

    try:
        if path.stat().st_size > LARGEST:
            raise RefusedInput(f"{path} is larger than {LARGEST} bytes; no file of tools is.")
        text = path.read_text(encoding="utf-8")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        if sum(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=loader)) > MOST_ALIASES:
            raise RefusedInput(f"{path} repeats itself by more than {MOST_ALIASES} aliases; write it out.")
        return yaml.load(text, Loader=loader)  # noqa: S506  a safe loader, in C where there is one
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedInput(f"{path} cannot be read: {error}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise RefusedInput(f"{path} is not YAML: {' '.join(str(error).split())[:200]}.") from error


def filled_in(values: Mapping[str, SecretStr], environment: Mapping[str, str]) -> dict[str, str]:
    """With ``${NAME}`` taken from the environment. Raises ``MissingVariable``."""

    def value_of(match: re.Match[str]) -> str:
        if match[1] not in environment:
            raise MissingVariable(f"the environment variable {match[1]} is not set")
        return environment[match[1]]

    return {name: _VARIABLE.sub(value_of, secret.get_secret_value()) for name, secret in values.items()}


def _named(tool: str, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(tool, glob) for glob in globs)
