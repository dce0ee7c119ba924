"""What cannot be undone has the theme's reds, and is drawn in one way."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from ui.options import shipped_options
from ui.shell import STYLES


def test_its_colours_are_the_theme_s_reds() -> None:
    theme = shipped_options()
    said = dict(re.findall(r"--(danger[\w-]*): light-dark\(([^)]*)\)", STYLES.read_text(encoding="utf-8")))
    names = {"danger": "redTextColor", "danger-line": "redColor", "danger-back": "redBackgroundColor"}
    assert said == {
        name: f"{theme[f'theme.light.{colour}']}, {theme[f'theme.dark.{colour}']}" for name, colour in names.items()
    }


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
