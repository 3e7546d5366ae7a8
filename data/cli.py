"""What all commands share: options on reading images, and how errors and messages are shown."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from data.cases import default_cache
from data.cluster import Cluster
from data.errors import InputError, IntentError
from data.reading import ReadingOptions

SHOWN = 20
OK, BAD_INPUT, FAILED = 0, 1, 2


def add_reading_options(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """--cache, --no-cache and --workers."""
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="folder that keeps recognised text (default %(default)s)"
    )
    parser.add_argument("--no-cache", dest="cache", action="store_const", const=None, help="recognise all text anew")
    parser.add_argument("--workers", type=positive, help="processes that read images (default: one per processor)")


def reading_options(args: argparse.Namespace, cluster: Cluster | None = None) -> ReadingOptions:
    """What `add_reading_options` parsed."""
    return ReadingOptions(args.cache, args.workers, cluster)


def add_ray_address(parser: argparse.ArgumentParser, condition: str) -> None:
    """--ray-address. `condition` says with what it has which effect."""
    parser.add_argument(
        "--ray-address",
        metavar="HOST:PORT",
        help=f"address of a Ray cluster, or `auto` on one of its machines: {condition}; needs the extra `ray`, and run folder, "
        "data and images under the same path on all machines",
    )


def run_command(body: Callable[[], int]) -> int:
    """Run a command's body: a user's error is one message on standard error and status 2, Ctrl-C is status 130."""
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


def report_problems(messages: Sequence[str]) -> None:
    """Print messages on single rows, at most twenty of them, to standard error."""
    for message in messages[:SHOWN]:
        print(f"warning: {message}", file=sys.stderr)
    if len(messages) > SHOWN:
        print(f"warning: and {len(messages) - SHOWN} more", file=sys.stderr)


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
