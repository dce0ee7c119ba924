"""Metrics as other systems hand them over: running totals, other names, no baseline, nightly batches, slow leaks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sre_core.diagnosis.assumed_normal import with_normal
from sre_core.diagnosis.counters import as_rates, is_counter
from sre_core.diagnosis.detectors import anomalous_series, resource_at_limit, steady_climb
from sre_core.diagnosis.metric_kinds import kind_of
from sre_core.diagnosis.series import departure
from sre_core.domain import Window
from sre_core.tools.query_metrics import MetricSeries, MetricsReading
from tests.diagnosis.given import START, context, reading, series

GIB = 2**30


def total(metric: str, rates: list[float], begin: float = 5000.0) -> MetricSeries:
    """A counter read every minute that grew by these rates a second."""
    values = [begin]
    for rate in rates:
        values.append(values[-1] + 60 * rate)
    return series("oven", metric, begin, 1.0).model_copy(
        update={"times": tuple(START + timedelta(minutes=i) for i in range(len(values))), "values": tuple(values)}
    )


def test_a_running_total_that_grows_as_ever_is_clean() -> None:
    calm = total("http_requests_total", [10.0 + i % 3 * 0.1 for i in range(59)])
    assert [f.kind for f in anomalous_series.detect(reading(calm), context())] == ["clean_metrics"]


def test_a_running_total_of_failures_that_grows_faster_is_trouble_with_its_rate() -> None:
    worse = total("http_errors_total", [0.1 + i % 3 * 0.001 for i in range(30)] + [6.0] * 29)
    (found,) = anomalous_series.detect(reading(worse), context())
    assert found.kind == "anomalous_series"
    assert "6 /s" in found.quote


def test_a_counter_that_starts_again_from_zero_is_still_a_counter() -> None:
    before = total("http_requests_total", [10.0] * 59)
    again = before.model_copy(update={"values": (*before.values[:40], *[600.0 * i for i in range(20)])})
    assert is_counter(again)
    (rates,) = as_rates(reading(again)).series
    assert all(value is not None and value >= 0 for value in rates.values)


def test_a_gauge_that_goes_up_and_down_is_no_counter() -> None:
    assert not is_counter(series("oven", "requests_total", 100, [100, 90] * 15))


def test_a_sum_with_its_count_is_read_as_a_mean() -> None:
    busy = total("request_duration_seconds_sum", [1.0] * 30 + [20.0] * 29)
    count = total("request_duration_seconds_count", [10.0] * 59)
    found = anomalous_series.detect(reading(busy, count), context())
    assert [f.locator.split()[1] for f in found if f.kind == "anomalous_series"] == ["request_duration_seconds_mean"]


def test_free_space_that_is_gone_is_a_full_disk_and_free_space_that_grows_is_none() -> None:
    size = series("oven", "node_filesystem_size_bytes", 400 * GIB, 400 * GIB, "bytes")
    gone = series("oven", "node_filesystem_avail_bytes", 90 * GIB, 0.0, "bytes")
    assert any(f.suggests.get("disk_full", 0) >= 2 for f in resource_at_limit.detect(reading(gone, size), context()))
    grown = series("oven", "node_filesystem_avail_bytes", 90 * GIB, 300 * GIB, "bytes")
    assert resource_at_limit.detect(reading(grown, size), context()) == []


def test_an_unknown_figure_at_a_hundred_times_its_normal_level_is_not_called_healthy() -> None:
    odd = series("oven", "yeast_bubbles", 3, 400)
    assert [f.kind for f in anomalous_series.detect(reading(odd), context())] == ["shifted_series"]


def test_memory_that_climbs_for_hours_is_a_leak_and_memory_that_jumps_is_not() -> None:
    def hours(values: list[float]) -> MetricSeries:
        times = tuple(START + timedelta(minutes=5 * i) for i in range(len(values)))
        known = series("oven", "container_memory_working_set_bytes", 1.0, 1.0, "bytes")
        return known.model_copy(update={"times": times, "values": tuple(values)})

    climbing = hours([GIB * (1 + i / 80 + i % 3 * 0.001) for i in range(90)])
    (found,) = steady_climb.detect(reading(climbing), context())
    assert found.suggests == {"memory_leak": 2.0}
    assert steady_climb.detect(reading(hours([1.0 * GIB] * 45 + [2.0 * GIB] * 45)), context()) == []


def three_nights(last: float) -> MetricSeries:
    hours = [START + timedelta(minutes=30 * i) for i in range(48 * 3)]
    values = [90.0 if t.hour == 2 else 20.0 + i % 3 for i, t in enumerate(hours)]
    values[-4:] = [last] * 4
    known = series("oven", "cpu_percent", 20.0, 20.0, "percent")
    return known.model_copy(update={"times": tuple(hours), "values": tuple(values)})


def test_what_happens_every_night_is_no_departure_and_the_same_at_another_hour_is() -> None:
    nightly = three_nights(22.0)
    cut = next(i for i in range(len(nightly.times) - 1, 0, -1) if nightly.times[i].hour == 2) + 1
    tonight = nightly.model_copy(update={"times": nightly.times[:cut], "values": nightly.values[:cut]})
    begin = tonight.times[-2]
    assert departure(tonight, kind_of("cpu_percent"), begin) is None
    assert departure(three_nights(90.0), kind_of("cpu_percent"), three_nights(90.0).times[-4]) is not None


def test_trouble_that_began_long_before_the_alert_is_seen_where_nobody_said_what_is_normal() -> None:
    late = series("oven", "logon_failures", 0.5, 60)
    alert_came = START + timedelta(minutes=55)
    assumed = MetricsReading(
        window=Window(start=alert_came, end=late.times[-1]),
        baseline=Window(start=START, end=alert_came - timedelta(seconds=1)),
        series=(late,),
        components=("oven",),
    )
    unknown = context(window=None, baseline=None)
    (found,) = [f for f in anomalous_series.detect(assumed, unknown) if f.component == "oven"]
    assert found.kind == "anomalous_series"
    assert found.onset is not None
    assert found.onset < alert_came - timedelta(minutes=15)
    assert with_normal(assumed, context()) is assumed


@pytest.mark.parametrize(
    ("metric", "kind"),
    [
        ("kafka_consumergroup_lag", "queue"),
        ("ApproximateNumberOfMessagesVisible", "queue"),
        ("HTTPCode_Target_5XX_Count", "errors"),
        ("radius_access_rejects_per_second", "errors"),
        ('http_requests_total{code="503"}', "errors"),
        ("coredns_dns_responses_total{rcode=SERVFAIL}", "names_unresolved"),
        ("4xxErrors", "client_errors"),
        ("ReadThrottleEvents", "refused_for_rate"),
        ("container_cpu_cfs_throttled_periods_total", "throttling"),
        ("node_timex_offset_seconds", "clock"),
        ("kube_pod_container_resource_limits_memory_bytes", "limit"),
        ("response_time_max", "latency"),
        ("FreeStorageSpace", "disk_free"),
        ("connection_errors", "errors"),
        ("sessions_current", "pool"),
        ("DBLoadNonCPU", "database_load"),
        ("go_goroutines", "threads"),
        ("unhealthy_host_count", "errors"),
    ],
)
def test_names_of_other_systems_are_understood(metric: str, kind: str) -> None:
    assert kind_of(metric).name == kind
