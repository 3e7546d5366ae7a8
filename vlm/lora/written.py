"""Written training examples beside the labelled ones: generated dialogues and pages of labels that the synthetic corpus knows.

An adapter soon overfits to a few hundred labelled examples. Written ones among them regularise it, as they do the linear probes
(retrieval/knowledge.py). They are text without images, so they cost little. They train call 1 alone, because they have no
neighbours to show as exemplars.
"""

from __future__ import annotations

from collections.abc import Sequence

from data.schema import Task
from retrieval.knowledge import written_cases
from vlm.lora.examples import TrainingExample
from vlm.prompt import PromptBuilder


def written_examples(builders: Sequence[PromptBuilder], per_label: int, seed: int) -> list[TrainingExample]:
    """`per_label` examples of each label that the corpus knows, for each task with a builder; the same for the same seed."""
    if not per_label:
        return []
    names = {builder.task: [label.name for label in builder.labels] for builder in builders}
    made = written_cases({task: names.get(task, []) for task in Task}, per_label, f"examples-{seed}")
    return [
        TrainingExample(builder.shared, builder.sample(case), (builder.direct(),), names[builder.task].index(label))
        for builder in builders
        for label, case in made[builder.task]
    ]
