"""Start an investigation, or with ``?inv=`` watch and steer one."""

import streamlit as st

from ui.case import case
from ui.process import workbench
from ui.start import start

investigation_id = st.query_params.get("inv")
if investigation_id:
    case(workbench(), investigation_id)
else:
    start(workbench())
