"""Colours: legible, and the same everywhere."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from sre_core.domain import Effect, Severity, Verdict
from sre_core.investigation import Status
from ui import options, tokens
from ui.live import FOLDER

OPTIONS = options.shipped_options()
AA = 4.5


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def theme(mode: str, name: str) -> Any:
    return OPTIONS[f"theme.{mode}.{name}"]


@pytest.mark.parametrize(("mode", "tone"), list(itertools.product(("light", "dark"), tokens.TONES)))
def test_every_tone_can_be_read(mode: str, tone: str) -> None:
    text = theme(mode, f"{tone}TextColor")
    for ground in (f"{tone}BackgroundColor", "backgroundColor", "secondaryBackgroundColor"):
        assert contrast(text, theme(mode, ground)) >= AA, (mode, tone, ground)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_links_and_the_main_button_can_be_read(mode: str) -> None:
    ground = theme(mode, "backgroundColor")
    for name in ("textColor", "linkColor", "primaryColor"):
        assert contrast(theme(mode, name), ground) >= AA, name
    on_primary = {"light": "#ffffff", "dark": "#0f1318"}[mode]
    assert contrast(on_primary, theme(mode, "primaryColor")) >= AA
    assert contrast(theme(mode, "codeTextColor"), theme(mode, "codeBackgroundColor")) >= AA


def test_every_meaning_has_a_tone() -> None:
    assert set(tokens.SEVERITY) == set(Severity)
    assert set(tokens.VERDICT) == set(Verdict)
    assert set(tokens.ACTION) == set(Status)
    assert set(tokens.EFFECT) == set(Effect)


def test_the_live_element_has_no_colours_of_its_own() -> None:
    for sheet in FOLDER.glob("*.css"):
        assert "#" not in sheet.read_text(encoding="utf-8"), f"{sheet.name}: use the theme's variables"


def test_nothing_from_outside_can_become_markup() -> None:
    for module in (FOLDER / "js").glob("*.js"):
        text = Path(module).read_text(encoding="utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in text, f"{module.name} uses {way}"
