"""What a broken hash chain tells: which events were altered, removed, inserted or moved, in words."""

from __future__ import annotations

import bisect
import itertools
from collections import defaultdict
from collections.abc import Sequence

from sre_core.chain import FIRST, End, Link, chained
from sre_core.events import InvestigationForked


def breaks(links: Sequence[Link], end: End | None = None) -> list[str]:
    """Which events were altered, removed, inserted or moved, in words; empty when the chain is whole.

    ``links`` are in the order in which they were found. Without ``end``, events that were taken off the end are not missed.
    """
    return _Walk(links, end).to_the_end()


def strangers(links: Sequence[Link], investigation_id: str) -> list[str]:
    """Events that belong to another investigation. What stands before a fork may."""
    found = []
    said = [link.said for link in links if link.said]
    for before, event in itertools.pairwise(said):
        forked = event.happening.type == InvestigationForked.__name__
        if before.investigation_id != event.investigation_id and not forked:
            found.append(f"from event {event.seq} on it is another investigation: {event.investigation_id}")
    if said and said[-1].investigation_id != investigation_id:
        found.append(f"these are the events of investigation {said[-1].investigation_id}")
    return found


class _Walk:
    """Goes through the events by their numbers, and notes where one does not fit the one before it."""

    def __init__(self, links: Sequence[Link], end: End | None) -> None:
        self._links = links
        self._end = end
        self._places: dict[int, list[int]] = defaultdict(list)
        for place, link in enumerate(links):
            if link.seq is not None:
                self._places[link.seq].append(place)
        self._in_order = sorted(self._places)
        self._numbers: dict[int, int] = {}  # place -> the number settled for it
        self._seq, self._place = 0, -1  # of the event that was settled last
        self._chain: str | None = FIRST  # what the next one has to follow on; None is not known
        self._found: list[tuple[int, str]] = []

    def to_the_end(self) -> list[str]:
        while self._settle(self._seq + 1):
            pass
        self._check_end()
        self._name_the_rest()
        return [words for _, words in sorted(self._found, key=lambda finding: finding[0])]

    def _settle(self, seq: int) -> bool:
        """Find the event with this number; False when there is none, nor one with a higher number."""
        here = [place for place in self._places.get(seq, ()) if place not in self._numbers]
        if fitting := [place for place in here if self._links[place].follows(self._chain)]:
            genuine = next((place for place in fitting if self._goes_on(self._links[place].chain, seq)), fitting[0])
            self._take(genuine, seq, self._links[genuine].chain)
        elif here:
            self._take_broken(here[0], seq)
        elif self._stands_for(self._place + 1, seq):
            self._take_altered(self._place + 1, seq)
        elif later := self._next_number(seq):
            self._miss(seq, later - 1)
        else:
            return False
        return True

    def _take(self, place: int, seq: int, chain: str | None) -> None:
        if place < self._place:
            self._note(seq, f"event {seq} stands before event {self._numbers[self._place]}")
        self._numbers[place] = seq
        self._seq, self._place, self._chain = seq, place, chain

    def _goes_on(self, chain: str, seq: int) -> bool:
        """Whether the event after ``seq``, or the end, follows on this hash."""
        following = [self._links[place] for place in self._places.get(seq + 1, ())]
        return (self._end is not None and self._end.head == chain) or any(link.follows(chain) for link in following)

    def _take_broken(self, place: int, seq: int) -> None:
        """Where what comes after it follows on the hash that it should have, only its hash was altered."""
        should_be = chained(self._chain or FIRST, self._links[place].body)
        if self._goes_on(should_be, seq):
            self._note(seq, f"the hash of event {seq} was altered")
            self._take(place, seq, should_be)
        else:
            self._take_altered(place, seq)

    def _take_altered(self, place: int, seq: int) -> None:
        or_before = f", or event {seq - 1} together with its hash" if seq > 1 else ""
        self._note(seq, f"event {seq} was altered{or_before}")
        self._take(place, seq, self._links[place].chain or None)

    def _stands_for(self, place: int, seq: int) -> bool:
        """Whether what is at this place must be the event with this number, though it does not say so."""
        if place >= len(self._links) or place in self._numbers:
            return False
        if place + 1 < len(self._links):
            return self._links[place + 1].seq == seq + 1
        return self._links[place].seq is None or (self._end is not None and self._end.events == seq)

    def _next_number(self, seq: int) -> int | None:
        """The lowest number above this one that is still to be settled, and that can be right."""
        for number in self._in_order[bisect.bisect_right(self._in_order, seq) :]:
            if self._end and number > self._end.events:
                return None
            if any(place not in self._numbers for place in self._places[number]):
                return number
        return None

    def _miss(self, first: int, last: int) -> None:
        self._note(first, f"event {first} is missing" if first == last else f"events {first} to {last} are missing")
        self._seq, self._chain = last, None

    def _check_end(self) -> None:
        if self._end is None:
            return
        if self._end.events > self._seq:
            self._miss(self._seq + 1, self._end.events)
        elif self._end.events < self._seq:
            self._note(self._seq, f"there should be {self._end.events} events")
        if self._chain not in (None, self._end.head):
            self._note(self._seq, f"the hash of event {self._seq} is not the one that the end names")

    def _name_the_rest(self) -> None:
        after = 0
        for place, link in enumerate(self._links):
            after = self._numbers.get(place, after)
            if place not in self._numbers:
                what = "an event was inserted" if link.said else "something that is no event stands"
                self._note(after, f"{what} {f'after event {after}' if after else 'before the first event'}")

    def _note(self, seq: int, words: str) -> None:
        self._found.append((seq, words))
