"""A question taken apart: the words that an answer must be about, what is wanted to be known, and where it must stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sre_core.knowledge.words import stem
from sre_core.reasoning.answering.intents import INTENTS, Intent
from sre_core.reasoning.answering.passages import Passage, stems_of

LONGEST_QUESTION = 1000
"""Characters of a question that are read."""

_NOT_TELLING = """
about action actions actual actually affect affected against alternative answer anybody anyone anything anywhere
appear appeared approval approve ask assume authorise authorize bad became become before began begin begun believe
better big blame blast blind blocked bring broke broken brought ca candidate cause caused certain certainty change
check checked clean clear climb come compare compared component conclude conclusion confidence confident consider
contain continue could count cover crash culprit day decide decision decline deny describe detail detect detected
discard dismiss done down drop earlier early eliminate else end ended ever everything everywhere evidence exact
exactly examine exclude exist explain explanation fail failed failing failure fall fault favor favour find fine finish
finished first fix found gap give go going gone good grow guilty happen healthy hello help hi high hour hypotheses
hypothesis idea impact incident include increase innocent inspect instead investigate investigation involve involved
issue jump kind know last late later latest left likely list long look low made main major make many matter mean
minute miss mitigate moment morning much name need new next night nothing notice now number observe observed ok okay
old onset open other outage overall part pending people permit person plan please point possible previous prior
probability probable problem proof put query radius ran read real really reason receive received refusal refuse reject
relate related remedy report resolve responsible restore result return returned rise root rose rule ruled rules run
said saw say says see seen service set settle show shown sign similar sit slow small someone somewhere sort speak
spike spot start started state step stop stopped stuck suffer summarise summarize summary support supports suppose
sure suspect suspicious symptom system take talk talking tell tested thanks thing think thought time timeline today
told took tool tools top total tried trigger trouble true try turned undo unexamined unhealthy verdict wait waiting
want weird went whole wo word words work worse worst wrong yes yesterday yet you
"""
NOT_TELLING = frozenset(stem(word) for word in _NOT_TELLING.split())
"""Words of asking. Where they stand in a passage it fits better; where they do not, nothing is missing."""
SOURCES = frozenset(map(stem, ("logs", "metrics", "traces", "signals", "commands", "documents", "runbooks")))


@dataclass(frozen=True)
class Term:
    """A word of the question, or a name of several parts, which must stand together: cart-redis is not orders-redis."""

    spoken: str
    needle: str
    """As it stands in a passage's index."""
    telling: bool
    is_name: bool = False
    """It has several parts, or digits in it."""

    @property
    def is_source(self) -> bool:
        """It says where something must stand: in the logs, in a runbook."""
        return self.needle.strip() in SOURCES

    @property
    def head(self) -> str:
        """Its first stem: what is looked for in words that are not indexed."""
        return self.needle.split()[0]


@dataclass(frozen=True)
class Question:
    """What somebody wants to know."""

    terms: tuple[Term, ...]
    intent: Intent
    within: tuple[Term, ...] = ()
    """Sources that an answer must be from."""

    @classmethod
    def of(cls, text: str) -> Question:
        """Taken apart."""
        text = text[:LONGEST_QUESTION]
        intent = next(each for each in INTENTS if each.is_of(text))
        terms = tuple({term.needle: term for word in _words(text) if (term := _term(word))}.values())
        within = tuple(term for term in terms if term.is_source) if intent.others else ()
        if len(within) < sum(term.telling for term in terms):
            terms = tuple(term for term in terms if term not in within)
        return cls(terms, intent, within)

    @property
    def telling(self) -> tuple[Term, ...]:
        """The terms that an answer must be about."""
        return tuple(term for term in self.terms if term.telling)

    def unheard_of(self, passages: Iterable[Passage]) -> list[str]:
        """A sentence about the words that stand nowhere; none when they all stand somewhere."""
        unknown = [f"“{term.spoken}”" for term in self.telling if not any(term.needle in p.index for p in passages)]
        return [f"It has no word of {' or '.join(unknown[:3])}."] if unknown else []


def _words(text: str) -> Iterator[str]:
    without_short_forms = re.sub(r"(?:n['’]t|['’](?:ve|re|ll|s|d|m))\b", " ", text)
    return (word.strip("\"'“”‘’`.,;:!?()[]{}<>") for word in re.split(r"[\s/,;|]+", without_short_forms))


def _term(word: str) -> Term | None:
    """Ids and times, which have no stem, are looked up as they are; other words and names by their stems."""
    if by_stem := stems_of(word):
        return Term(word, f" {by_stem} ", by_stem not in NOT_TELLING, " " in by_stem or _has_digit(word))
    return Term(word, word.lower(), True, True) if len(word) > 2 and _has_digit(word) else None


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)
