"""Postmortems are understood with front matter and without, in the words of the templates that many teams use."""

from __future__ import annotations

import pytest

from sre_core.errors import RefusedInput
from sre_core.memory.postmortems import incident_from_postmortem, read_postmortem

POSTMORTEM = """---
title: Catalogue stale for a day
kind: postmortem
component: catalog-replica
fault: disk_full
started_at: 2026-02-11T04:55:00Z
---

# Catalogue stale for a day

## Summary

Replication lag grew.

## Resolution

Old snapshots dropped.
"""


def test_a_postmortem_becomes_an_incident() -> None:
    incident = incident_from_postmortem("postmortems/disk.md", POSTMORTEM)
    assert incident is not None
    assert (incident.id, incident.title) == ("postmortem:disk", "Catalogue stale for a day")
    assert (incident.cause, incident.symptoms) == (("catalog-replica", "disk_full"), "Replication lag grew.")
    assert (incident.resolution, incident.done, incident.fix_held) == ("Old snapshots dropped.", True, None)
    assert incident.started_at is not None
    assert incident.source == "postmortems/disk.md"


@pytest.mark.parametrize(("said", "held"), [("true", True), ("no", False), ("failed", False), ("perhaps", None)])
def test_whether_the_fix_held_is_known_only_where_front_matter_says_so(said: str, held: bool | None) -> None:
    again = POSTMORTEM.replace("Old snapshots dropped.", "Old snapshots dropped; it failed again two hours later.")
    assert read_postmortem("a.md", again).fix_held is None
    assert read_postmortem("a.md", again.replace("fault:", f"fix_held: {said}\nfault:")).fix_held is held


def test_two_files_of_one_name_tell_of_two_incidents() -> None:
    paths = (
        "2026-01/postmortem.md",
        "2026-02/postmortem.md",
        "postmortem.md",
        "postmortem.docx",
        "postmortems/postmortem.md",
    )
    assert len({read_postmortem(path, POSTMORTEM).id for path in paths}) == len(paths)


def test_an_id_of_its_own_is_never_that_of_an_investigation_or_of_a_path() -> None:
    for said in ("investigation:1", "postmortem:disk", "INC-7"):
        told = read_postmortem("a.md", POSTMORTEM.replace("kind:", f'id: "{said}"\nkind:'))
        assert told.id == f"postmortem-id:{said}"


def test_what_its_front_matter_says_comes_before_its_sections() -> None:
    text = POSTMORTEM.replace("fault: disk_full", "symptoms: queue deep\nresolution: volume grown\ndate: 2026-02-11")
    incident = incident_from_postmortem("a.md", text)
    assert incident is not None
    assert (incident.symptoms, incident.resolution, incident.fault) == ("queue deep", "volume grown", None)


@pytest.mark.parametrize(
    ("path", "text"),
    [("runbooks/a.md", POSTMORTEM.replace("postmortem", "runbook")), ("postmortems/a.md", "# No matter")],
)
def test_other_documents_are_no_incidents(path: str, text: str) -> None:
    assert incident_from_postmortem(path, text) is None


GOOGLE = """# Shakespeare Sonnet++ Postmortem (incident #465)

**Date:** 2015-10-21

**Authors:** jennifer, martym

**Status:** Complete, action items in progress

**Summary:** Search down for 66 minutes during a period of very high interest.

**Impact:** Estimated 1.21B queries lost, no revenue impact.

**Root Causes:** Cascading failure, too many open files (EMFILE) while handling terms not in the corpus.

**Trigger:** Latent bug triggered by a surge in traffic.

**Resolution:** Directed traffic to a sacrificial cluster and added 10x capacity.

**Detection:** Borgmon detected the high level of HTTP 500s and paged on-call.

## Action Items

| Action | Owner |
|---|---|
| Update playbook | jennifer |
"""
ATLASSIAN = """# Checkout outage

## Incident summary

Between 13:02 and 13:33 on 2026-05-19, 2,900 users could not order.

## Fault

lock contention: a migration waited for an exclusive lock and all others waited for it.

## Impact

Orders failed.

## Detection

The alert OrdersFailing paged.

## Response

The on-call engineer came online.

## Recovery

Migration cancelled with pg_cancel_backend.
"""
PAGERDUTY = """# Post-mortem: certificate

## Overview

The edge could not talk to the storefront for 38 minutes.

## What Happened

The TLS certificate expired at 06:30.

## Contributing Factors

certificate has expired; nobody owned it.

## Resolution

Certificate renewed.

## Responders

- grace
"""
GITLAB = """# Incident Review: stale reads

**Service(s) affected**: catalog-replica
**Minutes downtime or degradation**: 45

## Summary

Readers saw old rows.

## What were the root causes?

The replica fell behind: replication lag of the catalogue.

## Incident Response Analysis

Traffic was moved to the primary.
"""


@pytest.mark.parametrize(
    ("text", "fault", "symptom", "resolution"),
    [
        (GOOGLE, "file_descriptor_exhaustion", "66 minutes", "sacrificial cluster"),
        (ATLASSIAN, "lock_contention", "could not order", "pg_cancel_backend"),
        (PAGERDUTY, "tls_certificate_expired", "38 minutes", "Certificate renewed"),
        (GITLAB, "replication_lag", "old rows", "moved to the primary"),
    ],
)
def test_common_templates_without_front_matter_are_understood(
    text: str, fault: str, symptom: str, resolution: str
) -> None:
    incident = incident_from_postmortem("postmortems/2026-05-19-x.md", text)
    assert incident is not None
    assert incident.fault == fault
    assert symptom in incident.symptoms
    assert resolution in incident.resolution
    assert incident.started_at is not None


def test_who_where_and_how_long_are_taken_from_their_lines() -> None:
    google, gitlab = read_postmortem("a.md", GOOGLE), read_postmortem("b.md", GITLAB)
    assert google.resolved_by == "jennifer, martym"
    assert google.started_at is not None
    assert f"{google.started_at:%Y-%m-%d}" == "2015-10-21"
    assert (gitlab.component, gitlab.seconds_to_end) == ("catalog-replica", 45 * 60)


def test_a_text_that_tells_of_no_incident_is_refused_with_what_is_missing() -> None:
    with pytest.raises(RefusedInput, match="Root cause or Resolution"):
        read_postmortem("notes.md", "Buy milk.")
