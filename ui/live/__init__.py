"""The live element: what an investigation looks like while it runs, drawn in the browser from one event stream.

Its parts are plain ES modules in ``js/``, served as they are under a path that changes when they do.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from sre_core.people import Role
from ui import graph, terms, tokens, words

FOLDER = Path(__file__).parent
MODULES = FOLDER / "js"
MADE = {"tokens.js": tokens.javascript()}
"""Modules that are no file: what they say is decided elsewhere."""

_LOADER = """
const kept = new WeakMap();

export default function (component) {
  const { data, parentElement } = component;
  const known = kept.get(parentElement);
  if (known) {
    known.component = component;
    known.live?.update(component);
    return known.leave;
  }
  const one = { component, live: null, gone: false };
  one.leave = () => {
    one.gone = true;
    one.live?.destroy();
    kept.delete(parentElement);
  };
  kept.set(parentElement, one);
  import(new URL(data.modules + "ENTRY", document.baseURI).href).then(({ mount }) => {
    if (!one.gone) one.live = mount(one.component);
  });
  return one.leave;
}
"""


def loader(entry: str) -> str:
    """The script of a component that is one of our modules: it is mounted once, and told when Streamlit runs again.

    The component's ``data`` says where the modules are: ``{"modules": f"{modules_path()}/"}``.
    """
    return _LOADER.replace("ENTRY", entry)


@cache
def modules_path() -> str:
    """Where the modules are served: the digest of what they say is part of it, so a browser never mixes versions."""
    digest = hashlib.sha256()
    for module in sorted(MODULES.glob("*.js")):
        digest.update(module.read_bytes())
    digest.update(repr(MADE).encode())
    return f"/live/{digest.hexdigest()[:16]}"


def _styles() -> str:
    sheets = [graph.STYLES, *sorted(FOLDER.glob("*.css"))]
    return tokens.css() + "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


_element = st.components.v2.component("sre_live", css=_styles(), js=loader("main.js"))


def live(
    investigation_id: str, token: str, *, name: str = "", role: Role = Role.RESPONDER, suggest_only: bool = False
) -> Any:
    """Draw it for somebody of this name who may do this much; the server decides all the same.

    ``suggest_only``: whether nothing that changes anything is run, which the header then says.

    ``renew`` of what comes back is set when the browser needs a fresh token; a rerun brings one.
    """
    return _element(
        key=f"live-{investigation_id}",
        data={
            "investigation": investigation_id,
            "token": token,
            "name": name,
            "role": role.value,
            "suggest_only": words.SUGGEST_ONLY if suggest_only else "",
            "terms": terms.terms(),
            "modules": f"{modules_path()}/",
            "graph": f"{graph.modules_path()}/",
            "root": "/",
        },
        on_renew_change=lambda: None,
    )
