"""The theme's colours for a page's own style sheet. Streamlit gives them to components alone, as ``--st-...`` variables;
here they have the same names, light or dark as the page is."""

from __future__ import annotations

import re

import streamlit as st

from ui import tokens

PLAIN = (
    "borderColor",
    "primaryColor",
    "textColor",
    "linkColor",
    "backgroundColor",
    "secondaryBackgroundColor",
    "codeBackgroundColor",
)
OF_A_TONE = ("Color", "BackgroundColor", "TextColor")


def variables(scope: str) -> str:
    """A style sheet that sets them below this selector, and the rest of ``tokens``."""
    names = (*PLAIN, *(f"{tone}{kind}" for tone in tokens.TONES for kind in OF_A_TONE))
    set_ones = " ".join(f"--st-{_kebab(name)}: {_light_dark(name)};" for name in names)
    return f"{scope} {{ {set_ones} }}\n{tokens.css()}"


def _light_dark(name: str) -> str:
    light, dark = (st.get_option(f"theme.{mode}.{name}") for mode in ("light", "dark"))
    return f"light-dark({light}, {dark})" if light and dark else "currentColor"


def _kebab(name: str) -> str:
    """'grayTextColor' -> 'gray-text-color'."""
    return re.sub("([A-Z])", lambda found: f"-{found[1].lower()}", name)
