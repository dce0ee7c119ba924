"""Secrets that are known by how they look, or by the header or address that they stand in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sre_core.redaction.placeholders import begins_a_sentence, is_small_word, looks_random, stands_for_another


class Span(NamedTuple):
    """A secret's place in a text: its first character, and the one after its last."""

    start: int
    end: int
    kind: str


Check = Callable[[re.Match[str]], bool]


class Shape(NamedTuple):
    """The last group of the pattern is the secret. Hints in lower case: without any of them the pattern is not tried."""

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    is_secret: Check


def by_shape(text: str) -> Iterator[Span]:
    """Every secret that is known by its own looks."""
    yield from fitting(_SHAPES, text)
    yield from _in_addresses(text)


def fitting(shapes: Iterable[Shape], text: str) -> Iterator[Span]:
    """Every secret of these shapes."""
    lower = text.lower()
    for one in shapes:
        for hint in one.hints:
            if hint in lower:
                break
        else:
            continue
        for match in one.pattern.finditer(text):
            if one.is_secret(match):
                yield Span(*match.span(match.lastindex or 0), one.kind)


_ADDRESS = re.compile(r"://([^\s:/@?#\"'`<>\[\]]{0,200}+)(?::([^\s/\"'`<>\[\]]{1,500}+))?+")


def _in_addresses(text: str) -> Iterator[Span]:
    """``scheme://user:password@host``, and ``scheme://token@host``. What follows the last @ is the host."""
    for match in _ADDRESS.finditer(text) if "://" in text else ():
        user, rest = match.group(1), match.group(2)
        if rest is None:
            if text[match.end() : match.end() + 1] == "@" and len(user) >= 20 and looks_random(user):
                yield Span(*match.span(1), "token in an address")
            continue
        password, at, host = rest.rpartition("@")
        if at and not host.startswith(("sha256", "sha512")) and not stands_for_another(password) and password != user:
            yield Span(match.start(2), match.start(2) + len(password), "password in an address")


def secret_in(match: re.Match[str]) -> str:
    return match.group(match.lastindex or 0)


def _no_mask(match: re.Match[str]) -> bool:
    """A token's shape is proof enough, unless it is filled up with the same sign."""
    value = secret_in(match)
    return not re.search(r"([xX*.0])\1{7}", value) and not re.search(r"(?i)your[_-]|[_-]here", value)


def given(match: re.Match[str]) -> bool:
    """Where a password belongs: anything but a placeholder or the beginning of a sentence."""
    value = secret_in(match)
    place = match.end(match.lastindex or 0)
    after = match.string[place : place + 60]
    return not (stands_for_another(value) or is_small_word(value) or begins_a_sentence(value, after))


def given_no_number(match: re.Match[str]) -> bool:
    return given(match) and not secret_in(match).isdigit()


def is_random(match: re.Match[str]) -> bool:
    return looks_random(secret_in(match)) and not stands_for_another(secret_in(match))


def shape(kind: str, hints: str, pattern: str, is_secret: Check = _no_mask) -> Shape:
    return Shape(kind, tuple(hints.split()), re.compile(pattern), is_secret)


_B = r"(?<![A-Za-z0-9_-])"
_E = r"(?![A-Za-z0-9_-])"

_SHAPES = (
    shape("AWS key", "akia asia abia acca", r"(?<![A-Za-z0-9])((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Za-z0-9])"),
    shape("Google key", "aiza", rf"{_B}(AIza[A-Za-z0-9_-]{{35}}){_E}"),
    shape("Google key", "ya29. gocspx-", rf"{_B}((?:ya29\.|GOCSPX-)[A-Za-z0-9_.-]{{20,}}+)"),
    shape("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"(?<![A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{30,}+)"),
    shape("GitHub token", "github_pat_", r"(?<![A-Za-z0-9])(github_pat_[A-Za-z0-9_]{20,}+)"),
    shape("GitLab token", "gl", rf"{_B}(gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_.-]{{18,}}+)"),
    shape("Slack token", "xox xapp-", rf"{_B}((?:xox[a-z]|xapp|xoxe\.xox[bp])-[A-Za-z0-9-]{{10,}}+)"),
    shape(
        "Slack webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,}+)"
    ),
    shape("webhook", "/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d{5,30}/([A-Za-z0-9_-]{30,}+)"),
    shape("webhook", "webhook.office.com", r"webhook\.office\.com/webhookb2/([A-Za-z0-9@/_-]{40,}+)"),
    shape("Stripe key", "k_live_ k_test_ whsec_", rf"{_B}((?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{{10,}}+)"),
    shape("JWT", "eyj", rf"{_B}(eyJ[A-Za-z0-9_-]{{8,}}+\.[A-Za-z0-9_-]{{8,}}+(?:\.[A-Za-z0-9_-]++){{0,3}}+)"),
    shape("API key", "sk-", rf"{_B}(sk-[A-Za-z0-9_-]{{20,}}+)", lambda match: _no_mask(match) and is_random(match)),
    shape(
        "API key",
        "hf_ npm_ pypi- sg. dapi",
        rf"{_B}((?:hf_|npm_)[A-Za-z0-9]{{30,}}+|pypi-[A-Za-z0-9_-]{{40,}}+|dapi[0-9a-f]{{32}})",
    ),
    shape("API key", "sg.", rf"{_B}(SG\.[A-Za-z0-9_-]{{16,}}+\.[A-Za-z0-9_-]{{30,}}+)"),
    shape(
        "API key",
        "glsa_ glc_ nrak- dop_v1_ doo_v1_ lin_api_ atatt3 shpat_ shpss_",
        rf"{_B}((?:glsa_|glc_|NRAK-|do[opr]_v1_|lin_api_|ATATT3|shp(?:at|ss|ca|pa)_)[A-Za-z0-9_=-]{{20,}}+)",
    ),
    shape(
        "API key",
        "dckr_pat_ dp. rubygems_ sntrys_ sntryu_ tskey- pul- age-secret-key-",
        rf"{_B}((?:dckr_pat_|dp\.(?:pt|st|ct)\.|rubygems_|sntry[su]_|tskey-[a-z]+-|pul-|AGE-SECRET-KEY-1)[A-Za-z0-9_=.-]{{20,}}+)",
    ),
    shape("Vault token", "hvs. hvb. hvr.", rf"{_B}(hv[sbr]\.[A-Za-z0-9_-]{{20,}}+)"),
    shape(
        "Vault token",
        "s.",
        r"(?<![\w.\-])(s\.(?=[A-Za-z]{0,23}\d)(?=[a-z0-9]{0,23}[A-Z])(?=[A-Z0-9]{0,23}[a-z])[A-Za-z0-9]{24})(?![\w.(\-])",
    ),
    shape(
        "API key",
        "_key key",
        r"(?i)(?<![a-z])(?:integration|service|routing)[_-]?key[\"'`]?[ \t]{0,4}[:=][ \t]{0,4}[\"'`]?([a-z0-9]{32})(?![\w.\-])",
        is_random,
    ),
    shape("Telegram token", ":aa", r"(?<![A-Za-z0-9])(\d{8,10}:AA[A-Za-z0-9_-]{32,}+)"),
    shape(
        "password hash",
        "$2 $5$ $6$ $y$ $apr1$ $argon2",
        r"(\$(?:2[abxy]|5|6|y|7|apr1|argon2id?)\$[A-Za-z0-9./$=,+]{20,}+)",
    ),
    shape("password hash", "$1$", r"(?<![\w$])(\$1\$[A-Za-z0-9./]{1,8}\$[A-Za-z0-9./]{22}(?![A-Za-z0-9./]))"),
    shape("password hash", "scram-sha-256$", r"(SCRAM-SHA-256\$[0-9A-Za-z+/=:$]{40,}+)"),
    shape(
        "token",
        "authorization",
        r"(?i)authorization[\"'`]?[ \t]{0,4}[:=][ \t]{0,4}[\"'`]?"
        r"(?:bearer|basic|token|apikey|api-key|negotiate|digest|splunk|genie-?key|key|ssws)[ \t]{1,4}([A-Za-z0-9._~+/=:-]{4,}+)",
        given,
    ),
    shape(
        "token",
        "authorization",
        r"(?i)authorization[\"'`]?[ \t]{0,4}[:=][ \t]{0,4}[\"'`]?([A-Za-z0-9._~+/=-]{8,}+)",
        is_random,
    ),
    shape("token", "bearer", rf"(?i){_B}bearer[ \t]{{1,4}}([A-Za-z0-9._~+/=-]{{12,}}+)", is_random),
    shape(
        "token",
        "token=",
        r"(?i)authorization[\"'`]?[ \t]{0,4}[:=][ \t]{0,4}[\"'`]?token[ \t]{0,4}token=[\"']?([^\s\"',]{6,}+)",
        given,
    ),
    shape(
        "signature",
        "sig= x-amz-signature= x-goog-signature=",
        r"(?i)[?&;](?:sig|x-(?:amz|goog)-signature)=([A-Za-z0-9%+/=_-]{20,}+)",
    ),
    shape(
        "password in an address",
        "@tcp @unix(",
        r"([^\s:/@=\"'`<>]{1,100}+):(?!//)([^\s\"'`<>@]{3,128}+(?:@(?!tcp|unix)[^\s\"'`<>@]{1,64}+){0,3}+)@(?:tcp[46]?|unix)\(",
        lambda match: given(match) and match.group(1) != match.group(2),
    ),
    shape(
        "password in an address",
        "jdbc:oracle",
        r"jdbc:oracle:[a-z0-9]{2,8}:[\w$#.\-]{1,128}+/([^\s\"'`@/]{3,128}+)@",
        given,
    ),
)
