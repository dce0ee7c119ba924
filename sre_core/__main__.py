"""The command line: ``python -m sre_core COMMAND``. Exit status 0 done, 1 failed, 2 refused input, 3 waits for a person."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import io
import json
import os
import queue
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TextIO

from sre_core import audit_commands, console, doctor, report
from sre_core.api import token_command
from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Autonomy
from sre_core.errors import RefusedInput, ToolError, WorkbenchError
from sre_core.events import Event
from sre_core.intake.alerts import understand
from sre_core.intake.foreign_json import read_json
from sre_core.investigation import Investigation, Phase, Turn
from sre_core.people import Person, Role
from sre_core.settings import read_settings

DONE, FAILED, REFUSED, WAITING = 0, 1, 2, 3
MOST_PASSAGES = 1000
INTERRUPTED, NOBODY_READS = 130, 141
"""What a shell expects of a program that Ctrl-C or a closed pipe ended: 128 and the signal's number."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    _print_whatever_comes()
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
        print(f"refused: {console.harmless(str(error))}", file=sys.stderr)
        return REFUSED
    except WorkbenchError as error:
        print(f"error: {console.harmless(str(error))}", file=sys.stderr)
        return FAILED
    return status


# -- commands ----------------------------------------------------------------------------------------------------------


def investigate(options: argparse.Namespace) -> int:
    """Investigate an alert or a capsule to its end, or to the first action that nobody can be asked about."""
    _refuse_if_not_writable(options.report)
    with _workbench(options.home) as bench:
        workspace = bench.workspaces.name_of(Path(options.capsule)) if options.capsule else None
        alert = _alert(options.alert) or bench.sources(workspace).alert
        if alert is None:
            raise RefusedInput(
                "There is no alert: give --alert FILE (or - for standard input), or a --capsule that has one."
            )
        bench.start()
        state = _follow(bench, alert, workspace, options)
        finished = report.build(state)
        if options.report:
            text = json.dumps(finished, indent=2, ensure_ascii=False, default=str) + "\n"
            _write(options.report, text)
    if not options.events:
        print("\n" + console.harmless(report.chat_text(finished)))
    return _exit_status(state)


def ingest(options: argparse.Namespace) -> int:
    """Put documents into the knowledge base."""
    with _workbench(options.home) as bench:
        for path in _files(options.paths):
            taken = bench.library.ingest(str(path), _read(path), by=_person().actor)
            print(f"{taken.outcome:<10} {taken.chunks:>4} passages  {path}")
    if options.home is None:
        print("Kept nowhere: give --home DIR to keep them (the workbench itself uses .workbench).", file=sys.stderr)
    return DONE


def search(options: argparse.Namespace) -> int:
    """Search the knowledge base."""
    with _workbench(options.home) as bench:
        found = asyncio.run(bench.library.search(options.query, component=None, kinds=(), limit=options.limit))
    if options.json:
        print(found.model_dump_json(indent=2))
    elif not found.passages:
        hint = "" if found.searched else " There are none yet: python -m sre_core ingest PATH --home DIR"
        print(f"The documents do not answer this ({found.searched} searched).{hint}")
    else:
        for passage in found.passages:
            print(
                f"{passage.score:6.2f}  {passage.citation}  {passage.heading}\n        {passage.text.splitlines()[0][:160]}"
            )
    return DONE


def tool(options: argparse.Namespace) -> int:
    """Run one tool alone and print its typed output."""
    from sre_core.tools.base import ToolContext

    with _workbench(options.home) as bench:
        tools = bench.tools(bench.workspaces.name_of(Path(options.capsule)) if options.capsule else None)
        chosen = tools.get(options.name)
        if chosen is None:
            raise RefusedInput(f"There is no tool {options.name!r} here. There are: {', '.join(sorted(tools))}.")
        try:
            query = chosen.parse(_json(options.input))
        except ToolError as error:
            raise RefusedInput(str(error)) from error
        output = asyncio.run(chosen.run(query, ToolContext()))
    print(output.model_dump_json(indent=2))
    return DONE


def tools(options: argparse.Namespace) -> int:
    """Print the tools with their schemas."""
    with _workbench(options.home) as bench:
        available = bench.tools(bench.workspaces.name_of(Path(options.capsule)) if options.capsule else None)
        print(json.dumps([each.schema() for each in available.values()], indent=2))
    return DONE


def check_capsule(options: argparse.Namespace) -> int:
    """Say what a capsule holds and what is wrong with it."""
    from sre_core.sources.capsule import load_report  # pandas comes with it, and most commands begin without

    loaded = load_report(Path(options.path))
    print(loaded.model_dump_json(indent=2))
    return DONE


def examine(options: argparse.Namespace) -> int:
    """Say what works on this machine and what does not."""
    checks = doctor.checks(Path(options.home) if options.home else read_settings().home)
    for check in checks:
        print(f"{'ok  ' if check.fine else 'FAIL'}  {check.what}: {check.says}")
    return DONE if all(check.fine for check in checks) else FAILED


# -- the pieces --------------------------------------------------------------------------------------------------------


def _follow(bench: Workbench, alert: Alert, workspace: str | None, options: argparse.Namespace) -> Investigation:
    news: queue.Queue[Event] = queue.Queue()
    bench.subscribe(news.put)
    attended = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    autonomy = Autonomy(options.autonomy)
    id_ = bench.open(alert, by=_person(), workspace=workspace, autonomy=autonomy, attended=attended)
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
            said = console.ask(state.pending, _person())
        except EOFError:
            return state
        bench.record(id_, said)


def _exit_status(state: Investigation) -> int:
    if state.phase is Phase.FAILED:
        return FAILED
    if state.conclusion:
        return DONE
    return WAITING if state.turn is Turn.PERSON else FAILED


@contextmanager
def _workbench(home: str | None) -> Iterator[Workbench]:
    """A workbench in ``home``, else in a temporary folder that is gone afterwards. Started only where something is to run."""
    with nullcontext(home) if home else _temporary_folder() as folder:
        bench = Workbench(read_settings(home=Path(folder)))
        try:
            yield bench
        finally:
            bench.close()


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="sre-workbench-")
    except OSError as error:
        raise RefusedInput(f"No temporary folder can be made ({error}). Give --home DIR.") from error


def _person() -> Person:
    """Whoever has a shell here may do everything: the state folder is theirs."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "operator"
    return Person(name=name, role=Role.ADMIN, via=f"command line on {socket.gethostname()}")


def _alert(source: str | None) -> Alert | None:
    return understand(_text(source)).alert if source else None


def _text(source: str) -> str:
    return _standard_input() if source == "-" else _read(Path(source))


def _standard_input() -> str:
    if sys.stdin is None:
        raise RefusedInput("Standard input is closed, so there is nothing to read.")
    try:
        return sys.stdin.read()
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedInput(f"Standard input cannot be read as UTF-8 text: {error}") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedInput(f"{path} cannot be read as UTF-8 text: {error}") from error


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
    text = _standard_input() if source == "-" else source
    try:
        return read_json(text)
    except ValueError as error:
        raise RefusedInput(f"--input cannot be used: {error}.") from error


def _files(paths: Sequence[str]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.exists():
            raise RefusedInput(f"{path} does not exist.")
        found += sorted(p for p in path.rglob("*") if p.suffix in (".md", ".txt")) if path.is_dir() else [path]
    if not found:
        raise RefusedInput("There is no .md or .txt file in there.")
    return found


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_PASSAGES:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {MOST_PASSAGES}")
    return number


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
    one.add_argument("--report", metavar="OUT.json", help="write the report here")
    one.add_argument("--events", action="store_true", help="print each event as a line of JSON")

    one = command("ingest", ingest, "put documents into the knowledge base")
    one.add_argument("paths", nargs="+", metavar="PATH")

    one = command("search", search, "search the knowledge base")
    one.add_argument("query", metavar="QUERY")
    one.add_argument("--json", action="store_true")
    one.add_argument("--limit", type=_positive, default=5)

    one = command("tool", tool, "run one tool alone")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--input", required=True, metavar="JSON", help="its arguments as JSON; - reads standard input")
    one.add_argument("--capsule", metavar="PATH")

    one = command("tools", tools, "print the tools with their schemas")
    one.add_argument("--capsule", metavar="PATH")

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
