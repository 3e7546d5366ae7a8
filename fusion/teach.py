"""Teach a finished run, in seconds and without training: examples, corrected labels, new labels; list and undo what was taught.

    python -m fusion.teach --data FILE [--images DIR] [--run DIR] [--who NAME]
    python -m fusion.teach --correct FILE [--run DIR] [--who NAME]
    python -m fusion.teach --label TASK NAME DESCRIPTION | --retire TASK NAME [--run DIR] [--who NAME]
    python -m fusion.teach --remove ID | --undo VERSION | --list [--run DIR] [--who NAME]

A row of --data with a label is an example. Where the run has the same row under the same id its label is corrected. --correct
takes a file that names examples by their id alone: what `fusion.audit` writes, with another `label` in the rows that are wrong.
All of it is on disk before the command prints the version; rows that a near-duplicate contradicts are named. It counts for the
next `fusion.predict`, and for a running service within seconds. `python -m retrieval.build_index --run NEW --taught DIR` makes a
run whose VLM can be trained with it.
"""

from __future__ import annotations

import argparse
import datetime
import getpass
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.cli import BAD_INPUT, OK, add_reading_options, announce, reading_options, report_problems, run_command
from data.errors import InputError
from data.reader import images_folder, read_data
from data.run import DEFAULT_RUN, RunFolder
from data.schema import Task
from data.taught import TaughtStore, taught_path
from data.teaching import Change, undone

if TYPE_CHECKING:
    from data.labels import LabelSet


def main(argv: Sequence[str] | None = None) -> int:
    """Teach; status 1 where some rows could not be used, 2 where nothing could be done."""
    parser = argparse.ArgumentParser(prog="python -m fusion.teach", description="Teach a finished run, without training.")
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder (default %(default)s)")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, help="labelled examples, in any format of docs/formats.md")
    what.add_argument(
        "--correct", type=Path, metavar="FILE", help="a file with the columns id and label, such as an edited audit.csv"
    )
    what.add_argument("--label", nargs=3, metavar=("TASK", "NAME", "DESCRIPTION"), help="add a label, or describe one anew")
    what.add_argument("--retire", nargs=2, metavar=("TASK", "NAME"), help="answer a label no longer")
    what.add_argument("--remove", metavar="ID", help="an example that no longer counts")
    what.add_argument("--undo", type=int, metavar="VERSION", help="undo one change")
    what.add_argument("--list", action="store_true", help="print all changes")
    parser.add_argument("--images", type=Path, help="folder of the images (default: beside the data file, see docs/formats.md)")
    parser.add_argument("--who", help="who teaches (default: the user's name)")
    add_reading_options(parser)
    args = parser.parse_args(argv)

    def body() -> int:
        run = RunFolder(args.run)
        manifest = run.read_manifest()
        run.require("index")
        store = TaughtStore(taught_path(run.path))
        try:
            if args.list:
                for line in listed(store.changes()):
                    print(line)
                return OK
            if args.data:
                return _teach_rows(args, run, store)
            if args.correct:
                from fusion.teaching.corrections import correct_rows

                changes, problems = correct_rows(run, store, manifest.labels, args.correct, who_of(args.who))
                report_problems(problems)
                print("\n".join([*listed(changes), f"{len(changes):,} labels corrected; version {store.version()}"]))
                return BAD_INPUT if problems else OK
            change = _teach_one(args, run, store, manifest.labels)
            print("\n".join(listed([change])))
            if args.label and args.label[0] not in store.taught().label_set(manifest.labels).tasks:
                print(f"{args.label[0]}s are answered once there are two labels for them")
            return OK
        finally:
            store.close()

    return run_command(body)


def _teach_rows(args: argparse.Namespace, run: RunFolder, store: TaughtStore) -> int:
    from fusion.teaching.rows import teach_rows

    data = read_data(args.data)
    announce(data)
    images = args.images or images_folder(args.data)
    outcome = teach_rows(run, store, list(data.samples), str(args.data), images, who_of(args.who), reading_options(args))
    report_problems(outcome.problems)
    for id_, label, others in outcome.contradictions:
        shown = ", ".join(f"{other} ({own})" for other, own in others)
        print(f"{id_} is taught as {label!r}; near-duplicates of it have other labels: {shown}")
    kinds = [f"{count:,} {kind}" for kind, count in outcome.counts.items() if count]
    print(f"{', '.join(kinds) or 'nothing new'}; version {store.version()}")
    return BAD_INPUT if outcome.problems else OK


def _teach_one(args: argparse.Namespace, run: RunFolder, store: TaughtStore, labels: LabelSet) -> Change:
    from fusion.teaching.teacher import Teacher
    from retrieval.table import ExemplarTable

    who, teacher = who_of(args.who), Teacher(store)
    if args.undo is not None:
        return teacher.undo(args.undo, who)
    if args.label:
        task, name, description = args.label
        return teacher.add_label(_task(task), name.strip(), description.strip(), who, labels)
    if args.retire:
        task, name = args.retire
        retired = teacher.retire_label(_task(task), name, who, labels)
        if retired is None:
            raise InputError(f"there is no {task} label {name!r}")
        return retired
    table = ExemplarTable.load(run.step("index") / "exemplars.parquet")
    change = teacher.remove(args.remove, who, dict.fromkeys(table.ids))
    if change is None:
        raise InputError(f"the run has no example {args.remove!r}; --list names those that were taught")
    return change


def listed(changes: Sequence[Change]) -> Iterator[str]:
    """A line for each change."""
    gone = undone(changes)
    for change in changes:
        when = datetime.datetime.fromtimestamp(change.created).isoformat(" ", "seconds")
        yield f"{change.version:>5}  {when}  {change.who}  {change.about()}{'  (undone)' if change.version in gone else ''}"


def who_of(given: str | None) -> str:
    """Who teaches: the name that is given, else the user's."""
    if given:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return "unknown"


def _task(name: str) -> Task:
    if name not in set(Task):
        raise InputError(f"{name!r} is no task; expected {' or '.join(Task)}")
    return Task(name)


if __name__ == "__main__":
    sys.exit(main())
