"""The command line: ``python -m sre_core COMMAND``. Exit status 0 done, 1 failed, 2 refused input, 3 waits for a person."""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import queue
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from sre_core import (
    audit_commands,
    console,
    doctor,
    erase_commands,
    export_commands,
    feed_commands,
    inbox_commands,
    knowledge_commands,
    opinion_commands,
    policy_commands,
    replay_commands,
    report,
    research_commands,
)
from sre_core.api import token_command
from sre_core.bootstrap import Workbench
from sre_core.command_bench import opened, person
from sre_core.command_input import standard_input, text_of
from sre_core.domain import Alert, Autonomy
from sre_core.errors import RefusedInput, ToolError, WorkbenchError
from sre_core.events import Event
from sre_core.foreign_text import harmless
from sre_core.intake.alerts import understand
from sre_core.intake.foreign_json import read_json
from sre_core.investigation import Investigation, Phase, Turn
from sre_core.investigator import utc_now
from sre_core.outside_tools.access import OutsideTools, tools_of
from sre_core.redacted_logs import redact_logs
from sre_core.settings import read_settings

DONE, FAILED, REFUSED, WAITING = 0, 1, 2, 3
LONGEST_WAIT = 30.0
"""Seconds for the embedding model; documents are found by their words alone after that."""
INTERRUPTED, NOBODY_READS = 130, 141
"""What a shell expects of a program that Ctrl-C or a closed pipe ended: 128 and the signal's number."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    _print_whatever_comes()
    redact_logs()
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        print(end="", flush=True)  # what a pipe does not take is known here, not at the interpreter's end
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at its end
        return NOBODY_READS
    except RefusedInput as error:
        print(f"refused: {harmless(str(error))}", file=sys.stderr)
        return REFUSED
    except WorkbenchError as error:
        print(f"error: {harmless(str(error))}", file=sys.stderr)
        return FAILED
    return status


# -- commands ----------------------------------------------------------------------------------------------------------


def investigate(options: argparse.Namespace) -> int:
    """Investigate an alert or a capsule to its end, or to the first action that nobody can be asked about."""
    _refuse_if_not_writable(options.report)
    with opened(options.home) as bench:
        workspace = bench.workspaces.name_of(Path(options.capsule)) if options.capsule else None
        alert = _alert(options.alert) or bench.sources(workspace).alert
        if alert is None:
            raise RefusedInput(
                "There is no alert: give --alert FILE (or - for standard input), or a --capsule that has one."
            )
        bench.start()
        if options.home:
            bench.knowledge.load_model()
            bench.embedders.wait(LONGEST_WAIT)
        state = _follow(bench, alert, workspace, options)
        finished = report.build(state)
        if options.report:
            text = json.dumps(finished, indent=2, ensure_ascii=False, default=str) + "\n"
            _write(options.report, text)
    if not options.events:
        print("\n" + harmless(report.chat_text(finished)))
    return _exit_status(state)


def tool(options: argparse.Namespace) -> int:
    """Run one tool alone and print its typed output."""
    from sre_core.tools.absent import no_such_tool
    from sre_core.tools.base import ToolContext

    with opened(options.home) as bench:
        tools = bench.tools(bench.workspaces.name_of(Path(options.capsule)) if options.capsule else None)
        chosen = tools.get(options.name)
        if chosen is None:
            because = bench.outside.why_not(options.name)
            known = no_such_tool(options.name, set(tools))
            raise RefusedInput(f"{options.name} cannot be used: {because}." if because else known)
        try:
            query = chosen.parse(_json(options.input))
        except ToolError as error:
            raise RefusedInput(str(error)) from error
        bench.refuse_by_hand(chosen, query.model_dump(mode="json"), person())
        output = asyncio.run(chosen.run(query, ToolContext()))
    print(output.model_dump_json(indent=2))
    return DONE


def tools(options: argparse.Namespace) -> int:
    """Print the tools with their schemas, and those of others that cannot be used, with why."""
    if options.confirm:
        return _confirm(options)
    with opened(options.home) as bench:
        bench.outside.wait_for_all()
        available = bench.tools(bench.workspaces.name_of(Path(options.capsule)) if options.capsule else None)
        missing = [{**one.model_dump(), "available": False} for one in bench.outside.missing()]
        print(json.dumps([*(each.schema() for each in available.values()), *missing], indent=2))
    return DONE


def _confirm(options: argparse.Namespace) -> int:
    """Beside a workbench that may be running: it is only written down what the tools look like now."""
    home = _home(options)
    outside = OutsideTools(tools_of(read_settings().tools_file, home), home)
    try:
        agreed = outside.confirm(options.confirm)
    finally:
        outside.close()
    print(f"agreed to as they are now: {harmless(', '.join(agreed))}")
    return DONE


def _home(options: argparse.Namespace) -> Path:
    return Path(options.home) if options.home else read_settings().home


def check_capsule(options: argparse.Namespace) -> int:
    """Say what a capsule holds and what is wrong with it."""
    from sre_core.sources.capsule import load_report  # pandas comes with it, and most commands begin without

    loaded = load_report(Path(options.path))
    print(loaded.model_dump_json(indent=2))
    return DONE


def examine(options: argparse.Namespace) -> int:
    """Say what works on this machine and what does not."""
    checks = doctor.checks(_home(options))
    for check in checks:
        print(f"{'ok  ' if check.fine else 'FAIL'}  {check.what}: {check.says}")
    return DONE if all(check.fine for check in checks) else FAILED


# -- the pieces --------------------------------------------------------------------------------------------------------


def _follow(bench: Workbench, alert: Alert, workspace: str | None, options: argparse.Namespace) -> Investigation:
    news: queue.Queue[Event] = queue.Queue()
    bench.subscribe(news.put)
    attended = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    autonomy = Autonomy(options.autonomy)
    id_ = bench.open(
        alert,
        by=person(),
        workspace=workspace,
        autonomy=autonomy,
        attended=attended,
        recall_own=options.recall_own,
        reasoner=options.reasoner,
    )
    state = Investigation(id_)
    while True:
        event = news.get()
        if event.investigation_id != id_:  # with --home, others go on as well
            continue
        state.apply(event)
        if options.events:
            print(event.model_dump_json(), flush=True)
        elif text := console.line(event, state):
            print(text, flush=True)
        if state.turn is Turn.LOOP:
            continue
        if not (attended and state.pending):
            return state
        try:
            said = console.ask(state.pending, person())
        except EOFError:
            return state
        bench.record(id_, said)


def _exit_status(state: Investigation) -> int:
    if state.phase is Phase.FAILED:
        return FAILED
    if state.conclusion:
        return DONE
    return WAITING if state.turn is Turn.PERSON else FAILED


def _alert(source: str | None) -> Alert | None:
    return understand(text_of(source), now=utc_now()).alert if source else None


def _is_terminal(stream: TextIO | None) -> bool:
    """A stream that the caller closed is None."""
    return stream is not None and stream.isatty()


def _print_whatever_comes() -> None:
    """A terminal that lacks a character shows its number; that is better than ending in the middle of a sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _refuse_if_not_writable(path: str | None) -> None:
    """Before the work, not after it."""
    if path is None:
        return
    folder = Path(path).absolute().parent
    if Path(path).is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise RefusedInput(f"The report cannot be written to {path}. Give a file in a folder that exists.")


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise RefusedInput(f"The report cannot be written to {path}: {error}") from error


def _json(source: str) -> object:
    text = standard_input() if source == "-" else source
    try:
        return read_json(text)
    except ValueError as error:
        raise RefusedInput(f"--input cannot be used: {error}.") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sre_core", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, help_: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_, description=help_)
        added.set_defaults(run=run)
        added.add_argument("--home", metavar="DIR", help="state folder; without it a temporary one is used")
        return added

    one = command("investigate", investigate, "investigate an alert or a capsule")
    one.add_argument(
        "--alert", metavar="FILE", help="the alert, in any form that intake understands; - reads standard input"
    )
    one.add_argument("--capsule", metavar="PATH", help="what to look at: a capsule, folder or .zip")
    one.add_argument("--autonomy", choices=[a.value for a in Autonomy], default=Autonomy.AUTO.value)
    one.add_argument("--reasoner", choices=("rules", "model"), help="who reasons; as it is set when not given")
    one.add_argument("--recall-own", action="store_true", help="let memory recall earlier runs of this very capsule")
    one.add_argument("--report", metavar="OUT.json", help="write the report here")
    one.add_argument("--events", action="store_true", help="print each event as a line of JSON")

    knowledge_commands.add_arguments(commands)
    feed_commands.add_arguments(commands)
    inbox_commands.add_arguments(commands)
    research_commands.add_arguments(commands)
    replay_commands.add_arguments(commands)
    opinion_commands.add_arguments(commands)
    export_commands.add_arguments(commands)
    erase_commands.add_arguments(commands)
    policy_commands.add_arguments(commands)

    one = command("tool", tool, "run one tool alone")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--input", required=True, metavar="JSON", help="its arguments as JSON; - reads standard input")
    one.add_argument("--capsule", metavar="PATH")

    one = command("tools", tools, "print the tools with their schemas")
    one.add_argument("--capsule", metavar="PATH")
    one.add_argument(
        "--confirm", metavar="NAME", help="agree to the tools of a server or a file of tools.yaml as they are now"
    )

    capsule = commands.add_parser("capsule", help="capsules").add_subparsers(required=True, metavar="COMMAND")
    one = capsule.add_parser("check", help="say what a capsule holds and what is wrong with it")
    one.add_argument("path", metavar="PATH")
    one.set_defaults(run=check_capsule)

    trail = commands.add_parser("audit", help="the audit trail").add_subparsers(required=True, metavar="COMMAND")
    one = trail.add_parser("export", help="write an investigation's events as sealed JSON lines")
    one.add_argument("investigation", metavar="INVESTIGATION")
    one.add_argument("--out", metavar="FILE", help="a file that is not there yet; without it, standard output")
    one.add_argument("--home", metavar="DIR", help="state folder; without it the one that SRE_HOME names")
    one.set_defaults(run=audit_commands.export)
    one = trail.add_parser("verify", help="say what was altered, removed or inserted, in exports or in the store")
    one.add_argument("files", nargs="*", metavar="FILE", help="an export; without one, all that the store holds")
    one.add_argument(
        "--home", metavar="DIR", help="state folder; with FILE, compare with what it holds, and check the seal"
    )
    one.set_defaults(run=audit_commands.verify)

    one = command("token", token_command.token, "print a token for a program, such as for the HTTP API")
    token_command.add_arguments(one)

    command("doctor", examine, "say what works on this machine and what does not")
    return parser


if __name__ == "__main__":
    sys.exit(main())
