"""The frame around every page: navigation, name, looks. It lies outside the folder above ``pages/`` on purpose: from there
Streamlit would serve a deep link on a fresh server without ever running this file."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import colours, menu, person, places, shortcuts

SHELL = Path(__file__).resolve()
LOGO = SHELL.with_name("logo.svg")
STYLES = SHELL.with_name("shell.css")


def frame() -> None:
    """Draw it and run the page that was asked for."""
    st.set_page_config(page_title="SRE workbench", page_icon=str(SHELL.with_name("icon.svg")), layout="wide")
    st.logo(str(LOGO), size="medium")
    st.html(f"<style>{colours.variables(':root')}{STYLES.read_text(encoding='utf-8')}</style>")
    menu.lead()
    page = st.navigation(pages := places.every(), position="top" if person.known() else "hidden")
    person.require()
    with st.container(key="you", horizontal=True, vertical_alignment="center", gap="xxsmall", width="content"):
        shortcuts.button(pages)
        person.badge()
    page.run()


if __name__ == "__main__":
    frame()
