"""The envelope that Amazon SNS puts around a message, alone or many in the records of a Lambda function or an SQS queue.

Nothing of it is ever fetched: not ``SubscribeURL``, not ``SigningCertURL``. Its signature is not looked at either; whoever
receives messages from the network does that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.intake.fields import Fields, said_as_text
from sre_core.intake.foreign_json import read_json
from sre_core.intake.reading import alone_in, entries_of

_TYPES = frozenset(("Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"))
_CONFIRMATION = (
    "This is no alert: Amazon SNS asks to confirm that messages of {topic} may be sent here. "
    "Whoever set this up can confirm it in AWS; the workbench does not open the address in it."
)
_LEFT = "This is no alert: Amazon SNS says that messages of {topic} will not be sent here any more."


class Envelope(Value):
    """One message, taken out."""

    message: str
    """JSON or text."""
    subject: str
    labels: Mapping[str, str]
    """What the envelope says: the topic, the attributes."""
    own: Callable[[], Any] | None
    """Makes the payload with this message alone in it; None: it is alone."""


def looks_like_it(payload: Any) -> bool:
    """Whether it is an envelope, or records with envelopes."""
    if not isinstance(payload, Mapping):
        return False
    return _is_one(payload) or any(_inside(record) is not None for record in _records(payload))


def opened(payload: Mapping[str, Any]) -> tuple[list[Envelope], tuple[str, ...]]:
    """The messages, and notes on what was left out. Raises ``RefusedInput`` when nothing but subscriptions is in it."""
    if _is_one(payload):
        return [_open(payload, None)], ()
    records, notes = entries_of(_records(payload))
    envelopes, refused = [], []
    for record in records:
        inside = _inside(record)
        if inside is None:
            refused.append("A record holds no message of SNS and was left out.")
            continue
        try:
            envelopes.append(_open(inside, partial(alone_in, payload, "Records", record)))
        except RefusedInput as error:
            refused.append(str(error))
    if not envelopes:
        raise RefusedInput(refused[0] if refused else "No record of it holds a message of SNS.")
    return envelopes, (*notes, *dict.fromkeys(refused))


def _open(envelope: Mapping[str, Any], own: Callable[[], Any] | None) -> Envelope:
    fields = Fields(envelope)
    topic = fields.text("TopicArn")
    if envelope.get("Type") == "SubscriptionConfirmation":
        raise RefusedInput(_CONFIRMATION.format(topic=topic or "a topic"))
    if envelope.get("Type") == "UnsubscribeConfirmation":
        raise RefusedInput(_LEFT.format(topic=topic or "a topic"))
    said = envelope.get("Message")
    attributes = envelope.get("MessageAttributes")
    found = Fields(attributes)
    names = [str(name) for name in attributes] if isinstance(attributes, Mapping) else []
    values = {name: found.text((name, "Value"), (name, "value"), (name, "StringValue")) for name in names[:20]}
    return Envelope(
        message=said if isinstance(said, str) else json.dumps(said, ensure_ascii=False),
        subject=fields.text("Subject"),
        labels={"topic": topic.rpartition(":")[2]} | {name: value for name, value in values.items() if value},
        own=own,
    )


def _is_one(payload: Mapping[str, Any]) -> bool:
    if said_as_text(payload.get("Type")) in _TYPES and "Message" in payload:
        return True
    return isinstance(payload.get("TopicArn"), str) and isinstance(payload.get("Message"), str)


def _records(payload: Mapping[str, Any]) -> list[Any]:
    listed = payload.get("Records")
    return listed if isinstance(listed, list) else []


def _inside(record: Any) -> Mapping[str, Any] | None:
    """The envelope in a record: as an object, or as JSON in the body of a queue's message."""
    if not isinstance(record, Mapping):
        return None
    if isinstance(record.get("Sns"), Mapping):
        return record["Sns"] if "Message" in record["Sns"] else None
    body = record.get("body")
    if not isinstance(body, str) or not body.lstrip().startswith("{"):
        return None
    try:
        read = read_json(body)
    except ValueError:
        return None
    if not isinstance(read, Mapping) or not read:
        return None
    return read if _is_one(read) else {"Message": body, "TopicArn": record.get("eventSourceARN")}
