"""The commands on the knowledge base: ``ingest``, ``search``, ``ask`` and ``knowledge ...``."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sre_core.bootstrap import Workbench
from sre_core.command_bench import opened, opened_if_there, person
from sre_core.counting import counted
from sre_core.errors import RefusedInput
from sre_core.foreign_text import harmless
from sre_core.gateway.faults import ModelFault
from sre_core.knowledge.ask import Answered, Quote
from sre_core.knowledge.composed import Composed
from sre_core.knowledge.desk import described
from sre_core.knowledge.documents import UPLOADS, IngestOutcome, Scope
from sre_core.knowledge.library import KnowledgeBase

DONE, REFUSED = 0, 2
SMALLEST_WORK = 20
"""Passages from which it is worth telling how far their embedding has come."""


def ingest(options: argparse.Namespace) -> int:
    """Put documents into the knowledge base: files of any known form, folders and zips."""
    from sre_core.knowledge.reading.given import FileGiven

    given = [FileGiven(name=name, content=path) for name, path in _files(options.paths)]
    taken = refused = 0
    with opened(options.home) as bench:
        for outcome in bench.desk.upload(given, by=person()):
            if isinstance(outcome, IngestOutcome):
                taken += 1
                print(harmless(_line(outcome)))
            else:
                refused += 1
                print(harmless(f"refused: {outcome.name}: {outcome.reason}"), file=sys.stderr)
        if options.home:
            bench.knowledge.load_model()
            embed(bench.library)
    if options.home is None:
        print("Kept nowhere: give --home DIR to keep them (the workbench itself uses .workbench).", file=sys.stderr)
    return REFUSED if refused and not taken else DONE


def embed(library: KnowledgeBase) -> None:
    """Compute what vectors are missing, and tell how far that is."""
    shown = sys.stderr.isatty()

    def progress(done: int, of: int) -> None:
        if shown and of >= SMALLEST_WORK:
            print(f"\rvectors: {done} of {of}", end="" if done < of else "\n", file=sys.stderr, flush=True)

    library.embed_pending(progress)
    if problem := library.state().problem:
        print(f"no vectors: {problem}", file=sys.stderr)


def search(options: argparse.Namespace) -> int:
    """Search the knowledge base."""
    with opened_if_there(options.home) as bench:
        bench.knowledge.load_model()
        bench.embedders.wait()
        found = asyncio.run(
            bench.library.search(
                options.query, component=None, kinds=(), limit=options.limit, scope=_scope(bench, options)
            )
        )
    if options.json:
        print(found.model_dump_json(indent=2))
    elif not found.passages:
        hint = "" if found.searched else " There are none yet: python -m sre_core ingest PATH --home DIR"
        print(f"The documents do not answer this ({found.searched} searched).{hint}")
    for passage in () if options.json else found.passages:
        first = next((line for line in passage.text.splitlines() if line.strip()), "")
        print(harmless(f"{passage.score:6.2f}  {passage.citation}  {passage.heading}\n        {first[:160]}"))
    return DONE


def ask(options: argparse.Namespace) -> int:
    """Ask the documents a question: the lines that answer it in their place, or that the documents do not.

    With a model that is to reason, its answer in sentences comes first, each with the lines that it stands on.
    """
    with opened_if_there(options.home) as bench:
        bench.knowledge.load_model()
        bench.embedders.wait()
        answered = asyncio.run(bench.library.ask(options.question, scope=_scope(bench, options), limit=options.limit))
        wanted = bench.reasoner == "model" and answered.answered and not options.rules
        composed, why_not = _composed(bench, answered) if wanted else (None, "")
    if options.json:
        written = composed.model_dump(mode="json") if composed else None
        told = {**answered.model_dump(mode="json"), "composed": written, "not_composed": why_not}
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return DONE
    if composed:
        print(harmless("\n".join(_sentences(composed))))
    elif why_not:
        print(harmless(f"The model gave no answer, so here are the documents' own lines: {why_not}"), file=sys.stderr)
    print(harmless(answered.said))
    for quote in answered.quotes:
        print(harmless(f"\n{quote.citation}  {quote.heading}\n{_in_its_place(quote)}"))
    return DONE


def _composed(bench: Workbench, answered: Answered) -> tuple[Composed | None, str]:
    """The answer of a model, or why there is none."""
    try:
        return asyncio.run(bench.answers.compose(answered)), ""
    except ModelFault as fault:
        return None, str(fault)


def _sentences(composed: Composed) -> Iterator[str]:
    if not composed.sentences:
        yield f"{composed.by} read what was found, and holds that it does not answer this."
    for one in composed.sentences:
        places = (f"[{c.number}] {c.place}" for c in one.citations)
        yield f"{one.text}\n    {', '.join(dict.fromkeys(places))}"
    if composed.left_out:
        yield f"Left out, because no passage backs it: {counted(composed.left_out, 'sentence')}"
    yield f"(put together by {composed.by}; every quote was looked up)\n"


def _in_its_place(quote: Quote) -> str:
    """The lines that answer, marked, between those around them; each with its number."""
    rows = [(" ", line) for line in quote.before]
    rows += [(">", line) for line in quote.text.split("\n")]
    rows += [(" ", line) for line in quote.after]
    first = quote.first_line - len(quote.before)
    return "\n".join(f"{mark} {number:>5}  {line}" for number, (mark, line) in enumerate(rows, first))


def rebuild(options: argparse.Namespace) -> int:
    """Make the vector index anew from the database; nothing is embedded again."""
    with opened_if_there(_home(options)) as bench:
        bench.knowledge.load_model()
        bench.embedders.wait()
        bench.library.rebuild()
        state = bench.library.state()
    print(
        f"{state.embedded} of {counted(state.chunks, 'passage')} of {counted(state.documents, 'document')} "
        f"{'has' if state.embedded == 1 else 'have'} a vector. {state.vectors_state}"
    )
    return DONE


def show(options: argparse.Namespace) -> int:
    """List the documents, and say how the index stands."""
    with opened_if_there(_home(options)) as bench:
        names = described(bench.desk.sources())
        for known in bench.library.documents():
            print(
                harmless(
                    f"{known.kind:<12} v{known.version:<3} {_passages(known.chunks)}  {known.path}  "
                    f"({names.get(known.source, known.source)}){_taken_out(known.redacted)}"
                )
            )
        state = bench.library.state()
    print(f"{counted(state.documents, 'document')}, {counted(state.chunks, 'passage')}. {state.vectors_state}")
    return DONE


def delete(options: argparse.Namespace) -> int:
    """Delete documents from database, vectors and disk; a tombstone stays."""
    with opened_if_there(_home(options)) as bench:
        gone = [path for path in options.paths if bench.desk.delete(path, by=person(), because=options.because)]
    missing = sorted(set(options.paths) - set(gone))
    if missing:
        raise RefusedInput(
            f"There is no document {missing[0]!r}. `knowledge list` shows their paths. Deleted: {len(gone)}."
        )
    print(f"deleted: {len(gone)}")
    return DONE


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Make the commands known to the command line."""
    one = _command(commands, "ingest", ingest, "put documents into the knowledge base")
    one.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or a zip of documents")

    one = _command(commands, "search", search, "search the knowledge base")
    one.add_argument("query", metavar="QUERY")
    _narrowed(one)

    one = _command(commands, "ask", ask, "ask the documents a question")
    one.add_argument("question", metavar="QUESTION")
    one.add_argument("--rules", action="store_true", help="only the documents' own lines, whatever model is set up")
    _narrowed(one)

    below = commands.add_parser("knowledge", help="the knowledge base").add_subparsers(required=True, metavar="COMMAND")
    _command(below, "list", show, "list the documents")
    _command(below, "rebuild", rebuild, "make the vector index anew, without embedding again")
    one = _command(below, "delete", delete, "delete documents for good")
    one.add_argument("paths", nargs="+", metavar="DOCUMENT")
    one.add_argument("--because", default="", metavar="TEXT", help="why; it stays on the tombstone")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: object, help_: str
) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=help_, description=help_)
    added.set_defaults(run=run)
    added.add_argument("--home", metavar="DIR", help="state folder; without it a temporary one is used")
    return added


def _narrowed(one: argparse.ArgumentParser) -> None:
    one.add_argument("--json", action="store_true")
    one.add_argument("--limit", type=_positive, default=5)
    one.add_argument("--component", metavar="NAME", help="prefer documents about it")
    one.add_argument("--only", action="store_true", help="with --component: nothing else")
    one.add_argument("--kind", action="append", default=[], metavar="KIND", help="runbook, postmortem, change ...")
    one.add_argument("--source", action="append", default=[], metavar="NAME", help="upload, or the name of a source")
    one.add_argument("--days", type=float, metavar="N", help="only what is dated, or was taken in, in the last N days")


def _scope(bench: Workbench, options: argparse.Namespace) -> Scope:
    feeds = bench.knowledge.feeds
    return Scope(
        component=options.component,
        only_component=options.only,
        kinds=tuple(options.kind),
        sources=tuple(name if name == UPLOADS else feeds.get(name).id for name in options.source),
        newer_than=datetime.now(UTC) - timedelta(days=options.days) if options.days else None,
    )


MOST_PASSAGES = 1000


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_PASSAGES:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {MOST_PASSAGES}")
    return number


def _home(options: argparse.Namespace) -> str:
    from sre_core.settings import read_settings

    return options.home or str(read_settings().home)


def _files(paths: Sequence[str]) -> list[tuple[str, Path]]:
    found = [each for path in map(Path, paths) for each in _below(path)]
    if not found:
        raise RefusedInput("There is no file in there.")
    return found


def _below(path: Path) -> Iterator[tuple[str, Path]]:
    """A file under the name it was given by; the files of a folder, hidden ones left out."""
    if not path.exists():
        raise RefusedInput(f"{path} does not exist.")
    if not path.is_dir():
        yield str(path), path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts):
            yield str(file), file


def _line(outcome: IngestOutcome) -> str:
    notes = "".join(f"\n           {note}" for note in outcome.notes)
    said = f"{outcome.outcome:<10} {_passages(outcome.chunks)}  {outcome.document}"
    return f"{said}{_taken_out(outcome.redacted)}{notes}"


def _passages(number: int) -> str:
    return f"{number:>4} {'passage ' if number == 1 else 'passages'}"


def _taken_out(redacted: Mapping[str, int]) -> str:
    return "".join(f", {count} {kind} taken out" for kind, count in redacted.items())
