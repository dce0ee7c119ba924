"""Policy and autonomy: what waits for whom, what the operator's file says, and which tools there are."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Autonomy, Effect, Pace
from sre_core.policy import RISKY_COST
from sre_core.policy_rules import Policy, Rule
from sre_core.tools.base import AnyTool
from ui import words
from ui.settings.parts import Standing, env_line, facts, how_to, table, to_copy

EXAMPLE = (
    "rules:",
    "  - deny: hands off payments",
    "    tool: apply_remediation",
    "    component: payments*",
    "    because: The payments team does this itself.",
)
"""A file with one rule."""
ASKS, RUNS, ALWAYS = "asks", "runs", "always asks"


def standing(bench: Workbench) -> Standing:
    """Whose rules hold."""
    policy = bench.policy
    if policy.suggest_only:
        return Standing("suggest only", "yellow")
    return Standing("your file", "blue") if policy.source else Standing("built in", "gray")


def draw(bench: Workbench) -> None:
    """Draw it."""
    policy = bench.policy
    facts({"Rules": policy.source or "those that are built in", "Mode": _mode(policy)})
    if policy.rules:
        table(("Rule", "Says", "About", "Because", "Line"), (_rule(one) for one in policy.rules))
        st.caption("Deny beats ask, ask beats allow. What no rule is about is asked about as below.")
    elif not policy.source:
        how_to(
            "A file of your own says what is allowed, asked about and forbidden: by tool, effect, argument, component and role. "
            f"It is `{bench.folder.policy}`, such as:",
            *EXAMPLE,
        )
        st.caption("All that can be said: docs/policy.md. Check it with: python -m sre_core policy check FILE.")
        if not policy.suggest_only:
            how_to("And where nothing that changes anything is ever to be run:", "SRE_SUGGEST_ONLY=true")
    _defaults(bench)
    st.markdown("**What waits for a yes**, by what is chosen on the start page")
    names = [words.AUTONOMY[one] for one in Autonomy]
    table(("Tool", *names), _tools(bench.tools(None).values()))
    st.caption(
        "Whatever is chosen, what changes something waits for a person, each time. Further tools come with what an investigation "
        f"looks at. A look is risky when it costs as much as {RISKY_COST:g} cheap queries or more: it takes "
        "long, or loads what it looks at."
    )


def _defaults(bench: Workbench) -> None:
    """How investigations begin, where nobody says otherwise."""
    settings = bench.settings
    st.markdown("**How an investigation begins**, unless somebody says otherwise on the start page or in their profile")
    facts(
        {
            "What waits": f"{words.AUTONOMY[settings.autonomy]}. {words.AUTONOMY_MEANS[settings.autonomy]}",
            "How far it goes": f"{words.PACE[settings.pace]}. {words.PACE_MEANS[settings.pace]}",
        }
    )
    to_copy(env_line("SRE_AUTONOMY", settings.autonomy.value), env_line("SRE_PACE", settings.pace.value))
    st.caption(
        f"SRE_AUTONOMY is one of {_any_of(one.value for one in Autonomy)}; SRE_PACE of {_any_of(one.value for one in Pace)}. "
        "Whoever wants it otherwise for themselves: Incidents, Memory, My profile."
    )


def _mode(policy: Policy) -> str:
    return "suggest only: nothing that changes anything is run" if policy.suggest_only else "normal"


def _tools(tools: Iterable[AnyTool]) -> Iterable[tuple[str, ...]]:
    for tool in sorted(tools, key=lambda one: (one.effect is Effect.WRITES, one.cost)):
        yield named(tool.name), *(_asked(tool, one) for one in Autonomy)


def named(tool: str) -> str:
    """As people read it; a tool of others by the name that the tools file has it by."""
    return tool if "." in tool else words.tool(tool)


def _asked(tool: AnyTool, autonomy: Autonomy) -> str:
    """As the policy rules where no rule of the operator is about the call."""
    if tool.effect is not Effect.READS:
        return ALWAYS
    if autonomy is Autonomy.ASK_ALL:
        return ASKS
    risky = autonomy is Autonomy.ASK_RISKY and tool.cost >= RISKY_COST
    return ASKS if risky or not tool.vouched_for else RUNS


def _rule(rule: Rule) -> tuple[str, ...]:
    return rule.name, rule.says.value, _about(rule), rule.because or "–", str(rule.line or "–")


def _about(rule: Rule) -> str:
    """'tool query_*, component payments, argument command kubectl delete *'."""
    told = [
        f"tool {_any_of(rule.tool)}" if rule.tool else "",
        f"what {rule.effect.value}" if rule.effect else "",
        f"component {_any_of(rule.component)}" if rule.component else "",
        f"role {_any_of(role.value for role in rule.role)}" if rule.role else "",
        *(f"argument {name} {_any_of(map(str, patterns))}" for name, patterns in rule.arguments.items()),
    ]
    return ", ".join(part for part in told if part) or "every call"


def _any_of(those: Iterable[str]) -> str:
    return " or ".join(those)
