"""Start an investigation, or with ``?inv=`` watch and steer one."""

import streamlit as st

from ui import person
from ui.case import case
from ui.process import workbench
from ui.start import start

person.require()
investigation_id = st.query_params.get("inv")
if investigation_id:
    case(workbench(), investigation_id)
else:
    start(workbench())
