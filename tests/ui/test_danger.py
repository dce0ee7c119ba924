"""What cannot be undone has the theme's reds, and is drawn in one way."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from ui.options import shipped_options
from ui.shell import STYLES


def test_its_colours_are_the_theme_s_reds() -> None:
    said = dict(re.findall(r"--(danger[\w-]*): var\(--st-([\w-]+)\)", STYLES.read_text(encoding="utf-8")))
    assert said == {
        "danger": "red-text-color",
        "danger-line": "red-color",
        "danger-back": "red-background-color",
    }
    for scheme in ("light", "dark"):
        assert all(f"theme.{scheme}.{colour}" in shipped_options() for colour in ("redTextColor", "redColor"))


def test_it_says_what_goes_and_what_stays_before_the_one_button_that_does_it() -> None:
    def script() -> None:
        import streamlit as st

        from ui.danger import irreversible_button

        if irreversible_button("Forget …", "the *note*.", key="forget", confirm="Forget it", stays="the rest."):
            st.text("done")

    page = AppTest.from_function(script).run()
    assert [text.value for text in page.markdown] == ["**Goes, for good:** the *note*.", "**Stays:** the rest."]
    assert not page.text
    assert page.button(key="forget").click().run().text[0].value == "done"
