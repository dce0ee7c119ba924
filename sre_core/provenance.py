"""Where an address came from: a person, our own search, or text that nobody vouches for. Pure.

Alerts, log lines, pages and what a model makes of them may hold an address that somebody put there, so that fetching it tells
them what we know. Such an address is shown to a person before it is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from sre_core.investigation import Investigation
from sre_core.policy_rules import texts_in

OWN_SEARCH = ("search_web", "deep_research")
"""Tools whose ``address`` fields our own search named."""

_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
_AFTER = ".,;:!?)]*_'\""
"""What stands behind an address in a sentence and is none of it."""


def not_vouched_for(addresses: Sequence[str], state: Investigation) -> tuple[str, ...]:
    """Those that neither a person nor our own search named, in their order."""
    if not addresses:
        return ()
    vouched = {same(each) for each in (*_by_people(state), *_by_search(state))}
    return tuple(each for each in addresses if same(each) not in vouched)


def where_seen(address: str, state: Investigation) -> str:
    """'in the alert', 'in what A3 (read_logs) brought back', 'nowhere that is known'."""
    wanted = same(address)
    alert = state.alert
    if wanted in _all_in((alert.raw, alert.text, alert.description, *alert.links)):
        return "in the alert"
    for record in state.actions.values():
        if (seen := record.observation) and wanted in _all_in((*texts_in(seen.data), seen.excerpt)):
            return f"in what {record.action.id} ({record.action.tool}) brought back"
    return "nowhere that is known"


def same(address: str) -> str:
    """One spelling for what leads to the same page: host in lower case, no fragment, a path at least of '/'."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    path = parts.path or "/"
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=path, fragment="").geturl()


def addresses_in(text: str) -> Iterator[str]:
    """Every http and https address, as it stands and without what a sentence puts behind it."""
    for found in _ADDRESS.findall(text):
        yield found
        yield found.rstrip(_AFTER)


def named_in(value: Any) -> tuple[str, ...]:
    """Every address in a value, however deep: what a tool may fetch whose arguments mean what nobody here knows."""
    return tuple(dict.fromkeys(found.rstrip(_AFTER) for text in texts_in(value) for found in _ADDRESS.findall(text)))


def _by_people(state: Investigation) -> Iterator[str]:
    """What people said as guidance, and what they added to the arguments that they edited."""
    for guidance in state.guidance:
        yield from addresses_in(guidance.text)
    for record in state.actions.values():
        if record.edited and record.first:
            before = _all_in(texts_in(dict(record.first.arguments)))
            yield from (a for a in _all(texts_in(dict(record.action.arguments))) if same(a) not in before)


def _by_search(state: Investigation) -> Iterator[str]:
    for record in state.actions.values():
        if record.observation and record.observation.tool in OWN_SEARCH:
            yield from _named(record.observation.data)


def _named(data: Any) -> Iterator[str]:
    """The values of all fields called ``address``."""
    match data:
        case dict():
            for name, value in data.items():
                if name == "address" and isinstance(value, str):
                    yield value
                else:
                    yield from _named(value)
        case list():
            for value in data:
                yield from _named(value)
        case _:
            return


def _all(texts: Iterable[str]) -> Iterator[str]:
    return (address for text in texts for address in addresses_in(text))


def _all_in(texts: Iterable[str]) -> set[str]:
    return {same(address) for address in _all(texts)}
