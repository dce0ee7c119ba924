"""What somebody else's word says of an alert's state, and of the kind of signal it is. Unclear is ``UNKNOWN``."""

from __future__ import annotations

import re
from typing import Any

from sre_core.domain import AlertKind, AlertStatus

_STATES = {
    AlertStatus.FIRING: "firing fired alert alerting alarm triggered triggering retriggered renotify open opened reopened active "
    "activated problem create created new unresolved regression nodata insufficientdata down trigger warn warning critical error",
    AlertStatus.RESOLVED: "resolved resolve recovered recovery closed close ok okay normal inactive deactivated cleared fixed up "
    "success",
    AlertStatus.ACKNOWLEDGED: "acknowledged acknowledge ack acked",
}
_STATE_OF_WORD = {word: state for state, words in _STATES.items() for word in words.split()}
_BEFORE = r"(?:(?:re|fwd?|aw|wg):\s*+|\[?(?:p[0-5]|sev-?[0-5]|critical|warning|info)\]?[\s:|–—-]++)*+"
_AGAIN = r"(?:re-?)?(?:triggered|warn|no data)"
_STATE_IN_TITLE = re.compile(
    rf"^\W*{_BEFORE}\W*"
    rf"(firing|problem|{_AGAIN}|alerting|alarm|recovered|recovery|resolved|closed|ok|cleared|acknowledged|ack)\b"
    r"(?:[\s:]*\d+(?=\W))?(?: on (?P<scope>\{[^{}]{0,200}\}))?[\])]?(?=\W|$)[\s:|–—-]*+",
    re.IGNORECASE,
)
"""As in ``[FIRING:1] ...``, ``PROBLEM: ...``, ``Re: RESOLVED - ...``, ``[P1] [Recovered on {host:a}] ...``."""

_LONGEST_FRONT = 300
"""Characters of a title in which its state is looked for."""

_KINDS = {
    AlertKind.SECURITY: r"security|unauthori[sz]ed|intrusion|vulnerabilit\w+|brute force|malware|cve-\d+",
    AlertKind.SYNTHETIC: r"synthetics?|probe|blackbox|uptime check|browser test|api test",
    AlertKind.DEPLOYMENT: r"(?:deploy(?:ment)?|rollout|release|pipeline|build) (?:has |is |was )?(?:fail\w*|stuck|broken)",
    AlertKind.LOG: r"logs?",
    AlertKind.AVAILABILITY: r"down|unreachable|unavailable|not ready|not responding|offline|absent|crash ?loop\w*|crash looping"
    r"|heartbeat|no data|health ?check",
    AlertKind.ERROR: r"exceptions?|errors?|5xx|traceback|panic",
    AlertKind.METRIC: r"latency|p9\d|cpu|memory|disk|usage|utili[sz]ation|rate|above|below|threshold|exceed\w*|saturation|lag"
    r"|slow",
}
_KIND_PATTERNS = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _KINDS.items()}
_LONGEST_SEARCHED = 2000
"""Characters."""


def status_of(word: Any, otherwise: AlertStatus = AlertStatus.UNKNOWN) -> AlertStatus:
    """What a sender's word for how it stands means."""
    plain = re.sub(r"[\s_-]", "", word).lower() if isinstance(word, str) and len(word) < 40 else ""
    return _STATE_OF_WORD.get(plain, otherwise)


def status_in(title: str) -> AlertStatus:
    """What the front of a title says of how it stands, as in ``[RESOLVED] Disk full``."""
    found = _STATE_IN_TITLE.match(title[:_LONGEST_FRONT])
    return status_of(found.group(1)) if found else AlertStatus.UNKNOWN


def without_state(title: str) -> str:
    """The title as it is whether the alert fires or not, where it fires kept; itself when nothing else is left."""
    found = _STATE_IN_TITLE.match(title[:_LONGEST_FRONT])
    rest = title[found.end() :].strip() if found else ""
    return f"{rest} {found.group('scope') or ''}".strip() if found and rest else title


def kind_in(*texts: str, otherwise: AlertKind = AlertKind.UNKNOWN) -> AlertKind:
    """Which kind of signal the words of a title or a rule's name speak of."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", " ".join(texts)[:_LONGEST_SEARCHED]).lower()
    return next((kind for kind, pattern in _KIND_PATTERNS.items() if pattern.search(words)), otherwise)
