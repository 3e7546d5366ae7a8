"""The steps of the VLM's benchmark, and how many operations each takes.

A step either answers the official prompts or makes the three calls with a scorer. Both engines do both.
"""

from __future__ import annotations

import copy
import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.case import Case
from data.labels import LabelSet
from data.profile import LoraSettings, Profile, official_profile
from vlm.engines.transformers_scorer import Scorer, TransformersScorer
from vlm.lora.adapter import remove_adapters
from vlm.lora.examples import TaskExamples, TrainingExample
from vlm.lora.training import train_adapter, training_examples
from vlm.measuring.operations import operations
from vlm.model import LoadedModel, set_pixel_bounds
from vlm.official.asking import official_answers, official_batch
from vlm.prompt import Prompt
from vlm.protocol import decision_late, exemplars_late
from vlm.ranks import Rank

ANSWER_TOKENS = 6  # of a label's name, on average; random weights would never end their answer
GENERATE_BATCH = 4  # cases that `generate` answers at once
EVERY_CALL = (0.0, 0.0, 0.0, 1.0)

Plan = tuple[TaskExamples, list[int]]  # how many calls each case gets


@dataclass(frozen=True)
class Work:
    """Samples of one repeat, and the floating-point operations that they take."""

    samples: int
    operations: float


@dataclass(frozen=True)
class OfficialTokens:
    """Per case: tokens of the official prompt and patches of its images."""

    tokens: list[int]
    patches: list[int]


def choose(every: Sequence[TaskExamples], count: int) -> list[TaskExamples]:
    """The first cases of each task; both tasks have equal numbers, as in the official test set."""
    share = -(-count // len(every))
    return [task.subset(np.arange(min(share, len(task.cases)))) for task in every]


def official_model(loaded: LoadedModel, profile: Profile) -> LoadedModel:
    """The same model with the official baseline's image sizes in place of the profile's."""
    settings = official_profile(profile).vlm
    processor = copy.deepcopy(loaded.processor)
    set_pixel_bounds(processor.image_processor, settings)
    return LoadedModel(loaded.model, processor, settings)


def official_tokens(official: LoadedModel, cases: Sequence[Case], labels: LabelSet) -> OfficialTokens:
    """Sizes of the official prompts; `official` is an `official_model`."""
    batches = [official_batch(official, [case], labels) for case in cases]
    patches = [int(batch["image_grid_thw"].prod(1).sum()) if "image_grid_thw" in batch else 0 for batch in batches]
    return OfficialTokens([int(batch["input_ids"].shape[1]) for batch in batches], patches)


def official_work(official: LoadedModel, sizes: OfficialTokens) -> Work:
    """Operations of the official prompts. Every case counts in full, also where an engine has a prefix cache."""
    totals = [tokens + ANSWER_TOKENS for tokens in sizes.tokens]
    work = sum(operations(official, total, total, many) for total, many in zip(totals, sizes.patches, strict=True))
    return Work(len(totals), work)


def generate_step(official: LoadedModel, cases: Sequence[Case], labels: LabelSet) -> Callable[[], object]:
    """A step that answers the official prompts with Transformers' `generate`."""
    return lambda: list(official_answers(official, cases, labels, GENERATE_BATCH, ANSWER_TOKENS))


def train_step(
    loaded: LoadedModel, chosen: Sequence[TaskExamples], lora: LoraSettings, rank: Rank
) -> tuple[Callable[[], object], Work]:
    """A step of one LoRA epoch on the prompts of the calls, shared by all processes, and its work."""
    rows = []
    for task in chosen:
        parts = [task.builder.sample(case) for case in task.cases]
        rows += training_examples(task.builder, task.cases, parts, task.retrieved, 0)
    examples = [row for row in rows if row is not None]
    settings = one_epoch(examples, lora)
    work = 0.0
    for item in examples:
        own = len(item.sample.ids) + sum(len(late) for late in item.lates[:2])
        work += 2 * operations(loaded, own, len(item.shared.ids) + own, 0) + operations(loaded, 0, 0, item.sample.patches)
    return lambda: remove_adapters(train_adapter(loaded, examples, settings, 0, rank=rank).model), Work(len(examples), work)


def one_epoch(examples: Sequence[TrainingExample], lora: LoraSettings) -> LoraSettings:
    """Settings with one step per batch of an epoch, so that each example is trained on once.

    A batch has one task, and a task's last batch may be small, so there are more batches than the number of examples suggests.
    """
    size = min(lora.batch_size, len(examples))
    tasks = Counter(id(item.shared) for item in examples)
    batches = sum(-(-count // size) for count in tasks.values())
    return dataclasses.replace(lora, batch_size=size, epochs=(batches - 0.5) * size / len(examples))


def plan_calls(chosen: Sequence[TaskExamples], shares: Sequence[float]) -> list[Plan]:
    """The number of calls of each case. `shares` are the shares of cases with 0, 1, 2 and 3 calls."""
    return [(task, calls_by_share(len(task.cases), shares)) for task in chosen]


def own_plans(plans: Sequence[Plan], rank: Rank) -> list[Plan]:
    """A process's share. Cases are dealt out in turn through all tasks, which spreads tasks and numbers of calls evenly."""
    shares: list[Plan] = []
    seen = 0
    for task, calls in plans:
        first = (rank.index - seen) % rank.count
        shares.append((task.subset(np.arange(first, len(calls), rank.count)), calls[first :: rank.count]))
        seen += len(calls)
    return shares


def calls_by_share(count: int, shares: Sequence[float]) -> list[int]:
    """The number of calls of each of `count` samples, with `shares` spread evenly over them."""
    ends = [sum(shares[: calls + 1]) for calls in range(4)]
    return [next(calls for calls in range(4) if (row + 0.5) / count <= ends[calls] + 1e-9) for row in range(count)]


def calls_work(loaded: LoadedModel, plans: Sequence[Plan]) -> Work:
    """Operations of the calls: each sample once, each late part once; the shared part is not counted."""
    work = 0.0
    for task, calls in plans:
        lates = late_parts(task)
        for row, made in enumerate(calls):
            if made:
                sample = task.builder.sample(task.cases[row])
                own = len(sample.ids) + sum(len(lates[row][call]) for call in range(made))
                work += operations(loaded, own, len(task.builder.shared.ids) + own, sample.patches)
    return Work(sum(len(calls) for _, calls in plans), work)


def late_parts(task: TaskExamples) -> list[tuple[tuple[int, ...], ...]]:
    """The late parts of all three calls of each case, with retrieval's belief in place of the earlier calls'."""
    made: list[tuple[tuple[int, ...], ...]] = []
    for row in range(len(task.cases)):
        belief = np.asarray(task.retrieved.probability[row], dtype=np.float64)
        shown = task.builder.exemplars(task.retrieved.neighbours[row])
        best = [int(index) for index in np.argsort(-belief, kind="stable")[:2]]
        made.append(
            (task.builder.direct(), exemplars_late(task.builder, shown, belief), decision_late(task.builder, shown, best))
        )
    return made


def ask(scorer: Scorer, plans: Sequence[Plan]) -> None:
    """Make the calls in the protocol's batches. Building the prompts is part of the measured time."""
    for task, calls in plans:
        lates = late_parts(task)
        rows = [row for row in range(len(task.cases)) if calls[row]]
        for begin in range(0, len(rows), scorer.samples_at_once):
            part = rows[begin : begin + scorer.samples_at_once]
            samples = {row: task.builder.sample(task.cases[row]) for row in part}
            for call in range(3):
                prompts = [Prompt(task.builder.shared, samples[row], lates[row][call]) for row in part if calls[row] > call]
                if prompts:
                    scorer.score(prompts)


def ask_step(loaded: LoadedModel, plans: Sequence[Plan]) -> Callable[[], object]:
    """A step that makes the calls with Transformers; each repeat begins with an empty prefix cache."""
    return lambda: ask(TransformersScorer(loaded), plans)


def call_prompts(chosen: Sequence[TaskExamples]) -> list[list[Prompt]]:
    """The prompts of each call of each task."""
    made = []
    for task in chosen:
        samples, lates = [task.builder.sample(case) for case in task.cases], late_parts(task)
        made += [
            [Prompt(task.builder.shared, sample, late[call]) for sample, late in zip(samples, lates, strict=True)]
            for call in range(3)
        ]
    return made


def score_batches(scorer: Scorer, prompts: Sequence[Prompt]) -> NDArray[np.float32]:
    """Scores (prompts, labels) of one task's prompts, in batches of the scorer's size."""
    size = scorer.samples_at_once
    return np.concatenate([scorer.score(prompts[begin : begin + size]) for begin in range(0, len(prompts), size)])


def token_line(chosen: Sequence[TaskExamples], official: OfficialTokens | None) -> str:
    """A line with mean prompt tokens: computed once for all samples, once per sample, and once per call."""
    made = call_prompts(chosen)
    sample = float(np.mean([len(prompt.sample.ids) for prompts in made for prompt in prompts]))
    late = [float(np.mean([len(prompt.late) for prompts in made[call::3] for prompt in prompts])) for call in range(3)]
    shared = ", ".join(f"{task.builder.task} {len(task.builder.shared.ids)}" for task in chosen)
    parts = " + ".join(f"{length:.0f}" for length in late)
    line = f"tokens    shared once ({shared}); a sample {sample:.0f} + late parts of the calls {parts} = {sample + sum(late):.0f}"
    return f"{line}; official prompt {np.mean(official.tokens):.0f}" if official else line


def memory_of_keys_and_values(config: Any, bytes_each: int) -> int:
    """Bytes of one token's keys and values in all layers of a Transformers text configuration."""
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return int(2 * config.num_hidden_layers * config.num_key_value_heads * width * bytes_each)
