"""Training a LoRA adapter on the prompts of the three calls.

A training example is one row: the sample's part, then the late parts of its calls. Each late part sees the sample and not the
other late parts (pieces.py). The shared part runs once per optimiser step, and all rows continue its keys and values, so an
example costs only its own tokens. The loss is the cross entropy of the right code at each call's answer position, over the codes.
The vision tower is frozen; its outputs are computed once.

Gradient accumulation: a step's examples are cut into micro-batches ("parts") that fit into memory. Each part collects gradients
of the shared part's keys and values; the shared part's own backward pass runs once, after all parts. On GPUs a part is one packed
sequence, shared part included, which needs no padding and fewer, larger operations. Several processes share a step's parts. Mixed
precision: adapter weights are float32; with a bfloat16 model they are multiplied in bfloat16.
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
from retrieval.pretraining.schedule import rate_of_step
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
from vlm.lora.unfinished import load_state, save_state, training_digest
from vlm.model import LoadedModel
from vlm.prompt import PromptBuilder, SamplePart
from vlm.protocol import decision_late, exemplars_late
from vlm.ranks import ALONE, Rank

if TYPE_CHECKING:
    from peft import PeftModel

    from retrieval.task import Retrieved

# How often call 3's pair is given the right label where retrieval's two best lack it. Calls 1 and 2 find it about as often then.
PAIR_REPAIR = 0.85
GRADIENT_CLIP = 1.0
WEIGHT_DECAY = 0.01
EXCHANGED = 256  # samples whose image features are exchanged at once: half a gigabyte for a 7B model
SAVE_SECONDS = 120.0  # between two checkpoints, each half a gigabyte for a 7B model


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
    """One example per case, None where its label is missing or retired. `samples` are the cases' prompt parts.

    `retrieved` must leave out each case and its near-duplicates: exemplars would tell the answer otherwise. Cases whose ids are
    in `hidden` are never exemplars, because the adapter that will score them must not see their labels. Candidates come from
    retrieval alone: call 1 has no answer before it is trained.
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
    """Call 3's two labels: retrieval's best two. Where they lack the right label, it mostly replaces one of them at random."""
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

    `loaded.model` is the plain model; its own weights do not change. An epoch shows each example with call 1 and one of calls 2
    and 3, in turn, which costs two thirds of all three. `progress` is called with the loss of each step. The file `unfinished`
    holds a checkpoint, written every two minutes and at the end; a training resumes from its own checkpoint. Several processes
    are called with the same arguments but `rank`, and end with the same adapter.
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
    """Mean loss over the batch and its calls, (). All examples have the same shared part."""
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
    """`batch_loss` with the shared part's keys and values in `past`.

    Without them, shared part and examples are one packed row.
    """
    shared = batch[0].shared
    before = len(shared.ids)
    pieces = sample_pieces(loaded, [item.sample for item in batch], before, features)
    lates = [[text_piece(late, piece.after) for late in item.lates] for item, piece in zip(batch, pieces, strict=True)]
    if past:
        rows = tree_batch(model, pieces, lates, [before] * len(batch), before)
    else:
        rows = packed_batch(model, text_piece(shared.ids, 0), pieces, lates)
    # Moved before the pass: a transfer in the middle of it would let the GPU run idle.
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
    """Add the gradients of some `parts` of a batch to the weights' gradients, each weighted by its share of the examples.

    Returns the loss, (), on the device. All parts together give loss and gradients of `batch_loss` on the whole batch. Call it
    within `float32_weights`.
    """
    total = torch.zeros((), device=loaded.device)
    if not parts:
        return total
    past: KeyValues = ()
    if not how.blocks:  # a packed row holds the shared part: a pass of its own, forward and backward, would cost more
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
    """Examples with call 1 and one later call, which alternates from epoch to epoch; examples with call 1 alone as they are."""
    return [
        replace(item, lates=(item.lates[0], item.lates[1 + (place + epoch) % 2])) if len(item.lates) > 1 else item
        for place, item in enumerate(examples)
    ]


def make_batches(examples: Sequence[TrainingExample], size: int, draw: random.Random) -> list[list[TrainingExample]]:
    """One epoch's batches in random order. A batch has one task, one number of calls, and examples of similar length."""
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
    """This process's parts of an optimiser batch, and the tokens of the largest part.

    Cuts the batch into the fewest near-equal parts, a multiple of the process count where possible. Each holds at most `tokens`
    tokens, shared part excluded; padding counts unless `packed`. Where `tokens` is 0, each holds at most `rows` examples. An
    example that is longer than `tokens` is a part of its own.
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
            identity = training_digest(examples, self.settings, self.seed)
            curve = load_state(unfinished, identity, weights, optimizer)
        for entry in curve:
            if progress is not None:
                progress(entry["loss"])
        batches = list(islice(self._batches(examples), steps))
        how = self._execution(batches[len(curve) :])
        with attention_for(self.model, how):
            saved = time.monotonic()
            started: tuple[Tensor, float] | None = None  # the last step: its loss is read once the next step has been started
            for step, batch in enumerate(batches[len(curve) :], start=len(curve)):
                rate = self.settings.learning_rate * rate_of_step(step, steps, self.settings.warmup)
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
        """An endless stream of optimiser batches, the same for the same seed."""
        draw = random.Random(self.seed)
        epoch = 0
        while True:
            shown = calls_of_epoch(examples, epoch)
            epoch += 1
            yield from make_batches(shown, self.settings.batch_size, draw)

    def _step(self, weights: list[Tensor], batch: list[TrainingExample], step: int, how: Execution) -> Tensor:
        """Compute one optimiser batch's gradients, summed over all processes; returns the loss."""
        # Dropout depends on the step alone, so that a resumed training draws the same.
        torch.manual_seed((self.seed << 32) + step * self.rank.count + self.rank.index)
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
        """How layers are run: depends on the settings, the device and the free memory."""
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
        """The fastest way that works in all processes: batches are cut for it, so all processes must use the same one."""
        ways = [EAGER, Execution(compiled=True), Execution(compiled=True, blocks=True)]
        return ways[int(min(self.rank.gather(ways.index(how))))]


def note(loss: Tensor, rate: float, curve: list[dict[str, float]], progress: Callable[[float], object] | None) -> None:
    """Append a step to the curve and report its loss; waits for the GPU. Raises ProfileError where the loss is not finite."""
    total = loss.item()
    if not math.isfinite(total):
        raise ProfileError(f"the loss of step {len(curve) + 1} is {total}; train anew with a lower `lora.learning_rate`")
    curve.append({"step": len(curve) + 1, "loss": round(total, 6), "learning_rate": rate})
    if progress is not None:
        progress(total)


def _tokens(item: TrainingExample) -> int:
    return len(item.sample.ids) + sum(len(late) for late in item.lates)


@contextmanager
def float32_weights(model: Any) -> Iterator[None]:
    """Mixed precision: adapter weights stay float32, so that small updates count, and autocast multiplies them in bfloat16.

    PEFT by itself would cast each layer's input to float32 and multiply in float32.
    """
    with disable_input_dtype_casting(model, _is_lower(model)):
        yield


def _autocast(model: Any, device: torch.device) -> torch.autocast:
    return torch.autocast(device.type, torch.bfloat16, enabled=_is_lower(model))


def _is_lower(model: Any) -> bool:
    embedding: Tensor = inner_model(model).model.language_model.embed_tokens.weight
    return embedding.dtype is torch.bfloat16


def _compute_features(loaded: LoadedModel, samples: Sequence[SamplePart], features: Features, rank: Rank) -> None:
    """Add the missing samples' vision features to `features`; each process computes its share and receives the others'.

    With a GPU they are stored in pinned CPU memory: thousands of images would not fit beside the model's activations.
    """
    missing = list(dict.fromkeys(sample for sample in samples if sample.images and sample not in features))
    with torch.no_grad():
        remember_features(loaded, missing[rank.index :: rank.count], features, pin=loaded.device.type == "cuda")
        for source in range(rank.count) if rank.count > 1 else ():
            own = missing[source :: rank.count]
            for begin in range(0, len(own), EXCHANGED):
                _exchange(loaded, own[begin : begin + EXCHANGED], features, rank, source)


def _exchange(loaded: LoadedModel, samples: Sequence[SamplePart], features: Features, rank: Rank, source: int) -> None:
    """Broadcast the features of some samples from process `source`."""
    inner = inner_model(loaded.model).model
    weight, merged = inner.language_model.embed_tokens.weight, inner.visual.spatial_merge_size**2
    tokens = [sample.patches // merged for sample in samples]
    if rank.index == source:
        together = torch.cat([features[sample].to(loaded.device) for sample in samples])
    else:
        together = torch.empty(sum(tokens), weight.shape[1], dtype=weight.dtype, device=loaded.device)
    rank.tell(together.view(torch.uint8), source)
    if rank.index != source:
        for sample, own in zip(samples, together.split(tokens), strict=True):
            features[sample] = pinned(own) if loaded.device.type == "cuda" else own
