"""Speed and memory on this machine.

    python -m fusion.benchmark [--data FILE] [--images DIR] [--run DIR | --held-out K] [--samples N] [--dialogues N]
                               [--steps train,predict,latency,memory,changed,teach,serve] [--rows N] [--examples N,N,...]
                               [--clients N] [--seconds S]
                               [--profile NAME|FILE] [--policy full|adaptive|retrieval]

prints the machine and then, each with no recognised text cached, in temporary folders:

    train     wall seconds and peak memory of retrieval.build_index and of vlm.train_lora with all folds
    predict   fusion.predict on up to N scenes, OCR included: samples a second and peak memory of the command with its child
              processes, how many samples were asked how many calls; and, in one process, seconds and share of reading, encoding,
              retrieval, VLM and fusion
    latency   median and mean seconds of one dialogue's prediction in a loaded process, with and without reading its images
    memory    how much the memory of fusion.predict grows every 1,000 rows after the first 1,000, on --rows rows: the test rows
              over and over, whose text is recognised once; only where it is asked for, since it takes long
    changed   weighted F1 of the scenes and of copies that phones and hands have changed (`data.synth.changed_copies`), with 95%
              bootstrap intervals; only where it is asked for, since it reads them all
    teach     seconds from teaching an example until the next answer knows it, by the number of examples (--examples) of a run;
              on generated dialogues, and only where it is asked for
    serve     fusion.serve asked by --clients at the same time for --seconds, on up to --samples scenes over and over: answers a
              second, latency, errors, health checks meanwhile, growth of memory after the first minute, and the throughput of
              fusion.predict on the same rows; only where it is asked for

Commands are run as a user runs them, so their seconds hold the start of Python and the loading of models. Shares carry over to
other machines better than seconds. `predict` and `latency` use a finished run: --run, or the one that `train` has just made, or
runs/sample.

With --data they predict samples that were trained on, of which the policy `adaptive` is too sure. --held-out K holds one fold of
K of the labelled rows out of `train`, near-duplicates together as in the cross-validation, and predicts that, which gives its
weighted F1 as well. The reading and encoding that the split needs are not measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.atomic import write_json
from data.cli import OK, add_reading_options, positive, reading_options, report_problems, run_command
from data.errors import InputError
from data.machine import machine
from data.profile import Policy, Profile, load_profile
from data.reader import images_folder, load_samples, rows_of
from data.run import DEFAULT_RUN, SAMPLE, RunFolder
from data.schema import Task

if TYPE_CHECKING:
    from fusion.measuring.steps import Source

STEPS = ("train", "predict", "latency")
LONG_STEPS = ("memory", "changed", "teach", "serve")


def main(argv: Sequence[str] | None = None) -> int:
    """Print the measurements; status 2 where they cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m fusion.benchmark", description="Measure speed and memory on this machine.")
    parser.add_argument("--data", type=Path, help="labelled data, in any format of docs/formats.md (default: the bundled sample)")
    parser.add_argument("--images", type=Path, help="folder of the images (default: beside the data file, see docs/formats.md)")
    parser.add_argument("--run", type=Path, help="finished run to predict with (default: the one just trained, or runs/sample)")
    parser.add_argument("--profile", default="embedded", help="profile name or file to train with (default %(default)s)")
    parser.add_argument("--samples", type=positive, default=200, help="scenes to predict at most (default %(default)s)")
    parser.add_argument(
        "--dialogues", type=positive, default=20, help="dialogues to measure latency on at most (default %(default)s)"
    )
    parser.add_argument(
        "--held-out", type=int, metavar="K", help="predict one fold of K of the labelled rows of --data, and train on the others"
    )
    parser.add_argument(
        "--policy",
        choices=typing.get_args(Policy),
        help="which VLM calls are made (default: the profile's with --held-out or without a VLM, else `full`: on samples that "
        "were trained on, `adaptive` asks too few)",
    )
    parser.add_argument(
        "--rows", type=positive, default=20_000, help="rows to predict in the step `memory` (default %(default)s)"
    )
    parser.add_argument(
        "--examples", default="1000,10000", metavar="N,N,...", help="examples of a run in the step `teach` (default %(default)s)"
    )
    parser.add_argument("--clients", type=positive, default=100, help="clients in the step `serve` (default %(default)s)")
    parser.add_argument("--seconds", type=positive, default=600, help="how long the step `serve` asks (default %(default)s)")
    parser.add_argument(
        "--steps",
        default=",".join(STEPS),
        help="what to measure, `memory`, `changed`, `teach` and `serve` as well (default %(default)s)",
    )
    add_reading_options(
        parser.add_argument_group("reading for `changed`, and before the split of --held-out, which is not measured")
    )
    args = parser.parse_args(argv)

    def body() -> int:
        steps = args.steps.split(",")
        _refuse(args, steps)
        with tempfile.TemporaryDirectory(prefix="intent-benchmark-") as folder:
            for line in measurements(args, steps, Path(folder)):
                print(line, flush=True)
        return OK

    return run_command(body)


def measurements(args: argparse.Namespace, steps: Sequence[str], folder: Path) -> Iterator[str]:
    """The report, line by line. What is missing is said before anything is trained."""
    from fusion.loading import load_chain, run_manifest
    from fusion.measuring.changed import measure_changed
    from fusion.measuring.memory import measure_memory
    from fusion.measuring.steps import Asked, measure_latency, measure_prediction, measure_training

    if "teach" in steps:
        from fusion.measuring.teaching import measure_teaching

        yield from machine(("numpy", "scikit-learn"))
        yield from measure_teaching([int(size) for size in args.examples.split(",")], load_profile(args.profile))
        if steps == ["teach"]:
            return
    run = RunFolder((args.run or DEFAULT_RUN).resolve())
    profile = load_profile(args.profile)
    answers = run.read_manifest().profile if "train" not in steps or args.run else profile
    default: Policy = answers.calls.policy if args.held_out or answers.vlm.model is None else "full"
    policy = answers.with_policy(args.policy or default).calls.policy
    yield from machine(("torch", "onnxruntime"))
    training, test = _source(args, "train.json"), _source(args, "test.json")
    if args.held_out:
        training, test = _hold_out(training, profile, args, folder)
    samples = load_samples(test.data)
    scenes = [sample for sample in samples if sample.task is Task.SCENE]
    dialogues = [sample for sample in samples if sample.task is Task.DIALOGUE]
    for step, chosen, kind in (
        ("predict", scenes, "image scenes"),
        ("changed", scenes, "image scenes"),
        ("latency", dialogues, "dialogues"),
        ("serve", scenes, "image scenes"),
    ):
        if step in steps and not chosen:
            raise InputError(f"{test.name} has no {kind}; give another --data or leave the step `{step}` out")
    if args.held_out:
        yield f"held out  {len(scenes)} scenes and {len(dialogues)} dialogues: {test.name}"
    if "train" in steps:
        trained = RunFolder(folder / "run")
        yield from measure_training(training, args.profile, trained, folder / "cache")
        run = run if args.run else trained
    if set(steps) & {"predict", "latency", "changed"}:
        start = time.perf_counter()
        chain = load_chain(run, run_manifest(run, policy=policy))
        yield f"loading   {time.perf_counter() - start:.1f} s for index, models and fusion (fitted here where it was not)"
        unseen = args.held_out is not None
        if "predict" in steps:
            yield from measure_prediction(chain, run, Asked(scenes[: args.samples], test.images, unseen), folder)
        if "latency" in steps:
            yield from measure_latency(chain, Asked(dialogues[: args.dialogues], test.images, unseen))
        if "changed" in steps:
            yield from measure_changed(chain, scenes, reading_options(args).reader(chain.profile, test.images), folder)
    if "memory" in steps:
        yield from measure_memory(run, samples, test.images, policy, args.rows, folder)
    if "serve" in steps:
        from fusion.measuring.soak import measure_service

        asked = scenes[: args.samples]
        yield from measure_service(run, asked, test.images, policy, args.clients, args.seconds, folder)


def _refuse(args: argparse.Namespace, steps: Sequence[str]) -> None:
    """Raises InputError where the options make no sense."""
    if unknown := sorted(set(steps) - {*STEPS, *LONG_STEPS}):
        known = ",".join((*STEPS, *LONG_STEPS))
        raise InputError(f"--steps {args.steps}: unknown step {unknown[0]!r}, expected some of {known}")
    if "teach" in steps and not all(size.isdecimal() and int(size) > 0 for size in args.examples.split(",")):
        raise InputError(f"--examples {args.examples}: expected numbers with commas between")
    if args.held_out is None:
        return
    if args.held_out < 2:
        raise InputError(f"--held-out {args.held_out}: at least two folds are needed")
    if args.run or "train" not in steps:
        other = f"--run {args.run}" if args.run else f"--steps {args.steps}"
        raise InputError(
            f"--held-out {args.held_out} and {other} cannot be given together: a finished run may have been trained on the rows "
            "that are held out; leave --run out and have `train` among --steps"
        )


def _hold_out(source: Source, profile: Profile, args: argparse.Namespace, folder: Path) -> tuple[Source, Source]:
    """Write a file to train on and one that is held out of it."""
    from fusion.measuring.held_out import hold_out
    from fusion.measuring.steps import Source

    split, problems = hold_out(source.data, source.images, profile, args.held_out, reading_options(args))
    report_problems(problems)
    training, held_out = folder / "train.json", folder / "held_out.json"
    write_json(training, rows_of(split.training))
    write_json(held_out, rows_of(split.held_out))
    fold = f"one fold of {args.held_out} of the labelled rows of {source.name}"
    return Source(training, source.images, f"{source.name}, the held-out fold left out"), Source(held_out, source.images, fold)


def _source(args: argparse.Namespace, bundled: str) -> Source:
    from fusion.measuring.steps import Source

    data = (args.data or SAMPLE / bundled).resolve()
    return Source(data, (args.images or images_folder(data)).resolve(), str(data))


if __name__ == "__main__":
    sys.exit(main())
