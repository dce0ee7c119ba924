"""Style sheets of pages use the theme's colours, light and dark."""

from __future__ import annotations

import re

import pytest

from ui import colours, options, tokens
from ui.settings.page import STYLES


@pytest.fixture(autouse=True)
def _our_theme() -> None:
    options.apply_where_unset()


def test_every_variable_that_the_settings_page_uses_is_set() -> None:
    used = set(re.findall(r"var\((--[\w-]+)\)", STYLES.read_text(encoding="utf-8")))
    made = set(re.findall(r"(--[\w-]+):", colours.variables(".x")))
    assert used
    assert used <= made


def test_each_is_the_themes_own_in_light_and_in_dark() -> None:
    shipped = options.shipped_options()
    sheet = colours.variables(".x")
    for tone in tokens.TONES:
        light, dark = (shipped[f"theme.{mode}.{tone}TextColor"] for mode in ("light", "dark"))
        assert f"--st-{tone}-text-color: light-dark({light}, {dark});" in sheet


def test_no_sheet_has_colours_of_its_own() -> None:
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", STYLES.read_text(encoding="utf-8"))
