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


def apply_where_unset() -> dict[str, Any]:
    """Make them the options of this process, and return them for a server that reads its options anew."""
    ours = nobody_set()
    for name, value in ours.items():
        config.set_option(name, value, str(shipped(".streamlit") / "config.toml"))
    return ours


def listens_to_everybody() -> bool:
    """Whether ``streamlit run`` has bound every address because it found no option file that names one.

    It binds before it imports the launcher, so that our own default comes too late. Ask before ``apply_where_unset``.
    """
    by_streamlit_run = getattr(config, "_server_mode", None) is not None
    return by_streamlit_run and not config.is_manually_set("server.address")
