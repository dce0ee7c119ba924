"""``metrics.csv``: read at full speed when it is clean, and line by line when it is not, to say which lines are skipped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from sre_core.sources.base import LARGEST_READING
from sre_core.sources.capsule_lines import Problems, text_of

COLUMNS = ("time", "component", "metric", "value", "unit")
_REQUIRED = frozenset(COLUMNS[:4])
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""pandas knows years outside of these; nothing else does."""


def missing_columns(head: bytes) -> tuple[str, ...]:
    """Which of the columns that must be there the header lacks."""
    return tuple(sorted(_REQUIRED - set(_header(text_of(head).partition("\n")[0]))))


def parse_metrics(content: bytes, problems: Problems) -> pd.DataFrame:
    """Readings in long form, sorted by time: ``COLUMNS``, the names as categories, time in UTC, every value finite."""
    frame = _at_full_speed(content)
    if frame is None:
        frame = _line_by_line(content, problems)
    return frame.sort_values("time", kind="stable", ignore_index=True)


def _header(line: str) -> list[str]:
    """No names at all when the line is not one of a CSV file."""
    try:
        return [name.strip().lower() for name in next(csv.reader([line.rstrip("\r")]), [])]
    except csv.Error:
        return []


def _at_full_speed(content: bytes) -> pd.DataFrame | None:
    """None when anything at all is unusual."""
    header = _header(text_of(content[: content.find(b"\n") + 1]))
    try:
        raw = pd.read_csv(
            io.BytesIO(content),
            header=0,
            names=header,
            usecols=[name for name in COLUMNS if name in header],
            dtype={name: np.float64 if name == "value" else "category" for name in COLUMNS if name in header},
            na_filter=False,
            encoding_errors="replace",
        )
    except ValueError:  # pandas raises it, or a child of it, for a row that does not fit
        return None
    frame = _typed(raw)
    odd = (
        frame["time"].isna().any()
        or not (frame["value"].abs() <= LARGEST_READING).all()
        or _has_empty(frame["component"], frame["metric"])
    )
    lines = content.count(b"\n") - 1 + (not content.endswith(b"\n"))
    return None if odd or len(frame) != lines else frame


def _typed(raw: pd.DataFrame) -> pd.DataFrame:
    """Times are parsed once for each that differs: a file repeats every time for every series."""
    times = raw["time"].astype("category")
    moments = pd.to_datetime(pd.Series(times.cat.categories, dtype=str), format="ISO8601", utc=True, errors="coerce")
    moments = moments.where(moments.between(_EARLIEST, _LATEST))
    unit = raw["unit"] if "unit" in raw else pd.Series("", index=raw.index)
    taken = pd.DatetimeIndex(moments).as_unit("us").take(times.cat.codes.to_numpy())
    columns = {
        "time": taken,
        "component": raw["component"],
        "metric": raw["metric"],
        "value": raw["value"],
        "unit": unit,
    }
    frame = pd.DataFrame({name: pd.Series(column).reset_index(drop=True) for name, column in columns.items()})
    return frame.astype({"component": "category", "metric": "category", "unit": "category", "value": "float64"})


def _has_empty(*names: pd.Series) -> bool:
    return any("" in {str(category).strip() for category in column.cat.categories} for column in names)


def _line_by_line(content: bytes, problems: Problems) -> pd.DataFrame:
    first, _, rest = text_of(content).partition("\n")
    header = _header(first)
    rows = pd.DataFrame(_whole_rows(header, rest, problems), columns=["line", *COLUMNS])
    frame = _typed(rows)
    for line in rows.loc[frame["time"].isna(), "line"]:
        problems.add(int(line), "time is not an RFC 3339 time")
    return frame[frame["time"].notna()]


def _whole_rows(header: list[str], text: str, problems: Problems) -> Iterator[tuple[int, str, str, str, float, str]]:
    for number, line in enumerate(text.split("\n"), start=2):
        if not line.strip():
            continue
        try:
            cells = next(csv.reader([line.rstrip("\r")]))
            row = dict(zip(header, cells, strict=False))
            value = float(row["value"])
        except (ValueError, KeyError, csv.Error):
            problems.add(number, "too few cells, or value is not a number")
            continue
        if not abs(value) <= LARGEST_READING or not row["component"].strip() or not row["metric"].strip():
            problems.add(number, "component, metric and a finite value of a plausible size are needed")
            continue
        yield number, row["time"], row["component"], row["metric"], value, row.get("unit", "")
