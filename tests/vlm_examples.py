"""Training examples, prompts and their plain scores for the tests of vlm, with the tiny model of `vlm_tiny`."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from vlm_tiny import LABELS, SETTINGS, make_case, make_retrieved

from data.case import Case
from data.profile import LoraSettings, Profile
from data.schema import Task
from vlm.exemplars import Exemplar
from vlm.lora.examples import TaskExamples, TrainingExample
from vlm.lora.training import training_examples
from vlm.model import LoadedModel, image_values
from vlm.prompt import Prompt, PromptBuilder, prompt_builder

OFFICIAL_TEXT = "<用户与客服的对话 START>\n用户: <image>\n客服: 您好\n用户: 多少钱\n<用户与客服的对话 END>"
LORA = LoraSettings(rank=2, alpha=4, dropout=0.0, learning_rate=3e-2, epochs=6.0, batch_size=4, folds=2)
PROFILE = Profile("tiny", lora=LORA, vlm=SETTINGS)


def task_examples(loaded: LoadedModel, task: Task, count: int, label: str | None = None) -> TaskExamples:
    names = LABELS.names(task)
    cases = [make_case(number, task, label=label or names[number % len(names)]) for number in range(count)]
    builder = prompt_builder(loaded.tokenizer, task, LABELS.active(task), SETTINGS)
    return TaskExamples(builder, cases, make_retrieved(task, count), np.arange(count) % 2)


def examples_of(data: TaskExamples) -> list[TrainingExample]:
    parts = [data.builder.sample(case) for case in data.cases]
    found = training_examples(data.builder, data.cases, parts, data.retrieved, 0)
    return [item for item in found if item is not None]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def plain_scores(loaded: LoadedModel, prompt: Prompt) -> NDArray[np.float32]:
    """The whole prompt through the model's own forward, positions made by the model itself."""
    base = loaded.model.get_base_model() if hasattr(loaded.model, "get_base_model") else loaded.model
    ids = torch.tensor([prompt.ids()])
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    inputs["mm_token_type_ids"] = (ids == base.config.image_token_id).int()
    if prompt.sample.images:
        values, grids = image_values(loaded.processor, prompt.sample.images, loaded.settings)
        inputs |= {"pixel_values": torch.cat(values), "image_grid_thw": torch.tensor(grids)}
    base.model.rope_deltas = None
    with torch.inference_mode():
        logits = loaded.model(**inputs).logits[0, -1]
    return np.asarray(logits[list(prompt.shared.codes)].float().log_softmax(-1))


def prompts_of_three_calls(builder: PromptBuilder) -> list[list[Prompt]]:
    """Four samples of different lengths, with 0 to 2 images, and each one's three late parts of different lengths."""
    cases = [make_case(number, builder.task, images) for number, images in enumerate((1, 0, 2, 1))]
    samples = [builder.sample(case) for case in cases]
    exemplars = [Exemplar("内胆是什么", 0), Exemplar("多少", 1)]
    lates = [
        [builder.direct()] * 4,
        [builder.with_exemplars(exemplars[: number % 3], [0, 1][: number % 2]) for number in range(4)],
        [builder.decision((0, number % 2 + 1), (exemplars[0], None)) for number in range(4)],
    ]
    return [[Prompt(builder.shared, sample, late) for sample, late in zip(samples, call, strict=True)] for call in lates]


def official_cases(count: int, images: int = 1) -> list[Case]:
    """Dialogues about a material whose rows have the organiser's instruction."""
    made = []
    for number in range(count):
        case = make_case(number, Task.DIALOGUE, images, label="材质")
        made.append(dataclasses.replace(case, sample=dataclasses.replace(case.sample, row={"instruction": OFFICIAL_TEXT})))
    return made
