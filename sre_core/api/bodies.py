"""What the routes take in: JSON that can be written down and read again, as values; what is wrong with it, in a sentence."""

from __future__ import annotations

from typing import Any

from pydantic import Field, TypeAdapter, ValidationError, field_validator
from starlette.requests import Request

from sre_core.api.guard import Refused
from sre_core.domain import Autonomy, Limits, Pace, Value
from sre_core.events import Decision, Words
from sre_core.intake.foreign_json import read_json

LONGEST_BODY = 20_000
LONGEST_ALERT = 1_000_000
LONGEST_SENTENCE = 600

DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


class Opening(Value):
    """What it takes to open an investigation."""

    alert: str = Field(min_length=1, description="The alert as it arrived: JSON of any kind, or plain words.")
    context: str = Field(default="", max_length=4000, description="What else is known, in words.")
    workspace: str | None = Field(
        default=None, max_length=400, description="Which telemetry, such as 'sample:NAME'; None is none."
    )
    autonomy: Autonomy = Autonomy.ASK_RISKY
    pace: Pace = Pace.FULL
    limits: Limits = Field(default_factory=Limits)

    @field_validator("workspace")
    @classmethod
    def _no_path(cls, workspace: str | None) -> str | None:
        """Over the network nobody names a folder of the server to read from."""
        if workspace and workspace.startswith("capsule:"):
            raise ValueError("it may not be a path on the server; name a sample: or an upload:")
        return workspace


class Forking(Value):
    """Where to fork, and how the fork begins."""

    at: int = Field(ge=1, description="seq of the last event that both share.")
    pace: Pace = Pace.PLAN
    guidance: str = Field(default="", max_length=4000, description="What to do differently, in words.")


class Erasing(Value):
    """What is to be forgotten for good, and why."""

    action_id: str = Field(description="The action that brought it.")
    reason: Words


async def sent(request: Request, longest: int = LONGEST_BODY) -> dict[str, Any]:
    """The body's JSON object. Raises ``Refused`` when it is too long, or no JSON ('NaN' is none)."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > longest:
            raise Refused(413, f"That is too long; keep it under {longest:,} bytes. Nothing was recorded.")
    try:
        read = read_json(body.decode())
    except UnicodeDecodeError as error:
        raise Refused(400, "The body is not UTF-8. Nothing was recorded; send a JSON object.") from error
    except ValueError as error:
        raise Refused(400, f"The body cannot be used: {error}. Nothing was recorded; send a JSON object.") from error
    if not isinstance(read, dict):
        raise Refused(400, "The body is JSON, but no object with named fields. Nothing was recorded; see docs/api.md.")
    return read


def in_words(wrong: ValidationError) -> str:
    """The first thing that is wrong, where it is, and where to look it up."""
    first = wrong.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    why = first["msg"].removeprefix("Value error, ")
    cut = why if len(why) <= LONGEST_SENTENCE else why[:LONGEST_SENTENCE] + " …"
    return f"This cannot be taken{f' ({where})' if where else ''}: {cut}. Nothing was recorded; see docs/api.md."
