"""How many of something, in words."""

from __future__ import annotations


def counted(number: int, thing: str, things: str = "") -> str:
    """'1 passage', '12 passages'; ``things`` where the plural is another one than with an s."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
