"""Digests of what the generator makes, and the file that pins them.

    PYTHONPATH=. python tests/synth_digests.py

writes `synth_digests.json` anew, after a change that is meant to make other screens or dialogues. Weights, the bundled sample and
written knowledge were made by the generator as it was: other digests mean that these can no longer be made again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from random import Random

from data.synth.corpus import Corpus, load_corpus
from data.synth.dialogue import generate_dialogue
from data.synth.lexicon import Lexicon, load_lexicon
from data.synth.screens import generate_screen, layouts, scenes

FILE = Path(__file__).with_suffix(".json")
DIALOGUES = 1_000


def digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:16]


def layout_digest(scene: str, layout: str, lexicon: Lexicon) -> str:
    """Of the description and the lines with their boxes, drawn once without pixels.

    The seed does not hold the layout's module, so that a module may be renamed.
    """
    seed = f"{scene} {layout.rpartition('.')[2]}"
    screen = generate_screen(Random(seed), scene, lexicon, layout=layout, render=False)
    lines = [[line.text, [round(value, 5) for value in line.box], round(line.score, 5)] for line in screen.lines]
    return digest([screen.description, lines])


def dialogue_digests(corpus: Corpus) -> dict[str, str]:
    """Of a thousand dialogues, one digest for all of a label, with the kinds of their images."""
    made: dict[str, list[object]] = {intent.label: [] for intent in corpus.intents}
    for number in range(DIALOGUES):
        intent = corpus.intents[number % len(corpus.intents)]
        dialogue = generate_dialogue(Random(f"{intent.label} {number}"), intent, corpus)
        sample = dialogue.sample
        turns = [[turn.speaker.value, turn.text] for turn in sample.turns]
        made[intent.label].append([sample.id, turns, dialogue.image_kinds, dialogue.product.name, dialogue.decisive])
    return {label: digest(dialogues) for label, dialogues in made.items()}


def choices_digest(scene: str) -> str:
    """Of a scene's layouts in the order and with the weights that draws depend on, by the names of their functions."""
    from data.synth.screens import _tables

    return digest([name.rpartition(".")[2] for name, _ in _tables()[scene]])


def main() -> None:
    """Write the file."""
    lexicon = load_lexicon()
    screens = {scene: {name: layout_digest(scene, name, lexicon) for name in layouts(scene)} for scene in scenes()}
    choices = {scene: choices_digest(scene) for scene in scenes()}
    pinned = {"screens": screens, "choices": choices, "dialogues": dialogue_digests(load_corpus())}
    FILE.write_text(json.dumps(pinned, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
