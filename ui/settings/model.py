"""The model: where it is asked, what the endpoint can do, which models it has."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.gateway.capabilities import Capabilities
from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.gateway.prices import list_price
from ui import listing
from ui.settings import trying
from ui.settings.parts import OFF, Standing, env_line, facts, how_to, to_copy

SENDS = "At most six short questions. They say nothing of yours, and count for no investigation."
EVERY = "every question"
ROLES = ("plan", "choose", "reflect", "conclude", "answer", "research")
"""Questions that may go to another model."""


def standing(bench: Workbench) -> Standing:
    """Whether there is one, and whether it works as far as is known."""
    if bench.models.endpoint is None:
        return OFF if bench.models.address is None else Standing("no model chosen", "yellow")
    found = bench.models.capabilities
    if found is None:
        return Standing("not tested", "yellow")
    return Standing("works", "green") if found.usable else Standing("does not work", "red")


def draw(bench: Workbench) -> None:
    """Draw it."""
    if endpoint := bench.models.endpoint:
        _set_up(bench, endpoint)
    elif address := bench.models.address:
        _address_alone(bench, address)
    else:
        how_to(
            "Rules alone reason, and that works. With any OpenAI-compatible endpoint (OpenAI, Azure, vLLM, Ollama, llama.cpp, LM "
            "Studio), a model plans, chooses, judges and writes; detectors, probabilities and checks stay code.",
            "SRE_MODEL_URL=http://127.0.0.1:11434/v1",
            "SRE_MODEL=",
            "SRE_MODEL_KEY=",
        )
        st.caption(
            "With the address alone, this page lists the endpoint's models. A key only where the endpoint needs one."
        )


def _set_up(bench: Workbench, endpoint: ModelEndpoint) -> None:
    found = bench.models.capabilities
    facts(
        {
            "Address": endpoint.base_url,
            "Model": endpoint.model,
            **{f"… to {role}": model for role, model in endpoint.models.items()},
            "Key": _key(endpoint),
            "Reads at once": _reads(endpoint, found),
            "Prices": _prices(endpoint),
            "Reasons by default": "the model" if bench.reasoner == "model" else "rules",
        }
    )
    trying.trying(bench.models.trial, "Test connection", "test-model", SENDS)
    if bench.models.trial.is_running:
        return
    trying.problem(bench.models.trial)
    if found is None:
        st.caption("It was not tested yet, and is asked by a JSON schema. A test finds out what it takes.")
        return
    _found(found)
    if found.models:
        _choose(found.models, endpoint)


def _found(found: Capabilities) -> None:
    tone = "green" if found.usable else "red"
    trying.told(found.sentences(), tone, f"Tested {listing.ago(found.checked_at)}.")


def _address_alone(bench: Workbench, address: ModelEndpoint) -> None:
    facts({"Address": address.base_url, "Model": "none chosen yet: rules alone reason", "Key": _key(address)})
    trying.trying(bench.models.listing, "List its models", "list-models", "One request for its list, and no question.")
    if bench.models.listing.is_running:
        return
    trying.problem(bench.models.listing)
    listed = bench.models.listing.standing
    if listed and listed.outcome:
        _choose(listed.outcome, address)
        return
    if listed and listed.outcome is not None:
        st.caption("It lists no models. Look up the name of one, and write it in yourself.")
    to_copy("SRE_MODEL=")


@st.fragment
def _choose(models: Sequence[str], endpoint: ModelEndpoint) -> None:
    """One of the models that it lists, and the line that makes it the one that is asked."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="choose-model"):
        at = models.index(endpoint.model) if endpoint.model in models else 0
        chosen = st.selectbox(f"Its {len(models)} models", models, index=at, key="listed-model")
        role = st.selectbox("Use it for", [EVERY, *ROLES], key="listed-role", width=170)
    if role == EVERY or role is None:
        to_copy(env_line("SRE_MODEL", chosen))
        return
    roles = {**endpoint.models, role: chosen}
    to_copy(env_line("SRE_MODEL_ROLES", json.dumps(roles)))


def _key(endpoint: ModelEndpoint) -> str:
    return "set; it is never shown" if endpoint.key and endpoint.key.get_secret_value() else "none is set, none is sent"


def _reads(endpoint: ModelEndpoint, found: Capabilities | None) -> str:
    if endpoint.context_tokens:
        return f"{endpoint.context_tokens:,} tokens, as SRE_MODEL_CONTEXT_TOKENS says"
    if found and found.context_tokens:
        return f"{found.context_tokens:,} tokens, as it says itself"
    return "not known; SRE_MODEL_CONTEXT_TOKENS can say it"


def _prices(endpoint: ModelEndpoint) -> str:
    """Whether money can be counted for each model that is asked."""
    asked = dict.fromkeys((endpoint.model, *endpoint.models.values()))
    unknown = [model for model in asked if not _is_priced(endpoint, model)]
    if not unknown:
        return "known: your own (SRE_MODEL_PRICES), else list prices"
    return f"not known for {', '.join(unknown)}, so money is not counted; SRE_MODEL_PRICES can say them"


def _is_priced(endpoint: ModelEndpoint, model: str) -> bool:
    return model in endpoint.prices or list_price(endpoint.base_url, model, 1, 1, 0) is not None
