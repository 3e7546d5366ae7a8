"""Cross-fitted LoRA training: out-of-fold scores of the training set, and the final adapter that has seen all of it.

    python -m vlm.train_lora [--run DIR] [--folds K]

prints the loss per fold and the out-of-fold weighted F1 of each task, and leaves in the run folder's `vlm/`:

    adapter/              the final adapter, PEFT's format
    folds/K/              one adapter per fold with its scores on the fold that it never saw
    out_of_fold.parquet   one row per example, in the training data's order of each task
    curve.json            loss and learning rate per step, per fold and final

An interrupted run continues after the last finished fold and ends with the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from data.cli import OK, add_reading_options, run_command
from data.run import DEFAULT_RUN, RunFolder


def main(argv: Sequence[str] | None = None) -> int:
    """Train for a run folder; status 2 with one message where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m vlm.train_lora", description="Train LoRA adapters for a run: one per fold, and the final one."
    )
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder (default %(default)s)")
    parser.add_argument("--folds", type=int, help="number of folds (default: the profile's)")
    add_reading_options(parser)
    args = parser.parse_args(argv)

    def body() -> int:
        from vlm.cross_fit import train_run

        lines = train_run(RunFolder(args.run), args.folds, args.cache, args.workers)
        print("\n".join(lines))
        return OK

    return run_command(body)


if __name__ == "__main__":
    sys.exit(main())
