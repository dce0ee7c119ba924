"""Alerts that were given or received; ``?alert=ID`` opens one, ``?together=A,B`` several to be investigated as one."""

import streamlit as st

from ui import person
from ui.inbox.page import inbox
from ui.process import workbench

person.require()
inbox(workbench(), st.query_params.get("alert"), st.query_params.get("together"))
