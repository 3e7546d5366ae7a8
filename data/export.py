"""Export training data for LLaMA-Factory, so that the official baseline (Qwen2-VL fine-tuned on the organiser's own prompts, the
label as answer) can be trained on the same rows.

    python -m data.export [--format llamafactory] [--data FILE] [--images DIR] [--out DIR] [--run DIR]
        [--model qwen2-vl-7b|qwen2-vl-2b] [--method full|lora] [--labels FILE] [--test FILE] [--test-images DIR]

writes into --out the data set mire.json, dataset_info.json and train.yaml; with --run, the folder of a finished index, also
mire_exemplars.json, the same rows with retrieved labelled examples in the prompt, and train_exemplars.yaml, which trains on both;
with --test also mire_test.json and predict.yaml. It prints what was written and the commands to run. Images stay where they are.
Status 1 where rows were repaired or left out, each of which is named.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.cli import BAD_INPUT, OK, PROBLEMS, announce, report_problems, run_command
from data.errors import ImageError, InputError, RunError
from data.labels import LabelSet, load_labels
from data.profile import Profile, load_profile, official_profile
from data.progress import track
from data.reader import images_folder, read_data
from data.run import SAMPLE, RunFolder, file_digest
from data.schema import Sample

if TYPE_CHECKING:
    from data.llamafactory import Method

FORMATS = ("llamafactory",)
MODELS = ("qwen2-vl-7b", "qwen2-vl-2b")  # profiles, which say where the model is and how large images are
METHODS = ("full", "lora")
DEFAULT_OUT = Path("runs/llamafactory")
TRAIN, EXEMPLARS, TEST = "mire", "mire_exemplars", "mire_test"


def main(argv: Sequence[str] | None = None) -> int:
    """Export; status 1 where rows had problems, 2 where nothing could be done."""
    parser = argparse.ArgumentParser(prog="python -m data.export", description="Export training data for other programs.")
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="the program that reads it (default %(default)s)")
    parser.add_argument("--data", type=Path, help="labelled data (default: the run's, else the bundled sample)")
    parser.add_argument("--images", type=Path, help="folder of the images (default: the run's, else beside the data file)")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="folder to write to (default %(default)s)")
    parser.add_argument("--run", type=Path, help="run folder with a finished index; adds the prompts with exemplars")
    parser.add_argument("--model", choices=MODELS, default=MODELS[0], help="model to train (default %(default)s)")
    parser.add_argument("--method", choices=METHODS, default=METHODS[0], help="all weights or LoRA (default %(default)s)")
    parser.add_argument("--labels", type=Path, help="label file (default: the run's, else the official labels)")
    parser.add_argument("--test", type=Path, help="rows to predict with the trained model, labelled or not")
    parser.add_argument("--test-images", type=Path, help="folder of their images (default: beside the test file)")
    args = parser.parse_args(argv)

    def body() -> int:
        run = RunFolder(args.run) if args.run else None
        if run and args.labels:
            raise InputError("--labels and --run cannot be given together; the label set of the run is used")
        if args.test_images and not args.test:
            raise InputError("--test-images without --test; give the data file that belongs to these images")
        manifest = run.read_manifest() if run else None
        data = args.data or (Path(manifest.data) if manifest else SAMPLE / "train.json")
        images = args.images or (Path(manifest.images) if manifest and not args.data else images_folder(data))
        labels = manifest.labels if manifest else load_labels(args.labels)
        test = Source(args.test, args.test_images or images_folder(args.test)) if args.test else None
        profile = official_profile(load_profile(args.model))
        announce(read_data(data))
        lines, problems = export(Source(data, images), args.out, profile, args.method, labels, run, test)
        report_problems(problems, args.out / PROBLEMS)
        print("\n".join(lines))
        return BAD_INPUT if problems else OK

    return run_command(body)


@dataclass(frozen=True)
class Source:
    """A data file and the folder of its images."""

    data: Path
    images: Path


def export(
    source: Source,
    out: Path,
    profile: Profile,
    method: Method,
    labels: LabelSet,
    run: RunFolder | None = None,
    test: Source | None = None,
) -> tuple[list[str], list[str]]:
    """Write everything. Returns what the command prints, and messages on rows that were repaired or left out.

    Raises InputError where a file or folder is missing or no row is labelled, RunError where the index is missing or of other
    data.
    """
    from data.atomic import write_json, write_text
    from data.llamafactory import Place, add_exemplars, dataset_info, predict_settings, to_yaml, train_settings
    from data.reader import load_samples
    from data.training import labelled_samples

    for one in (source, test):
        if one and not one.images.is_dir():
            raise InputError(f"{one.images} is not a folder; give the folder that holds the images of {one.data}")
    samples, problems = labelled_samples(source.data, labels)
    asked = load_samples(test.data) if test else []
    shown = exemplars(run, source.data, samples, profile) if run else []
    out = out.resolve()
    trained, place = out / f"{profile.name}-{method}", Place(out, source.images.resolve())
    sets = {TRAIN: _rows(samples, source, labels, profile, problems)}
    settings = {"train": train_settings([TRAIN], sets[TRAIN], place, profile, method, trained)}
    if run:
        sets[EXEMPLARS] = [add_exemplars(row, own) for row, own in zip(sets[TRAIN], shown, strict=True)]
        both = [*sets[TRAIN], *sets[EXEMPLARS]]
        output = trained.with_name(f"{trained.name}-exemplars")
        settings["train_exemplars"] = train_settings([TRAIN, EXEMPLARS], both, place, profile, method, output)
    if test:
        sets[TEST] = _rows(asked, test, labels, profile, problems)
        settings["predict"] = predict_settings(TEST, sets[TEST], Place(out, test.images.resolve()), profile, method, trained)
    for name, rows in sets.items():
        write_json(out / f"{name}.json", rows)
    write_json(out / "dataset_info.json", dataset_info(list(sets)))
    lines = [f"{name}.json: {len(rows)} rows, {sum(len(row['image']) for row in rows)} images" for name, rows in sets.items()]
    for name, values in settings.items():
        write_text(out / f"{name}.yaml", to_yaml(values, _comments(f"{name}.yaml", method)))
        lines.append(f"{'FORCE_TORCHRUN=1 ' if 'do_train' in values else ''}llamafactory-cli train {out / f'{name}.yaml'}")
    return lines, problems


def exemplars(run: RunFolder, data: Path, samples: Sequence[Sample], profile: Profile) -> list[list[tuple[str, str]]]:
    """For each training sample the (text, label) of its nearest labelled examples, best first, as `profile` sizes prompts.

    They are the index's out-of-fold neighbours: never the sample itself nor its near-duplicates, whose label would be the answer.
    `samples` are all of the run's that can be learned from, in order. Raises RunError where the index was built from others.
    """
    # Here, because this layer lies below those and must not need them; only this command, whose name is fixed, reaches up.
    from retrieval.retriever import Retriever
    from vlm.exemplars import exemplars_of, nearest_exemplars

    run.require("index")
    manifest = run.read_manifest()
    mismatch = RunError(
        f"{data} is not the training data of {run.path}, which was built from {manifest.data}; leave --data out, or build an "
        "index of it with `python -m retrieval.build_index`"
    )
    if manifest.taught:
        raise RunError(
            f"{run.path} was built with what it was taught, which stands in no data file; leave --run out, or build an index of "
            f"{data} alone with `python -m retrieval.build_index`"
        )
    if file_digest(data) != manifest.data_digest:
        raise mismatch
    retriever = Retriever.load(run.step("index"))
    rows = {task: [row for row, sample in enumerate(samples) if sample.task is task] for task in retriever.tasks}
    shown: list[list[tuple[str, str]]] = [[] for _ in samples]
    for task, retrieved in retriever.out_of_fold().items():
        if tuple(samples[row].id for row in rows[task]) != retrieved.ids:
            raise mismatch
        names = manifest.labels.names(task)
        for row, neighbours in zip(rows[task], retrieved.neighbours, strict=True):
            found = exemplars_of(task, neighbours, names, profile.vlm.exemplar_chars)
            nearest = nearest_exemplars(found, profile.vlm.exemplars)
            shown[row] = [(item.text, names[item.label]) for item in nearest]
    return shown


def _rows(
    samples: Sequence[Sample], source: Source, labels: LabelSet, profile: Profile, problems: list[str]
) -> list[dict[str, Any]]:
    """One row a sample; what is wrong with a sample, its images or its length is added to `problems`."""
    from data.llamafactory import CONTEXT, make_row, token_bound

    rows = []
    for sample in track(samples, "images", "sample"):
        files, broken = usable_images(sample, source.images)
        problems += [*sample.problems, *(f"{source.data}: row {sample.id}: {message}" for message in broken)]
        rows.append(make_row(sample, files, labels))
        if token_bound(rows[-1], profile) > CONTEXT:
            problems.append(
                f"{source.data}: row {sample.id} may have more than the model's {CONTEXT:,} tokens, and LLaMA-Factory would cut "
                "its end; shorten it"
            )
    return rows


def usable_images(sample: Sample, folder: Path) -> tuple[list[str | None], list[str]]:
    """The files of a sample's images relative to `folder`, None for those that do not open, and messages on these."""
    from data.images import find_image, open_image

    files: list[str | None] = []
    messages = []
    for name in sample.images:
        if name in sample.contents:
            files.append(None)
            messages.append(f"image {name} stands in the data file itself, and LLaMA-Factory reads files; write it to one")
            continue
        try:
            path = find_image(name, folder)
            open_image(path)  # LLaMA-Factory stops at the first file that does not open.
            files.append(path.relative_to(folder).as_posix())
        except ImageError as error:
            files.append(None)
            messages.append(str(error))
    return files, messages


def _comments(name: str, method: Method) -> list[str]:
    """What a user of a settings file has to know; the paths in it are those of the machine that wrote it."""
    lines = [
        f"llamafactory-cli train {name} (LLaMA-Factory 0.9.2 or newer)",
        "On another machine change dataset_dir, media_dir and output_dir, and model_name_or_path where the model is in a folder.",
    ]
    if name == "predict.yaml":
        return [*lines, "The model is what train.yaml trained; generated_predictions.jsonl in output_dir has the rows' order."]
    lines.append("With N GPUs divide gradient_accumulation_steps by N.")
    if method == "full":
        lines.append(
            "Weights, gradients and AdamW's state take 16 bytes a parameter: spread them over several GPUs with DeepSpeed ZeRO-3"
        )
        lines.append("(deepspeed: examples/deepspeed/ds_z3_config.json of LLaMA-Factory).")
    return lines


if __name__ == "__main__":
    sys.exit(main())
