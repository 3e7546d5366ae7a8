"""The scorer against the plain forward pass, with a tiny random Qwen2-VL."""

from __future__ import annotations

import gc

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from vlm_tiny import LABELS, SETTINGS, make_case, tiny_model

from data.profile import LoraSettings
from data.schema import Task
from vlm.engines.transformers_scorer import TransformersScorer
from vlm.exemplars import Exemplar
from vlm.lora.adapter import add_adapter, merged
from vlm.model import LoadedModel, image_values
from vlm.prompt import Prompt, PromptBuilder, prompt_builder


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


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("adapted", [False, True])
def test_scores_equal_the_plain_forward_pass(task: Task, adapted: bool) -> None:
    loaded = tiny_model()
    if adapted:
        peft = add_adapter(loaded.model, LoraSettings(rank=2), seed=1)
        for name, parameter in peft.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(parameter, std=0.3)
        loaded = LoadedModel(peft.eval(), loaded.processor, loaded.settings)
    builder = prompt_builder(loaded.tokenizer, task, LABELS.active(task), SETTINGS)
    scorer = TransformersScorer(loaded)
    for prompts in prompts_of_three_calls(builder):
        expected = np.stack([plain_scores(loaded, prompt) for prompt in prompts])
        assert expected.std(axis=0).max() > 1e-2  # samples differ, so equality below says something
        found = scorer.score(prompts)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=1e-4)
        np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, atol=1e-5)


def test_continued_scores_equal_fresh_ones_in_any_order() -> None:
    loaded = tiny_model()
    builder = prompt_builder(loaded.tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    calls = prompts_of_three_calls(builder)
    scorer = TransformersScorer(loaded)
    scorer.score(calls[0])
    continued = scorer.score(calls[2][::-1])[::-1]
    np.testing.assert_allclose(continued, TransformersScorer(loaded).score(calls[2]), atol=1e-5)
    np.testing.assert_array_equal(scorer.score(calls[2][::-1])[::-1], continued)  # the kept states were not changed


def test_vision_tower_runs_once_per_sample_and_states_leave_with_their_samples() -> None:
    loaded = tiny_model()
    runs: list[int] = []
    loaded.model.model.visual.register_forward_hook(lambda *_: runs.append(1))
    builder = prompt_builder(loaded.tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    scorer = TransformersScorer(loaded)
    calls = prompts_of_three_calls(builder)
    for prompts in calls:
        scorer.score(prompts[:3])
    assert len(runs) == 1
    assert len(scorer._samples) == 3
    del calls, prompts
    gc.collect()
    assert len(scorer._samples) == 0


def test_merged_adapter_scores_the_same_and_leaves_the_weights_as_they_were() -> None:
    loaded = tiny_model()
    peft = add_adapter(loaded.model, LoraSettings(rank=2), seed=1)
    for name, parameter in peft.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    loaded = LoadedModel(peft.eval(), loaded.processor, loaded.settings)
    builder = prompt_builder(loaded.tokenizer, Task.SCENE, LABELS.active(Task.SCENE), SETTINGS)
    prompts = prompts_of_three_calls(builder)[0]
    scorer = TransformersScorer(loaded)
    apart = scorer.score(prompts)
    scorer.forget()
    with merged(peft):
        np.testing.assert_allclose(scorer.score(prompts), apart, atol=1e-4)
    scorer.forget()
    np.testing.assert_array_equal(scorer.score(prompts), apart)


def test_prompts_of_two_tasks_are_refused() -> None:
    loaded = tiny_model()
    prompts = [
        prompts_of_three_calls(prompt_builder(loaded.tokenizer, task, LABELS.active(task), SETTINGS))[0][0] for task in Task
    ]
    with pytest.raises(ValueError, match="same shared part"):
        TransformersScorer(loaded).score(prompts)
