"""Ask the documents, give and look at them; ``?doc=PATH&lines=12-20`` opens one where it is cited."""

import streamlit as st

from ui import person
from ui.knowledge.page import knowledge
from ui.process import workbench

person.require()
knowledge(workbench(), st.query_params.get("doc"))
