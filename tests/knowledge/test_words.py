"""Words are taken apart and brought to their stems, so that what is written differently is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.knowledge.words import (
    by_stem,
    exact_name,
    exact_names_of_link,
    is_a_name,
    links,
    names_written,
    spelled_out,
    stem,
    stems,
    words,
)


def test_camel_case_and_snake_case_are_taken_apart() -> None:
    assert words("KubePodCrashLooping redis_cart HTTPServer") == [
        "kube",
        "pod",
        "crash",
        "looping",
        "redis",
        "cart",
        "http",
        "server",
    ]


def test_ids_and_words_that_say_nothing_are_left_out() -> None:
    assert words("the pod 7f3a9c2e1b44 is at 1764500000 and the e24dbe49 was 503") == ["pod", "503"]


@pytest.mark.parametrize(
    "family",
    [
        "restart restarts restarted restarting",
        "memory memories",
        "certificate certificates cert",
        "expire expires expired expiry",
        "fail failed failing failure",
        "connect connected connection connections",
        "available availability",
        "latency latencies",
    ],
)
def test_a_word_family_has_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize("pair", ["status state", "node note", "disk dns", "process progress"])
def test_different_words_keep_different_stems(pair: str) -> None:
    assert len({stem(word) for word in pair.split()}) == 2


@given(st.text())
def test_any_text_has_stems_of_one_token_each(text: str) -> None:
    assert all(stem and not stem.isspace() and " " not in stem for stem in stems(text))
    assert list(by_stem(text)) == list(dict.fromkeys(stems(text)))


@pytest.mark.parametrize(
    "name", ["KubePodCrashLooping", "kube-pod-crash-looping", "Kube pod crash looping", "kube_pod_crash_looping"]
)
def test_a_name_is_the_same_however_it_is_written(name: str) -> None:
    assert exact_name(name) == "kubepodcrashlooping"


def test_a_link_is_known_whole_and_by_its_fragment_or_last_part() -> None:
    assert exact_names_of_link("https://runbooks.example/docs/alerts/KubePodCrashLooping.md)") == (
        "runbooksexampledocsalertskubepodcrashloopingmd",
        "kubepodcrashlooping",
    )
    assert exact_names_of_link("http://docs.example/health-checks/#osd-nearfull")[1] == "osdnearfull"
    assert exact_names_of_link("http://docs.example/shop/README.md") == ("docsexampleshopreadmemd",)


def test_names_are_lines_first_words_and_what_only_a_name_is_written_like() -> None:
    names = names_written("mysql_replication_lag: the node-exporter says MySQLDown, code ORA-01555\nDisk full")
    assert {"mysqlreplicationlag", "mysqldown", "ora01555", "diskfull"} <= set(names)
    assert "nodeexporter" not in names
    assert "exporter" not in names


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("KubePodCrashLooping", "Kube Pod Crash Looping"),
        ("OSD_DOWN", "OSD DOWN"),
        ("etcdNoLeader", "etcd No Leader"),
        ("HTTPServerDown", "HTTP Server Down"),
    ],
)
def test_a_name_is_spelled_out(name: str, spelled: str) -> None:
    assert spelled_out(name) == spelled


@given(st.text())
def test_any_text_may_be_asked_for_names(text: str) -> None:
    assert all(name == exact_name(name) for name in names_written(text))
    for link in links(f"{text} https://{text}"):
        assert all(name == exact_name(name) for name in exact_names_of_link(link))


@pytest.mark.parametrize(
    ("word", "whether"),
    [
        ("read-only", False),
        ("disk", False),
        ("pg-auto-vacuum", True),
        ("pg_lag", True),
        ("PodLost", True),
        ("2026", False),
    ],
)
def test_ordinary_compounds_are_no_names(word: str, whether: bool) -> None:
    assert is_a_name(word) is whether
