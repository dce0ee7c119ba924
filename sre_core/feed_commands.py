"""The commands ``sources add``, ``sources list``, ``sources refresh`` and ``sources remove``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date

from pydantic import ValidationError

from sre_core.command_bench import opened, opened_if_there, person
from sre_core.errors import RefusedInput
from sre_core.foreign_text import harmless
from sre_core.knowledge.catalogue import in_all
from sre_core.knowledge.feeds.records import Counts, FeedProgress, FeedRun, KnownFeed
from sre_core.knowledge.feeds.runner import unseen
from sre_core.knowledge.feeds.settings import FEED_SETTINGS, KINDS, FeedSettings, GitSettings
from sre_core.knowledge_commands import embed
from sre_core.settings import read_settings

DONE, FAILED = 0, 1
MOST_ERRORS = 10
"""How many sentences about what was refused are printed of one refresh."""

_NOT_SETTINGS = frozenset({"name", "home", "run"})


def add(options: argparse.Namespace) -> int:
    """Keep a place that documents come from. Nothing is read yet."""
    settings = settings_of(options)
    with opened(_home(options)) as bench:
        feed = bench.desk.add_source(options.name, settings, by=person())
    print(harmless(f"added: {feed.name} ({feed.kind}). Now: python -m sre_core sources refresh {feed.name}"))
    return DONE


def show(options: argparse.Namespace) -> int:
    """List the sources, each with its last refresh."""
    with opened_if_there(_home(options)) as bench:
        sources, taken_out = bench.desk.sources(), bench.library.taken_out()
    for source in sources:
        print(harmless(f"{source.feed.name}  {source.feed.kind}  {_place(source.feed)}"))
        print(harmless(f"    {_run(source.runs[0]) if source.runs else 'not refreshed yet'}"))
        if secrets := in_all([one for one in taken_out if one.source == source.feed.id]):
            print(f"    taken out: {', '.join(f'{count} {kind}' for kind, count in secrets.items())}")
    if not sources:
        print("There are no sources yet: python -m sre_core sources add KIND NAME ...")
    return DONE


def refresh(options: argparse.Namespace) -> int:
    """Bring the documents of the sources that are named, else of all, up to date."""
    by = person()
    with opened_if_there(_home(options)) as bench:
        names = options.names or [source.feed.name for source in bench.desk.sources()]
        runs = [_refreshed(name, bench.desk.refresh(name, by, _shown(name))) for name in names]
        bench.knowledge.load_model()
        embed(bench.library)
    if not names:
        print("There are no sources yet: python -m sre_core sources add KIND NAME ...")
    return DONE if all(run.status == "done" for run in runs) else FAILED


def remove(options: argparse.Namespace) -> int:
    """Forget a source, and delete its documents unless they are to stay."""
    with opened_if_there(_home(options)) as bench:
        gone = bench.desk.remove_source(options.name, person(), keep_documents=options.keep_documents)
    kept = "its documents stay" if options.keep_documents else f"documents deleted: {gone}"
    print(harmless(f"removed: {options.name}; {kept}"))
    return DONE


def settings_of(options: argparse.Namespace) -> FeedSettings:
    """The settings of a feed as the command line has them. Raises ``RefusedInput`` when one cannot be used."""
    given = {name: value for name, value in vars(options).items() if name not in _NOT_SETTINGS and value is not None}
    for place in ("path", "url"):
        if place in given and os.path.exists(os.path.expanduser(given[place])):
            given[place] = os.path.abspath(os.path.expanduser(given[place]))  # the workbench may run elsewhere
    if "components" in given:
        given["components"] = dict(given["components"])
    try:
        return FEED_SETTINGS.validate_python(given)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        name = str(wrong["loc"][-1]).replace("_", "-")
        raise RefusedInput(f"--{name} cannot be used: {wrong['msg'].removeprefix('Value error, ')}.") from error


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Make the commands known to the command line."""
    below = commands.add_parser("sources", help="places that documents come from").add_subparsers(
        required=True, metavar="COMMAND"
    )
    kinds = below.add_parser("add", help="keep a place that documents come from").add_subparsers(
        required=True, metavar="KIND", dest="kind"
    )
    for kind in KINDS:
        _add_kind(kinds, kind)
    _command(below, "list", show, "list the sources, each with its last refresh")
    one = _command(below, "refresh", refresh, "take in what is new or changed, delete what is gone")
    one.add_argument("names", nargs="*", metavar="NAME", help="without one: all of them")
    one = _command(below, "remove", remove, "forget a source, and delete its documents")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--keep-documents", action="store_true", help="they stay, and are refreshed no more")


def _add_kind(kinds: argparse._SubParsersAction[argparse.ArgumentParser], kind: str) -> None:
    one = _command(kinds, kind, add, _WHAT[kind])
    one.add_argument("name", metavar="NAME", help="what its documents' paths begin with")
    if kind == "git":
        one.add_argument("--url", "--path", required=True, dest="url", metavar="URL", help=_field("url"))
        one.add_argument("--branch", metavar="BRANCH", help=_field("branch"))
        one.add_argument("--commits", type=int, metavar="N", help=_field("commits"))
        one.add_argument("--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help=_field("since"))
        one.add_argument("--no-documents", dest="documents", action="store_false", default=None)
        one.add_argument("--no-code", dest="code", action="store_false", default=None)
    else:
        one.add_argument("--path", required=True, metavar="PATH")
    if kind in ("folder", "git", "prometheus"):
        for name in ("include", "exclude"):
            one.add_argument(f"--{name}", action="append", metavar="PATTERN", help="such as '*.md' or 'docs/**'")
    if kind in ("folder", "git"):
        one.add_argument("--component", metavar="NAME", help="the component that all of it is about")
    if kind in ("git", "slack"):
        one.add_argument("--component-of", dest="components", action="append", type=_pair, metavar="PATTERN=NAME")
    if kind == "slack":
        one.add_argument("--channel", dest="channels", action="append", metavar="PATTERN")
        one.add_argument("--workspace-url", metavar="URL", help="https://NAME.slack.com")
    one.add_argument("--every-minutes", type=int, metavar="N", help="refresh by itself while the workbench runs")


_WHAT = {
    "folder": "all readable files below a folder",
    "git": "a Git repository: documents, commits, source code",
    "slack": "a Slack export, a zip or a folder: threads as documents",
    "prometheus": "alerting rules: a file or a folder",
    "topology": "a topology.json: a document per component",
}


def _field(name: str) -> str:
    return str(GitSettings.model_fields[name].description)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: object, help_: str
) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=help_, description=help_)
    added.set_defaults(run=run)
    added.add_argument("--home", metavar="DIR", help="state folder; without it the one that SRE_HOME names")
    return added


def _pair(text: str) -> tuple[str, str]:
    pattern, separator, name = text.partition("=")
    if not (pattern and separator and name):
        raise argparse.ArgumentTypeError("give PATTERN=NAME, such as 'services/cart/**=cart'")
    return pattern, name


def _home(options: argparse.Namespace) -> str:
    return options.home or str(read_settings().home)


def _place(feed: KnownFeed) -> str:
    return feed.settings.url if isinstance(feed.settings, GitSettings) else feed.settings.path


def _shown(name: str) -> Callable[[FeedProgress], None]:
    """A line that is written over and over, where somebody can see it."""
    if not sys.stderr.isatty():
        return unseen

    def show_progress(progress: FeedProgress) -> None:
        how_far = "" if progress.items is None else f" {progress.seen} of {progress.items}"
        line = harmless(f"{name}: {progress.phase}{how_far} {progress.now}").replace("\n", " ")[:78]
        print(f"\r{line:<78}", end="", file=sys.stderr, flush=True)

    return show_progress


def _refreshed(name: str, run: FeedRun) -> FeedRun:
    if sys.stderr.isatty():
        print(f"\r{'':<78}\r", end="", file=sys.stderr, flush=True)
    print(harmless(f"{name}: {_run(run)}"))
    for sentence in run.errors[:MOST_ERRORS]:
        print(harmless(f"    refused: {sentence}"), file=sys.stderr)
    if (more := run.counts.refused - MOST_ERRORS) > 0:
        print(f"    and {more} more", file=sys.stderr)
    return run


def _run(run: FeedRun) -> str:
    ended = f", {run.ended:%Y-%m-%d %H:%M} UTC" if run.ended else ""
    problem = f": {run.problem}" if run.problem else ""
    return f"{run.status}{ended}, by {run.by.removeprefix('person:')}; {in_words(run.counts)}{problem}"


def in_words(counts: Counts) -> str:
    """'3 added, 12 unchanged'; 'nothing there' when all are zero."""
    return ", ".join(f"{count} {what}" for what, count in counts.model_dump().items() if count) or "nothing there"
