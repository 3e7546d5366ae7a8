"""Predict the labels of new samples with a finished run.

    python -m fusion.predict [--run DIR] [--data FILE] [--images DIR] [--out DIR] [--policy full|adaptive|retrieval]
                             [--engine transformers|vllm] [--engine-workers N [--ray-address HOST:PORT]]
                             [--prompt official [--adapter DIR]] [--max-error SHARE [--confidence SHARE] [--together]]

writes predictions.jsonl, report.html and, where the rows are the organiser's, submit.csv, and prints how many samples were
predicted and how many had something wrong in their input (status 1 then, 0 otherwise). The first prediction of a run fits its
fusion model. Samples are predicted in parts; an interrupted command continues after the last finished part and ends with the same
files. With --engine-workers N processes predict parts at the same time, each with the whole chain and a GPU where there are any.
--engine vllm, or `vlm.engine` in the profile, asks the VLM through vLLM (needs a GPU and the extra `vllm`). With --prompt
official the official baseline answers, which `python -m vlm.train_lora --prompt official` has trained, or the profile's model
with an adapter that LLaMA-Factory has, say.

With --max-error each prediction holds `accepted`: at most that share of the accepted answers is wrong, with the --confidence
that is asked for, on input like the run's training examples. All other answers should be handed over to a person. Where that
cannot be promised nothing is accepted, and the command says how many more labelled examples it takes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.cli import (
    BAD_INPUT,
    OK,
    PROBLEMS,
    add_ray_address,
    add_reading_options,
    announce,
    positive,
    reading_options,
    report_problems,
    run_command,
)
from data.cluster import Cluster
from data.errors import InputError
from data.reader import images_folder, read_data
from data.run import DEFAULT_RUN, SAMPLE, RunFolder

if TYPE_CHECKING:
    from fusion.handover import Promise

POLICIES = ("full", "adaptive", "retrieval")
ENGINES = ("transformers", "vllm")
CONFIDENCE = 0.95


def main(argv: Sequence[str] | None = None) -> int:
    """Predict; status 1 where some samples had errors, 2 where nothing could be done."""
    parser = argparse.ArgumentParser(prog="python -m fusion.predict", description="Predict the labels of new samples.")
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder (default %(default)s)")
    parser.add_argument("--data", type=Path, help="data, in any format of docs/formats.md (default: the bundled test sample)")
    parser.add_argument("--images", type=Path, help="folder of the images (default: beside the data file, see docs/formats.md)")
    parser.add_argument("--out", type=Path, help="folder to write to (default: RUN/predictions)")
    parser.add_argument("--policy", choices=POLICIES, help="which VLM calls are made (default: the profile's)")
    parser.add_argument("--engine", choices=ENGINES, help="what computes the VLM's scores (default: the profile's)")
    parser.add_argument(
        "--prompt",
        choices=("codes", "official"),
        default="codes",
        help="`official` asks the official baseline (default %(default)s)",
    )
    parser.add_argument(
        "--adapter", type=Path, metavar="DIR", help="with --prompt official: an adapter in PEFT's format, trained elsewhere"
    )
    add_reading_options(parser)
    parser.add_argument(
        "--engine-workers",
        type=positive,
        metavar="N",
        help="predict in N processes, on one GPU each where there are any; each reads its own images, without --workers "
        "(needs the extra `ray`; default: in this process)",
    )
    add_ray_address(parser, "--engine-workers run there")
    add_promise_options(parser)
    args = parser.parse_args(argv)

    def body() -> int:
        from fusion.parts import PredictionRequest, predict

        if args.ray_address and not args.engine_workers:
            raise InputError("--ray-address was given without --engine-workers N: say how many processes predict on the cluster")
        official = args.prompt == "official"
        if official and (args.engine_workers or args.policy or args.engine or args.max_error is not None):
            raise InputError(
                "--prompt official goes with none of --policy, --engine, --engine-workers and --max-error; the baseline asks "
                "once, here, and has no calibrated probability"
            )
        promise = promise_of(args)
        if args.adapter and not official:
            raise InputError(
                "--adapter goes with --prompt official alone: fusion knows only the scores of the adapter that the run trained"
            )
        cluster = Cluster(args.engine_workers, args.ray_address) if args.engine_workers else None
        run = RunFolder(args.run)
        data = args.data or SAMPLE / "test.json"
        images = args.images or images_folder(data)
        out = args.out or run.step("predictions")
        announce(read_data(data))
        request = PredictionRequest(run, data, images, out, args.policy, args.engine, official, args.adapter, promise)
        outcome = predict(request, reading_options(args, cluster))
        report_problems(outcome.errors, out / PROBLEMS)
        print(f"{outcome.predicted} samples predicted, {outcome.calls:.2f} VLM calls a sample")
        if outcome.accepted is not None:
            print(f"{outcome.accepted} answers accepted, {outcome.predicted - outcome.accepted} to be handed over")
            print("\n".join(outcome.promises))
        print(f"predictions: {out / 'predictions.jsonl'}")
        if outcome.submission:
            print(f"submission:  {out / 'submit.csv'}")
        print(f"report:      {out / 'report.html'}")
        if outcome.errors:
            print(f"{len(outcome.errors)} samples had something wrong in their input; see `error` in predictions.jsonl")
            return BAD_INPUT
        return OK

    return run_command(body)


def add_promise_options(parser: argparse.ArgumentParser) -> None:
    """--max-error, --confidence and --together."""
    parser.add_argument("--max-error", type=float, metavar="SHARE", help="largest share of accepted answers that may be wrong")
    parser.add_argument(
        "--confidence", type=float, metavar="SHARE", help=f"with --max-error: confidence of the promise (default {CONFIDENCE})"
    )
    add_together(parser)


def add_together(parser: argparse.ArgumentParser) -> None:
    """--together."""
    parser.add_argument(
        "--together", action="store_true", help="with --max-error: promise it of scenes and dialogues together, not of each"
    )


def promise_of(args: argparse.Namespace) -> Promise | None:
    """What `add_promise_options` parsed. Raises InputError."""
    if args.max_error is None:
        for option, given in (("--confidence", args.confidence is not None), ("--together", args.together)):
            if given:
                raise InputError(f"{option} was given without --max-error SHARE: say which share of errors it is about")
        return None
    from fusion.handover import Promise

    return Promise(args.max_error, CONFIDENCE if args.confidence is None else args.confidence, args.together)


if __name__ == "__main__":
    sys.exit(main())
