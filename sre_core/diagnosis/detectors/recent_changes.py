"""Changes, weighed by when they were made: shortly before the trouble is suspicious, after it is innocent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.speech import cut
from sre_core.sources.base import Change
from sre_core.tools.list_changes import ChangeList

BY_KIND = {
    "deploy": {"code_regression": 1.0},
    "commit": {"code_regression": 0.6},
    "flag": {"feature_flag_regression": 1.0},
    "config": {"config_error": 1.0},
    "migration": {"schema_migration_failure": 1.0},
    "scale": {"config_error": 0.2},
    "other": {"config_error": 0.5},
}
"""What a change of each kind breaks when it breaks something, as a share of what its timing is worth."""

BY_GAP = (
    (timedelta(minutes=15), 1.8),
    (timedelta(hours=1), 1.4),
    (timedelta(hours=6), 0.9),
    (timedelta(hours=24), 0.5),
)
"""Time before the onset -> log-odds. Beyond a day a change is hardly news; our judgement, after what on-call "
  "engineers look at first."""
OLDER = 0.2
FLAG_BARES = 1.2
"""What a program error adds to a flag that was turned there: the code was there before, the flag let it run."""
SLACK = timedelta(minutes=2)
"""A change this much after the onset may still be before it: clocks and scrape intervals."""

SETTINGS = (
    ("connection_pool_exhaustion", r"pool|max.?(active|conn)|connections"),
    ("timeout_misconfigured", r"time.?out|deadline"),
    ("memory_exhaustion", r"memory|heap|Xmx|cache.?size|limits?:"),
    ("cpu_throttling", r"\bcpu\b"),
    ("rate_limited", r"rate.?limit|throttle|quota"),
    ("retry_storm", r"retr(y|ies)|backoff|attempts"),
    ("thread_pool_exhaustion", r"threads?\b|workers?\b|concurrency"),
    ("cache_stampede", r"\bttl\b|cache|evict"),
    ("credential_expired", r"secret|password|token|credential|api.?key"),
    ("tls_certificate_expired", r"certificate|\btls\b|\bca\b"),
    ("permission_denied", r"\brole|policy|rbac|permission|\bacl\b"),
    ("dns_failure", r"\bdns\b|nameserver|resolv"),
    ("env_address_mismatch", r"_(addr|host|url|endpoint)\b|base.?url"),
    ("schema_migration_failure", r"alter table|drop column|add column|migration|create index|rename"),
)
"""What the changed lines are about -> the fault that a mistake there makes."""
PLUGIN = re.compile(r"plug-?in|extension|add-?on|third.party|vendor", re.IGNORECASE)


def detect(changes: ChangeList, context: Context) -> list[Finding]:
    """One finding a change; a commit that a deploy ships counts at the deploy's time, once."""
    by_id = {change.id: change for change in changes.changes}
    shipped = {change.refers_to for change in changes.changes if change.refers_to}
    return [_finding(change, by_id, context) for change in changes.changes if change.id not in shipped]


def _finding(change: Change, by_id: Mapping[str, Change], context: Context) -> Finding:
    commit = by_id.get(change.refers_to or "", change)
    component = change.component or commit.component
    onset = context.onsets.get(component or "") or context.onset
    innocent = onset is not None and change.time > onset + SLACK
    worth = 0.0 if innocent else worth_of(onset, change.time)
    bared = FLAG_BARES if change.kind == "flag" and component in context.raised and worth > 0 else 0.0
    files = ", ".join(commit.files[:5])
    ships = f" ({commit.title})" if commit is not change else ""
    diff = cut(" ".join(changed_lines(commit)), 160)
    quote = f"{change.time:%Y-%m-%d %H:%M} {change.kind} {change.id}: {change.title}{ships}"
    return Finding(
        kind="change_after_onset" if innocent else "change_before_onset",
        component=component,
        source="changes",
        quote=cut("; ".join(part for part in (quote, files, diff) if part), 420),
        locator=f"change {change.id} ships {commit.id if commit is not change else change.refers_to or change.id}",
        onset=change.time,
        strength=1.0,
        suggests={
            fault: round(share * worth + (bared if fault == "feature_flag_regression" else 0.0), 2)
            for fault, share in suspects(change, commit).items()
            if share * worth > 0
        },
        change_id=change.refers_to or change.id,
        facts={"gap": (onset - change.time).total_seconds() if onset else None},
    )


def worth_of(onset: datetime | None, made: datetime) -> float:
    """Log-odds of a change by the time between it and the onset; little when no onset is known."""
    if onset is None:
        return 0.5
    gap = onset - made
    return next((worth for most, worth in BY_GAP if gap <= most), OLDER)


def suspects(change: Change, commit: Change) -> dict[str, float]:
    """Which faults this change could have made, with the share of its worth that each gets."""
    shares = dict(BY_KIND[change.kind])
    words = " ".join((change.title, change.version or "", commit.title))
    if PLUGIN.search(words):
        shares |= {"plugin_incompatibility": 1.2}
    lines = " ".join(changed_lines(commit)) or (
        f"{change.title} {commit.title}" if change.kind in ("config", "scale") else ""
    )
    for fault, about in SETTINGS:
        if re.search(about, lines, re.IGNORECASE):
            shares[fault] = 1.2
    return shares


def changed_lines(commit: Change) -> list[str]:
    """The removed and added lines of a diff, without headers."""
    lines = (commit.diff or "").splitlines()
    return [" ".join(line.split()) for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---"))]
