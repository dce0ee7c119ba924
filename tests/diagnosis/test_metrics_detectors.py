import pytest

from sre_core.diagnosis.detectors import anomalous_series, resource_at_limit
from sre_core.diagnosis.findings import Direction
from sre_core.diagnosis.metric_kinds import kind_of
from sre_core.domain import Alert
from tests.diagnosis.given import TROUBLE, context, reading, series


def test_a_lasting_rise_is_found_with_its_onset_direction_and_figures() -> None:
    slow = series("oven", "latency_p99_ms", 100, [100] * 5 + [900] * 25, "ms")
    (found,) = anomalous_series.detect(reading(slow), context())
    assert (found.kind, found.component, found.direction) == ("anomalous_series", "oven", Direction.UP)
    assert found.onset == slow.times[35]
    assert "900 ms since 2026-05-04 10:35 (normal 100 ms)" in found.quote
    assert found.series is not None
    assert len(found.series.times) <= 60


def test_a_component_whose_series_stay_normal_is_clean() -> None:
    (found,) = anomalous_series.detect(reading(series("oven", "latency_p99_ms", 100, 103, "ms")), context())
    assert found.kind == "clean_metrics"
    assert "103 ms (normal 100 ms)" in found.quote


def test_a_blip_that_is_over_explains_nothing() -> None:
    blip = series("oven", "latency_p99_ms", 100, [900] * 5 + [100] * 25, "ms")
    found = anomalous_series.detect(reading(blip), context())
    assert [f.kind for f in found] == ["passed_anomaly", "clean_metrics"]
    assert found[0].suggests == {}


def test_a_change_too_small_to_matter_is_no_anomaly_however_many_spreads_it_is() -> None:
    (found,) = anomalous_series.detect(reading(series("oven", "latency_p99_ms", 100, 115, "ms")), context())
    assert found.kind == "clean_metrics"


def test_faster_is_not_trouble() -> None:
    (found,) = anomalous_series.detect(reading(series("oven", "latency_p99_ms", 100, 20, "ms")), context())
    assert found.kind == "clean_metrics"


def test_one_percent_of_lost_availability_is_a_lot() -> None:
    lost = series("oven", "availability", 99.95, 97.5, baseline_low=99.8, baseline_spread=0.05)
    (found,) = anomalous_series.detect(reading(lost), context())
    assert found.kind == "anomalous_series"


def test_cpu_that_grows_as_the_requests_do_is_busy_and_not_broken() -> None:
    busy = reading(series("till", "request_rate", 100, 300, "1/s"), series("till", "cpu_ratio", 0.2, 0.55, "ratio"))
    assert {f.kind for f in anomalous_series.detect(busy, context())} == {"traffic_up"}
    idle = reading(series("till", "cpu_ratio", 0.2, 0.55, "ratio"))
    assert {f.kind for f in anomalous_series.detect(idle, context())} == {"anomalous_resource"}


def test_a_surge_is_told_where_it_comes_in() -> None:
    surge = reading(*(series(name, "request_rate", 100, 300, "1/s") for name in ("till", "oven", "flour-store")))
    assert [f.component for f in anomalous_series.detect(surge, context())] == ["till"]


def test_nothing_is_called_clean_when_nobody_knows_what_is_normal() -> None:
    unknown = context(window=None, baseline=None, alert=Alert(title="slow"))
    (found,) = anomalous_series.detect(reading(series("oven", "latency_p99_ms", 100, 100, "ms")), unknown)
    assert found.kind == "steady_metrics"


@pytest.mark.parametrize(
    ("metric", "kind"),
    [
        ("http_requests_failed_ratio", "errors"),
        ("latency.p99", "latency"),
        ("db_connections_waiting", "pool_waiting"),
        ("db_connections_max", "limit"),
        ("containerMemoryUsage", "memory"),
        ("node_filesystem_used_ratio", "disk"),
        ("success_rate", "availability"),
        ("cache_hit_ratio", "cache_hits"),
        ("replication_lag_seconds", "replication_lag"),
        ("requests.Sum", "traffic"),
        ("tcp_retransmits", "packet_loss"),
        ("moon_phase", "other"),
    ],
)
def test_a_metric_is_known_by_its_name(metric: str, kind: str) -> None:
    assert kind_of(metric).name == kind


def test_memory_at_its_limit_is_the_mechanism_itself() -> None:
    full = reading(
        series("oven", "memory_bytes", 400 * 2**20, 1000 * 2**20, "bytes"),
        series("oven", "memory_limit_bytes", 1024 * 2**20, 1024 * 2**20, "bytes"),
    )
    (found,) = resource_at_limit.detect(full, context())
    assert found.suggests == {"memory_exhaustion": 2.0}
    assert "1000 MiB of memory_limit_bytes 1.00 GiB" in found.quote
    assert found.onset == TROUBLE


def test_a_pool_whose_maximum_shrank_says_so() -> None:
    starved = reading(series("oven", "db_connections_in_use", 20, 5), series("oven", "db_connections_max", 50, 5))
    (found,) = resource_at_limit.detect(starved, context())
    assert found.suggests == {"connection_pool_exhaustion": 2.5}
    assert "limit was 50" in found.quote


def test_a_resource_that_was_always_full_is_not_news() -> None:
    always = reading(series("oven", "db_connections_in_use", 50, 50), series("oven", "db_connections_max", 50, 50))
    assert resource_at_limit.detect(always, context()) == []


def test_a_full_disk_and_an_expired_certificate_are_found_and_a_half_full_disk_is_not() -> None:
    kinds = resource_at_limit.detect(
        reading(
            series("flour-db", "disk_used_ratio", 0.9, 0.995, "ratio"),
            series("till", "certificate_expires_in_seconds", 900, -60, "s"),
            series("oven", "disk_used_ratio", 0.4, 0.5, "ratio"),
        ),
        context(),
    )
    assert {(f.component, *f.suggests) for f in kinds} == {
        ("flour-db", "disk_full"),
        ("till", "tls_certificate_expired"),
    }
