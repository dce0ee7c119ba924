"""What stands where in a payload of unknown form, for whoever writes a template for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sre_core.intake.fields import said_as_text, scalars
from sre_core.intake.foreign_json import read_json
from sre_core.intake.template_paths import path_in, problem_of
from sre_core.intake.templates import AlertTemplate

MOST = 200
MOST_TOLD_APART_BY = 3


def paths_in(payload: str) -> list[tuple[str, str]]:
    """(path, what stands there), those nearest to the top first; empty when it is no JSON."""
    try:
        return list(_paths(read_json(payload)))
    except ValueError:
        return []


def first_template(payload: str) -> AlertTemplate | None:
    """A template to begin with where no key says which field is which: its longest sentence is the title."""
    found = paths_in(payload)
    texts = [(" " in text, len(text), path) for path, text in found if text]
    tops = list(dict.fromkeys(path.split(".")[0].split("[")[0] for path, _ in found))
    matches = [top for top in tops if top and problem_of(top) is None][:MOST_TOLD_APART_BY]
    if not texts or not matches:
        return None
    return AlertTemplate(name="My monitoring", matches=dict.fromkeys(matches), fields={"title": max(texts)[2]})


def _paths(parsed: Any) -> Iterator[tuple[str, str]]:
    for path, value in scalars(parsed, MOST):
        written = path_in(path, parsed)
        if problem_of(written) is None:
            yield written, said_as_text(value)
