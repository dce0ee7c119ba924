"""A text without what changes from one firing of an alert to the next: times, ids, pods, addresses, figures."""

from __future__ import annotations

import re

LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:\s?(?:Z|UTC|[+-]\d\d:?\d\d)\b)?|\b\d\d?:\d\d(?::\d\d)?\b"
)
UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
HEX = re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b|\b0x[0-9a-f]+\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b")
POD = re.compile(
    r"(?<=[a-z0-9])-(?=[a-z0-9]*\d)[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b"
    r"|(?<=[a-z0-9])-[0-9a-f]{8,10}-[a-z0-9]{5}\b",
)
"""What a ReplicaSet appends to its workload's name."""
_CODE = re.compile(
    r"\b(code|error|errno|status|http|exit code|ora|port|answers|returns)([\s:#-]{1,2})(\d{2,6})\b(?!\s?[%.])",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?<![\w#-])[<>=~±+-]*\d[\d.,]*\s?(?:%|‰|[kmgt]i?b?|ms|µs|us|s|sec\w*|min\w*|h|hours?|days?|d|x|rps|qps)?(?![\w#])",
    re.IGNORECASE,
)
_KEPT = "codeletters"


def steady(text: str) -> str:
    """The text without what changes: times, ids, addresses, figures with their units. Error codes are kept."""
    for pattern in (LINK, UUID, _MOMENT, _ADDRESS):
        text = pattern.sub(" ", text)
    text = POD.sub("", text)
    text = HEX.sub(" ", text)
    text = _CODE.sub(lambda match: f"{match[1]} {_KEPT}{match[3]}", text)
    text = _FIGURE.sub(" ", text).replace(_KEPT, "")
    return " ".join(re.sub(r"[^\w/.-]+", " ", text.casefold()).split()).strip(" .-")
