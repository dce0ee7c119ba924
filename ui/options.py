"""Our ``.streamlit/config.toml`` as defaults, wherever the server is started from.

Streamlit reads option files from the home folder, the current folder and the folder of the script. Started from anywhere
else, or from an installed wheel, ours would not be found: address, theme and all. So what nobody set is taken from it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from streamlit import config

from sre_core.settings import shipped


def shipped_options() -> dict[str, Any]:
    """Our option file, flat: 'theme.dark.textColor' -> '#d8dee6'."""
    text = (shipped(".streamlit") / "config.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(text)))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def nobody_set() -> dict[str, Any]:
    """Those of our options that no file, environment variable or flag has set."""
    return {name: value for name, value in shipped_options().items() if not config.is_manually_set(name)}


def apply_where_unset() -> None:
    """Make them the options of this process."""
    for name, value in nobody_set().items():
        config.set_option(name, value, str(shipped(".streamlit") / "config.toml"))
