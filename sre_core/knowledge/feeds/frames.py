"""Stack frames in a text, and the names by which the code they mean is found (see ``code``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.domain import Value
from sre_core.knowledge.feeds.code import path_endings

LONGEST_TEXT = 200_000
LONGEST_LINE = 1_000
"""What is longer is cut before it is looked at: no frame is as long."""
MOST_FRAMES = 50

_NO_FUNCTION = frozenset(
    {"", "<module>", "<lambda>", "<listcomp>", "<genexpr>", "<dictcomp>", "<main>", "<anonymous>", "anonymous"}
)
_NOT_OURS = ("Object", "Function", "Module", "global", "process")
_SUFFIXES = "py|java|kt|kts|scala|groovy|go|js|jsx|mjs|cjs|ts|tsx|cs|rb|rs|php|cpp|cxx|cc|c|hpp|hxx|hh|h|bash|sh"
_LINE = r":(?P<line>\d{1,7})"
_PATTERNS = tuple(
    re.compile("".join(parts), re.MULTILINE)
    for parts in (
        # Python
        (r'File "(?P<file>[^"\n]{1,400})", line (?P<line>\d{1,7})', r"(?:, in (?P<function>[^\n]{1,200}))?"),
        # JVM
        (
            r"\bat (?:[\w.@-]{0,100}/){0,3}(?P<function>[\w$.<>]{1,300})",
            rf"\((?P<file>[\w$-]{{1,100}}\.(?:java|kt|scala|groovy)){_LINE}\)",
        ),
        # .NET
        (
            r"\bat (?P<function>[\w.`<>+|$\[\],]{1,300})\([^)\n]{0,300}\)",
            r" in (?P<file>[^\n]{1,400}?):line (?P<line>\d{1,7})",
        ),
        # JavaScript
        (
            r"\bat (?:async )?(?:new )?(?P<function>[\w$.<>#]{1,200})(?: \[as [\w$.]{1,100}\])?",
            rf" \((?P<file>[^()\n]{{1,400}}?){_LINE}:\d{{1,7}}\)",
        ),
        # Go: a panic, and the short form of loggers
        (
            r"^(?P<function>[\w./*()\[\]~-]{1,300})\([^()\n]{0,400}\)\n",
            rf"[ \t]{{1,20}}(?P<file>[^\s:]{{1,400}}\.go){_LINE}",
        ),
        (
            rf"(?P<file>[\w./@-]{{1,300}}\.go){_LINE}:?[ \t]{{1,8}}",
            r"(?P<function>[\w/-]{1,200}\.[\w.()*\[\]/-]{1,200})",
        ),
        # Ruby
        (rf"(?P<file>[\w./-]{{1,300}}\.rb){_LINE}:in [`'](?P<function>[^'`\n]{{1,200}})'",),
        # Rust
        (
            r"^[ \t]{0,20}\d{1,4}: {1,4}(?:0x[0-9a-f]{1,16} - )?(?P<function>[\w:<>{}$&', #]{1,300})\n",
            rf"[ \t]{{1,40}}at (?P<file>[^\s:]{{1,400}}\.rs){_LINE}",
        ),
        # a place without a function, as anybody writes it
        (
            rf"(?P<file>(?:[A-Za-z]:)?[\w./\\@+-]{{1,300}}\.(?:{_SUFFIXES}))",
            r"(?::|: line | on line |\()(?P<line>\d{1,7})(?P<function>\b)",
        ),
    )
)
_PHP_CALL = re.compile(r"^#\d{1,4} [^\n(]{1,400}\.php\(\d{1,7}\): (?P<function>[\w\\:>-]{1,300})\(", re.MULTILINE)


class Frame(Value):
    """One place in the code that a text names."""

    file: str | None
    line: int | None
    function: str | None
    names: tuple[str, ...]
    """What its code may be called, the most telling first: look no further than the first that finds something."""


def names_in_stack_frames(text: str) -> tuple[str, ...]:
    """What the code of all stack frames in a text may be called, frame by frame in the order they stand."""
    return tuple(dict.fromkeys(name for frame in stack_frames(text) for name in frame.names))


def stack_frames(text: str) -> tuple[Frame, ...]:
    """The stack frames in a text (Python, JVM, Go, JavaScript, .NET, Ruby, Rust, PHP; a file and line of any), as they stand."""
    text = "\n".join(line[:LONGEST_LINE] for line in text[:LONGEST_TEXT].splitlines())
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, Frame]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not any(match.start() < end and start < match.end() for start, end in taken):
                taken.append(match.span())
                found.append((match.start(), _frame(match["file"], int(match["line"]), match["function"])))
            if len(taken) >= MOST_FRAMES:
                break
    found += [(match.start(), _frame(None, None, match["function"])) for match in _PHP_CALL.finditer(text)]
    return tuple(frame for _, frame in sorted(found, key=lambda each: each[0])[:MOST_FRAMES])


def _frame(file: str | None, line: int | None, function: str | None) -> Frame:
    parts = _function(function or "")
    path = re.sub(r"^(?:file|https?)://[^/]*|\?.*$|^webpack:/+", "", file) if file else ""
    return Frame(
        file=file, line=line, function=".".join(parts) or None, names=tuple(dict.fromkeys(_names(path, parts)))
    )


def _names(path: str, parts: list[str]) -> Iterator[str]:
    endings = path_endings(path) if path else []
    if not parts:
        yield from endings[:-1] or endings
        return
    yield from (f"{ending}:{parts[-1]}" for ending in endings[:-1])
    if len(parts) > 2:
        yield ".".join(parts)
    if len(parts) > 1:
        yield from (f"{ending}:{'.'.join(parts[-2:])}" for ending in endings[-1:])
        if not endings or "/" not in path:
            yield ".".join(parts[-2:])
    yield from (f"{ending}:{parts[-1]}" for ending in endings[-1:])


def _function(given: str) -> list[str]:
    """'main.(*Cart).Add', 'com.shop.Cart$Line.total', 'Cart#add', 'shop::Cart::add' -> its parts, as the source has them."""
    name = given.strip()
    name = re.sub(r"^(?:block(?: \(\d+ levels\))? in |rescue in |ensure in )+", "", name)
    if name in _NO_FUNCTION or name.startswith("<top ("):
        return []
    name = re.sub(
        r"\.?<(\w+)>[bdg]__\w+(?:\|[\w]+)?(?:\.MoveNext)?", r".\1", name
    )  # what C# makes of async and local functions
    name = re.sub(r"\blambda\$(\w+)\$\d+", r"\1", name)
    name = name.replace(".<init>", ".\0").replace(".<clinit>", ".\0")
    name = re.sub(r"\[[^\]]*\]|<[^<>]*>|`\d+|\{\{?closure\}?\}?|::h[0-9a-f]{16}$", "", name)
    name = re.sub(r"(?:\.func\d+(?:\.\d+)*|-fm)+$", "", name)
    name = name.rpartition("/")[2].replace("(*", "").replace("(", "").replace(")", "")
    parts = [part for part in re.split(r"::|->|[.#$\\+]", name) if part]
    if parts and parts[-1] == "\0":
        parts = [*parts[:-1], *parts[-2:-1]]  # a constructor is called like its type
    return parts[1:] if parts and parts[0] in _NOT_OURS else parts
