"""Build a run's index: read and OCR the labelled examples, encode them, index them, fit the probes.

    python -m retrieval.build_index [--data FILE] [--images DIR] [--run DIR] [--profile NAME|FILE] [--labels FILE]
                                   [--unlabelled FILE|none] [--taught RUN] [--workers N [--ray-address HOST:PORT]]

prints the number of examples of each task and the out-of-fold weighted F1 of retrieval alone, and writes manifest.json and index/
into the run folder. Options that are not given are those that the run folder was made with; for a new run folder they are the
bundled sample, the profile `embedded` and the official labels. Recognised text is cached, so an interrupted command continues
where it stopped.

With --unlabelled the rows of a data file, the organiser's test file, say, are learned from without their labels; its images stand
beside it as those of --data do. Rows that retrieval is sure of become examples of lower weight for its probes, those of a task
only if that lowers its out-of-fold loss. What was taken stands in index/scene.json and index/dialogue.json; `--unlabelled none`
builds the index without them again.

--workers is the number of processes that read images, on this machine or on the cluster of --ray-address;
everything else runs in this process.

What `fusion.teach` or the service taught the run folder is learned from as well. --taught builds a new run from what another run
was made with and taught since, so that its VLM can be trained with it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from data.cli import (
    OK,
    PROBLEMS,
    add_missing_option,
    add_ray_address,
    add_reading_options,
    announce,
    reading_options,
    report_problems,
    run_command,
)
from data.cluster import Cluster
from data.labels import load_labels
from data.profile import load_profile
from data.reader import images_folder, read_data
from data.run import DEFAULT_RUN, SAMPLE, RunFolder
from data.taught import take_over


def main(argv: Sequence[str] | None = None) -> int:
    """Build; status 2 with one message where that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.build_index", description="Index labelled examples.")
    parser.add_argument(
        "--data", type=Path, help="labelled data, see docs/formats.md (default: the run folder's, else the bundled sample)"
    )
    parser.add_argument("--images", type=Path, help="folder of the images (default: beside the data file, see docs/formats.md)")
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder to make (default %(default)s)")
    parser.add_argument("--profile", help="profile name or file (default: the run folder's, else embedded)")
    parser.add_argument("--labels", type=Path, help="label file (default: the run folder's, else the official labels)")
    parser.add_argument("--taught", type=Path, metavar="RUN", help="run folder to take over, with everything that it was taught")
    parser.add_argument(
        "--unlabelled", metavar="FILE|none", help="also learn from the rows of this data file, whose labels are not read"
    )
    add_reading_options(parser)
    add_missing_option(parser)
    add_ray_address(parser, "--workers read there (default: one per processor of the cluster)")
    args = parser.parse_args(argv)

    def body() -> int:
        from retrieval.indexing import build_index

        run = RunFolder(args.run)
        if args.taught:
            take_over(args.taught, run.path)
        source = RunFolder(args.taught) if args.taught else run
        known = source.read_manifest() if source.manifest_path.is_file() else None
        data = args.data or (Path(known.data) if known else SAMPLE / "train.json")
        images = args.images or (Path(known.images) if known and not args.data else images_folder(data))
        profile = known.profile if known and not args.profile else load_profile(args.profile or "embedded")
        labels = known.labels if known and not args.labels else load_labels(args.labels)
        cluster = Cluster(args.workers, args.ray_address) if args.ray_address else None
        announce(read_data(data))
        lines, problems = build_index(run, data, images, profile, labels, reading_options(args, cluster), args.unlabelled)
        if problems is not None:
            report_problems(problems, run.path / PROBLEMS)
        print("\n".join(lines))
        return OK

    return run_command(body)


if __name__ == "__main__":
    sys.exit(main())
