"""What all commands share: options on reading images, and how errors and messages are shown."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from data.atomic import write_text
from data.cases import default_cache
from data.cluster import Cluster
from data.errors import InputError, IntentError
from data.formats import DataFile
from data.reading import ReadingOptions

PROBLEMS = "problems.txt"  # the file of all messages, in the run folder or where predictions are written
SHOWN, KINDS = 3, 12  # messages of a kind, and kinds, that are printed
_OWN = re.compile(r"^\S+: |'[^']*'|\"[^\"]*\"|\brow \S+|\S*\d\S*|\S+/\S+")
OK, BAD_INPUT, FAILED = 0, 1, 2


def add_reading_options(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """--cache, --no-cache and --workers."""
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="folder that keeps recognised text (default %(default)s)"
    )
    parser.add_argument("--no-cache", dest="cache", action="store_const", const=None, help="recognise all text anew")
    parser.add_argument("--workers", type=positive, help="processes that read images (default: one per processor)")


def add_missing_option(parser: argparse.ArgumentParser) -> None:
    """--allow-missing, for commands that train."""
    parser.add_argument(
        "--allow-missing", action="store_true", help="train also where more than a fifth of the images cannot be read"
    )


def reading_options(args: argparse.Namespace, cluster: Cluster | None = None) -> ReadingOptions:
    """What `add_reading_options` parsed."""
    return ReadingOptions(args.cache, args.workers, cluster, getattr(args, "allow_missing", False))


def add_ray_address(parser: argparse.ArgumentParser, condition: str) -> None:
    """--ray-address. `condition` says with what it has which effect."""
    parser.add_argument(
        "--ray-address",
        metavar="HOST:PORT",
        help=f"address of a Ray cluster, or `auto` on one of its machines: {condition}; needs the extra `ray`, and run folder, "
        "data and images under the same path on all machines",
    )


def run_command(body: Callable[[], int]) -> int:
    """Run a command's body: a user's error, or the system's with a file, is one message on standard error and status 2, Ctrl-C is
    status 130."""
    # What a process leaves goes with it: Python need not look through all that PyTorch loaded, which takes a second.
    atexit.register(gc.freeze)
    # OpenMP's threads that wait by spinning keep processors from other programs and from each other. It reads this when PyTorch
    # or scikit-learn is loaded, which is later.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        return body()
    except IntentError as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("interrupted; run the same command again to continue", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        if error.errno is None:  # a library's own, and not the system's
            raise
        print(
            f"error: {error.filename or 'a file'} cannot be read or written: {error.strerror}; check that it is there, who may "
            "use it and that space is left, and run the same command again",
            file=sys.stderr,
        )
        return FAILED


def announce(data: DataFile) -> None:
    """Say on standard error what a data file was taken for."""
    print(data.describe(), file=sys.stderr)


def report_problems(messages: Sequence[str], file: Path | None = None) -> None:
    """Print messages on single rows to standard error: of each kind how many there are, and three of them.

    All of them are written to `file`, where one is given; without messages it is removed, as it would be of an earlier command.
    """
    kinds: dict[str, list[str]] = {}
    for message in messages:
        kinds.setdefault(_kind(message), []).append(message)
    ordered = sorted(kinds.values(), key=len, reverse=True)
    for alike in ordered[:KINDS]:
        if len(alike) > SHOWN:
            print(f"warning: {len(alike):,} messages like these:", file=sys.stderr)
        for message in alike[:SHOWN]:
            print(f"{'  ' if len(alike) > SHOWN else 'warning: '}{message}", file=sys.stderr)
    if rest := sum(map(len, ordered[KINDS:])):
        print(f"warning: and {rest:,} other messages", file=sys.stderr)
    if file is None:
        return
    if messages:
        write_text(file, "".join(f"{message}\n" for message in messages))
        print(f"warning: all {len(messages):,} messages are in {file}", file=sys.stderr)
    else:
        file.unlink(missing_ok=True)


def _kind(message: str) -> str:
    """A message without what differs from row to row: the sample's id in front, quoted texts, and words with digits."""
    return _OWN.sub("", message)


def positive(text: str) -> int:
    """The type of an argument that counts something."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def natural(text: str) -> int:
    """The type of an argument that may be zero."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return value


def duration(text: str) -> float:
    """The type of an argument in minutes."""
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number of minutes")
    return value


def check_folder(path: Path, option: str) -> None:
    """Raises InputError where a folder to write to cannot be one, because it or a folder above it is a file."""
    for part in (path, *path.parents):
        if part.exists():
            if not part.is_dir():
                raise InputError(f"{option} {path}: {part} is a file; name a folder")
            return
