"""A time of beginning is read out of words where they say one, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Alert
from sre_core.intake.alerts import said_at, understand
from sre_core.intake.times import SKEW, began

NOW = datetime(2026, 11, 22, 16, tzinfo=UTC)  # a Sunday


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("orders returns 503 since 14:05 UTC, nobody can buy", at(22, 14, 5)),
        ("OOMKilled. Started at 22:10 yesterday. v2.14.3 went out before.", at(21, 22, 10)),
        ("failing since yesterday 22:10", at(21, 22, 10)),
        ("pool timed out for 20 minutes", at(22, 15, 40)),
        ("p99 above 2s for 5m", at(22, 15, 55)),
        ("no answer for the past hour", at(22, 15)),
        ("began about half an hour ago", at(22, 15, 30)),
        ("payments fail at 3am UTC", at(22, 3)),
        ("since about 2:30 pm UTC today", at(22, 14, 30)),
        ("since noon", at(22, 12)),
        ("since 1405Z", at(22, 14, 5)),
        ("starting 14:05+02:00 all fails", at(22, 12, 5)),
        ("since 14:05 UTC+2", at(22, 12, 5)),
        ("since 2026-11-22T09:05:00-05:00", at(22, 14, 5)),
        ("Onset: 2026-11-21 08:00", at(21, 8)),
        ("since 21 November 2026, 22:10 UTC", at(21, 22, 10)),
        ("since Nov 21st 22:10", at(21, 22, 10)),
        ("since 14:05 on 2026-11-21", at(21, 14, 5)),
        ("since Friday 14:05", at(20, 14, 5)),
        ("deploy at 14:00, errors since 14:05", at(22, 14, 5)),
        ("firing from 14:05 to 14:20 UTC", at(22, 14, 5)),
    ],
)
def test_what_the_words_say_is_read(words: str, when: datetime) -> None:
    told = began(words, NOW)
    assert told is not None
    assert told.at == when


@pytest.mark.parametrize(
    "words",
    [
        "v2.14.3 went out before, exit 137, port 8443, id 20261122",
        "10.0.0.1:54:22 and 00:11:22:33:44:55 and fe80:10:20::1",
        "from 10.0.0.1:54:22",
        "since v2.14 since build 1405",
        "p99 12.5s, 1.5 % of 20 requests, 14:05",
        "from 3 minutes to 5 minutes",
        "ratio went from 1:30 to 2:10",
        "for 5 meters",
        "the deploy of cart went out at 14:00",
        "deployed 20 minutes ago",
        "backup started at 02:00",
        "maintenance from 13:00 to 15:00",
        "it will retry at 15:00",
        "retrying for 30 minutes",
        "silenced for 2 hours",
    ],
)
def test_versions_addresses_quantities_and_other_events_are_no_beginning(words: str) -> None:
    assert began(words, NOW) is None


@pytest.mark.parametrize(
    "words",
    [
        "since 17:30 UTC",
        "since today 17:30",
        "since 2027-01-01 00:00",
        "since 14:05 CET",
        "since 14:05 local time",
        "since 14:05, Europe/Berlin",
        "since 03/04 14:05",
        "since 14:05 on 21.11.",
        "since 14:05, worse since 14:20",
        "since 25:00",
        "since 14:05 pm",
        "since 30 Feb 14:05",
        "since 09:00-10:00",
        "since last night",
    ],
)
def test_what_is_in_the_future_or_ambiguous_is_not_taken(words: str) -> None:
    assert began(words, NOW) is None


def test_shortly_after_midnight_late_evening_means_yesterday() -> None:
    told = began("since 23:50 UTC", at(22, 0, 10))
    assert told is not None
    assert told.at == at(21, 23, 50)


def test_without_knowing_when_it_was_said_only_a_date_counts() -> None:
    assert began("since 14:05 UTC", None) is None
    assert began("for 20 minutes", None) is None
    dated = began("since 2026-11-21 14:05 UTC", None)
    assert dated is not None
    assert dated.at == at(21, 14, 5)


@given(st.text(max_size=200), st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(NOW.__add__))
def test_whatever_is_said_is_never_a_time_to_come(words: str, now: datetime) -> None:
    for text in (words, f"since {words}", f"started at {words}", f"for {words} minutes"):
        told = began(text, now)
        assert told is None or told.at <= now + SKEW


@given(
    st.timedeltas(timedelta(days=-2000), timedelta(days=2000)).map(NOW.__add__),
    st.integers(-12, 14),
    st.timedeltas(timedelta(), timedelta(days=20)),
)
def test_a_time_with_date_and_offset_is_read_as_it_is_written(written: datetime, hours: int, later: timedelta) -> None:
    moment = written.replace(second=0, microsecond=0) - timedelta(hours=hours)
    told = began(f"fails since {written:%Y-%m-%dT%H:%M}{hours:+03}:00", moment + later)
    assert told is not None
    assert told.at == moment


def test_an_alert_in_words_says_that_its_time_was_read_out_of_them() -> None:
    alert = understand("orders-service returns 503 since 14:05 UTC", now=NOW).alert
    assert (alert.starts_at, alert.from_words) == (at(22, 14, 5), ("starts_at",))
    given_as_such = understand("orders\nStarted at: 2026-11-22 14:05 UTC", now=NOW).alert
    assert (given_as_such.starts_at, given_as_such.from_words) == (at(22, 14, 5), ())


def test_what_a_person_adds_tells_when_it_began_where_the_alert_does_not() -> None:
    assert understand('{"title": "slow"}', "since 14:05 UTC", NOW).alert.starts_at == at(22, 14, 5)
    timed = understand('{"title": "slow", "starts_at": "2026-11-22T13:00:00Z"}', "since 14:05 UTC", NOW).alert
    assert (timed.starts_at, timed.from_words) == (at(22, 13), ())


def test_the_texts_of_a_form_with_fields_tell_of_rules_and_not_of_now() -> None:
    rule = '{"title": "slow", "description": "p99 above 2 s for 10 minutes"}'
    assert understand(rule, now=NOW).alert.starts_at is None


def test_over_recorded_telemetry_a_time_of_day_is_of_the_recorded_day() -> None:
    alert = understand("slow since 14:05 UTC", now=NOW).alert
    assert said_at(alert, at(3, 15)).starts_at == at(3, 14, 5)
    unknown = said_at(alert, None)
    assert (unknown.starts_at, unknown.from_words) == (None, ())
    fixed = Alert(title="slow since 14:05", starts_at=at(1, 1))
    assert said_at(fixed, at(3, 15)) == fixed


def test_a_mail_that_says_no_beginning_began_when_it_was_sent() -> None:
    mail = "Subject: orders down\nDate: Sun, 22 Nov 2026 14:10:11 +0100\n\n"
    assert understand(f"{mail}No orders.", now=NOW).alert.starts_at == datetime(2026, 11, 22, 13, 10, 11, tzinfo=UTC)
    assert understand(f"{mail}No orders since 12:30 UTC.", now=NOW).alert.starts_at == at(22, 12, 30)
    assert understand("Subject: x\nDate: someday\n\nNo orders.", now=NOW).alert.starts_at is None


def test_words_of_beginning_one_after_the_other_are_read_in_no_time() -> None:
    """Each was tried together with all that follow it: a minute for one alert."""
    assert began("at " * 6_600, NOW) is None
