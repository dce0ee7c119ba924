"""Words are taken apart and brought to their stems, so that what is written differently is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.knowledge.words import by_stem, stem, stems, words


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
