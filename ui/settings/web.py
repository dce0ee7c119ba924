"""Web search: where it is asked, what never leaves, and a search that shows whether it answers."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.web.trying import WORD
from ui.settings import trying
from ui.settings.parts import OFF, ON, Standing, env_line, facts, how_to, to_copy


def standing(bench: Workbench) -> Standing:
    """Whether a search is set up, and what the last test of this process found."""
    if not bench.settings.searxng_url:
        return OFF
    tried = bench.search_trial.standing
    if tried is None or tried.ended is None or tried.stopped:
        return ON
    return Standing("works", "green") if tried.outcome and tried.outcome.hits else Standing("does not work", "red")


def draw(bench: Workbench) -> None:
    """Draw it."""
    settings = bench.settings
    if not settings.searxng_url:
        how_to(
            "Nothing is looked up on the web. With a [SearXNG](https://docs.searxng.org) of your own, investigations may search "
            "for error codes, known bugs and outages, and cite the pages. Each query is masked, shown, and asked about first.",
            "SRE_SEARXNG_URL=http://127.0.0.1:8888",
        )
        st.caption("Its settings.yml must list `json` under `search: formats:`.")
        return
    facts(
        {
            "Address": settings.searxng_url,
            "Private pages": ", ".join(settings.web_allowed_hosts) or "none may be fetched",
            "Never leave": _kept_in(settings.private_names),
        }
    )
    if not settings.private_names:
        st.markdown("Names of your company, its domains and projects, are taken out of queries once they are known:")
        to_copy(env_line("SRE_PRIVATE_NAMES", "acme.example, project-falcon"))
    trying.trying(
        bench.search_trial, "Test search", "test-search", f"One search for the word “{WORD}”; nothing of yours leaves."
    )
    if bench.search_trial.is_running:
        return
    trying.problem(bench.search_trial)
    tried = bench.search_trial.standing
    if tried and tried.outcome:
        tone = "green" if tried.outcome.hits else "yellow"
        trying.told(tried.outcome.sentences(), tone, trying.ended(bench.search_trial))


def _kept_in(names: tuple[str, ...]) -> str:
    if names:
        return f"{counted(len(names), 'name')} of yours, and secrets, addresses, hosts, namespaces, components"
    return "secrets, addresses, hosts, namespaces, components"
