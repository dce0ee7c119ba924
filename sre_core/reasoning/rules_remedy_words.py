"""What to do in words, by kind of remedy; what is said differently of some faults, changes and components."""

from __future__ import annotations

from sre_core.domain import RemediationKind, Risk
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_dismiss import STORES

K = RemediationKind

WORDS = {
    K.ROLLBACK: "Roll {component} back to what it was before {change}.",
    K.FIX_FORWARD: "Fix {fault} at {component} and release it.",
    K.CONFIG_CHANGE: "Correct the setting behind {fault} at {component}.",
    K.SCALE: "Give {component} more room: more replicas or a higher limit.",
    K.RESTART: "Restart {component}; it buys time and removes no cause.",
    K.RESCHEDULE: "Move the work away from {component}.",
    K.FAILOVER: "Switch away from {component} to its standby or an alternative.",
    K.ROTATE_CREDENTIAL: "Renew the certificate or credential of {component} and reload whoever holds it.",
    K.PURGE_DATA: "Free space at {component}: old data, logs, temporary files.",
    K.ESCALATE: "Call in who owns {component}.",
    K.WAIT: "Wait, and watch whether {fault} at {component} passes.",
    K.NONE: "Nothing needs to be done to {component}.",
}
RISKS = {
    K.ROLLBACK: Risk.MEDIUM,
    K.SCALE: Risk.LOW,
    K.RESTART: Risk.MEDIUM,
    K.FAILOVER: Risk.HIGH,
    K.PURGE_DATA: Risk.HIGH,
    K.RESCHEDULE: Risk.MEDIUM,
}

OF_A_FAULT = {
    (K.RESTART, "lock_contention"): (
        "End the session that holds the lock at {component}; restart it only if that fails, it removes no cause."
    ),
    (K.RESTART, "memory_leak"): "Restart {component}; it gives the memory back, and the leak begins anew.",
    (K.RESTART, "disk_full"): "Free space at {component} first, then restart what stopped for want of it.",
    (
        K.ROTATE_CREDENTIAL,
        "tls_certificate_expired",
    ): "Renew the certificate of {component} and reload whoever serves it.",
    (K.ROTATE_CREDENTIAL, "credential_expired"): "Renew the credential that {component} logs in with, and reload it.",
}
"""Where the general words would mislead."""
OF_A_CHANGE = {
    "migration": (
        "Stop {change} at {component} if it still runs, ending the sessions that hold its locks; undo what it changed "
        "only together with who wrote it."
    ),
    "flag": "Turn {change} at {component} back to what it was.",
    "config": "Undo {change} at {component}.",
}
"""Kind of the change held responsible -> how it is taken back."""


def words_for(kind: RemediationKind, fault: str, change: str) -> str:
    """A sentence with ``{component}``, ``{fault}`` and ``{change}``; ``change`` is the kind of the change, empty for none."""
    if kind is K.ROLLBACK and change in OF_A_CHANGE:
        return OF_A_CHANGE[change]
    return OF_A_FAULT.get((kind, fault), WORDS[kind])


def risk_of(case: Case, kind: RemediationKind, component: str) -> Risk:
    """Restarting or taking back what holds data is never a small thing."""
    known = case.topology.components.get(component)
    stores = STORES.search(f"{component} {known.kind if known else ''}") is not None
    return Risk.HIGH if stores and kind in (K.RESTART, K.ROLLBACK) else RISKS.get(kind, Risk.LOW)
