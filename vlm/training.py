"""Training a LoRA adapter on the prompts of the three calls.

A training example is one row: the sample's part once and behind it the late parts of all its calls, each of which sees the
sample but not the others (forward.py). The shared part runs once per batch, with gradients, and is continued by all rows, so
an example costs only its own tokens. The loss is the cross entropy of the right code at each call's answer position, over the
codes and, by `vocabulary_weight`, over all tokens. The vision tower is frozen; its outputs are computed once.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from data.case import Case
from data.profile import LoraSettings
from vlm.adapter import add_adapter
from vlm.forward import code_logits, inner_model, run_shared, run_tree, text_piece, tree_batch
from vlm.model import LoadedModel
from vlm.prompt import PromptBuilder, SamplePart, SharedPart
from vlm.protocol import decision_late, exemplars_late, exemplars_of
from vlm.scoring import remember_features, sample_pieces

if TYPE_CHECKING:
    from peft import PeftModel

    from retrieval.task import Retrieved

# How often the right label is put into call 3's pair where retrieval does not have it among its two best: about as often as
# calls 1 and 2 find it then.
PAIR_REPAIR = 0.85
GRADIENT_CLIP = 1.0
WEIGHT_DECAY = 0.01

Features = WeakKeyDictionary[SamplePart, Tensor]


@dataclass(frozen=True, eq=False)
class TrainingExample:
    """One row: `lates` are the late parts of calls 1 to 3, or of call 1 alone, `answer` the label's index."""

    shared: SharedPart
    sample: SamplePart
    lates: tuple[tuple[int, ...], ...]
    answer: int


@dataclass(frozen=True)
class Trained:
    """A trained adapter, active in `model`, and its curve: one entry per step."""

    model: PeftModel
    curve: list[dict[str, float]]


def training_examples(
    builder: PromptBuilder,
    cases: Sequence[Case],
    samples: Sequence[SamplePart],
    retrieved: Retrieved,
    exemplar_texts: Sequence[str],
    seed: int,
    hidden: Set[str] = frozenset(),
) -> list[TrainingExample | None]:
    """One example per case, None where its label is missing or not predicted any more. `samples` are the cases' prompt parts.

    `retrieved` must leave each case out (and its near-duplicates), or the exemplars tell the answer. Cases whose ids are
    `hidden` serve as nobody's exemplar: an adapter that is to score them must not have read their labels in a prompt either.
    Candidates come from retrieval alone, because what call 1 will say is not known before it is trained.
    """
    names = [label.name for label in builder.labels]
    places = {name: index for index, name in enumerate(names)}
    draw = random.Random(f"{seed}-{builder.task}")
    examples: list[TrainingExample | None] = []
    for row, case in enumerate(cases):
        answer = places.get(case.sample.label or "")
        if answer is None:
            examples.append(None)
            continue
        belief = np.asarray(retrieved.probability[row], dtype=np.float64)
        seen = [item for item in retrieved.neighbours[row] if item.id not in hidden]
        exemplars = exemplars_of(seen, names, exemplar_texts)
        lates = (
            builder.direct(),
            exemplars_late(builder, exemplars, belief),
            decision_late(builder, exemplars, training_pair(belief, answer, draw)),
        )
        examples.append(TrainingExample(builder.shared, samples[row], lates, answer))
    return examples


def training_pair(belief: NDArray[np.float64], answer: int, draw: random.Random) -> list[int]:
    """Call 3's two labels: retrieval's best two; where the right one is not among them, mostly put in at a random place."""
    pair = [int(index) for index in np.argsort(-belief, kind="stable")[:2]]
    if answer not in pair and draw.random() < PAIR_REPAIR:
        pair[draw.randrange(2)] = answer
    return pair


def train_adapter(
    loaded: LoadedModel,
    examples: Sequence[TrainingExample],
    settings: LoraSettings,
    seed: int,
    *,
    features: Features | None = None,
    vocabulary_weight: float = 0.0,
    all_calls: bool = False,
    progress: Callable[[float], object] | None = None,
) -> Trained:
    """Train one adapter for all tasks that occur in `examples`; the same seed gives the same adapter.

    `loaded.model` is the plain model; its own weights stay as they are. An epoch shows each example with call 1 and, in
    turn, call 2 or 3, which costs two thirds of all three; `all_calls` shows all. `progress` is given
    the loss after each step.
    """
    features = WeakKeyDictionary() if features is None else features
    with torch.inference_mode():
        remember_features(loaded, [item.sample for item in examples], features)
    features = _usable_for_autograd(features)
    with torch.random.fork_rng(devices=[loaded.device.index or 0] if loaded.device.type == "cuda" else []):
        torch.manual_seed(seed)
        model = add_adapter(loaded.model, settings, seed)
        model.train()
        curve = _fit(model, loaded, examples, settings, seed, features, vocabulary_weight, all_calls, progress)
    model.eval()
    return Trained(model, curve)


def count_steps(examples: int, settings: LoraSettings) -> int:
    """Optimiser steps for a number of examples."""
    return max(1, math.ceil(settings.epochs * examples / settings.batch_size))


def batch_loss(
    model: Any, loaded: LoadedModel, batch: Sequence[TrainingExample], features: Features, vocabulary_weight: float = 0.0
) -> Tensor:
    """Mean loss over the batch and its calls. All examples have the same shared part."""
    shared = batch[0].shared
    past = run_shared(model, text_piece(model, shared.ids, 0))
    pieces = sample_pieces(loaded, [item.sample for item in batch], len(shared.ids), features)
    lates = [
        [text_piece(model, late, piece.next_position()) for late in item.lates] for item, piece in zip(batch, pieces, strict=True)
    ]
    seen = torch.ones(len(batch), len(shared.ids), dtype=torch.bool, device=pieces[0].embeds.device)
    hidden, _ = run_tree(model, tree_batch(pieces, lates, seen), past)  # (rows, calls, hidden)
    hidden = hidden.flatten(0, 1)
    codes = torch.tensor(shared.codes, device=hidden.device)
    answers = torch.tensor([item.answer for item in batch], device=hidden.device).repeat_interleave(len(batch[0].lates))
    loss = cross_entropy(code_logits(model, hidden, codes), answers)
    if vocabulary_weight:
        logits = inner_model(model).lm_head(hidden).float()
        loss = loss + vocabulary_weight * cross_entropy(logits, codes[answers])
    return loss


def calls_of_epoch(examples: Sequence[TrainingExample], epoch: int) -> list[TrainingExample]:
    """Examples with call 1 and one of the later calls, another one in the next epoch; what has call 1 alone as it is."""
    return [
        replace(item, lates=(item.lates[0], item.lates[1 + (place + epoch) % 2])) if len(item.lates) > 1 else item
        for place, item in enumerate(examples)
    ]


def make_batches(examples: Sequence[TrainingExample], size: int, draw: random.Random) -> list[list[TrainingExample]]:
    """One epoch's batches, each of one task and number of calls, examples of similar length together, in random order."""
    batches: list[list[TrainingExample]] = []
    kinds: dict[tuple[int, int], list[TrainingExample]] = {}
    for item in examples:
        kinds.setdefault((id(item.shared), len(item.lates)), []).append(item)
    for rows in kinds.values():
        rows = draw.sample(rows, len(rows))
        for begin in range(0, len(rows), 8 * size):
            near = sorted(rows[begin : begin + 8 * size], key=_tokens)
            batches += [near[start : start + size] for start in range(0, len(near), size)]
    draw.shuffle(batches)
    return batches


def _fit(
    model: Any,
    loaded: LoadedModel,
    examples: Sequence[TrainingExample],
    settings: LoraSettings,
    seed: int,
    features: Features,
    vocabulary_weight: float,
    all_calls: bool,
    progress: Callable[[float], object] | None,
) -> list[dict[str, float]]:
    weights = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=settings.learning_rate, weight_decay=WEIGHT_DECAY)
    steps = count_steps(len(examples), settings)
    draw = random.Random(seed)
    micro = loaded.settings.batch_size
    curve: list[dict[str, float]] = []
    epoch = 0
    while len(curve) < steps:
        shown = examples if all_calls else calls_of_epoch(examples, epoch)
        epoch += 1
        for batch in make_batches(shown, settings.batch_size, draw):
            rate = settings.learning_rate * learning_rate_factor(len(curve), steps, settings.warmup)
            for group in optimizer.param_groups:
                group["lr"] = rate
            total = 0.0
            for begin in range(0, len(batch), micro):
                part = batch[begin : begin + micro]
                loss = batch_loss(model, loaded, part, features, vocabulary_weight) * (len(part) / len(batch))
                loss.backward()  # type: ignore[no-untyped-call]
                total += loss.item()
            torch.nn.utils.clip_grad_norm_(weights, GRADIENT_CLIP)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            curve.append({"step": len(curve) + 1, "loss": round(total, 6), "learning_rate": rate})
            if progress is not None:
                progress(total)
            if len(curve) == steps:
                break
    return curve


def learning_rate_factor(step: int, steps: int, warmup: float) -> float:
    """Linear warm-up over a fraction `warmup` of the steps, then a cosine to zero; step counts from 0."""
    rising = max(1, round(warmup * steps))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


def _tokens(item: TrainingExample) -> int:
    return len(item.sample.ids) + sum(len(late) for late in item.lates)


def _usable_for_autograd(features: Features) -> Features:
    """Copies of tensors made in inference mode, which autograd refuses."""
    copies: Features = WeakKeyDictionary()
    for sample, values in features.items():
        copies[sample] = values.clone() if values.is_inference() else values
    return copies
