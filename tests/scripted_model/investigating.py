"""A model that investigates: it takes the first of the ranked looks, judges little, and names the computed leader.

It knows nothing of any incident: everything it says it reads out of what it is asked, as the prompts put it.
"""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from tests.scripted_model.script import Reply, Rule

LOOK = re.compile(r"^- ([\d.]+) nats, cost [\d.]+: (\w+) (\{.*?\})\. ", re.MULTILINE)
WORTH_IT = 0.1
"""Nats."""
COMPONENT = re.compile(r"^### Components\n- ([^\s]+)", re.MULTILINE)
STEP = re.compile(r"\[ \] (q[\d.]+) ")
FOUND = re.compile(r"Evidence that our detectors found in it\n<[^>]+>\n(.*?)\n</", re.DOTALL)
CITED = re.compile(r"^(E\d+) \[", re.MULTILINE)
LEADER = re.compile(r"### Computed probabilities\n- (H\d+) (\S+) (\S+):")
SEEN = re.compile(r"^(E\d+) \[[^\]]*\] (\S+) ", re.MULTILINE)
PUT_UP = re.compile(r"^(H\d+) (\S+) (\w+): ", re.MULTILINE)
FIRST_EVENT = re.compile(r"\[1\] ([^\n]{20,80})")


def rules(seconds_between: float = 0.0) -> list[Rule]:
    """One rule for each question of the loop. ``seconds_between``: pieces, so that one can see it being written."""
    answers = {"the plan": plan, "the one next action": choice, "what the last observation means": reflection}
    answers |= {"the report": report, "answer a person's question": answer, "a second opinion": opinion}
    return [
        Rule(
            Reply(lambda request, say=say: json.dumps(say(request.text)), seconds_between=seconds_between),
            contains=f"Your task: {task}",
        )
        for task, say in answers.items()
    ]


def plan(text: str) -> dict[str, Any]:
    """One suspect and three questions."""
    component = COMPONENT.search(text)
    suspect = {"component": component[1], "fault": "unknown_fault", "prior": "possible"} if component else {}
    said = suspect | {"statement": "It begins here.", "predicts": "Its own telemetry shows it first."}
    questions = ("Is it real?", "Where does it begin?", "What changed before it began?")
    steps = [{"question": question, "why": "It tells the suspects apart.", "tools": []} for question in questions]
    thinking = "The alert names a symptom; the cause may be below."
    return {"thinking": thinking, "hypotheses": [said] if suspect else [], "steps": steps}


def choice(text: str) -> dict[str, Any]:
    """The first of the ranked looks, or the end."""
    look, step = LOOK.search(text), STEP.search(text)
    if look is None or float(look[1]) < WORTH_IT:
        return {"thinking": "Nothing is left.", "action": {"tool": "conclude", "why": "No look is worth its price."}}
    call = {"tool": look[2], "arguments": ast.literal_eval(look[3]), "step": step[1] if step else "", "tests": []}
    return {"thinking": "The sharpest look first.", "action": {**call, "why": "It tells most for its price."}}


def reflection(text: str) -> dict[str, Any]:
    """What the detectors found, without a judgement of its own."""
    found = FOUND.search(text)
    pieces = len(re.findall(r"^E\d+ ", found[1], re.MULTILINE)) if found else 0
    said = {"thought": f"Our detectors found {pieces} in it; that stands.", "notes": [], "new_suspects": []}
    return {**said, "judged": [], "step_answered": pieces > 0, "pruned": [], "next": "continue"}


def report(text: str) -> dict[str, Any]:
    """The computed leader, with the first evidence cited."""
    leader, cited = LEADER.search(text), CITED.findall(text)
    cause = leader[1] if leader else "none"
    where = leader[2] if leader else "nowhere"
    claim = {"text": f"The evidence points to {where}.", "evidence": cited[:2]}
    said = {"cause": cause, "settled": "confirmed" if leader else "not settled", "headline": f"It begins at {where}."}
    said |= {"statement": f"{where} is where it begins.", "why": "It leads by what was weighed."}
    return {**said, "claims": [claim] if cited else [], "remedies": [], "would_settle": ["A look at what is below."]}


def opinion(text: str) -> dict[str, Any]:
    """The component that most of the evidence is about, with the first evidence of it cited."""
    seen = SEEN.findall(text)
    put_up = [found for found in PUT_UP.findall(text) if any(found[1] == component for _, component in seen)]
    if not put_up:
        return report("")
    id_, where, _ = max(put_up, key=lambda found: sum(component == found[1] for _, component in seen))
    cited = [evidence for evidence, component in seen if component == where][:1]
    said = {
        "cause": id_,
        "settled": "likely",
        "headline": f"Most points at {where}.",
        "remedies": [],
        "would_settle": [],
    }
    claim = {"text": f"Most of the evidence is about {where}.", "evidence": cited}
    return {**said, "statement": f"It is {where}.", "claims": [claim], "why": "Counted, and nothing else."}


def answer(text: str) -> dict[str, Any]:
    """The first event, quoted."""
    first = FIRST_EVENT.search(text)
    quotes = [{"event": 1, "quote": first[1]}] if first else []
    return {"answer": "This is how it began.", "quotes": quotes, "looks": []}
