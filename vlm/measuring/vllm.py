"""The benchmark's steps with vLLM, and both engines' scores side by side."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from transformers import AutoConfig

from data.case import Case
from data.labels import LabelSet
from data.machine import GB
from data.profile import VlmSettings
from data.schema import Task
from vlm.engines.vllm import VllmEngine, VllmScorer, pixel_bounds
from vlm.measuring.steps import ANSWER_TOKENS, Plan, ask, memory_of_keys_and_values
from vlm.model import fit_ratio
from vlm.official.asking import official_messages
from vlm.prompt import PromptBuilder
from vlm.ranks import Rank

TYPE_BYTES = {"bfloat16": 2, "float32": 4}
# Largest difference of log-probabilities that rounding explains, by type: both engines do the same arithmetic in another order. A
# bfloat16 model's logits are rounded to bfloat16, whose numbers near 16 are 0.125 apart.
TOLERANCE = {"bfloat16": 0.5, "float32": 0.01}


def official_requests(processor: Any, cases: Sequence[Case], labels: LabelSet, settings: VlmSettings) -> list[dict[str, Any]]:
    """The official prompts as vLLM takes them; `settings` are the official profile's."""
    requests = []
    for case in cases:
        text = processor.apply_chat_template(official_messages(case, labels), add_generation_prompt=True, tokenize=False)
        request: dict[str, Any] = {"prompt_token_ids": processor.tokenizer.encode(text, add_special_tokens=False)}
        images = [Image.fromarray(fit_ratio(page.pixels, settings)) for page in case.pages if page.pixels is not None]
        if images:
            request |= {"multi_modal_data": {"image": images}, "mm_processor_kwargs": pixel_bounds(settings)}
        requests.append(request)
    return requests


def official_step(
    engine: VllmEngine, processor: Any, cases: Sequence[Case], labels: LabelSet, settings: VlmSettings
) -> Callable[[], object]:
    """A step that answers all official prompts at once, with as many tokens as `generate` writes and with empty caches."""
    vllm: Any = importlib.import_module("vllm")
    sampling = vllm.SamplingParams(
        temperature=0.0, max_tokens=ANSWER_TOKENS, min_tokens=ANSWER_TOKENS, ignore_eos=True, detokenize=True
    )

    def run() -> None:
        engine.forget()
        engine.generate(official_requests(processor, cases, labels, settings), sampling)

    return run


def calls_step(
    engine: VllmEngine, builders: Mapping[Task, PromptBuilder], settings: VlmSettings, plans: Sequence[Plan]
) -> Callable[[], object]:
    """A step that makes the calls with vLLM; each repeat begins with empty caches."""

    def run() -> None:
        engine.forget()
        ask(VllmScorer(engine, builders, settings), plans)

    return run


def memory_line(engine: VllmEngine, settings: VlmSettings, rank: Rank) -> str:
    """A line on vLLM's GPU memory: it reserves a share, of which keys and values fill what weights and activations leave.

    With several GPUs, the fullest one is reported.
    """
    free, total = torch.cuda.mem_get_info()
    cache = engine.llm.llm_engine.vllm_config.cache_config
    config = AutoConfig.from_pretrained(engine.llm.llm_engine.vllm_config.model_config.model)
    bytes_each = memory_of_keys_and_values(config.get_text_config(), TYPE_BYTES[settings.dtype])
    used, tokens = max(zip(rank.gather(total - free), rank.gather(cache.num_gpu_blocks * cache.block_size), strict=True))
    kept = tokens * bytes_each
    return (
        f"vllm      holds {used / GB:.1f} of {total / GB:.1f} GB ({settings.gpu_memory:.0%} were reserved): {kept / GB:.1f} GB "
        f"for keys and values of {tokens:,.0f} tokens, {(used - kept) / GB:.1f} GB for weights, activations and everything else"
    )


@dataclass(frozen=True)
class Parity:
    """Both engines' log-probabilities (prompts, labels) of the same prompts, one array per task and call."""

    reference: list[NDArray[np.float32]]
    found: list[NDArray[np.float32]]
    tolerance: float

    def differences(self) -> NDArray[np.float64]:
        """All absolute differences."""
        return np.concatenate([np.abs(a.astype(float) - b).ravel() for a, b in zip(self.reference, self.found, strict=True)])

    def control(self) -> float:
        """Mean difference between scores of neighbouring samples: the difference that mixed-up prompts would show."""
        return float(np.mean(np.concatenate([np.abs(rows - np.roll(rows, 1, axis=0)).ravel() for rows in self.reference])))

    def holds(self) -> bool:
        """Whether rounding explains the differences: they are small, and far smaller than those between samples."""
        differences = self.differences()
        small = differences.max() <= self.tolerance and differences.mean() < self.control() / 4
        return bool(np.isfinite(differences).all() and small and not self.agreement()[2])

    def agreement(self) -> tuple[int, int, int]:
        """Numbers of prompts: with the same best label; with a margin over twice the largest difference; with such a margin and
        another best label, which rounding cannot explain."""
        limit = 2 * float(self.differences().max())
        equal = sure = broken = 0
        for reference, found in zip(self.reference, self.found, strict=True):
            same = reference.argmax(axis=1) == found.argmax(axis=1)
            ordered = np.sort(reference, axis=1)
            wide = ordered[:, -1] - ordered[:, -2] > limit
            equal, sure, broken = equal + int(same.sum()), sure + int(wide.sum()), broken + int((wide & ~same).sum())
        return equal, sure, broken

    def lines(self) -> list[str]:
        """The report."""
        differences, (equal, sure, broken) = self.differences(), self.agreement()
        prompts = sum(len(rows) for rows in self.reference)
        return [
            f"parity    {prompts} prompts, log-probabilities differ by {differences.mean():.5f} on average, "
            f"{differences.max():.5f} at most (tolerance {self.tolerance}); those of different samples differ by "
            f"{self.control():.5f} on average",
            f"parity    best label equal in {equal} of {prompts}; of {sure} whose margin is over twice the largest difference, "
            f"{sure - broken} equal",
            f"parity    {'holds' if self.holds() else 'FAILED'}",
        ]
