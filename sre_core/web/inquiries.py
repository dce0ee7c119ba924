"""What kind of question it is, and what of it can be searched for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.errors import RefusedInput
from sre_core.knowledge.words import STOP_WORDS
from sre_core.web.dossier import Inquiry, Mode
from sre_core.web.masking import PRODUCTS, PUBLIC, says_nothing

MOST_SYMPTOM = 8
"""Words."""

_CVE = re.compile(r"\b(?:CVE-\d{4}-\d{4,7}|GHSA(?:-[a-z0-9]{4}){3})\b", re.IGNORECASE)
_CODES = (
    re.compile(r"\b[A-Z][A-Za-z0-9]*(?:Error|Exception|Failure|Fault|Timeout)\b"),
    re.compile(r"\b(?!CVE-)[A-Z]{2,8}-\d{2,6}\b"),
    re.compile(r"\b(?:ERR|E)_[A-Z0-9_]{3,60}\b|\bE[A-Z]{4,14}\b"),
    re.compile(r"\b[A-Z]{6,20}\b(?![:\s]+[A-Z]{4})"),
    re.compile(
        r"\b(?:OOMKilled|CrashLoopBackOff|ErrImagePull|[A-Z][a-z]+(?:[A-Z][a-z]+)*(?:BackOff|Killed|Evicted|Denied))\b"
    ),
    re.compile(r"\b0x[0-9a-fA-F]{4,16}\b"),
    re.compile(r"\b[A-Za-z]{3,40}(?:Error|Exception|Failure|Fault)[:\s]{1,3}(\d{3,6})\b"),
    re.compile(r"(?i)\b(?:error|code|errno|status|sqlstate|exit code|signal|fault)[\s:#=]{1,3}((?=\w*\d)\w{2,8})\b"),
)
_LOUD = re.compile("CRITICAL|WARNING|RESOLVED|FIRING|URGENT|FAILED|UNKNOWN|PROBLEM|SQLSTATE|TIMEOUT|SERVICE")
"""Written like codes, and none."""
_VERSION = re.compile(
    r"(?<![\w/.:@-])(?:v(?:ersion)?[\s.]?)?(\d{1,4}(?:\.\d{1,6}){1,3}(?:-(?:rc|beta|alpha|p)\.?\d{1,3})?)(?![\w/:@%]|\.\d)"
)
_OUTAGE = re.compile(
    r"(?i)\b(?:outage|status page|is \S+ down|down|degraded|third[- ]party|provider|unavailable|503|502)\b"
)
_OUTAGE_FOR_SURE = re.compile(r"(?i)\b(?:outage|status page|is \S+(?: \S+)? down)\b")
_ADVISORY = re.compile(r"(?i)\b(?:cve|vulnerab\w+|advisor(?:y|ies)|security (?:fix|patch|update|issue)|exploit\w*)\b")
_BUG = re.compile(r"(?i)\b(?:known (?:bug|issue)|bug|regression|since (?:the )?(?:upgrade|update)|release notes)\b")
_WORD = re.compile(r"[^\W\d_][\w+#.'-]*[\w+#]|[^\W\d_]")
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")
_ASKED_WITH = frozenset(
    ("code", "error", "there", "internal", "documentation", "known", "version", "help", "please", "yesterday", "today")
)


def inquiry_of(masked: str, mode: Mode | None = None) -> Inquiry:
    """The question taken apart. Raises ``RefusedInput`` when nothing in it could be searched for."""
    if says_nothing(masked):
        raise RefusedInput(
            "Only names of your own systems are in the question, and they do not leave. Use public words."
        )
    plain = _PLACEHOLDER.sub(" ", masked)
    codes, version = tuple(dict.fromkeys(codes_in(plain))), _version(plain)
    product = _product(plain, version, coded=bool(codes))
    decided, why = (mode, "it was asked for") if mode else _decided(plain, codes, product, version)
    return Inquiry(
        question=masked,
        mode=decided,
        why=why,
        codes=codes[:4],
        product=product,
        version=version,
        symptom=_symptom(plain, codes, product),
    )


def _decided(text: str, codes: tuple[str, ...], product: str, version: str) -> tuple[Mode, str]:
    if _CVE.search(text) or _ADVISORY.search(text):
        return Mode.ADVISORY, "it speaks of a vulnerability"
    if _OUTAGE_FOR_SURE.search(text) and not codes:
        return Mode.OUTAGE, "it asks whether somebody else is down"
    if version and product:
        return Mode.KNOWN_BUG, f"it names {product} {version}"
    if codes:
        return Mode.ERROR_CODE, f"it names {codes[0]}"
    if version or _BUG.search(text):
        return Mode.KNOWN_BUG, f"it names version {version}" if version else "it speaks of a bug"
    if product and _OUTAGE.search(text):
        return Mode.OUTAGE, f"it asks whether {product} is down"
    return Mode.GENERAL, "it names neither a code, a version nor an outage"


def codes_in(text: str) -> Iterator[str]:
    """Error codes, exceptions and CVEs, as they are written."""
    for pattern in (_CVE, *_CODES):
        for match in pattern.finditer(text):
            code = str(match.group(match.lastindex or 0))
            if code.lower() not in PUBLIC and not _LOUD.fullmatch(code):
                yield code


def versions_in(text: str) -> Iterator[str]:
    """Version numbers, as far as they look like some."""
    return (match.group(1) for match in _VERSION.finditer(text))


def _version(text: str) -> str:
    return next(versions_in(text), "")


def _product(text: str, version: str, coded: bool) -> str:
    """The name before the version, else a word that names somebody's product; where a code is named, only a known one."""
    words = _WORD.findall(text[: text.find(version)] if version else text)
    if version and (named := [str(word) for word in words[-3:] if _may_name(word)]):
        return named[-1]
    after = [str(word) for word in _WORD.findall(text)]
    known = [word for word in after if word.lower() in PRODUCTS]
    capitals = [word for word in after[1:] if word.istitle() and word.isalpha() and _may_name(word) and not coded]
    return next(iter([*known, *capitals]), "")


def _may_name(word: str) -> bool:
    return len(word) > 1 and word.lower() not in STOP_WORDS and word.lower() not in _ASKED_WITH and word.lower() != "v"


def _symptom(text: str, codes: tuple[str, ...], product: str) -> str:
    taken = {product.lower(), *(code.lower() for code in codes)}
    words = (word.strip(".'-") for word in _WORD.findall(text))
    telling = (word for word in words if _may_name(word) and word.lower() not in taken)
    return " ".join(list(dict.fromkeys(telling))[:MOST_SYMPTOM]) or (
        "" if taken - {""} else " ".join(text.split())[:100]
    )
