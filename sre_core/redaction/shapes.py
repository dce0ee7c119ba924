"""Secrets that are known by how they look, or by the command or header that they stand in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sre_core.redaction.placeholders import begins_a_sentence, is_small_word, looks_random, stands_for_another


class Span(NamedTuple):
    """A secret's place in a text: its first character, and the one after its last."""

    start: int
    end: int
    kind: str


Check = Callable[[re.Match[str]], bool]


class _Shape(NamedTuple):
    """The last group of the pattern is the secret. Hints in lower case: without any of them the pattern is not tried."""

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    is_secret: Check


def by_shape(text: str) -> Iterator[Span]:
    """Every secret that is known by its own looks."""
    lower = text.lower()
    for shape in _SHAPES:
        if not any(hint in lower for hint in shape.hints):
            continue
        for match in shape.pattern.finditer(text):
            if shape.is_secret(match):
                yield Span(*match.span(match.lastindex or 0), shape.kind)
    yield from _in_addresses(text)


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


def _secret(match: re.Match[str]) -> str:
    return match.group(match.lastindex or 0)


def _no_mask(match: re.Match[str]) -> bool:
    """A token's shape is proof enough, unless it is filled up with the same sign."""
    value = _secret(match)
    return not re.search(r"([xX*.0])\1{7}", value) and not re.search(r"(?i)your[_-]|[_-]here", value)


def _given(match: re.Match[str]) -> bool:
    """Where a password belongs: anything but a placeholder or the beginning of a sentence."""
    value = _secret(match)
    place = match.end(match.lastindex or 0)
    after = match.string[place : place + 60]
    return not (stands_for_another(value) or is_small_word(value) or begins_a_sentence(value, after))


def _given_no_number(match: re.Match[str]) -> bool:
    return _given(match) and not _secret(match).isdigit()


def _random(match: re.Match[str]) -> bool:
    return looks_random(_secret(match)) and not stands_for_another(_secret(match))


def _login(match: re.Match[str]) -> bool:
    """``-u user:password``, and not ``-u 1000:1000``."""
    return _given_no_number(match) and match.group(1) != match.group(2)


def _pgpass(match: re.Match[str]) -> bool:
    _host, database, user, _ = match.groups()
    return not database.isdigit() and not re.fullmatch(r"[A-Z]\d+|error|warning|info|note", user) and _given(match)


def _shape(kind: str, hints: str, pattern: str, is_secret: Check = _no_mask) -> _Shape:
    return _Shape(kind, tuple(hints.split()), re.compile(pattern), is_secret)


_B = r"(?<![A-Za-z0-9_-])"
_E = r"(?![A-Za-z0-9_-])"
_WORD = r"[\"']?([^\s\"'`|;&<>()]{3,}+)"
"""A word of a command line."""

_SHAPES = (
    _shape("AWS key", "akia asia abia acca", r"(?<![A-Za-z0-9])((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Za-z0-9])"),
    _shape("Google key", "aiza", rf"{_B}(AIza[A-Za-z0-9_-]{{35}}){_E}"),
    _shape("Google key", "ya29. gocspx-", rf"{_B}((?:ya29\.|GOCSPX-)[A-Za-z0-9_.-]{{20,}}+)"),
    _shape("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"(?<![A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{30,}+)"),
    _shape("GitHub token", "github_pat_", r"(?<![A-Za-z0-9])(github_pat_[A-Za-z0-9_]{20,}+)"),
    _shape("GitLab token", "gl", rf"{_B}(gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_.-]{{18,}}+)"),
    _shape("Slack token", "xox xapp-", rf"{_B}((?:xox[a-z]|xapp|xoxe\.xox[bp])-[A-Za-z0-9-]{{10,}}+)"),
    _shape(
        "Slack webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,}+)"
    ),
    _shape("webhook", "/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d{5,30}/([A-Za-z0-9_-]{30,}+)"),
    _shape("webhook", "webhook.office.com", r"webhook\.office\.com/webhookb2/([A-Za-z0-9@/_-]{40,}+)"),
    _shape("Stripe key", "k_live_ k_test_ whsec_", rf"{_B}((?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{{10,}}+)"),
    _shape("JWT", "eyj", rf"{_B}(eyJ[A-Za-z0-9_-]{{8,}}+\.[A-Za-z0-9_-]{{8,}}+(?:\.[A-Za-z0-9_-]++){{0,3}}+)"),
    _shape("API key", "sk-", rf"{_B}(sk-[A-Za-z0-9_-]{{20,}}+)", lambda match: _no_mask(match) and _random(match)),
    _shape(
        "API key",
        "hf_ npm_ pypi- sg. dapi",
        rf"{_B}((?:hf_|npm_)[A-Za-z0-9]{{30,}}+|pypi-[A-Za-z0-9_-]{{40,}}+|dapi[0-9a-f]{{32}})",
    ),
    _shape("API key", "sg.", rf"{_B}(SG\.[A-Za-z0-9_-]{{16,}}+\.[A-Za-z0-9_-]{{30,}}+)"),
    _shape(
        "API key",
        "glsa_ glc_ nrak- dop_v1_ doo_v1_ lin_api_ atatt3 shpat_ shpss_",
        rf"{_B}((?:glsa_|glc_|NRAK-|do[opr]_v1_|lin_api_|ATATT3|shp(?:at|ss|ca|pa)_)[A-Za-z0-9_=-]{{20,}}+)",
    ),
    _shape(
        "API key",
        "dckr_pat_ dp. rubygems_ sntrys_ sntryu_ tskey- pul- age-secret-key-",
        rf"{_B}((?:dckr_pat_|dp\.(?:pt|st|ct)\.|rubygems_|sntry[su]_|tskey-[a-z]+-|pul-|AGE-SECRET-KEY-1)[A-Za-z0-9_=.-]{{20,}}+)",
    ),
    _shape("Vault token", "hvs. hvb. hvr.", rf"{_B}(hv[sbr]\.[A-Za-z0-9_-]{{20,}}+)"),
    _shape("Telegram token", ":aa", r"(?<![A-Za-z0-9])(\d{8,10}:AA[A-Za-z0-9_-]{32,}+)"),
    _shape(
        "password hash",
        "$2 $5$ $6$ $y$ $apr1$ $argon2",
        r"(\$(?:2[abxy]|5|6|y|7|apr1|argon2id?)\$[A-Za-z0-9./$=,+]{20,}+)",
    ),
    _shape("password hash", "scram-sha-256$", r"(SCRAM-SHA-256\$[0-9A-Za-z+/=:$]{40,}+)"),
    _shape(
        "token",
        "authorization",
        r"(?i)authorization[\"'`]?[ \t]{0,4}[:=][ \t]{0,4}[\"'`]?"
        r"(?:bearer|basic|token|apikey|api-key|negotiate|digest|splunk|genie-?key|key|ssws)[ \t]{1,4}([A-Za-z0-9._~+/=:-]{4,}+)",
        _given,
    ),
    _shape(
        "token",
        "authorization",
        r"(?i)authorization[\"'`]?[ \t]{0,4}[:=][ \t]{0,4}[\"'`]?([A-Za-z0-9._~+/=-]{8,}+)",
        _random,
    ),
    _shape("token", "bearer", rf"(?i){_B}bearer[ \t]{{1,4}}([A-Za-z0-9._~+/=-]{{12,}}+)", _random),
    _shape(
        "token",
        "token=",
        r"(?i)authorization[\"'`]?[ \t]{0,4}[:=][ \t]{0,4}[\"'`]?token[ \t]{0,4}token=[\"']?([^\s\"',]{6,}+)",
        _given,
    ),
    _shape(
        "signature",
        "sig= x-amz-signature= x-goog-signature=",
        r"(?i)[?&;](?:sig|x-(?:amz|goog)-signature)=([A-Za-z0-9%+/=_-]{20,}+)",
    ),
    _shape(
        "password",
        "-u --user --proxy-user",
        r"(?<![\w-])(?:-u|--user|--proxy-user)[= ]{0,2}[\"']?([^\s:\"'`$<{@/]{1,100}+):([^\s\"'`]{3,}+)",
        _login,
    ),
    _shape(
        "password", "mysql mariadb", rf"\b(?:mysql|mariadb)[a-z_-]{{0,20}}\b[^\n|;]{{0,200}}?[ \t]-p{_WORD}", _given
    ),
    _shape(
        "password",
        "redis-cli valkey-cli",
        rf"\b(?:redis|valkey)-cli\b[^\n|;]{{0,200}}?[ \t]-a[ \t]{{1,3}}{_WORD}",
        _given,
    ),
    _shape("password", "sshpass", rf"\bsshpass[ \t]{{1,3}}-p[ \t]{{0,3}}{_WORD}", _given),
    _shape(
        "password",
        "login mongo",
        rf"\b(?:login|mongo[a-z]{{0,10}})\b[^\n|;]{{0,200}}?[ \t]-p[ \t]{{1,3}}{_WORD}",
        _given_no_number,
    ),
    _shape("password", "ldap", rf"\bldap[a-z]{{1,12}}\b[^\n|;]{{0,200}}?[ \t]-w[ \t]{{0,3}}{_WORD}", _given),
    _shape(
        "password",
        "pass",
        rf"(?<![\w-])-(?:pass(?:in|out)?|(?:src|dest)?(?:store|key)pass)[ =](?:pass:)?{_WORD}",
        _given,
    ),
    _shape("password", "pass:", r"(?<![\w-])(?<=[ =\"'])pass:([^\s\"'`|;]{4,}+)", _given),
    _shape("password", "requirepass masterauth", rf"(?<![\w-])(?:requirepass|masterauth)[ \t]{{1,8}}{_WORD}", _given),
    _shape(
        "password",
        "rabbitmqctl",
        rf"\brabbitmqctl\b[^\n|;]{{0,100}}?(?:add_user|change_password|authenticate_user)"
        rf"[ \t]{{1,3}}[^\s]{{1,100}}+[ \t]{{1,3}}{_WORD}",
        _given,
    ),
    _shape("password", "community", rf"\bsnmp-server[ \t]{{1,3}}community[ \t]{{1,3}}{_WORD}", _given),
    _shape(
        "password", "login", rf"\blogin[ \t\n]{{1,8}}[^\s]{{1,200}}+[ \t\n]{{1,8}}password[ \t\n]{{1,8}}{_WORD}", _given
    ),
    _shape(
        "password",
        "password identified",
        r"(?i)\b(?:identified(?:[ \t]{1,4}with[ \t]{1,4}[\w'\"]{1,60}+)?[ \t]{1,4}by|password)[ \t]{1,4}'([^'\n]{3,200}+)'",
        _given,
    ),
    _shape(
        "password",
        "chpasswd --password-stdin --stdin",
        r"\becho[ \t]{1,3}(?:-n[ \t]{1,3})?+[\"']?(?:[\w.-]{1,60}:)?([^\s\"'|]{3,200}+)[\"']?"
        r"[ \t]{0,4}\|[^\n|]{0,200}?(?:chpasswd|--password-stdin|--stdin)",
        _given,
    ),
    _shape(
        "password",
        ":",
        r"(?m)^[ \t]{0,20}([^\s:/=]{1,253}+):(?:\d{4,5}|\*):([^\s:/]{1,63}+):([^\s:/]{1,63}+):([^\s:]{3,200}+)[ \t]*$",
        _pgpass,
    ),
)
