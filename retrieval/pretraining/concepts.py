"""Concepts: the scenes and intents that samples can be generated for."""

from __future__ import annotations

from dataclasses import dataclass

from data.labels import load_labels
from data.schema import Task
from data.synth.corpus import Corpus


@dataclass(frozen=True)
class Concept:
    """A scene or an intent. `near` names those it is easily taken for; `official` is true of the challenge's own labels."""

    task: Task
    name: str
    description: str
    official: bool
    near: tuple[str, ...] = ()


def concepts(corpus: Corpus) -> tuple[Concept, ...]:
    """Scenes that can be drawn, then the corpus's intents."""
    from data.synth.screens import further_scenes  # drawing code is needed for pretraining alone

    scenes = [Concept(Task.SCENE, label.name, label.description, True) for label in load_labels().active(Task.SCENE)]
    scenes += [Concept(Task.SCENE, scene.label, scene.description, False) for scene in further_scenes()]
    intents = [Concept(Task.DIALOGUE, item.label, item.description, item.official, item.near) for item in corpus.intents]
    return (*scenes, *intents)
