"""How severe a line is by its own words: many logs carry no level beside the text, only in it."""

from __future__ import annotations

import re

CALM = frozenset({"debug", "trace", "info", "information", "notice"})
WARNS = re.compile(r"warn")

STATED = re.compile(
    r"\b(?:level|lvl|severity|loglevel)[=:]\s*\"?(?P<field>[a-z]+)|^[^a-z]{0,60}\b(?P<word>PANIC|FATAL|EMERG|ALERT"
    r"|CRIT(?:ICAL)?|ERR(?:OR)?"
    r"|SEVERE|WARN(?:ING)?|NOTICE|INFO|DEBUG|TRACE)\b"
)
"""A field that states the level, or a level in capitals before any small letters: after a time, a host, a process id."""
KLOG = re.compile(r"^(?P<letter>[FEWID])\d{4} \d\d:")
SYSLOG = re.compile(r"^<(?P<number>\d{1,3})>")
LABELLED = re.compile(
    r"(?:^|[\s\]:])(?P<word>PANIC|FATAL|ERROR|CRITICAL|SEVERE|WARNING|INFO)(?::|\])\s|\b(?P<small>panic|fatal error|error): "
)
FAILS = re.compile(
    r"\b(fail(ed|ure|ing)?|error|refused|rejected|denied|abort(ed|ing)|cannot|could not|unable to|panic|fatal)\b",
    re.IGNORECASE,
)

LETTERS = {"F": "fatal", "E": "error", "W": "warning", "I": "info", "D": "debug"}
NUMBERS = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
"""Severities of RFC 5424, in order."""


def severity_in(text: str) -> str:
    """The level in lower case: stated, in capitals, klog's letter or syslog's number; "error" for words of failure; else ""."""
    if match := SYSLOG.match(text):
        return NUMBERS[int(match["number"]) % 8]
    if match := KLOG.match(text):
        return LETTERS[match["letter"]]
    if match := STATED.search(text):
        return (match["field"] or match["word"]).casefold()
    if match := LABELLED.search(text):
        return (match["word"] or "error").casefold()
    return "error" if FAILS.search(text) else ""


def is_severe(severity: str) -> bool:
    """An error or worse; a line whose level nobody knows is not."""
    return bool(severity) and severity not in CALM and not WARNS.match(severity)
