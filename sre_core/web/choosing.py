"""Which of the pages that were found are worth reading next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from urllib.parse import urlsplit

from sre_core.web.dossier import Inquiry
from sre_core.web.searxng import Hit

OF_ONE_HOST = 2
"""Pages of one host in one round."""
NAMED = 0.1
"""What it counts that a code, the product or the version stands in title, excerpt or address; a first place counts as much."""

Hits = dict[str, tuple[float, Hit]]
"""By address, with what speaks for each."""


def worth_reading(inquiry: Inquiry, hits: Hits, tried: Container[str], most: int) -> list[str]:
    """Addresses that speak most for themselves and were not tried yet, few of one host."""
    of_host: Counter[str] = Counter()
    chosen: list[str] = []
    for address, _ in sorted(hits.items(), key=lambda one: -_promise(one[1], inquiry)):
        host = urlsplit(address).netloc
        if len(chosen) >= most or address in tried or of_host[host] >= OF_ONE_HOST:
            continue
        of_host[host] += 1
        chosen.append(address)
    return chosen


def _promise(found: tuple[float, Hit], inquiry: Inquiry) -> float:
    """What engines think of it, and whether it shows what was asked about."""
    score, hit = found
    shown = f"{hit.title} {hit.excerpt} {hit.address}".lower()
    telling = [*inquiry.codes, inquiry.product, inquiry.version]
    return score + sum(NAMED for word in telling if word and word.lower() in shown)
