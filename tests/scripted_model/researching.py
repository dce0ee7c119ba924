"""A model that researches, and answers from documents: it quotes the most telling line of each passage, and knows nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.scripted_model.script import Reply, Rule

CODE = re.compile(r"\b[A-Z]\w+Error\b|\b\d{4}\b")
NUMBERED = re.compile(r"^\[(\d+)\] .+ \([^()]+\)$")
TELLING = re.compile(r"caused by|cause was|raised when|To fix|Restart|Drop|Raise", re.IGNORECASE)
QUESTION = re.compile(r"### Question[^\n]*\n<[^>]+>\n(.*?)\n</", re.DOTALL)


def rules(seconds_between: float = 0.0) -> list[Rule]:
    """One rule for each question that is asked outside of the loop."""
    answers = {
        "the queries of a web research": queries,
        "whether these pages answer the question": judgement,
        "the dossier of a web research": dossier,
        "answer a question from the documents": answer,
    }
    return [
        Rule(
            Reply(lambda request, say=say: json.dumps(say(request.text)), seconds_between=seconds_between),
            contains=f"Your task: {task}",
        )
        for task, say in answers.items()
    ]


def queries(text: str) -> dict[str, Any]:
    """The codes that the question names."""
    asked = QUESTION.search(text)
    codes = dict.fromkeys(CODE.findall(asked[1])) if asked else {}
    return {"queries": [" ".join(codes), f"{' '.join(codes)} cause"] if codes else ["known issue"]}


def judgement(text: str) -> dict[str, Any]:
    """Enough, as soon as a line tells something."""
    told = [line for _, line in _telling(text)]
    return {"sufficient": bool(told), "why": f"{len(told)} pages tell why.", "missing": "" if told else "the cause"}


def dossier(text: str) -> dict[str, Any]:
    """A statement for each page that tells something, and one that no page backs."""
    said = [
        {"about": "cause", "text": "The page tells why.", "citations": [{"page": number, "quote": line}]}
        for number, line in _telling(text)
    ]
    made_up = {
        "about": "remedy",
        "text": "Reboot everything.",
        "citations": [{"page": 1, "quote": "reboot everything"}],
    }
    return {"statements": [*said, made_up], "contradictions": [], "follow_ups": ["Is code 7748 alike?"]}


def answer(text: str) -> dict[str, Any]:
    """A sentence for each passage that tells what to do."""
    said = [
        {"text": line.lstrip("0123456789. "), "citations": [{"passage": number, "quote": line}]}
        for number, line in _telling(text)
    ]
    return {"answered": bool(said), "sentences": said}


def _telling(text: str) -> Iterator[tuple[int, str]]:
    """(number of the page, its first telling line)."""
    number, told = 0, set[int]()
    for line in text.split("\n"):
        if head := NUMBERED.match(line):
            number = int(head[1])
        elif number and number not in told and TELLING.search(line):
            told.add(number)
            yield number, line.strip()
