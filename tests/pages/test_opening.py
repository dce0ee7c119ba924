"""A press on the start page: once, before anything is drawn, and with a sentence where it stands when it cannot be."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from ui.listing import as_text


def two_buttons(open_it):  # type: ignore[no-untyped-def]  # it is run as a script that imports nothing of ours
    """Both clicks are of one drawing: the second came before the page of the first was there."""
    import streamlit as st

    from ui import opening

    first, second = opening.pressed("here", open_it), opening.pressed("here", open_it)
    st.button("Once", on_click=first)
    st.button("Twice", on_click=lambda: (first(), second()))
    opening.trouble("elsewhere")
    opening.trouble("here")


def page_that(open_it: Callable[[], str | None]) -> AppTest:
    return AppTest.from_function(two_buttons, kwargs={"open_it": open_it}).run()


def test_a_second_click_leads_to_what_the_first_one_opened() -> None:
    opened: list[str] = []

    def open_it() -> str:
        opened.append(f"number-{len(opened) + 1}")
        return opened[-1]

    page = page_that(open_it)
    page.button[1].click().run()
    assert opened == ["number-1"]
    assert page.query_params["inv"] == "number-1"
    page.button[0].click().run()
    assert opened == ["number-1", "number-2"], "drawn again, a press opens another one"
    assert page.query_params["inv"] == "number-2"


def test_what_is_not_opened_yet_leads_nowhere_and_can_be_pressed_again() -> None:
    answers = [None, "at-last"]
    page = page_that(lambda: answers.pop(0))
    page.button[0].click().run()
    assert "inv" not in page.query_params
    page.button[0].click().run()
    assert page.query_params["inv"] == "at-last"


def test_why_nothing_was_opened_is_said_once_where_the_button_stands() -> None:
    def open_it() -> str:
        from sre_core.errors import StoreUnavailable

        raise StoreUnavailable("The disk is *full*.")

    page = page_that(open_it)
    page.button[0].click().run()
    assert [error.value for error in page.error] == [as_text("The disk is *full*.")]
    assert not page.run().error
