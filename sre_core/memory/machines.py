"""The machines, or targets of a probe, that an alert names: what tells it apart where no component does.

Addresses and pods are none: they change from one firing to the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address

from sre_core.memory.unchanging import HEX, POD, UUID

_NAMED = re.compile(
    r"((exported_)?instance|(probe_)?target|endpoint|host(_?name)?|node(_?name)?|server(_?name)?|machine|fqdn)"
)
_AN_ADDRESS = re.compile(r"^ip-(?:\d+-){3}\d+\b|^localhost\b|^\d+(?:\.\d+){3}$", re.IGNORECASE)
_LABEL = re.compile(r"(?<!\S)([\w.-]+)=(\S+)")
_NUMBERED = re.compile(
    r"(?<![\w/.-])(?!(?:v|p|rc|http|utf|ipv|sha|sev|code|err|error|status|exit)[.-]?\d)"
    r"(?=[a-z0-9.-]*[a-z]-?\d{1,3}(?!\d))[a-z][a-z0-9]*(?:[.-][a-z0-9]+)+(?![\w/-])"
)
"""A host by its form: ``web-3``, ``db-orders-01.prod``; and not ``v1.2.3``, ``p99.9``, ``http-503``, ``inc-1234``."""


def machines_of(labels: Mapping[str, str], words: str = "") -> frozenset[str]:
    """The machines that labels name; where none does, those in these words (times, ids and pods taken out before)."""
    found = (machine_of(value) for name, value in labels.items() if _NAMED.fullmatch(_plain(name)))
    return frozenset(filter(None, found)) or frozenset(filter(None, map(machine_of, _NUMBERED.findall(words))))


def machines_in(text: str, words: str = "") -> frozenset[str]:
    """The same of an alert's text, in which labels stand as ``name=value``; ``words``: of its title."""
    return machines_of(dict(_LABEL.findall(text)), words)


def machine_of(value: str) -> str | None:
    """A host without its port, an address of the web without its question; None for an IP address, a pod or an id."""
    scheme, _, rest = value.strip().rpartition("://")
    where, slash, path = re.split(r"[?#]", rest)[0].partition("/")
    host = re.sub(r":\d+$", "", where.rpartition("@")[2]).casefold()
    named = re.search(r"[a-z]", host) and not _AN_ADDRESS.match(host) and not _is_ip(host)
    if not named or any(changing.search(host) for changing in (POD, UUID, HEX)):
        return None
    return f"{host}{slash}{path}".rstrip("/") if scheme else host


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()).strip("_")


def _is_ip(host: str) -> bool:
    try:
        ip_address(host.strip("[]").split("%")[0])
    except ValueError:
        return False
    return True
