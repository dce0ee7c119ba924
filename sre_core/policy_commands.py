"""The commands ``policy`` and ``policy check``: the rules that hold, as a table, and whether a file of rules can be used."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from sre_core.domain import Effect
from sre_core.foreign_text import harmless
from sre_core.home import StateFolder
from sre_core.policy import RISKY_COST
from sre_core.policy_file import read_policy
from sre_core.policy_rules import Pattern, Permission, Policy, Rule
from sre_core.settings import policy_of, read_settings
from sre_core.tools.base import AnyTool, Tool

DONE = 0
MODE = {
    True: "suggest-only: what changes something is shown with its command and how to undo it, and never run",
    False: "normal: what changes something waits for a person",
}


def show(options: argparse.Namespace) -> int:
    """Print the rules that hold for a state folder, and what holds for each tool where no rule names it."""
    settings = read_settings(home=Path(options.home)) if options.home else read_settings()
    print(harmless("\n".join(table(policy_of(settings, StateFolder(settings.home)), our_tools()))))
    return DONE


def check(options: argparse.Namespace) -> int:
    """Print the rules of a file, and what in it has no effect. Raises ``RefusedInput`` when it cannot be used."""
    policy = read_policy(Path(options.file))
    print(harmless("\n".join([*table(policy, ()), *(f"note: {note}" for note in notes(policy, our_tools()))])))
    return DONE


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Make the commands known to the command line."""
    help_ = "print what may run, what is asked about and what is forbidden"
    one = commands.add_parser("policy", help=help_, description=help_)
    one.set_defaults(run=show)
    one.add_argument("--home", metavar="DIR", help="state folder; without it the one that SRE_HOME names")
    more = one.add_subparsers(metavar="COMMAND")
    two = more.add_parser("check", help="say what a policy file rules, or what is wrong with it")
    two.add_argument("file", metavar="FILE")
    two.set_defaults(run=check)


def our_tools() -> Sequence[type[AnyTool]]:
    """Every tool that comes with the workbench, by name, whether or not its source is connected."""
    from sre_core.tools import registry  # which imports them all

    ours = {kind.name: kind for kind in Tool.__subclasses__() if kind.__module__.startswith(registry.__package__ or "")}
    return [ours[name] for name in sorted(ours)]


def table(policy: Policy, tools: Sequence[type[AnyTool]]) -> Iterator[str]:
    """The policy in lines, the strongest rules first."""
    yield f"policy   {policy.source or 'no file: what is built in holds'}"
    yield f"mode     {MODE[policy.suggest_only]}"
    if policy.rules:
        yield "\nrules    deny beats ask beats allow; all conditions of a rule must hold"
    for rule in sorted(policy.rules, key=lambda rule: list(Permission).index(rule.says)):
        yield from _rule(rule)
    if tools:
        yield "\ntools    what holds where no rule is about the call"
    for tool in tools:
        named = ", ".join(_short(rule) for rule in policy.rules if _may_name(rule, tool.name, tool.effect))
        yield f"  {tool.name:<20} {_built_in(tool)}{f'  [{named}]' if named else ''}"
    if tools:
        yield f"  {'any other tool':<20} asked about unless you vouch for it; what changes something always waits"


def notes(policy: Policy, tools: Sequence[type[AnyTool]]) -> Iterator[str]:
    """What in the rules does nothing, or may not do what it looks like."""
    for rule in policy.rules:
        where = f"line {rule.line}, {rule.name!r}"
        writes = [tool for tool in tools if _may_name(rule, tool.name, tool.effect) and tool.effect is Effect.WRITES]
        if rule.says is Permission.ALLOW and (rule.effect is Effect.WRITES or writes):
            yield f"{where}: what changes something waits for a person all the same; an allow is about looks"
        strange = [name for name in rule.tool if not any(fnmatchcase(tool.name, name) for tool in tools)]
        if strange:
            yield f"{where}: no tool that comes with the workbench is called {', '.join(strange)}"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"  {rule.says.value:<6} line {rule.line:<4} {rule.name}: {_conditions(rule)}"
    if rule.because:
        yield f"{'':<19}because: {rule.because}"


def _conditions(rule: Rule) -> str:
    parts = [
        ("tool", rule.tool),
        ("effect", (rule.effect.value,) if rule.effect else ()),
        ("component", rule.component),
        ("role", tuple(role.value for role in rule.role)),
        *((f"argument {name}", tuple(map(str, patterns))) for name, patterns in rule.arguments.items()),
    ]
    return "; ".join(f"{what} {' or '.join(those)}" for what, those in parts if those)


def _short(rule: Rule) -> str:
    some = bool(rule.component or rule.role or rule.arguments)
    return f"line {rule.line}: {rule.says.value}{' some' if some else ''}"


def _may_name(rule: Rule, tool: str, effect: Effect) -> bool:
    names = not rule.tool or any(
        Pattern(glob=glob).fits(tool, for_sure=rule.says is Permission.ALLOW) for glob in rule.tool
    )
    return names and rule.effect in (None, effect)


def _built_in(tool: type[AnyTool]) -> str:
    if tool.effect is Effect.WRITES:
        return "writes  always waits for a person"
    dear = ", and under ask-risky" if tool.cost >= RISKY_COST else ""
    return f"reads   runs; asked about under ask-all{dear}"
