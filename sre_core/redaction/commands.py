"""Secrets that are known by the command, or the line of a device's configuration, that they are handed to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.redaction.placeholders import looks_random, stands_for_another
from sre_core.redaction.shapes import Span, fitting, given, given_no_number, is_random, secret_in, shape


def in_commands(text: str) -> Iterator[Span]:
    """Every secret that is handed to a command."""
    yield from fitting(_SHAPES, text)
    yield from _in_cookies(text)


_COOKIES = re.compile(r"(?i)(?<![\w-])(?:set-)?cookie[\"'`]?[ \t]{0,4}:([^\n]*+)")
_COOKIE = re.compile(r"(?<![^\s;\"'`])[^\s;=\"'`]{1,200}+=([^\s;\"'`]{6,4096}+)")


def _in_cookies(text: str) -> Iterator[Span]:
    """``Cookie: session=x; theme=dark``: of its cookies those that nobody chose."""
    for header in _COOKIES.finditer(text) if "ookie" in text or "OOKIE" in text else ():
        for cookie in _COOKIE.finditer(text, *header.span(1)):
            if is_random(cookie):
                yield Span(*cookie.span(1), "session cookie")


def _login(match: re.Match[str]) -> bool:
    """``-u user:password``, and not ``-u 1000:1000``."""
    return given_no_number(match) and match.group(1) != match.group(2)


def _pgpass(match: re.Match[str]) -> bool:
    _host, database, user, _ = match.groups()
    return not database.isdigit() and not re.fullmatch(r"[A-Z]\d+|error|warning|info|note", user) and given(match)


def _community(match: re.Match[str]) -> bool:
    """``public`` is what devices ship with."""
    return given(match) and secret_in(match) not in ("public", "private")


def _of_a_device(match: re.Match[str]) -> bool:
    """``password 7 <encrypted>``, ``secret 5 $1$...``, and not 'a password 8 characters long'."""
    value = secret_in(match)
    if value[0] == "$":
        return bool(re.fullmatch(r"\$\d{1,2}\$\S{8,}", value))
    return looks_random(value) and not stands_for_another(value)


_WORD = r"[\"']?([^\s\"'`|;&<>()]{3,}+)"
"""A word of a command line."""

_SHAPES = (
    shape(
        "password",
        "-u --user --proxy-user",
        r"(?<![\w-])(?:-u|--user|--proxy-user)[= ]{0,2}[\"']?([^\s:\"'`$<{@/]{1,100}+):([^\s\"'`]{3,}+)",
        _login,
    ),
    shape("password", "mysql mariadb", rf"\b(?:mysql|mariadb)[a-z_-]{{0,20}}\b[^\n|;]{{0,200}}?[ \t]-p{_WORD}", given),
    shape(
        "password",
        "redis-cli valkey-cli",
        rf"\b(?:redis|valkey)-cli\b[^\n|;]{{0,200}}?[ \t]-a[ \t]{{1,3}}{_WORD}",
        given,
    ),
    shape("password", "sshpass", rf"\bsshpass[ \t]{{1,3}}-p[ \t]{{0,3}}{_WORD}", given),
    shape(
        "password",
        "login mongo",
        rf"\b(?:login|mongo[a-z]{{0,10}})\b[^\n|;]{{0,200}}?[ \t]-p[ \t]{{1,3}}{_WORD}",
        given_no_number,
    ),
    shape("password", "ldap", rf"\bldap[a-z]{{1,12}}\b[^\n|;]{{0,200}}?[ \t]-w[ \t]{{0,3}}{_WORD}", given),
    shape(
        "password",
        "pass",
        rf"(?<![\w-])-(?:pass(?:in|out)?|(?:src|dest)?(?:store|key)pass)[ =](?:pass:)?{_WORD}",
        given,
    ),
    shape("password", "pass:", r"(?<![\w-])(?<=[ =\"'])pass:([^\s\"'`|;]{4,}+)", given),
    shape("password", "requirepass masterauth", rf"(?<![\w-])(?:requirepass|masterauth)[ \t]{{1,8}}{_WORD}", given),
    shape(
        "password",
        "rabbitmqctl",
        rf"\brabbitmqctl\b[^\n|;]{{0,100}}?(?:add_user|change_password|authenticate_user)"
        rf"[ \t]{{1,3}}[^\s]{{1,100}}+[ \t]{{1,3}}{_WORD}",
        given,
    ),
    shape("password", "community", rf"\bsnmp-server[ \t]{{1,3}}community[ \t]{{1,3}}{_WORD}", given),
    shape(
        "password", "login", rf"\blogin[ \t\n]{{1,8}}[^\s]{{1,200}}+[ \t\n]{{1,8}}password[ \t\n]{{1,8}}{_WORD}", given
    ),
    shape(
        "password",
        "password identified",
        r"(?i)\b(?:identified(?:[ \t]{1,4}with[ \t]{1,4}[\w'\"]{1,60}+)?[ \t]{1,4}by|password)[ \t]{1,4}'([^'\n]{3,200}+)'",
        given,
    ),
    shape(
        "password",
        "chpasswd --password-stdin --stdin",
        r"\becho[ \t]{1,3}(?:-n[ \t]{1,3})?+[\"']?(?:[\w.-]{1,60}:)?([^\s\"'|]{3,200}+)[\"']?"
        r"[ \t]{0,4}\|[^\n|]{0,200}?(?:chpasswd|--password-stdin|--stdin)",
        given,
    ),
    shape(
        "password",
        ":",
        r"(?m)^[ \t]{0,20}([^\s:/=]{1,253}+):(?:\d{4,5}|\*):([^\s:/]{1,63}+):([^\s:/]{1,63}+):([^\s:]{3,200}+)[ \t]*$",
        _pgpass,
    ),
    shape("password", "cqlsh", rf"\bcqlsh\b[^\n|;]{{0,200}}?[ \t]-p[ \t]{{1,3}}{_WORD}", given_no_number),
    shape(
        "password",
        "ipmitool sqlcmd",
        rf"\b(?:ipmitool|sqlcmd)\b[^\n|;]{{0,200}}?[ \t]-P[ \t]{{0,3}}{_WORD}",
        given,
    ),
    shape("password", "snmp", rf"\bsnmp[a-z]{{2,12}}\b[^\n|;]{{0,200}}?[ \t]-c[ \t]{{1,3}}{_WORD}", _community),
    shape("password", "snmp", rf"\bsnmp[a-z]{{2,12}}\b[^\n|;]{{0,200}}?[ \t]-A[ \t]{{1,3}}{_WORD}", is_random),
    shape("password", "snmp", rf"\bsnmp[a-z]{{2,12}}\b[^\n|;]{{0,200}}?[ \t]-X[ \t]{{1,3}}{_WORD}", is_random),
    shape(
        "password",
        "sqlplus",
        r"\bsqlplus\b[^\n|;]{0,200}?[ \t][\"']?[\w$#.]{1,128}+/([^\s\"'`@/|;&<>()]{3,128}+)@",
        given,
    ),
    shape(
        "Vault token",
        "vault",
        r"\bvault[ \t]{1,3}(?:login|unwrap)[ \t]{1,3}(?:-[\w=-]{1,60}+[ \t]{1,3}){0,5}+([A-Za-z0-9._-]{20,}+)",
        is_random,
    ),
    shape(
        "password",
        "password secret key",
        r"(?i)(?<![\w-])(?:password|secret|key|key-string)[ \t]{1,4}[05789][ \t]{1,4}([^\s\"'`|]{6,200}+)",
        _of_a_device,
    ),
    shape(
        "session cookie",
        "--cookie curl",
        r"(?:(?<![\w-])--cookie|\bcurl\b[^\n|;]{0,200}?[ \t]-b)[= ]{1,2}[\"']?[\w.\-]{1,100}+=([^\s;\"'`]{6,4096}+)",
        is_random,
    ),
)
