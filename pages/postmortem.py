"""The postmortem of one investigation, drafted from its timeline: ``?inv=ID``."""

import streamlit as st

from ui import person
from ui.postmortem import postmortem
from ui.process import workbench

person.require()
postmortem(workbench(), st.query_params.get("inv"))
