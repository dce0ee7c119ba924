"""A scripted OpenAI-compatible server on real sockets: answers, and fails, as a script says (``python -m tests.scripted_model``).

    model = ScriptedModel([Rule(contains="disk is full", reply=Reply(text='{"cause": "disk"}'))])
    async with model as url:
        ...                      # ask at ``url``
    model.seen[0].body           # what was asked; ``model.seen[0].left_after`` tells when the client went away

What is answered depends on what is asked, never on how often, unless a rule says ``times``. In a form a request asks for (a
schema, a tool, Markdown) a reply's text comes in that form.
"""

from tests.scripted_model.script import Fault, Reply, Request, Rule, sample_of
from tests.scripted_model.server import ScriptedModel

__all__ = ["Fault", "Reply", "Request", "Rule", "ScriptedModel", "sample_of"]
