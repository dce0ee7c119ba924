"""Times in the units that senders write them in."""

from __future__ import annotations

import pytest

from sre_core.intake.clues import Unit, moment_in
from tests.intake.reading import NOON

SECONDS = int(NOON.timestamp())


@pytest.mark.parametrize("unit", [Unit.SECONDS, Unit.MILLISECONDS, Unit.MICROSECONDS, Unit.NANOSECONDS])
def test_a_figure_or_its_digits_in_a_known_unit_or_one_told_by_its_size(unit: Unit) -> None:
    for value in (SECONDS * unit, str(SECONDS * unit)):
        assert moment_in(value, unit) == moment_in(value, Unit.BY_SIZE) == NOON


@pytest.mark.parametrize("value", [None, True, "", "soon", [], 1e300, -1, "9" * 40])
def test_what_is_no_time(value: object) -> None:
    assert moment_in(value, Unit.BY_SIZE) is None
    assert moment_in(value, Unit.MILLISECONDS) is None
