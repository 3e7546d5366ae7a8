"""Written training examples beside the labelled ones: dialogues and pages of written knowledge (retrieval/written.py).

An adapter soon overfits to a few hundred labelled examples. Written ones among them regularise it, as they do the linear probes
(retrieval/knowledge.py). They are text without images, so they cost little. They train call 1 alone, because they have no
neighbours to show as exemplars.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from data.case import Case
from data.schema import Task
from retrieval.written import written_cases
from vlm.lora.examples import TrainingExample
from vlm.prompt import PromptBuilder


def written_examples(builders: Sequence[PromptBuilder], per_label: int, seed: int) -> list[TrainingExample]:
    """`per_label` examples of each label that written knowledge has, for each task with a builder; the same for the same seed.

    Where it has fewer, all of them.
    """
    if not per_label:
        return []
    draw = random.Random(f"examples-{seed}")
    names = {builder.task: [label.name for label in builder.labels] for builder in builders}
    every = written_cases({task: names.get(task, []) for task in Task})
    made = []
    for builder in builders:
        numbers = {name: number for number, name in enumerate(names[builder.task])}
        of_label: dict[str, list[Case]] = {}
        for label, case in every[builder.task]:
            of_label.setdefault(label, []).append(case)
        for label, cases in of_label.items():
            for case in draw.sample(cases, min(per_label, len(cases))):
                made.append(TrainingExample(builder.shared, builder.sample(case), (builder.direct(),), numbers[label]))
    return made
