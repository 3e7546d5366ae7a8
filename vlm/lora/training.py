"""Training a LoRA adapter on the prompts of the three calls.

A training example is one row: the sample's part once and behind it the late parts of all its calls, each of which sees the
sample but not the others (pieces.py). The shared part runs once per optimiser step, with gradients, and is continued by all
rows, so an example costs only its own tokens. The loss is the cross entropy of the right code at each call's answer position,
over the codes. The vision tower is frozen; its outputs are computed once.

A step's examples are cut into parts that fit into memory. The parts see the shared part's keys and values as constants that
collect gradients; with these the shared part is run backward once, after all parts. On GPUs a part is one packed row instead,
shared part included, which needs no padding and fewer, larger operations. Several processes share a step's parts.
Adapter weights are float32; with a bfloat16 model they are used in bfloat16, as the model's own.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from peft.helpers import disable_input_dtype_casting
from torch import Tensor
from torch.nn.functional import cross_entropy

from data.case import Case
from data.errors import ProfileError
from data.profile import LoraSettings
from vlm.engines.forward import (
    EAGER,
    Execution,
    KeyValues,
    attention_for,
    code_logits,
    compiled_execution,
    inner_model,
    run_shared,
    run_tree,
    steady_attention,
    worth_compiling,
)
from vlm.engines.pieces import move, packed_batch, text_piece, tree_batch
from vlm.engines.transformers_scorer import Features, pinned, remember_features, sample_pieces
from vlm.lora.activations import activation_bytes, fits
from vlm.lora.adapter import add_adapter
from vlm.lora.examples import TrainingExample
from vlm.lora.unfinished import describe, load_state, save_state
from vlm.measuring.operations import patches_of
from vlm.model import LoadedModel
from vlm.prompt import PromptBuilder, SamplePart
from vlm.protocol import decision_late, exemplars_late
from vlm.ranks import ALONE, Rank

if TYPE_CHECKING:
    from peft import PeftModel

    from retrieval.task import Retrieved

# How often the right label is put into call 3's pair where retrieval does not have it among its two best: about as often as
# calls 1 and 2 find it then.
PAIR_REPAIR = 0.85
GRADIENT_CLIP = 1.0
WEIGHT_DECAY = 0.01
EXCHANGED = 256  # samples whose image features are exchanged at once: half a gigabyte of 7B
SAVE_SECONDS = 120.0  # between two states of an unfinished training; of 7B one is half a gigabyte


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
    seed: int,
    hidden: Set[str] = frozenset(),
) -> list[TrainingExample | None]:
    """One example per case, None where its label is missing or not predicted any more. `samples` are the cases' prompt parts.

    `retrieved` must leave each case out (and its near-duplicates), or the exemplars tell the answer. Cases whose ids are
    `hidden` serve as nobody's exemplar: an adapter that is to score them must not have read their labels in a prompt either.
    Candidates come from retrieval alone, because what call 1 will say is not known before it is trained.
    """
    places = {label.name: index for index, label in enumerate(builder.labels)}
    draw = random.Random(f"{seed}-{builder.task}")
    examples: list[TrainingExample | None] = []
    for row, case in enumerate(cases):
        answer = places.get(case.sample.label or "")
        if answer is None:
            examples.append(None)
            continue
        belief = np.asarray(retrieved.probability[row], dtype=np.float64)
        seen = [item for item in retrieved.neighbours[row] if item.id not in hidden]
        exemplars = builder.exemplars(seen)
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
    progress: Callable[[float], object] | None = None,
    unfinished: Path | None = None,
    rank: Rank = ALONE,
) -> Trained:
    """Train one adapter for all tasks that occur in `examples`; the same seed gives the same adapter.

    `loaded.model` is the plain model; its own weights stay as they are. An epoch shows each example with call 1 and, in
    turn, call 2 or 3, which costs two thirds of all three. `progress` is given the loss of each step.
    The state is kept in the file `unfinished` every two minutes and at the end, and a training that finds its own there goes on
    from it. Of several processes each is given the same arguments but `rank`, and ends with the same adapter.
    """
    features = WeakKeyDictionary() if features is None else features
    _compute_features(loaded, [item.sample for item in examples], features, rank)
    with torch.random.fork_rng(devices=[loaded.device.index or 0] if loaded.device.type == "cuda" else []):
        model = add_adapter(loaded.model, settings, seed)
        model.train()
        fit = _Fit(model, loaded, settings, seed, features, rank)
        with steady_attention(), float32_weights(model):
            curve = fit.run(examples, progress, unfinished)
    model.eval()
    return Trained(model, curve)


def count_steps(examples: int, settings: LoraSettings) -> int:
    """Optimiser steps for a number of examples."""
    return max(1, math.ceil(settings.epochs * examples / settings.batch_size))


def batch_loss(model: Any, loaded: LoadedModel, batch: Sequence[TrainingExample], features: Features) -> Tensor:
    """Mean loss over the batch and its calls. All examples have the same shared part."""
    past = run_shared(model, text_piece(batch[0].shared.ids, 0))
    return rows_loss(model, loaded, batch, past, features)


def rows_loss(
    model: Any,
    loaded: LoadedModel,
    batch: Sequence[TrainingExample],
    past: KeyValues,
    features: Features,
    how: Execution = EAGER,
) -> Tensor:
    """`batch_loss`, `past` being the keys and values of the shared part; without them it is run in one row with all examples."""
    shared = batch[0].shared
    before = len(shared.ids)
    pieces = sample_pieces(loaded, [item.sample for item in batch], before, features)
    lates = [[text_piece(late, piece.after) for late in item.lates] for item, piece in zip(batch, pieces, strict=True)]
    if past:
        rows = tree_batch(model, pieces, lates, [before] * len(batch), before)
    else:
        rows = packed_batch(model, text_piece(shared.ids, 0), pieces, lates)
    # Moved before the pass, since a GPU that is waited for in the middle of a step runs dry.
    codes, answers = (
        move(np.asarray(values), rows.embeds.device)
        for values in (shared.codes, [item.answer for item in batch for _ in item.lates])
    )
    hidden = run_tree(model, rows, *([past] if past else []), how=how)[0].flatten(0, 1)  # (examples x calls, hidden)
    return cross_entropy(code_logits(model, hidden, codes), answers)


def step_gradients(
    model: Any,
    loaded: LoadedModel,
    batch: Sequence[TrainingExample],
    parts: Sequence[Sequence[TrainingExample]],
    features: Features,
    how: Execution = EAGER,
) -> Tensor:
    """Add to the weights' gradients those of the loss of some `parts` of a batch, each by its share of the batch's examples.

    Returns the loss, (), on the device. With all parts these are loss and gradients of `batch_loss` on the whole batch. To be
    called within `float32_weights`.
    """
    total = torch.zeros((), device=loaded.device)
    if not parts:
        return total
    past: KeyValues = ()
    if not how.blocks:  # by blocks it is quicker to run the shared part with every part than by itself, forward and backward
        with _autocast(model, loaded.device):
            past = run_shared(model, text_piece(batch[0].shared.ids, 0), how)
    leaves = tuple(
        (keys.detach().requires_grad_(keys.requires_grad), values.detach().requires_grad_(values.requires_grad))
        for keys, values in past
    )
    for part in parts:
        with _autocast(model, loaded.device):
            loss = rows_loss(model, loaded, part, leaves, features, how) * (len(part) / len(batch))
        loss.backward()  # type: ignore[no-untyped-call]
        total += loss.detach()
    reached = [
        (values, leaf.grad)
        for layer, own in zip(past, leaves, strict=True)
        for values, leaf in zip(layer, own, strict=True)
        if leaf.grad is not None
    ]
    if reached:
        torch.autograd.backward([values for values, _ in reached], [gradient for _, gradient in reached])
    return total


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


def cut_batch(
    batch: Sequence[TrainingExample], rows: int, tokens: int, rank: Rank = ALONE, *, packed: bool = False
) -> tuple[list[Sequence[TrainingExample]], int]:
    """A process's parts of an optimiser batch, and the tokens of the largest part with padding.

    All parts together are the batch, in as few nearly equal ones as have at most `tokens` tokens each with padding, of which
    `packed` ones have none, the shared part not counted (`rows` examples where `tokens` is 0), as many for each process. A longer
    example is a part of its own.
    """
    count = len(batch)
    for number in range(min(rank.count, count), count + rank.count, rank.count):
        number = min(number, count)
        ends = [count * place // number for place in range(number + 1)]
        parts = [batch[begin:end] for begin, end in pairwise(ends)]
        lengths = [[_tokens(item) for item in part] for part in parts]
        largest = max(sum(own) if packed else len(own) * max(own) for own in lengths)
        if number == count or (largest <= tokens if tokens else max(len(part) for part in parts) <= rows):
            break
    return parts[rank.index :: rank.count], largest


@dataclass
class _Fit:
    """The loop over optimiser steps."""

    model: Any
    loaded: LoadedModel
    settings: LoraSettings
    seed: int
    features: Features
    rank: Rank

    def run(
        self, examples: Sequence[TrainingExample], progress: Callable[[float], object] | None, unfinished: Path | None
    ) -> list[dict[str, float]]:
        """Train; returns the curve."""
        weights = {name: weight for name, weight in self.model.named_parameters() if weight.requires_grad}
        for weight in weights.values():
            self.rank.tell(weight.data, 0)
        optimizer = torch.optim.AdamW(
            weights.values(),
            lr=self.settings.learning_rate,
            weight_decay=WEIGHT_DECAY,
            fused=self.loaded.device.type == "cuda",
        )
        steps = count_steps(len(examples), self.settings)
        curve: list[dict[str, float]] = []
        identity = ""
        if unfinished is not None:
            identity = describe(examples, self.settings, self.seed)
            curve = load_state(unfinished, identity, weights, optimizer)
        for entry in curve:
            if progress is not None:
                progress(entry["loss"])
        batches = list(islice(self._batches(examples), steps))
        how = self._execution(batches[len(curve) :])
        with attention_for(self.model, how):
            saved = time.monotonic()
            started: tuple[Tensor, float] | None = None  # the step before, whose loss is asked for when the next one runs
            for step, batch in enumerate(batches[len(curve) :], start=len(curve)):
                rate = self.settings.learning_rate * learning_rate_factor(step, steps, self.settings.warmup)
                for group in optimizer.param_groups:
                    group["lr"] = rate
                loss = self._step(list(weights.values()), batch, step, how)
                torch.nn.utils.clip_grad_norm_(weights.values(), GRADIENT_CLIP)
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
                if started is not None:
                    note(*started, curve, progress)
                started = (loss, rate)
                last = step + 1 == steps
                if last or time.monotonic() - saved > SAVE_SECONDS:
                    note(*started, curve, progress)
                    started = None
                    if unfinished is not None and not self.rank.index:
                        save_state(unfinished, identity, weights, optimizer, curve)
                    saved = time.monotonic()
        return curve

    def _batches(self, examples: Sequence[TrainingExample]) -> Iterator[list[TrainingExample]]:
        """Optimiser batches without end, the same for the same seed."""
        draw = random.Random(self.seed)
        epoch = 0
        while True:
            shown = calls_of_epoch(examples, epoch)
            epoch += 1
            yield from make_batches(shown, self.settings.batch_size, draw)

    def _step(self, weights: list[Tensor], batch: list[TrainingExample], step: int, how: Execution) -> Tensor:
        """Gradients of one optimiser batch, those of all processes added; returns the loss."""
        torch.manual_seed(
            (self.seed << 32) + step * self.rank.count + self.rank.index
        )  # so that dropout depends on no step before
        parts, _ = self._cut(batch, how)
        loss = step_gradients(self.model, self.loaded, batch, parts, self.features, how)
        if self.rank.count > 1:
            for weight in weights:
                if weight.grad is None:
                    weight.grad = torch.zeros_like(weight)
            flat = torch.cat([loss.reshape(1), *(weight.grad.flatten() for weight in weights if weight.grad is not None)])
            self.rank.add(flat)
            loss, *sums = flat.split([1, *(weight.numel() for weight in weights)])
            for weight, added in zip(weights, sums, strict=True):
                weight.grad = added.view_as(weight)
        return loss

    def _cut(self, batch: list[TrainingExample], how: Execution) -> tuple[list[Sequence[TrainingExample]], int]:
        rows, tokens = self.loaded.settings.batch_size, self.settings.batch_tokens
        return cut_batch(batch, rows, tokens, self.rank, packed=how.blocks)

    def _execution(self, batches: Sequence[list[TrainingExample]]) -> Execution:
        """How layers are run, by the settings, the device and the memory that is free."""
        choice, settings = self.settings.compile, self.settings
        how = EAGER
        if batches and (choice == "on" or (choice == "auto" and worth_compiling(self.model))):
            with _autocast(self.model, self.loaded.device):
                how = self._agreed(compiled_execution(self.model))
        tokens = max((self._cut(batch, how)[1] + len(batch[0].shared.ids) for batch in batches), default=0)
        needed = tokens * activation_bytes(self.model, how.compiled, settings.dropout > 0)
        checkpoint = settings.checkpointing == "on" or (settings.checkpointing == "auto" and not fits(self.loaded.device, needed))
        return replace(how, checkpoint=checkpoint)

    def _agreed(self, how: Execution) -> Execution:
        """The quickest way that works in all processes: a batch is cut by it, and all must cut alike."""
        ways = [EAGER, Execution(compiled=True), Execution(compiled=True, blocks=True)]
        return ways[int(min(self.rank.gather(ways.index(how))))]


def note(loss: Tensor, rate: float, curve: list[dict[str, float]], progress: Callable[[float], object] | None) -> None:
    """Add a step to the curve and tell its loss; waits for the GPU to have made it. Raises ProfileError where it is no number."""
    total = loss.item()
    if not math.isfinite(total):
        raise ProfileError(f"the loss of step {len(curve) + 1} is {total}; train anew with a lower `lora.learning_rate`")
    curve.append({"step": len(curve) + 1, "loss": round(total, 6), "learning_rate": rate})
    if progress is not None:
        progress(total)


def learning_rate_factor(step: int, steps: int, warmup: float) -> float:
    """Linear warm-up over a fraction `warmup` of the steps, then a cosine to zero; step counts from 0."""
    rising = max(1, round(warmup * steps))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


def _tokens(item: TrainingExample) -> int:
    return len(item.sample.ids) + sum(len(late) for late in item.lates)


@contextmanager
def float32_weights(model: Any) -> Iterator[None]:
    """Adapter weights are float32, so that small updates count; a bfloat16 model computes with them in bfloat16 by autocast.

    PEFT would otherwise turn each layer's input into float32 and multiply it in float32.
    """
    with disable_input_dtype_casting(model, _is_lower(model)):
        yield


def _autocast(model: Any, device: torch.device) -> torch.autocast:
    return torch.autocast(device.type, torch.bfloat16, enabled=_is_lower(model))


def _is_lower(model: Any) -> bool:
    embedding: Tensor = inner_model(model).model.language_model.embed_tokens.weight
    return embedding.dtype is torch.bfloat16


def _compute_features(loaded: LoadedModel, samples: Sequence[SamplePart], features: Features, rank: Rank) -> None:
    """Run the vision tower over the samples that are not in `features` yet, each process over its share.

    On a GPU they wait in the CPU's memory, where a thousand samples of several images have place beside the model's activations.
    """
    missing = list(dict.fromkeys(sample for sample in samples if sample.images and sample not in features))
    with torch.no_grad():
        remember_features(loaded, missing[rank.index :: rank.count], features, pin=loaded.device.type == "cuda")
        for source in range(rank.count) if rank.count > 1 else ():
            own = missing[source :: rank.count]
            for begin in range(0, len(own), EXCHANGED):
                _exchange(loaded, own[begin : begin + EXCHANGED], features, rank, source)


def _exchange(loaded: LoadedModel, samples: Sequence[SamplePart], features: Features, rank: Rank, source: int) -> None:
    """Give the features of some samples, which process `source` has, to all."""
    inner = inner_model(loaded.model).model
    weight, merged = inner.language_model.embed_tokens.weight, inner.visual.spatial_merge_size**2
    tokens = [patches_of(sample) // merged for sample in samples]
    if rank.index == source:
        together = torch.cat([features[sample].to(loaded.device) for sample in samples])
    else:
        together = torch.empty(sum(tokens), weight.shape[1], dtype=weight.dtype, device=loaded.device)
    rank.tell(together.view(torch.uint8), source)
    if rank.index != source:
        for sample, own in zip(samples, together.split(tokens), strict=True):
            features[sample] = pinned(own) if loaded.device.type == "cuda" else own
