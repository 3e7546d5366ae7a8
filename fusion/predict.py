"""Predict the labels of new samples with a finished run.

    python -m fusion.predict [--run DIR] [--data FILE] [--images DIR] [--out DIR] [--policy full|adaptive|retrieval]

writes predictions.jsonl, submit.csv and report.html, and prints how many samples were predicted and how many had something wrong
in their input (status 1 then, 0 otherwise). The first prediction of a run fits its fusion model. Samples are predicted in parts;
an interrupted command continues after the last finished part and ends with the same files.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from data.cli import BAD_INPUT, OK, SAMPLE, add_reading_options, report_problems, run_command
from data.run import DEFAULT_RUN, RunFolder

POLICIES = ("full", "adaptive", "retrieval")


def main(argv: Sequence[str] | None = None) -> int:
    """Predict; status 1 where some samples had errors, 2 where nothing could be done."""
    parser = argparse.ArgumentParser(prog="python -m fusion.predict", description="Predict the labels of new samples.")
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder (default %(default)s)")
    parser.add_argument("--data", type=Path, help="data file in the organiser's format (default: the bundled test sample)")
    parser.add_argument("--images", type=Path, help="folder of the images (default: `images` beside the data file)")
    parser.add_argument("--out", type=Path, help="folder to write to (default: RUN/predictions)")
    parser.add_argument("--policy", choices=POLICIES, help="which VLM calls are made (default: the profile's)")
    add_reading_options(parser)
    args = parser.parse_args(argv)

    def body() -> int:
        from fusion.prediction import predict

        run = RunFolder(args.run)
        data = args.data or SAMPLE / "test.json"
        images = args.images or data.parent / "images"
        out = args.out or run.step("predictions")
        outcome = predict(run, data, images, out, args.policy, args.cache, args.workers)
        report_problems(outcome.errors)
        print(f"{outcome.predicted} samples predicted, {outcome.calls:.2f} VLM calls a sample")
        print(f"predictions: {out / 'predictions.jsonl'}\nsubmission:  {out / 'submit.csv'}\nreport:      {out / 'report.html'}")
        if outcome.errors:
            print(f"{len(outcome.errors)} samples had something wrong in their input; see `error` in predictions.jsonl")
            return BAD_INPUT
        return OK

    return run_command(body)


if __name__ == "__main__":
    sys.exit(main())
