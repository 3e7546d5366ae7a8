"""Cross-fitted LoRA training: out-of-fold scores of the training set, and the final adapter that has seen all of it.

    python -m vlm.train_lora [--run DIR] [--folds K] [--average]
    torchrun --nproc-per-node N -m -- vlm.train_lora [--run DIR]     N GPUs of one host; `accelerate launch` does the same
    python -m vlm.train_lora [--run DIR] --prompt official [--method full|lora]

prints the loss per fold, the out-of-fold weighted F1 of each task and by how much the VLM's calls lower its out-of-fold loss
beside retrieval, and leaves in the run folder's `vlm/`:

    adapter/              the final adapter, PEFT's format; with --average it is not trained, but the folds' average
    folds/K/              one adapter per fold with its scores on the fold that it never saw
    out_of_fold.parquet   one row per example, in the training data's order of each task
    curve.json            loss and learning rate per step, per fold and final

A profile without a VLM has nothing to train: the command says so, with status 0.

(torchrun needs `--`, because it would read --run as an abbreviation of an option of its own.)

An interrupted run resumes from a checkpoint that is at most two minutes old, and ends with the same bytes. The last form trains
the official baseline (vlm/official/training.py) instead: one model on all examples, in the run folder's `official/`. The chain
does not use it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from data.cli import OK, add_missing_option, add_reading_options, reading_options, run_command
from data.errors import InputError
from data.run import DEFAULT_RUN, RunFolder


def main(argv: Sequence[str] | None = None) -> int:
    """Train for a run folder; status 2 with one message where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m vlm.train_lora", description="Train LoRA adapters for a run: one per fold, and the final one."
    )
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder (default %(default)s)")
    parser.add_argument("--folds", type=int, metavar="K", help="number of folds (default: the profile's)")
    parser.add_argument(
        "--average",
        action=argparse.BooleanOptionalAction,
        help="average the folds' adapters into the final one instead of training it (default: the profile's lora.average)",
    )
    parser.add_argument("--prompt", choices=("codes", "official"), default="codes", help="what is asked (default %(default)s)")
    parser.add_argument("--method", choices=("lora", "full"), default="lora", help="what is trained (default %(default)s)")
    add_reading_options(parser)
    add_missing_option(parser)
    args = parser.parse_args(argv)

    def body() -> int:
        run = RunFolder(args.run)
        if args.prompt == "official":
            if args.folds is not None:
                raise InputError("--folds and --prompt official cannot be given together; the baseline has no folds")
            if args.average:
                raise InputError("--average and --prompt official cannot be given together; the baseline has no folds")
            from vlm.official.training import train_official_run

            lines = train_official_run(run, args.method, reading_options(args))
        else:
            if args.method == "full":
                raise InputError("--method full needs --prompt official; a model per fold would be trained otherwise")
            from vlm.lora.cross_fit import train_run

            lines = train_run(run, args.folds, reading_options(args), args.average)
        if lines:  # of several processes the first one speaks
            print("\n".join(lines))
        return OK

    return run_command(body)


if __name__ == "__main__":
    sys.exit(main())
