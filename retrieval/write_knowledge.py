"""Make written knowledge anew, which index and training read (retrieval/written.py): after a change of the synthetic corpus.

    python -m retrieval.write_knowledge [--out FILE]

writes the file and prints how many cases it holds. It needs a Chinese font, because some pages hold photographs whose words are
known once they are drawn. Phrases that the corpus holds out are not used, so that the bundled sample measures more than memory.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from data.case import Case
from data.cli import OK, run_command
from data.labels import load_labels
from data.page import Page
from data.schema import Sample, Task
from data.synth.corpus import load_corpus
from data.synth.dialogue import generate_dialogue
from data.synth.lexicon import Lexicon
from retrieval.written import PER_LABEL, WRITTEN_FILE, save_written

SEED = "knowledge-0"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the file; status 2 with one message where no font is installed."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.write_knowledge", description="Make written knowledge anew.")
    parser.add_argument("--out", type=Path, default=WRITTEN_FILE, help="file to write (default: the one that is read)")
    args = parser.parse_args(argv)

    def body() -> int:
        cases = generate_cases()
        save_written(args.out, cases)
        made = sum(map(len, cases.values()))
        print(f"{made:,} cases of {made // PER_LABEL} labels, {args.out.stat().st_size / 1e6:.1f} MB in {args.out}")
        return OK

    return run_command(body)


def generate_cases() -> dict[Task, list[tuple[str, Case]]]:
    """`PER_LABEL` cases of each label: dialogues without pages, and pages of which only the text and its places are drawn."""
    corpus = load_corpus(part="train")
    rng = random.Random(SEED)
    names = load_labels().names(Task.DIALOGUE)
    dialogues = [
        (intent.label, Case(generate_dialogue(rng, intent, corpus).sample))
        for intent in corpus.intents
        if intent.label in names
        for _ in range(PER_LABEL)
    ]
    scenes = load_labels().names(Task.SCENE)
    pages = [(name, _page(rng, name, corpus.lexicon)) for name in scenes for _ in range(PER_LABEL)]
    return {Task.SCENE: pages, Task.DIALOGUE: dialogues}


def _page(rng: random.Random, scene: str, lexicon: Lexicon) -> Case:
    from data.synth.screens import generate_screen, written_layouts

    screen = generate_screen(rng, scene, lexicon, render=False, layout=rng.choice(written_layouts(scene)))
    return Case(Sample("written", Task.SCENE, images=("written",), label=scene), (Page("", 0, 0, tuple(screen.lines)),))


if __name__ == "__main__":
    sys.exit(main())
