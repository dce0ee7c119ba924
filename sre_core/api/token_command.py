"""The command ``token``: prints a token for a program, or makes all that were given void. Works beside a running server."""

from __future__ import annotations

import argparse
import hashlib
import hmac
import os
import sys
import tempfile
from pathlib import Path

from sre_core.api.guard import EVERY, Tokens
from sre_core.errors import RefusedInput
from sre_core.home import StateFolder
from sre_core.people import Role, tidy
from sre_core.settings import read_settings

DAY = 86_400.0
LONGEST_DAYS = 3650


def signing_key(folder: StateFolder) -> bytes:
    """What tokens are signed with. It changes with ``revoke_all``; the secret does not, for the audit's seals need it."""
    try:
        since = (folder.path / "tokens").read_bytes()
    except FileNotFoundError:
        since = b""
    return hmac.new(folder.secret(), b"tokens:" + since, hashlib.sha256).digest()


def revoke_all(folder: StateFolder) -> None:
    """Make all tokens void that were ever given, at once and for a running server too."""
    descriptor, fresh = tempfile.mkstemp(prefix="tokens-", dir=folder.path)
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(32).hex().encode())
    Path(fresh).replace(folder.path / "tokens")


def token(options: argparse.Namespace) -> int:
    """Print a token; what is said about it goes to standard error, so that the token alone can be piped."""
    folder = StateFolder(Path(options.home) if options.home else read_settings().home)
    if not folder.database.is_file():
        raise RefusedInput(
            f"There is no state folder of a workbench at {folder.path}. Give --home DIR, or set SRE_HOME."
        )
    try:
        if options.revoke_all:
            revoke_all(folder)
        given = _given(folder, options) if options.name else None
    except OSError as error:
        raise RefusedInput(f"The state folder {folder.path} cannot be used ({error}).") from error
    if options.revoke_all:
        print("All tokens that were given are void. Open pages get new ones by themselves.", file=sys.stderr)
    elif given is None:
        raise RefusedInput("Say whose token it is: token NAME, such as 'token pager'.")
    if given:
        print(given)
    return 0


def _given(folder: StateFolder, options: argparse.Namespace) -> str:
    name = tidy(options.name)
    if name is None:
        raise RefusedInput("A name has 1 to 200 characters.")
    role = Role(options.role)
    days = f"{options.days} day{'' if options.days == 1 else 's'}"
    print(
        f"{name} may do what a {role.value} may, in all investigations of {folder.path}, for {days}.", file=sys.stderr
    )
    return Tokens(signing_key(folder)).issue(EVERY, name, role, lifetime=options.days * DAY)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="whose word it is; recorded with every decision")
    parser.add_argument("--role", choices=[role.value for role in Role], default=Role.VIEWER.value)
    parser.add_argument("--days", type=_days, default=30, help="how long it is good for (30)")
    parser.add_argument("--revoke-all", action="store_true", help="make all tokens void that were given so far")


def _days(text: str) -> int:
    number = int(text)
    if not 1 <= number <= LONGEST_DAYS:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {LONGEST_DAYS}")
    return number
