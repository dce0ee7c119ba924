"""A list of one kind: found by a word, ordered, a page at a time. Short ones are simply there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")

PER_PAGE = 20


def narrowed(
    found: Sequence[T], key: str, words_of: Callable[[T], str], orders: Mapping[str, Callable[[T], Any]]
) -> list[T]:
    """Those with all the words that are asked for, in the order that is chosen; the first order is the usual one."""
    if len(found) <= PER_PAGE:
        return sorted(found, key=next(iter(orders.values())))
    with st.container(key=f"{key}-narrow", horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input(
            "Find", key=f"{key}-find", placeholder="a word of it", live=True, label_visibility="collapsed"
        )
        order = st.selectbox("Order", list(orders), key=f"{key}-order", width=160, label_visibility="collapsed")
    wanted = words.casefold().split()
    fits = [one for one in found if all(word in words_of(one).casefold() for word in wanted)]
    return sorted(fits, key=orders[order])


def a_page(found: Sequence[T], key: str) -> Sequence[T]:
    """What of it is on the page that is open."""
    page = min(st.session_state.get(f"{key}-page", 1), _pages(found))
    return found[(page - 1) * PER_PAGE : page * PER_PAGE]


def turning(found: Sequence[T], key: str, of: int) -> None:
    """Below the list: its pages, and how many of all are in it. ``of``: all."""
    if of <= PER_PAGE:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if _pages(found) > 1:
            st.pagination(_pages(found), key=f"{key}-page")
        st.caption(f"{len(found):,} of {of:,}")


def _pages(found: Sequence[T]) -> int:
    return max(1, -(-len(found) // PER_PAGE))
