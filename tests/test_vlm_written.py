"""Written training examples beside the labelled ones."""

from __future__ import annotations

import random

from vlm_tiny import LABELS, SETTINGS, tiny_model

from data.labels import load_labels
from data.schema import Task
from vlm.lora.examples import TrainingExample
from vlm.lora.training import calls_of_epoch, make_batches
from vlm.lora.written import written_examples
from vlm.prompt import SamplePart, prompt_builder


def test_every_known_label_has_its_number_of_examples_that_ask_call_one() -> None:
    tokenizer = tiny_model().tokenizer
    labels = load_labels()
    builders = [prompt_builder(tokenizer, task, labels.active(task), SETTINGS) for task in Task]
    made = written_examples(builders, 2, 0)
    assert len(made) == 2 * (23 + 23)
    for builder in builders:
        own = [item for item in made if item.shared is builder.shared]
        assert sorted(item.answer for item in own) == sorted([*range(23)] * 2)
        assert {item.lates for item in own} == {(builder.direct(),)}
        assert all(item.sample.images == () for item in own)
    assert [item.sample.ids for item in made] == [item.sample.ids for item in written_examples(builders, 2, 0)]
    assert [item.sample.ids for item in made] != [item.sample.ids for item in written_examples(builders, 2, 1)]


def test_labels_that_the_corpus_does_not_know_have_none() -> None:
    builder = prompt_builder(tiny_model().tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    assert written_examples([builder], 2, 0) == []
    assert written_examples([builder], 0, 0) == []


def test_examples_of_one_call_have_batches_of_their_own() -> None:
    builder = prompt_builder(tiny_model().tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    sample = builder.encode("材质")
    late = builder.direct()

    def example(calls: int) -> TrainingExample:
        return TrainingExample(builder.shared, SamplePart(sample), (late,) * calls, 0)

    shown = calls_of_epoch([example(3), example(1), example(3), example(1), example(1)], 0)
    assert [len(item.lates) for item in shown] == [2, 1, 2, 1, 1]
    batches = make_batches(shown, 2, random.Random(0))
    assert sorted((len(batch), *{len(item.lates) for item in batch}) for batch in batches) == [(1, 1), (2, 1), (2, 2)]
