"""Two investigations side by side: ``?inv=ONE&with=OTHER``."""

import streamlit as st

from ui import person
from ui.comparing import ONE, OTHER, comparing
from ui.process import workbench

person.require()
comparing(workbench(), st.query_params.get(ONE), st.query_params.get(OTHER))
