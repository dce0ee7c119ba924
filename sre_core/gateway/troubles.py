"""What the client library raises, told as a ``Trouble``: which fault it is, and whether sending again may help."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.redaction import redact

if TYPE_CHECKING:
    import openai

LONGEST_EXCERPT = 200
_CONTEXT_IS_FULL = re.compile(
    r"(?i)context[ _-]?(?:length|window|size)|maximum context|exceeds? the (?:available|model'?s) context|prompt is too long"
)
_CONTEXT_TOKENS = re.compile(
    r"(?i)(?:context (?:length|window|size)[^.\d]{0,40}|n_ctx\D{0,5}|limit (?:is|of) )(\d{3,8})\b"
)
_QUOTA = ("insufficient_quota", "billing_hard_limit_reached", "quota_exceeded")


class Trouble(Exception):
    """One request failed."""

    def __init__(
        self,
        kind: FaultKind,
        what_happened: str,
        again: bool = False,
        retry_after: float | None = None,
        said: str = "",
        context_tokens: int | None = None,
    ) -> None:
        super().__init__(what_happened)
        self.kind = kind
        self.what_happened = what_happened
        self.again = again
        """Whether the same request may succeed a little later."""
        self.retry_after = retry_after
        """Seconds that the endpoint asks to wait; None: it does not say."""
        self.said = said
        """What the endpoint answered, whole: to be searched, not to be shown."""
        self.context_tokens = context_tokens
        """The size of its context, if it told."""

    def fault(self) -> ModelFault:
        """The same, for a person."""
        return ModelFault(self.kind, self.what_happened)


@dataclass(frozen=True)
class _Status:
    """What an HTTP status stands for."""

    kind: FaultKind
    words: str
    again: bool = False
    with_excerpt: bool = False


_STATUSES = {
    400: _Status(FaultKind.REQUEST_REFUSED, "refused the request (400)", with_excerpt=True),
    401: _Status(FaultKind.KEY_REFUSED, "does not accept the key (401)"),
    402: _Status(FaultKind.QUOTA_SPENT, "wants to be paid first (402)"),
    403: _Status(FaultKind.FORBIDDEN, "does not allow this (403)", with_excerpt=True),
    404: _Status(FaultKind.NOT_FOUND, "does not know this address or model (404)", with_excerpt=True),
    408: _Status(FaultKind.SERVER_FAILED, "waited too long for the request (408)", again=True),
    409: _Status(FaultKind.SERVER_FAILED, "was busy with something else (409)", again=True),
    413: _Status(FaultKind.CONTEXT_FULL, "found the request too large (413)"),
    422: _Status(FaultKind.REQUEST_REFUSED, "could not use the request (422)", with_excerpt=True),
    429: _Status(FaultKind.RATE_LIMITED, "is being asked too much (429)", again=True),
}


def trouble_of(error: Exception, endpoint: ModelEndpoint) -> Trouble:
    """What an exception of the client library, or of the connection below it, means. Raises it again when it is none."""
    import httpx2
    import openai

    host = endpoint.host
    match error:
        case Trouble():
            return error
        case openai.APIStatusError():
            return _of_status(error, endpoint)
        case openai.APITimeoutError() | httpx2.TimeoutException():
            return Trouble(FaultKind.UNREACHABLE, f"No connection to {host} came about in time.", again=True)
        case httpx2.DecodingError() | openai.APIConnectionError(__cause__=httpx2.DecodingError()):
            return Trouble(FaultKind.NOT_AN_API, f"What {host} sent is packed, damaged, or longer than any answer.")
        case openai.APIConnectionError():
            return _of_connection(error, host)
        case httpx2.HTTPError() | OSError():
            return Trouble(FaultKind.CONNECTION_LOST, f"The connection to {host} broke off.", again=True)
        case json.JSONDecodeError() | UnicodeDecodeError() | RecursionError() | openai.APIResponseValidationError():
            return Trouble(FaultKind.NOT_AN_API, f"What {host} sent is not an answer of an OpenAI-compatible endpoint.")
        case openai.APIError():
            return _of_event(error, host)
        case _:
            raise error


def _of_connection(error: openai.APIConnectionError, host: str) -> Trouble:
    import httpx2

    if isinstance(error.__cause__, httpx2.ConnectError):
        return Trouble(FaultKind.UNREACHABLE, f"Nothing answers at {host}.", again=True)
    return Trouble(FaultKind.CONNECTION_LOST, f"The connection to {host} broke off.", again=True)


def _of_status(error: openai.APIStatusError, endpoint: ModelEndpoint) -> Trouble:
    said, code, host = _said(error.body), str(error.code or ""), endpoint.host
    html = "html" in error.response.headers.get("content-type", "")
    status = _STATUSES.get(error.status_code)
    if status is None:
        again = error.status_code >= 500
        kind = FaultKind.SERVER_FAILED if again else FaultKind.REQUEST_REFUSED
        status = _Status(
            kind, f"failed ({error.status_code})" if again else f"refused the request ({error.status_code})", again
        )
    if 300 <= error.status_code < 400:
        what = f"{host} says that it is to be found elsewhere ({error.status_code}), and nothing is sent there unasked."
        return Trouble(FaultKind.NOT_AN_API, what)
    if html and status.kind in (FaultKind.NOT_FOUND, FaultKind.REQUEST_REFUSED):
        return Trouble(
            FaultKind.NOT_AN_API, f"{host} answered with a web page ({error.status_code}), not as a model endpoint."
        )
    if code in _QUOTA or any(word in said for word in _QUOTA):
        return Trouble(
            FaultKind.QUOTA_SPENT, f"The account at {host} has no credit left ({error.status_code}).", said=said
        )
    if code == "content_filter":
        return Trouble(FaultKind.FILTERED, f"The content filter of {host} did not let the question through.", said=said)
    if status.kind is FaultKind.CONTEXT_FULL or (error.status_code in (400, 422, 500) and is_full(said, code)):
        what = f"The question was longer than the model at {host} can read."
        return Trouble(FaultKind.CONTEXT_FULL, what, said=said, context_tokens=_context_in(said))
    what = f"{host} {status.words}{_excerpt(said, endpoint) if status.with_excerpt and not html else ''}."
    return Trouble(status.kind, what, status.again, _retry_after(error), said)


def _of_event(error: openai.APIError, host: str) -> Trouble:
    """An error event in the middle of a stream."""
    said, code = _said(error.body), str(error.code or "")
    if is_full(said, code):
        what = f"The question was longer than the model at {host} can read."
        return Trouble(FaultKind.CONTEXT_FULL, what, said=said, context_tokens=_context_in(said))
    return Trouble(FaultKind.SERVER_FAILED, f"{host} failed while it was answering.", again=True, said=said)


def is_full(said: str, code: str = "") -> bool:
    """Whether an endpoint complains that the prompt is too long for the model."""
    return code in ("context_length_exceeded", "exceed_context_size_error") or bool(_CONTEXT_IS_FULL.search(said))


def _context_in(said: str) -> int | None:
    found = _CONTEXT_TOKENS.search(said)
    return int(found.group(1)) if found else None


def _said(body: Any) -> str:
    if isinstance(body, str):
        return body[:5000]
    return json.dumps(body, default=str)[:5000] if body is not None else ""


def _excerpt(said: str, endpoint: ModelEndpoint) -> str:
    """What the endpoint gave as its reason, if it can be shown: a little of it, without secrets."""
    if endpoint.key:
        said = said.replace(endpoint.key.get_secret_value(), "[key]")
    try:
        body = json.loads(said)
    except ValueError:
        return ""
    reason = body.get("message") or body.get("detail") if isinstance(body, dict) else None
    if not isinstance(reason, str) or not reason.strip():
        return ""
    shown = " ".join(redact(reason[: 4 * LONGEST_EXCERPT]).text.split())[:LONGEST_EXCERPT].rstrip(". ")
    return f": {shown}"


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds, from ``Retry-After-Ms`` or ``Retry-After``; None when neither can be read."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        if 0 <= seconds < 10**7:
            return seconds
    try:  # a date: how long it is after the endpoint's own clock
        wait = parsedate_to_datetime(headers["retry-after"]) - parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())
