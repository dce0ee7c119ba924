"""When it began, as the words of an alert say: "since 14:05 UTC", "started yesterday at 22:10", "for 20 minutes".

Only a time next to a word of beginning is read, and only in the forms below. Libraries that look for dates anywhere take too
much for one (dateparser 1.5: port 8443 for a year, "2, may" for a day, 03/04 for March, this evening for yesterday's). What is
ambiguous, in the future, in a zone that is given by name, or told of something else (a deploy, a backup) is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

SKEW = timedelta(minutes=2)
"""How far a clock may be ahead of ours before its time counts as in the future."""
LAST_NIGHT = timedelta(hours=12)
"""A time of day that is still to come today means yesterday's when that was no longer ago than this; else it is unclear."""
LONGEST_AGO = timedelta(days=7)
LONGEST_READ = 20_000
"""Characters."""
LONGEST_CLAUSE = 500
"""Characters before a time in which is looked for what it is the time of."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"


def _day_pattern(n: int) -> str:
    """A day before (1) or behind (2) the time of day."""
    return (
        rf"(?:on\ )?(?:(?P<iso{n}>\d{{4}}-\d\d-\d\d)|(?P<near{n}>today|yesterday)"
        rf"|(?P<week{n}>(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
        rf"|(?:(?P<dom{n}>\d{{1,2}})(?:st|nd|rd|th)?\ (?P<mon{n}>{_MONTH})"
        rf"|(?P<nom{n}>{_MONTH})\ (?P<mod{n}>\d{{1,2}})(?:st|nd|rd|th)?),?(?:\ (?P<year{n}>\d{{4}}))?)"
    )


_ZONE = (
    r"(?:\ ?\(?(?P<utc>utc|gmt|z)\b(?:\ ?(?P<more>[+-]\d{1,2}(?::?\d\d)?)\b)?\)?"
    r"|(?P<offset>\ ?\+\d\d:?\d\d|\ -\d\d:?\d\d|(?(iso1)-\d\d:?\d\d|(?!)))\b)"
)
"""A minus right behind a time of day may as well be a span; behind a whole date it is an offset."""
_NAMED_ZONE = re.compile(
    r"[\s,]*\(?(?:[ECMPW]E?[SD]?T|[AHJKNS][EKZG]?[SD]T|AKDT|BST|IST|MSK|SGT|HKT|BRT|SAST|local"
    r"|[A-Z][a-z]+/[A-Z]\w+|\w+ time)\b"
)
_CLOCK = (
    r"(?:(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d+)?)?"
    r"(?:\ ?(?:(?P<half>[ap])\.?m\b\.?|h(?:rs)?\b))?"
    r"|(?P<hour12>1[0-2]|0?[1-9])\ ?(?P<half12>[ap])\.?m\b\.?"
    r"|(?P<hhmm>(?:[01]\d|2[0-3])[0-5]\d)(?=\ ?(?:utc|gmt|z)\b)"
    r"|(?P<word>noon|midnight))"
)
_ABOUT = r"(?:(?:at|around|about|approx(?:imately|\.)?|circa|roughly|early|on)\ |~\ ?){0,3}"
_ENDS = r"(?![:.]?\d|-\d|::|/\d|,?\ on\ \d)"
_WHEN = rf"(?:(?:{_day_pattern(1)})(?:,?\ (?:at\ )?|T))?{_CLOCK}{_ZONE}?(?:,?\ (?:{_day_pattern(2)})\b)?{_ENDS}"


def _ago_pattern(n: int) -> str:
    count = rf"(?P<count{n}>\d{{1,3}}|an?|half\ an|(?:last|past)(?=\ hour\b))"
    return rf"{count}\ ?(?P<unit{n}>m|mins?|minutes?|h|hrs?|hours?|days?)\b"


_BEGAN = (
    r"(?<![\w-])(?:since|from|as\ of|onset|start(?:ed|s|ing)?(?:\ at)?|beg(?:an|un|in|ins|inning)"
    r"|first\ (?:seen|noticed))\b"
)
_AT_LEAST = (
    r"(?:the\ |(?:last|past)\ (?!hour\b)|about\ |around\ |almost\ |nearly\ |over\ |more\ than\ |at\ least\ |~\ ?){0,3}"
)
_SURE = re.compile(rf"{_BEGAN}\s*[:=]?\ ?{_ABOUT}(?:{_WHEN}|{_ago_pattern(1)}(?:\ ago)?)", re.IGNORECASE)
_AT = re.compile(rf"(?<![\w-])(?:at|around|fired|triggered)\ {_ABOUT}{_WHEN}", re.IGNORECASE)
_FOR = re.compile(
    rf"(?<![\w-])for\ {_AT_LEAST}{_ago_pattern(1)}|(?<![\w.-]){_ago_pattern(2)}\ ago\b",
    re.IGNORECASE,
)

_CLAUSE = re.compile(r"[;!?\n()]|[.,]\s|\b(?:and|but|then|while|after|when|because)\b", re.IGNORECASE)
_SOMETHING_ELSE = re.compile(
    r"\b(?:(?:re-?)?deploy\w*|releas\w+|roll(?:ed|out|ing|back)\w*|went out|upgrad\w+|chang\w+|merg\w+|commit\w*"
    r"|migrat\w+|backup\w*|maintenance|jobs?|batch|cron\w*|scheduled|planned|will|until|till|ends?|ended|resolved|recovered|fixed|mitigated|stopped"
    r"|restarted|eta|due|escalat\w+|meeting|shift|sale|campaign|silenced?|snooz\w+|muted?|paus\w+|wait\w*|retr(?:y|ies|ied|ying)"
    r"|sleep\w*|cached?|valid|expir\w+|timeouts? (?:is|are|of|set)|not|no longer|next|tested)\b",
    re.IGNORECASE,
)
"""Of a clause that tells when something else was, or will be."""


@dataclass(frozen=True)
class Told:
    """A beginning that words tell of."""

    at: datetime
    """UTC; without a zone in the words it is taken to be UTC."""
    words: str


def began(text: str, now: datetime | None) -> Told | None:
    """When it began, by the surest words there are; None when none say, or they disagree.

    ``now``: when the words were said; None is not known, and then only a time with its date is read.
    """
    text = text[:LONGEST_READ]
    for pattern in (_SURE, _AT, _FOR):
        told = list(_told(pattern, text, now))
        if told and max(t.at for t in told) - min(t.at for t in told) <= timedelta(minutes=1):
            return told[0]
        if told:
            return None
    return None


def _told(pattern: re.Pattern[str], text: str, now: datetime | None) -> Iterator[Told]:
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - LONGEST_CLAUSE) : match.start()]
        clause = _CLAUSE.split(before)[-1] + match.group()
        if _SOMETHING_ELSE.search(clause) or _NAMED_ZONE.match(text, match.end()) or _counts_from(match):
            continue
        moment = _moment(match, now)
        if moment is not None and (now is None or moment <= now + SKEW):
            yield Told(moment, " ".join(match.group().split()))


def _counts_from(match: re.Match[str]) -> bool:
    """As in "from 3 minutes to 5", "from 1:30 to 2:10": quantities, no times."""
    said = match.groupdict()
    zoned = said.get("utc") or said.get("offset") or said.get("half") or said.get("half12")
    short = said.get("count1") or (len(said.get("hour") or "00") == 1 and not zoned)
    return bool(short) and match.group().lower().startswith("from")


def _moment(match: re.Match[str], now: datetime | None) -> datetime | None:
    said = match.groupdict()
    if count := said.get("count1") or said.get("count2"):
        return _ago(count, said.get("unit1") or said["unit2"], now)
    zone, clock = _zone(said), _clock(said)
    if zone is None or clock is None:
        return None
    here = now.astimezone(zone) if now else None
    try:
        day = _day(said, here.date() if here else None)
        if day is not None:
            return (datetime.combine(day, datetime.min.time(), zone) + clock).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None if here is None or _place_of_day(said) else _last_time(clock, here)


def _last_time(clock: timedelta, here: datetime) -> datetime | None:
    """The last time that it was so late, as far as that is clear. ``here``: now, in the zone of the clock."""
    today = datetime.combine(here.date(), datetime.min.time(), here.tzinfo) + clock
    if today <= here + SKEW:
        return today.astimezone(UTC)
    before = today - timedelta(days=1)
    return before.astimezone(UTC) if here - before <= LAST_NIGHT else None


def _ago(count: str, unit: str, now: datetime | None) -> datetime | None:
    many = 0.5 if count.lower().startswith("half") else float(count) if count.isdigit() else 1.0
    ago = timedelta(**{{"m": "minutes", "h": "hours", "d": "days"}[unit[0].lower()]: many})
    return now.astimezone(UTC) - ago if now and timedelta() < ago <= LONGEST_AGO else None


def _clock(said: dict[str, str | None]) -> timedelta | None:
    """Time since midnight; None for 14:05 pm."""
    if word := said.get("word"):
        return timedelta(hours=12 if word.lower() == "noon" else 0)
    if four := said.get("hhmm"):
        return timedelta(hours=int(four[:2]), minutes=int(four[2:]))
    hour, half = int(said.get("hour") or said.get("hour12") or 0), said.get("half") or said.get("half12")
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half.lower() == "p" else 0) if half else hour
    return timedelta(hours=hour, minutes=int(said.get("minute") or 0), seconds=int(said.get("second") or 0))


def _zone(said: dict[str, str | None]) -> timezone | None:
    """The offset that is said, else UTC; None for one that no place on earth has."""
    written = (said.get("more") or said.get("offset") or "").strip()
    if not written:
        return UTC
    digits = written[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if written[0] == "-" else 1)
    return timezone(offset) if timedelta(hours=-12) <= offset <= timedelta(hours=14) and minutes < 60 else None


def _place_of_day(said: dict[str, str | None]) -> int:
    """1 for a day that is said before the time of day, 2 for one behind it, 0 for none."""
    return next((n for n in (1, 2) for part in ("iso", "near", "week", "mon", "nom") if said.get(f"{part}{n}")), 0)


def _day(said: dict[str, str | None], today: date | None) -> date | None:
    """The day that is said; None when none is, or it takes knowing today. Raises ``ValueError`` for 31 November."""
    n = _place_of_day(said)
    if iso := said.get(f"iso{n}"):
        return date.fromisoformat(iso)
    if near := said.get(f"near{n}"):
        return today - timedelta(days=near.lower() == "yesterday") if today else None
    if weekday := said.get(f"week{n}"):
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(weekday[:3].lower())) % 7) if today else None
    month, day = said.get(f"mon{n}") or said.get(f"nom{n}"), said.get(f"dom{n}") or said.get(f"mod{n}")
    if not month or not day:
        return None
    year = int(said.get(f"year{n}") or 0) or (today.year if today else 0)
    told = date(year, _MONTHS.index(month[:3].lower()) + 1, int(day)) if year else None
    return told.replace(year=year - 1) if told and today and told > today and not said.get(f"year{n}") else told
