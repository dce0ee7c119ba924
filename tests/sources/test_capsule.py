"""A capsule opens as the sources of one incident; what is malformed is named, what is unsafe is refused."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Severity
from sre_core.errors import RefusedInput
from sre_core.sources.base import LogRecord
from sre_core.sources.capsule import load_report, open_capsule, read_manifest
from sre_core.sources.capsule_lines import Problems, records
from sre_core.sources.capsule_metrics import missing_columns, parse_metrics
from tests.sources.capsules import MANIFEST, folder, lines, zipped

METRICS = (
    "time,component,metric,value,unit\n2026-03-01T12:05:00Z,cart,p99,2.5,s\n2026-03-01T13:00:00+01:00,cart,p99,0.2,s\n"
)
HEADER = "time,component,metric,value,unit\n"
CHANGE = {"id": "c1", "time": "2026-03-01T11:00:00Z", "kind": "deploy", "title": "cart 1.2"}


async def test_every_source_of_a_full_capsule_can_be_read(tmp_path: Path) -> None:
    capsule = folder(
        tmp_path,
        {
            "alert.json": {"title": "Cart is slow", "severity": "critical", "component": "cart"},
            "topology.json": {"nodes": [{"id": "web"}, {"id": "cart"}], "edges": [{"source": "web", "target": "cart"}]},
            "metrics.csv": METRICS,
            "logs.ndjson": lines({"component": "cart", "message": "slow", "time": "2026-03-01T12:01:00Z"}),
            "log_patterns.ndjson": lines({"component": "cart", "pattern": "slow <*>", "count": 3}),
            "signals.ndjson": lines({"name": "LatencyHigh"}),
            "traces.ndjson": lines(
                {
                    "trace_id": "t",
                    "span_id": "s",
                    "component": "cart",
                    "name": "get",
                    "time": "2026-03-01T12:00:00Z",
                    "duration_ms": 4,
                }
            ),
            "changes.ndjson": lines(CHANGE),
            "commands.json": {"kubectl  get pods": "NAME"},
            "remediations.json": {
                "remediations": [{"kind": "restart", "component": "cart", "outcome": "done", "recovered": True}]
            },
            "documents/runbook.md": "# Cart",
        },
    )
    sources = open_capsule(capsule)
    assert sources.metrics is not None
    assert sources.logs is not None
    assert sources.commands is not None
    assert sources.remediations is not None
    assert sources.alert is not None
    assert (sources.alert.title, sources.alert.severity) == ("Cart is slow", Severity.CRITICAL)
    assert sources.topology.depends_on("web") == ("cart",)
    frame = await sources.metrics.read(["cart"], None)
    assert frame["value"].tolist() == [0.2, 2.5], "sorted by time, whatever the offset"
    assert [record.message for record in await sources.logs.read("cart")] == ["slow"]
    assert await sources.commands.run(" kubectl get   pods ") == "NAME"
    assert await sources.remediations.apply("restart", "cart", None, None) is not None
    assert sources.documents == {"documents/runbook.md": "# Cart"}
    assert (sources.absent, sources.problems) == ((), ())


def test_what_is_absent_is_none_and_said_to_be_so(tmp_path: Path) -> None:
    sources = open_capsule(folder(tmp_path, {}))
    assert (
        sources.metrics
        is sources.logs
        is sources.changes
        is sources.signals
        is sources.traces
        is sources.commands
        is None
    )
    assert {absence.source for absence in sources.absent} >= {
        "metrics",
        "logs",
        "changes",
        "signals",
        "traces",
        "commands",
        "topology",
    }
    assert {absence.reason for absence in sources.absent} == {"absent from the capsule"}
    assert sources.window is None


def test_a_capsule_without_an_alert_is_about_its_title(tmp_path: Path) -> None:
    alert = open_capsule(folder(tmp_path, {})).alert
    assert alert is not None
    assert alert.title == "Something small"


def test_the_window_and_the_baseline_come_from_the_manifest(tmp_path: Path) -> None:
    span = {"start": "2026-03-01T11:00:00Z", "end": "2026-03-01T12:00:00+00:00", "why": "seen on the graph"}
    sources = open_capsule(folder(tmp_path, {}, {"window": span}))
    assert sources.window is not None
    assert (sources.window.end - sources.window.start).total_seconds() == 3600


async def test_a_malformed_line_is_skipped_and_named(tmp_path: Path) -> None:
    good = {"component": "cart", "message": "fine", "colour": "unknown keys are ignored"}
    capsule = folder(tmp_path, {"logs.ndjson": lines(good, "{broken", {"component": "cart"}, "", "[]", good)})
    sources = open_capsule(capsule)
    assert sources.logs is not None
    assert [record.line for record in await sources.logs.read(None)] == [1, 6]
    assert [problem.partition(": ")[0] for problem in sources.problems] == [
        "logs.ndjson:2",
        "logs.ndjson:3",
        "logs.ndjson:5",
    ]


def test_a_change_of_a_kind_we_have_no_word_for_is_kept(tmp_path: Path) -> None:
    report = load_report(folder(tmp_path, {"changes.ndjson": lines({**CHANGE, "kind": "rollout"})}))
    assert report.counts["changes.ndjson"] == 1


def test_a_broken_json_file_leaves_its_source_absent(tmp_path: Path) -> None:
    sources = open_capsule(folder(tmp_path, {"commands.json": "{", "topology.json": "[]"}))
    assert sources.commands is None
    assert any(problem.startswith("commands.json:1") for problem in sources.problems)
    assert any(problem.startswith("topology.json:1") for problem in sources.problems)


def test_malformed_entries_of_a_json_file_are_named_by_their_place(tmp_path: Path) -> None:
    topology = {"nodes": [{"id": "cart", "labels": {"tier": 2}}, {"name": "no id"}], "edges": [{"source": "cart"}]}
    sources = open_capsule(folder(tmp_path, {"topology.json": topology, "commands.json": {"a": "x", "b": 7}}))
    assert sources.topology.components["cart"].labels == {"tier": "2"}
    assert [problem.partition(": ")[0] for problem in sources.problems] == [
        "topology.json:nodes[1]",
        "topology.json:edges[0]",
        "commands.json:b",
    ]


def test_a_broken_alert_is_read_as_text(tmp_path: Path) -> None:
    alert = open_capsule(folder(tmp_path, {"alert.json": "cart is down"})).alert
    assert alert is not None
    assert alert.title == "cart is down"


def test_a_metrics_file_without_a_value_column_is_absent(tmp_path: Path) -> None:
    sources = open_capsule(folder(tmp_path, {"metrics.csv": "time,component,metric\n"}))
    assert sources.metrics is None
    assert sources.problems == ("metrics.csv:1: the header lacks value",)


def test_the_report_counts_what_was_read_and_what_was_skipped(tmp_path: Path) -> None:
    report = load_report(
        folder(tmp_path, {"metrics.csv": METRICS + "2026-03-01T12:06:00Z,cart,p99,much,s\nyesterday,cart,p99,1,s\n"})
    )
    assert report.counts == {"metrics.csv": 2}
    assert [problem.partition(": ")[0] for problem in report.problems] == ["metrics.csv:4", "metrics.csv:5"]


@pytest.mark.parametrize(
    "row",
    [
        "2026-03-01T12:00:00Z,cart,p99,",
        "2026-03-01T12:00:00Z,cart,p99,inf",
        "2026-03-01T12:00:00Z,cart,p99",
        "2026-03-01T12:00:00Z,,p99,1",
        '2026-03-01T12:00:00Z,"cart,p99,1',
        "then,cart,p99,1",
    ],
)
def test_a_malformed_reading_is_skipped_and_the_others_are_kept(row: str) -> None:
    good = "2026-03-01T12:00:00Z,cart,p99,1"
    problems = Problems("metrics.csv")
    frame = parse_metrics(f"time,component,metric,value\n{good}\n{row}\n{good}\n".encode(), problems)
    assert (len(frame), problems.count) == (2, 1)
    assert problems.named()[0].startswith("metrics.csv:3: ")


def test_cells_beyond_the_header_are_ignored_like_unknown_keys() -> None:
    rows = "2026-03-01T12:00:00Z,cart,p99,1,s,extra\n2026-03-01T12:00:00Z,cart,p99,much\n"
    frame = parse_metrics(f"time,component,metric,value\n{rows}".encode(), Problems("metrics.csv"))
    assert frame["value"].tolist() == [1.0]


def test_names_that_look_like_missing_values_are_names() -> None:
    frame = parse_metrics(b"time,component,metric,value\n2026-03-01T12:00:00Z,NA,null,1\n", Problems("metrics.csv"))
    assert (frame["component"].tolist(), frame["metric"].tolist(), frame["unit"].tolist()) == (["NA"], ["null"], [""])


@given(st.text(max_size=200))
def test_any_metrics_file_is_read_or_skipped(text: str) -> None:
    frame = parse_metrics(("time,component,metric,value\n" + text).encode(), Problems("metrics.csv"))
    assert frame["value"].notna().all()


@given(st.binary(max_size=200))
def test_any_log_file_is_read_or_skipped(content: bytes) -> None:
    problems = Problems("logs.ndjson")
    found = records(content, LogRecord, problems)
    assert len(found) + problems.count <= content.count(b"\n") + 1


def test_a_time_at_the_edge_of_the_calendar_is_a_problem_like_others() -> None:
    problems = Problems("logs.ndjson")
    line = {"component": "cart", "message": "x", "time": "0001-01-01T00:00:00+05:00"}
    assert records(lines(line).encode(), LogRecord, problems) == []
    assert problems.count == 1


def test_very_many_problems_are_counted_instead_of_named() -> None:
    problems = Problems("logs.ndjson")
    records(b"x\n" * 50, LogRecord, problems)
    assert problems.named()[-1] == "logs.ndjson: 30 more lines were skipped"


async def test_a_zip_reads_like_a_folder_also_with_one_folder_at_its_top(tmp_path: Path) -> None:
    sources = open_capsule(
        zipped(tmp_path, {"metrics.csv": METRICS, "__MACOSX/x": "", "documents/a.md": "# A"}, top="")
    )
    assert sources.metrics is not None
    assert len(await sources.metrics.read(None, ["p99"])) == 2
    assert read_manifest(zipped(tmp_path, {}, top="incident/")).id == "small"


def test_matching_digests_pass_and_others_refuse(tmp_path: Path) -> None:
    digest = hashlib.sha256(METRICS.encode()).hexdigest()
    assert open_capsule(
        folder(tmp_path, {"metrics.csv": METRICS}, {"files": {"metrics.csv": f"sha256:{digest}"}})
    ).metrics
    (tmp_path / "metrics.csv").write_text(METRICS.replace("2.5", "9.5"))
    with pytest.raises(RefusedInput, match="does not match its digest"):
        open_capsule(tmp_path)
    (tmp_path / "metrics.csv").unlink()
    with pytest.raises(RefusedInput, match="not in the capsule"):
        open_capsule(tmp_path)


@pytest.mark.parametrize(
    "manifest",
    [
        {"format": "incident-capsule/2"},
        {"id": ""},
        {"title": 7},
        {"window": {"start": "2026-03-01T12:00:00Z", "end": "2026-03-01T11:00:00Z"}},
        {"window": {"start": "0001-01-01T00:00:00+05:00", "end": "2026-03-01T11:00:00Z"}},
        {"captured_at": "noon"},
    ],
)
def test_a_malformed_manifest_refuses_the_capsule(tmp_path: Path, manifest: dict[str, object]) -> None:
    with pytest.raises(RefusedInput, match=r"capsule\.json"):
        open_capsule(folder(tmp_path, {}, manifest))


def test_no_manifest_no_capsule(tmp_path: Path) -> None:
    (tmp_path / "logs.ndjson").write_text("")
    with pytest.raises(RefusedInput, match=r"no capsule\.json"):
        open_capsule(tmp_path)


def test_what_is_neither_folder_nor_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.zip").write_text("no zip at all")
    for path in (tmp_path / "notes.zip", tmp_path / "nowhere"):
        with pytest.raises(RefusedInput):
            open_capsule(path)


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/passwd", "documents/../../evil.md", "..\\evil", "c:/evil"])
def test_a_path_that_leads_out_of_the_zip_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RefusedInput, match="leads out"):
        open_capsule(zipped(tmp_path, {name: "x"}))


def test_a_symbolic_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("documents/link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "capsule.zip", "w") as out:
        out.writestr("capsule.json", json.dumps(MANIFEST))
        out.writestr(link, "/etc/passwd")
    with pytest.raises(RefusedInput, match="symbolic link"):
        open_capsule(tmp_path / "capsule.zip")


def test_a_symbolic_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    capsule = folder(tmp_path / "capsule", {})
    (tmp_path / "secret").mkdir()
    (capsule / "documents").symlink_to(tmp_path / "secret")
    with pytest.raises(RefusedInput, match="symbolic link"):
        open_capsule(capsule)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="zip bomb"):
        open_capsule(zipped(tmp_path, {"logs.ndjson": " " * (4 << 20)}))


def test_a_member_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path, {"logs.ndjson": "x" * 100_000})
    content = archive.read_bytes().replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    archive.write_bytes(content)
    with pytest.raises(RefusedInput, match="cannot be unpacked"):
        open_capsule(archive)


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "capsule.zip", "w") as out:
        out.writestr("capsule.json", json.dumps(MANIFEST))
        with pytest.warns(UserWarning, match="Duplicate name"):
            out.writestr("capsule.json", "{}")
    with pytest.raises(RefusedInput, match="twice"):
        open_capsule(tmp_path / "capsule.zip")


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "-5", "99999-01-01T00:00:00Z"]
)
def test_a_time_that_only_pandas_knows_is_a_problem_like_others(time: str) -> None:
    problems = Problems("metrics.csv")
    frame = parse_metrics(f"{HEADER}2026-03-01T12:00:00Z,cart,cpu,1,\n{time},cart,cpu,1,\n".encode(), problems)
    assert len(frame) == 1
    assert problems.named() == ("metrics.csv:3: time is not an RFC 3339 time",)


@pytest.mark.parametrize("value", ["1.7e308", "-1e200", "inf", "nan"])
def test_a_reading_too_large_to_calculate_with_is_a_problem_like_others(value: str) -> None:
    problems = Problems("metrics.csv")
    frame = parse_metrics(f"{HEADER}2026-03-01T12:00:00Z,cart,cpu,{value},\n".encode(), problems)
    assert len(frame) == 0
    assert problems.count == 1


@pytest.mark.parametrize("header", ["time,component,metric,value\rx", '"time,component,metric,value', "\x00"])
def test_a_header_that_is_no_csv_lacks_its_columns(header: str) -> None:
    assert missing_columns(header.encode()) != ()


ODD_COUNTS = ((-1, 0), (1, -1), (10**400, 0))


def test_counts_that_cannot_be_are_problems_like_others(tmp_path: Path) -> None:
    odd = [
        {"component": "cart", "pattern": "x", "count": count, "baseline_count": usual} for count, usual in ODD_COUNTS
    ]
    sources = open_capsule(folder(tmp_path, {"log_patterns.ndjson": lines(*odd)}))
    assert len(sources.problems) == len(ODD_COUNTS)


@pytest.mark.parametrize("path", ["x" * 5000, "nul\0byte", "nothing-here.zip"])
def test_a_path_that_cannot_be_one_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(RefusedInput):
        open_capsule(tmp_path / path)
