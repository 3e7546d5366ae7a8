"""The bundled sample: generated examples in the organiser's format, so that everything can be tried without any real data.

    python -m data.synth.make_sample [--out data/sample] [--train 200] [--test 100] [--seed 2025]

writes train.json, test.json, README.md and images/, and prints how many examples and bytes it made. Both tasks in equal number,
labels as evenly as they go. Dialogues use only phrases of the held-out part of the corpus, which no shipped model was trained on;
screens come from the same layouts as the training corpus, drawn with another seed.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from data.atomic import write_bytes, write_json, write_text
from data.cli import OK, check_folder, natural, run_command
from data.dialogue import scene_instruction, to_instruction
from data.labels import LabelSet, load_labels
from data.progress import track
from data.schema import Task
from data.synth.corpus import Corpus, load_corpus
from data.synth.dialogue import generate_dialogue
from data.synth.screens import generate_screen

SAMPLE = Path(__file__).parent.parent / "sample"
SCALE = 1.25  # Pixels per point: text of 11 points stays readable for OCR.
MAX_SIDE = 1300
QUALITY = 38  # JPEG; keeps 300 examples under 8 MB.

NOTICE = """# Bundled sample

Generated examples in the format of the WWW2025 MIRE challenge: `train.json` ({train} labelled examples), `test.json`
({test}, labelled as well, so that the metric can be computed) and `images/`. No customer wrote any of it:
`python -m data.synth.make_sample` of this project made it from its own phrase lists and page layouts. Scores on it say that the
programs work, not how good they are on real input.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Write the sample and print its size; status 2 with one message where that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m data.synth.make_sample", description="Generate the bundled sample.")
    parser.add_argument("--out", type=Path, default=SAMPLE, help="folder to write (default: the bundled one)")
    parser.add_argument("--train", type=natural, default=200, help="training examples (default %(default)s)")
    parser.add_argument("--test", type=natural, default=100, help="test examples (default %(default)s)")
    parser.add_argument("--seed", type=int, default=2025, help="another seed gives other examples (default %(default)s)")
    args = parser.parse_args(argv)

    def body() -> int:
        check_folder(args.out, "--out")
        size = make_sample(args.out, args.train, args.test, args.seed)
        print(f"{args.train} training and {args.test} test examples, {size / 1e6:.1f} MB in {args.out}")
        return OK

    return run_command(body)


def make_sample(out: Path, train: int, test: int, seed: int) -> int:
    """Generate and write the sample; returns its size in bytes. The same seed gives the same rows and pictures."""
    labels = load_labels()
    corpus = load_corpus(part="held_out")
    total = 0
    for part, count in (("train", train), ("test", test)):
        rng = random.Random(f"{seed}-{part}")
        rows = []
        for task, label in track(plan(labels, count, rng), part, "example"):
            row, images = (
                scene_example(label, labels, corpus, rng) if task is Task.SCENE else dialogue_example(label, labels, corpus, rng)
            )
            for name, image in zip(row["image"], images, strict=True):
                content = encode(image)
                total += len(content)
                write_bytes(out / "images" / name, content)
            rows.append(row)
        write_json(out / f"{part}.json", rows)
        total += (out / f"{part}.json").stat().st_size
    write_text(out / "README.md", NOTICE.format(train=train, test=test))
    return total


def plan(labels: LabelSet, count: int, rng: random.Random) -> list[tuple[Task, str]]:
    """(task, label) of each example: tasks alternate, labels in turn from a shuffled list, the whole shuffled."""
    made: list[tuple[Task, str]] = []
    for task, share in ((Task.SCENE, (count + 1) // 2), (Task.DIALOGUE, count // 2)):
        names = list(labels.names(task))
        rng.shuffle(names)
        made += [(task, names[index % len(names)]) for index in range(share)]
    rng.shuffle(made)
    return made


def scene_example(label: str, labels: LabelSet, corpus: Corpus, rng: random.Random) -> tuple[dict[str, Any], list[Image.Image]]:
    """A row and its image."""
    identifier = f"synth{rng.getrandbits(64):016x}"
    names = [item.name for item in labels.tasks[Task.SCENE]]  # The official list names retired labels too.
    row = {
        "id": identifier,
        "instruction": scene_instruction(names),
        "input": "",
        "output": label,
        "image": [f"{identifier}-0.jpg"],
    }
    return row, [screen_image(label, corpus, rng)]


def dialogue_example(
    label: str, labels: LabelSet, corpus: Corpus, rng: random.Random
) -> tuple[dict[str, Any], list[Image.Image]]:
    """A row and its images."""
    dialogue = generate_dialogue(rng, corpus.intent(label), corpus)
    sample = dialogue.sample
    row = {
        "id": sample.id,
        "instruction": to_instruction(sample, labels.names(Task.DIALOGUE)),
        "input": "",
        "output": label,
        "image": list(sample.images),
    }
    return row, [screen_image(kind, corpus, rng) for kind in dialogue.image_kinds]


def screen_image(scene: str, corpus: Corpus, rng: random.Random) -> Image.Image:
    """A rendered page of a scene."""
    image = generate_screen(rng, scene, corpus.lexicon, scale=SCALE).image
    assert image is not None
    return image


def encode(image: Image.Image) -> bytes:
    """JPEG of at most MAX_SIDE pixels a side."""
    image = image.convert("RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
