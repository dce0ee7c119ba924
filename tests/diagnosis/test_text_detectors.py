from datetime import timedelta

import pytest

from sre_core.diagnosis.detectors import command_words, log_patterns, other_signals, recent_changes, trace_hops
from sre_core.sources.base import Change, Signal
from sre_core.tools.list_changes import ChangeList
from sre_core.tools.read_signals import SignalList
from sre_core.tools.read_traces import HopTiming, TraceReading
from tests.diagnosis.given import TROUBLE, context, logs, printed, said


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("java.lang.OutOfMemoryError: Java heap space", "memory_exhaustion"),
        ("HikariPool-1 - Connection is not available, request timed out after 30000ms", "connection_pool_exhaustion"),
        ("sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached", "connection_pool_exhaustion"),
        ("FATAL: sorry, too many clients already", "connection_pool_exhaustion"),
        ("write /var/lib/data/1: no space left on device", "disk_full"),
        ("accept4: too many open files", "file_descriptor_exhaustion"),
        ("java.util.concurrent.RejectedExecutionException: Task rejected", "thread_pool_exhaustion"),
        ("ERROR: deadlock detected", "lock_contention"),
        ("ERROR: column orders.note does not exist", "schema_migration_failure"),
        ("FATAL: password authentication failed for user oven", "credential_expired"),
        ("AccessDenied: not authorized to perform s3:GetObject", "permission_denied"),
        ("token used before issued", "clock_skew"),
        (
            "could not receive data from WAL stream: replication slot is gone, replication stopped",
            "replication_failure",
        ),
        ("page 14 checksum verification failed", "data_corruption"),
        ("429 Too Many Requests", "rate_limited"),
        ("missing required environment variable PRICE_URL", "config_error"),
        ("getaddrinfo EAI_AGAIN", "dns_failure"),
        ("TypeError: cannot read properties of undefined", "code_regression"),
    ],
)
def test_the_words_of_a_mechanism_suggest_it_at_the_one_who_says_them(line: str, fault: str) -> None:
    found = log_patterns.detect(logs(said("oven", line)), context())
    assert fault in found[0].suggests
    assert (found[0].component, found[0].blames) == ("oven", None)
    assert found[0].quote == line


@pytest.mark.parametrize(
    "line",
    [
        "GET /loaf took 429 ms",
        "12:01:07.503 baked",
        "extension installed, build took too long ago to remember",
        "order 500 of the day",
    ],
)
def test_figures_and_syllables_that_only_look_like_errors_suggest_nothing(line: str) -> None:
    found = log_patterns.detect(logs(said("oven", line, severity="info")), context())
    assert [f.kind for f in found] == ["clean_logs"]


def test_a_caller_that_could_not_reach_somebody_blames_the_one_it_depends_on() -> None:
    (found,) = log_patterns.detect(logs(said("till", "bake failed: 503 from oven after 2000 ms")), context())
    assert (found.kind, found.component, found.blames) == ("dependency_error", "till", "oven")


def test_an_outside_party_that_fails_is_an_outage_of_theirs() -> None:
    (found,) = log_patterns.detect(logs(said("till", "POST https://card-bank/charge: read timed out")), context())
    assert found.blames == "card-bank"
    assert found.suggests["third_party_outage"] == 2.0


def test_an_expired_certificate_belongs_to_the_host_that_showed_it() -> None:
    line = 'Post "https://flour-store:8443/v1": x509: certificate has expired or is not yet valid'
    (found,) = log_patterns.detect(logs(said("oven", line)), context())
    assert (found.blames, set(found.suggests)) == ("flour-store", {"tls_certificate_expired"})


def test_a_host_that_nobody_has_but_somebody_nearly_has_is_a_wrong_address() -> None:
    (found,) = log_patterns.detect(logs(said("oven", "dial tcp: lookup flour-store-old:5432: no such host")), context())
    assert found.suggests == {"env_address_mismatch": 2.5}
    assert found.component == "oven"


def test_lines_that_are_as_frequent_as_ever_leave_the_log_clean() -> None:
    (found,) = log_patterns.detect(logs(said("oven", "java.lang.OutOfMemoryError", count=12, before=11)), context())
    assert found.kind == "clean_logs"


def test_a_few_new_warnings_are_chance() -> None:
    (found,) = log_patterns.detect(logs(said("oven", "429 rate limit", count=5, severity="warn")), context())
    assert found.kind == "clean_logs"


def test_a_new_error_without_known_words_is_a_symptom() -> None:
    (found,) = log_patterns.detect(logs(said("oven", "croissant inverted")), context())
    assert (found.kind, dict(found.suggests)) == ("new_log_pattern", {})


def change(minutes_before: float, **more: object) -> Change:
    known = {
        "id": "D1",
        "time": TROUBLE - timedelta(minutes=minutes_before),
        "kind": "deploy",
        "component": "oven",
        "title": "oven v2",
    }
    return Change.model_validate(known | more)


def changes(*all_changes: Change) -> ChangeList:
    return ChangeList(changes=all_changes, known=len(all_changes), covered=None)


def test_a_deploy_shortly_before_the_onset_is_suspicious_and_names_its_commit() -> None:
    commit = change(90, id="c0ffee1", kind="commit", title="Bake hotter", files=["oven/heat.py"])
    (found,) = recent_changes.detect(changes(change(4, refers_to="c0ffee1"), commit), context(onsets={"oven": TROUBLE}))
    assert (found.kind, found.change_id, dict(found.suggests)) == (
        "change_before_onset",
        "c0ffee1",
        {"code_regression": 1.8},
    )
    assert "oven/heat.py" in found.quote


def test_suspicion_falls_with_the_gap_and_a_change_after_the_onset_is_innocent() -> None:
    gaps = (5, 45, 300, 1200)
    worth = [
        recent_changes.detect(changes(change(gap)), context(onsets={"oven": TROUBLE}))[0].suggests["code_regression"]
        for gap in gaps
    ]
    assert worth == sorted(worth, reverse=True)
    (after,) = recent_changes.detect(changes(change(-10)), context(onsets={"oven": TROUBLE}))
    assert (after.kind, dict(after.suggests)) == ("change_after_onset", {})


def test_the_changed_lines_say_what_a_mistake_there_would_break() -> None:
    diff = "--- a/oven.yaml\n+++ b/oven.yaml\n-  pool_size: 50\n+  pool_size: 5\n"
    (found,) = recent_changes.detect(changes(change(5, diff=diff)), context(onsets={"oven": TROUBLE}))
    assert found.suggests["connection_pool_exhaustion"] > found.suggests["code_regression"]


def hop(component: str, **more: object) -> HopTiming:
    known = {"component": component, "name": "bake", "count": 20, "errors": 0, "p95_ms": 50, "self_p95_ms": 20}
    known |= {"baseline_count": 20, "baseline_self_p95_ms": 20.0}
    return HopTiming.model_validate(known | more)


def test_the_hop_that_is_slow_by_itself_is_told_from_the_one_that_waits() -> None:
    hops = (hop("oven", self_p95_ms=900, p95_ms=920), hop("till", p95_ms=950))
    found = trace_hops.detect(TraceReading(traces=20, hops=hops), context())
    assert [(f.kind, f.component) for f in found] == [("slow_hop", "oven"), ("clean_hop", "till")]


def test_errors_count_where_they_began() -> None:
    hops = (hop("oven", errors=8, errors_without_failing_child=8), hop("till", errors=8))
    found = trace_hops.detect(TraceReading(traces=20, hops=hops), context())
    assert [(f.kind, f.component) for f in found] == [("failing_hop", "oven"), ("clean_hop", "till")]


def signals(name: str, detail: str = "", component: str | None = "oven") -> SignalList:
    return SignalList(signals=(Signal(line=1, time=TROUBLE, component=component, name=name, detail=detail),))


def test_another_alert_means_what_its_name_says() -> None:
    (found,) = other_signals.detect(signals("ContainerOOMKilled"), context())
    assert found.suggests == {"memory_exhaustion": 2.5}
    (found,) = other_signals.detect(signals("LATENCY_DEGRADATION", "p90 3 ms -> 900 ms (+29900 %)"), context())
    assert (found.kind, found.strength) == ("symptom_signal", 4.0)


def test_a_signal_that_resolved_itself_or_names_nobody_says_nothing() -> None:
    (found,) = other_signals.detect(signals("OvenSlow", "recovered after 3 min"), context())
    assert (found.kind, dict(found.suggests)) == ("resolved_signal", {})
    assert other_signals.detect(signals("ProbeDegraded", "packet loss", component=None), context()) == []


def test_the_words_of_a_pods_log_count_as_its_log() -> None:
    output = "baking\njava.lang.OutOfMemoryError: Java heap space\n"
    (found,) = command_words.detect(
        printed("kubectl logs oven-7bd9c4fb5c-x2k9w -n bakery --previous", output), context()
    )
    assert (found.kind, found.component, found.source) == ("memory_kill", "oven", "logs")


def test_a_full_filesystem_is_found_and_a_half_full_one_is_not() -> None:
    rows = "Filesystem Size Used Avail Use% Mounted on\n/dev/sda1 200G {used}G 1G {share}% /data\n"
    command = "kubectl exec flour-db-0 -n bakery -- df -h /data"
    (found,) = command_words.detect(printed(command, rows.format(used=199, share=100)), context())
    assert (found.component, dict(found.suggests)) == ("flour-db", {"disk_full": 2.5})
    assert command_words.detect(printed(command, rows.format(used=100, share=50)), context()) == []


def test_names_are_recognised_in_pods_hosts_and_text_and_not_inside_each_other() -> None:
    names = context().names
    assert names.of_workload("flour-store-7bd9c4fb5c-x2k9w") == "flour-store"
    assert names.of_workload("flour-db-0") == "flour-db"
    assert names.of_workload("oven.bakery.svc.cluster.local:80") == "oven"
    assert names.of_workload("stranger-7bd9c4fb5c-x2k9w") is None
    assert names.in_text("till calls Oven, not flour-store-x or overoven") == ("till", "oven")


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("flour-store-old", "flour-store"),
        ("flour-stroe", "flour-store"),
        ("flour-db-primary", None),
        ("store", None),
        ("redis", None),
    ],
)
def test_a_host_resembles_a_component_when_something_was_added_or_misspelt(host: str, meant: str | None) -> None:
    assert context().names.resembling(host) == meant
