"""Colours, shapes and sizes: legible, the same everywhere, and told apart by everybody."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from coloraide import Color

from sre_core.domain import Effect, Risk, Severity, Verdict
from sre_core.investigation import Status
from ui import conclusion, options, tokens
from ui.drawings import DRAWINGS
from ui.live import FOLDER

OPTIONS = options.shipped_options()
AA = 4.5
AA_OF_MARKS = 3.0
APART = {"Color": 8.0, "TextColor": 6.0}
"""The least difference (CIEDE2000) of two tones of one meaning: of marks and lines, which are small, and of words, which can be
read besides. Two colours side by side are seen to differ from about 2 on."""

MEANINGS = {
    "severity": set(tokens.SEVERITY.values()),
    "verdict": set(tokens.VERDICT.values()),
    "action": set(tokens.ACTION.values()),
    "investigation": set(tokens.INVESTIGATION.values()),
    "refresh": set(tokens.REFRESH.values()),
    "outcome": set(tokens.OUTCOME.values()),
    "risk": set(conclusion.RISK.values()),
}
SHEETS = sorted(Path(FOLDER.parent).rglob("*.css"))


def theme(mode: str, name: str) -> Any:
    return OPTIONS[f"theme.{mode}.{name}"]


def contrast(one: str, other: str) -> float:
    return float(Color(one).contrast(other, method="wcag21"))


def as_seen(colour: str) -> Iterator[Color]:
    """By most, and by those who lack one kind of cone: Machado, Oliveira and Fernandes 2009; blue-yellow by Brettel 1997."""
    yield Color(colour)
    for lacks, method in (("protan", "machado"), ("deutan", "machado"), ("tritan", "brettel")):
        yield Color(colour).filter(lacks, 1.0, method=method)


@pytest.mark.parametrize(("mode", "tone"), list(itertools.product(("light", "dark"), tokens.TONES)))
def test_every_tone_can_be_read_and_its_marks_can_be_seen(mode: str, tone: str) -> None:
    text = theme(mode, f"{tone}TextColor")
    for ground in (f"{tone}BackgroundColor", "backgroundColor", "secondaryBackgroundColor"):
        assert contrast(text, theme(mode, ground)) >= AA, (mode, tone, ground)
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme(mode, f"{tone}Color"), theme(mode, ground)) >= AA_OF_MARKS, (mode, tone, ground)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("kind", APART)
@pytest.mark.parametrize("meaning", MEANINGS)
def test_tones_of_one_meaning_are_told_apart_by_who_sees_few_colours(mode: str, kind: str, meaning: str) -> None:
    for one, other in itertools.combinations(sorted(MEANINGS[meaning]), 2):
        views = zip(as_seen(theme(mode, one + kind)), as_seen(theme(mode, other + kind)), strict=True)
        assert min(a.delta_e(b, method="2000") for a, b in views) >= APART[kind], (one, other)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_links_and_the_main_button_can_be_read(mode: str) -> None:
    ground = theme(mode, "backgroundColor")
    for name in ("textColor", "linkColor", "primaryColor"):
        assert contrast(theme(mode, name), ground) >= AA, name
    assert contrast(theme(mode, "codeTextColor"), theme(mode, "codeBackgroundColor")) >= AA


def test_every_meaning_has_a_tone() -> None:
    assert set(tokens.SEVERITY) == set(Severity)
    assert set(tokens.VERDICT) == set(Verdict)
    assert set(tokens.ACTION) == set(Status)
    assert set(tokens.EFFECT) == set(Effect)
    assert set(conclusion.RISK) == set(Risk)


def test_every_tone_has_a_shape_of_its_own_on_pages_and_in_the_live_element() -> None:
    assert set(tokens.SIGNS) == set(tokens.TONES)
    assert len(set(tokens.SIGNS.values())) == len(tokens.TONES)
    assert len({DRAWINGS[f"tone-{tone}"] for tone in tokens.TONES}) == len(tokens.TONES)
    for tone in tokens.TONES:
        assert re.search(rf'\[data-tone="{tone}"\] \{{.*--tone-sign: url\("data:image/svg', tokens.css())


def test_every_icon_that_the_browser_asks_for_is_drawn() -> None:
    asked = {
        name
        for module in (FOLDER / "js").glob("*.js")
        for name in re.findall(r'\bicon\("(\w+)"', module.read_text(encoding="utf-8"))
    }
    assert {"send", "dots", "copy"} <= asked
    assert asked <= set(DRAWINGS)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_takes_colours_type_and_corners_from_the_tokens(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?|oklch|light-dark)\(", text), "a colour of its own"
    assert not re.search(r"\bfont(-size)?:[^;}]*\d(px|rem|pt)(?!\w*\))", re.sub(r"/[\d.]+px", "", text)), (
        "a size of type of its own"
    )
    assert not re.search(r"border-radius:[^;}]*[1-9]\d*px", text), "a corner of its own"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_asks_only_for_tokens_that_there_are(sheet: Path) -> None:
    asked = set(re.findall(r"var\(--((?:text|space|round|shadow|veil)[\w-]*)\)", sheet.read_text(encoding="utf-8")))
    assert asked <= set(tokens.SIZES)


def test_nothing_from_outside_can_become_markup() -> None:
    for module in (FOLDER / "js").glob("*.js"):
        text = Path(module).read_text(encoding="utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in text, f"{module.name} uses {way}"
