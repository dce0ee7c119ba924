"""What was asked of a model outside of an investigation: each call with its price, and its prompt and answer to read."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.errors import WorkbenchError
from sre_core.gateway.asking import ModelCall
from sre_core.gateway.record import CallRecord
from ui.listing import as_text
from ui.model_calls import in_words


def asked_of_the_model(bench: Workbench, calls: Sequence[ModelCall], key: str) -> None:
    """Folded away; a prompt is read from the store when somebody wants to see it."""
    if not calls:
        return
    with st.expander(f"What was asked of the model: {counted(len(calls), 'call')}", key=f"calls-{key}", type="compact"):
        for call in calls:
            st.caption(as_text(in_words(call)))
            if call.record and st.toggle("Prompt and answer", key=f"call-{call.id}"):
                try:
                    text = CallRecord.model_validate_json(bench.output_text(call.record.digest)).readable()
                except WorkbenchError as gone:
                    text = str(gone)
                st.code(text, language=None, wrap_lines=True, height=400)
