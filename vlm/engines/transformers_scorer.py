"""Scoring labels: the log-probabilities of all codes at one position.

`TransformersScorer` computes the shared part's keys and values once per label set and a sample's once per sample, and continues
them for each call; its scores are those of the plain forward pass over the whole prompt, to rounding.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vlm.engines.forward import KeyValues, code_logits, image_features, run_shared, run_tree, steady_attention
from vlm.engines.pieces import Piece, multimodal_piece, text_piece, tree_batch
from vlm.model import Grid, LoadedModel, image_values
from vlm.prompt import Prompt, SamplePart, SharedPart

# A GPU is given batches of so many tokens, padding counted: 7B need about 3 GB beside their weights for one, and larger
# ones are no faster. A CPU is given `vlm.batch_size` rows.
GPU_TOKENS = 16_384
# Image patches of one run of the vision tower, so that any number of images needs the same memory.
PATCHES = {"cuda": 32_768, "cpu": 4_096}
READERS = 4  # threads that prepare images while the GPU computes

Features = WeakKeyDictionary[SamplePart, Tensor]


class Scorer(Protocol):
    """Anything that scores prompts: this module's, or a serving engine's."""

    @property
    def samples_at_once(self) -> int:
        """How many samples' prompts `score` is best given together."""
        ...

    def score(self, prompts: Sequence[Prompt]) -> NDArray[np.float32]:
        """Log-probabilities over the labels, (prompts, labels) float32; each row's probabilities sum to one.

        All prompts have the same shared part.
        """
        ...


@dataclass(frozen=True)
class _SampleState:
    """Keys and values of a sample's own tokens, (layers, 2, key-value heads, tokens, head_dim), and what position follows."""

    values: Tensor
    after: int

    @property
    def tokens(self) -> int:
        return self.values.shape[3]


class TransformersScorer:
    """Scores with a Transformers model. States are kept as long as the prompt parts they belong to."""

    def __init__(self, loaded: LoadedModel) -> None:
        self.loaded = loaded
        self.model: Any = loaded.model
        self._shared: WeakKeyDictionary[SharedPart, KeyValues] = WeakKeyDictionary()
        self._samples: WeakKeyDictionary[SamplePart, _SampleState] = WeakKeyDictionary()
        self._features: Features = WeakKeyDictionary()

    @property
    def samples_at_once(self) -> int:
        """One batch; more would only keep more states in memory."""
        return self.loaded.settings.batch_size

    def forget(self) -> None:
        """Drop all keys and values; needed after the active adapter changed. Image features stay, adapters leave them."""
        self._shared.clear()
        self._samples.clear()

    @torch.inference_mode()
    def score(self, prompts: Sequence[Prompt]) -> NDArray[np.float32]:
        """See `Scorer`. Prompts of similar length are batched together, by tokens on a GPU, by `batch_size` on a CPU."""
        if not prompts:
            raise ValueError("no prompts to score")
        shared = prompts[0].shared
        if any(prompt.shared is not shared for prompt in prompts):
            raise ValueError("prompts of one batch must have the same shared part")
        codes = torch.tensor(shared.codes, device=self.loaded.device)
        lengths = [len(prompt.sample.ids) + len(prompt.late) for prompt in prompts]
        size, tokens = self.loaded.settings.batch_size, 0
        if self.loaded.device.type == "cuda":
            size, tokens = len(prompts), GPU_TOKENS
        fresh = [index for index, prompt in enumerate(prompts) if prompt.sample not in self._samples]
        known = [index for index in range(len(prompts)) if prompts[index].sample in self._samples]
        order: list[int] = []
        found: list[Tensor] = []
        with steady_attention():
            for group, run in ((fresh, self._start), (known, self._continue)):
                for rows in _batches(group, lengths, size, tokens):
                    hidden = run([prompts[index] for index in rows], self._shared_values(shared))
                    found.append(code_logits(self.model, hidden, codes).log_softmax(-1))
                    order += rows
        scores = np.empty((len(prompts), len(shared.codes)), dtype=np.float32)
        scores[order] = torch.cat(found).cpu().numpy()
        return scores

    def _shared_values(self, shared: SharedPart) -> KeyValues:
        if shared not in self._shared:
            self._shared[shared] = run_shared(self.model, text_piece(shared.ids, 0))
        return self._shared[shared]

    def _start(self, prompts: Sequence[Prompt], shared: KeyValues) -> Tensor:
        """Samples that are new: their own part and the late part, and their state is kept."""
        before = len(prompts[0].shared.ids)
        samples = sample_pieces(self.loaded, [prompt.sample for prompt in prompts], before, self._features)
        lates = [[text_piece(prompt.late, sample.after)] for prompt, sample in zip(prompts, samples, strict=True)]
        batch = tree_batch(self.model, samples, lates, [before] * len(prompts), before)
        hidden, values = run_tree(self.model, batch, shared)
        stacked = torch.stack([side for layer in values for side in layer]).unflatten(0, (-1, 2))
        for row, (prompt, sample) in enumerate(zip(prompts, samples, strict=True)):
            own = stacked[:, :, row, :, : len(prompt.sample.ids)].clone()
            self._samples[prompt.sample] = _SampleState(own, sample.after)
        return hidden[:, 0]

    def _continue(self, prompts: Sequence[Prompt], shared: KeyValues) -> Tensor:
        """Samples whose state is at hand: the late part only."""
        states = [self._samples[prompt.sample] for prompt in prompts]
        before = len(prompts[0].shared.ids)
        longest = max(state.tokens for state in states)
        layers, sides, heads, _, width = states[0].values.shape
        joined = states[0].values.new_zeros(layers, sides, len(states), heads, longest, width)
        for row, state in enumerate(states):
            joined[:, :, row, :, : state.tokens] = state.values
        lates = [[text_piece(prompt.late, state.after)] for prompt, state in zip(prompts, states, strict=True)]
        past = [before + state.tokens for state in states]
        batch = tree_batch(self.model, [None] * len(states), lates, past, before + longest)
        own = tuple((keys, values) for keys, values in joined)
        return run_tree(self.model, batch, shared, own)[0][:, 0]


def sample_pieces(
    loaded: LoadedModel, samples: Sequence[SamplePart], before: int, features: Features | None = None
) -> list[Piece]:
    """Samples as pieces that follow `before` shared tokens. `features` remembers the vision tower's outputs."""
    memory = features if features is not None else WeakKeyDictionary()
    remember_features(loaded, samples, memory)
    return [multimodal_piece(loaded.model, before, sample.ids, sample.grids, memory.get(sample)) for sample in samples]


def remember_features(loaded: LoadedModel, samples: Sequence[SamplePart], memory: Features, *, pin: bool = False) -> None:
    """Run the vision tower once over those samples that have images and are not in `memory` yet.

    Features stay on the model's device, or wait (`pin`) in pinned memory of the CPU, from where a GPU fetches them by itself. On
    a GPU images are prepared by threads meanwhile.
    """
    missing = [sample for sample in samples if sample.images and sample not in memory]
    waiting: list[tuple[SamplePart, list[Tensor]]] = []
    most, patches = PATCHES.get(loaded.device.type, PATCHES["cpu"]), 0

    def flush() -> None:
        grids = [grid for sample, _ in waiting for grid in sample.grids]
        outputs = iter(image_features(loaded.model, [value for _, values in waiting for value in values], grids))
        for sample, _ in waiting:
            features = torch.cat([next(outputs) for _ in sample.images])
            memory[sample] = pinned(features) if pin else features
        waiting.clear()

    for sample, (values, _) in zip(missing, _prepared(loaded, missing), strict=True):
        own = sum(len(value) for value in values)
        if waiting and patches + own > most:
            flush()
            patches = 0
        waiting.append((sample, values))
        patches += own
    if waiting:
        flush()


def pinned(features: Tensor) -> Tensor:
    """A copy in memory of the CPU from where a GPU fetches it by itself."""
    return torch.empty(features.shape, dtype=features.dtype, pin_memory=True).copy_(features)


def _prepared(loaded: LoadedModel, samples: Sequence[SamplePart]) -> Iterator[tuple[list[Tensor], list[Grid]]]:
    """Image values of each sample in order, some samples ahead of their use on a GPU."""

    def prepare(sample: SamplePart) -> tuple[list[Tensor], list[Grid]]:
        return image_values(loaded.processor, sample.images, loaded.settings)

    if loaded.device.type != "cuda" or len(samples) < 2:  # a CPU has no time to spare
        yield from map(prepare, samples)
        return
    threads = min(READERS, len(os.sched_getaffinity(0)))
    with ThreadPoolExecutor(threads) as pool:
        rest = iter(samples)
        ahead: deque[Future[tuple[list[Tensor], list[Grid]]]] = deque(
            pool.submit(prepare, sample) for sample in islice(rest, 4 * threads)
        )
        while ahead:
            yield ahead.popleft().result()
            ahead.extend(pool.submit(prepare, sample) for sample in islice(rest, 1))


def _batches(group: Sequence[int], lengths: Sequence[int], size: int, tokens: int) -> Iterator[list[int]]:
    """Indices by length, cut into batches of at most `size` rows and, where it is not 0, `tokens` tokens with padding."""
    rows: list[int] = []
    for index in sorted(group, key=lambda index: lengths[index]):
        if rows and (len(rows) == size or (tokens and (len(rows) + 1) * lengths[index] > tokens)):
            yield rows
            rows = []
        rows.append(index)
    if rows:
        yield rows
