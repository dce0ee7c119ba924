"""What is set up, what is not and how to; connections are tested here. Everybody may look."""

import streamlit as st

from ui import person
from ui.process import workbench
from ui.settings.page import settings

person.require()
st.query_params.clear()
settings(workbench())
