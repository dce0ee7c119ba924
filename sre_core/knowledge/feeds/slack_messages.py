"""What is said in a Slack message: names for ids, addresses for links, words for what bots attach."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from sre_core.domain import Foreign
from sre_core.errors import RefusedInput

_COMING_AND_GOING = re.compile(
    r"(channel|group)_(join|leave|topic|purpose|name|archive|unarchive|posting_permissions)|"
    r"bot_(add|remove|enable|disable)|pinned_item|unpinned_item|reminder_add|tombstone|file_comment"
)
_MARKED = re.compile(r"<([^<>\n]+)>")
_LATEST = 253402300799.0


class Message(Foreign):
    """A message of a day's file."""

    ts: str
    type: str = "message"
    subtype: str | None = None
    user: str | None = None
    username: str | None = None
    bot_id: str | None = None
    text: str | None = ""
    thread_ts: str | None = None
    attachments: list[Any] | None = None
    blocks: list[Any] | None = None
    files: list[Any] | None = None
    user_profile: dict[str, Any] | None = None
    bot_profile: dict[str, Any] | None = None

    @classmethod
    def listed(cls, parsed: Any) -> list[Message]:
        """The messages of a day. Raises ``RefusedInput`` when the day is no list of messages."""
        if not isinstance(parsed, list):
            raise RefusedInput("it is no list of messages.")
        try:
            messages = [cls.model_validate(each) for each in parsed]
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, wrong["loc"]))
            raise RefusedInput(f"it holds something that is no message ({where}: {wrong['msg']}).") from error
        for message in messages:
            if not _is_a_moment(message.ts):
                raise RefusedInput(f"it holds a message without a time ({message.ts[:40]!r}).")
        return messages

    @property
    def moment(self) -> datetime:
        """When it was said."""
        return datetime.fromtimestamp(float(self.ts), UTC)

    @property
    def says_nothing(self) -> bool:
        """Whether somebody only came, went or moved the furniture; or it was deleted."""
        return self.type != "message" or bool(self.subtype and _COMING_AND_GOING.fullmatch(self.subtype))


def _is_a_moment(ts: str) -> bool:
    try:
        return math.isfinite(seconds := float(ts)) and 0 <= seconds <= _LATEST
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Names:
    """Ids -> what people see."""

    users: Mapping[str, str]
    channels: Mapping[str, str]

    @classmethod
    def of(cls, users: Any, channels: Mapping[str, str]) -> Names:
        """From what users.json holds: the display name, else the real one, else the handle."""
        listed = [each for each in users if isinstance(each, dict)] if isinstance(users, list) else []
        return cls({str(each.get("id")): _name_of(each) for each in listed}, channels)

    def author(self, message: Message) -> str:
        """Who said it."""
        profile = message.user_profile or message.bot_profile or {}
        return (
            self.users.get(message.user or "")
            or message.username
            or _name_of({"profile": profile, "name": profile.get("name")})
            or message.user
            or message.bot_id
            or "somebody"
        )


def _name_of(user: Mapping[str, Any]) -> str:
    given = user.get("profile")
    profile = given if isinstance(given, dict) else {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return next((" ".join(name.split()) for name in names if isinstance(name, str) and name.strip()), "")


def said(message: Message, names: Names) -> str:
    """The words of a message, with what its bot attached and the names of its files."""
    parts = [message.text or "", *_attached(message.attachments or ())]
    if not any(part.strip() for part in parts):
        parts = list(_block_texts(message.blocks or ()))
    parts += [f"[file: {each['name']}]" for each in message.files or () if isinstance(each, dict) and each.get("name")]
    return "\n".join(readable(part, names) for part in parts if part.strip()).strip()


def readable(text: str, names: Names) -> str:
    """Slack's markup as a person sees it: <@U1> -> @Ada, <https://x|label> -> label (https://x), &amp; -> &."""
    return html.unescape(_MARKED.sub(lambda marked: _shown(marked.group(1), names), text)).replace("\r", "")


def _shown(marked: str, names: Names) -> str:
    target, _, label = marked.partition("|")
    if target.startswith("@"):
        return f"@{names.users.get(target[1:]) or label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or names.channels.get(target[1:]) or target[1:]}"
    if target.startswith("!"):
        return label if label else f"@{target[1:].split('^')[0]}"
    if not re.match(r"[a-z][a-z0-9+.-]*:", target):
        return f"<{marked}>"
    target = target.removeprefix("mailto:")
    return target if label in ("", target) else f"{label} ({target})"


def _attached(attachments: Any) -> Iterator[str]:
    for each in attachments:
        if not isinstance(each, dict):
            continue
        own = [_text(each.get(key)) for key in ("pretext", "title", "title_link", "text")]
        for field in each.get("fields") or ():
            if isinstance(field, dict):
                own.append(f"{_text(field.get('title'))}: {_text(field.get('value'))}")
        own += list(_block_texts(each.get("blocks") or ()))
        telling = list(dict.fromkeys(part for part in own if part.strip()))
        yield from telling or [_text(each.get("fallback"))]


def _block_texts(blocks: Any) -> Iterator[str]:
    """The texts of a block kit message, from the outside in; an iterative walk, for they nest as deep as somebody likes."""
    waiting = list(reversed(blocks)) if isinstance(blocks, list) else []
    while waiting:
        block = waiting.pop()
        if isinstance(block, list):
            waiting += reversed(block)
        elif isinstance(block, dict):
            if isinstance(text := block.get("text"), str):
                yield text
            elif block.get("type") == "user":
                yield f"<@{block.get('user_id', '')}>"
            elif block.get("type") == "link":
                yield f"<{block.get('url', '')}>"
            inner = (block.get(key) for key in ("elements", "fields", "text"))
            waiting += reversed([each for each in inner if isinstance(each, (dict, list))])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
