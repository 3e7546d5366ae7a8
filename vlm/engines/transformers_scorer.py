"""Scoring labels: the log-probabilities of all codes at one position.

`TransformersScorer` keeps a prefix cache: keys and values of the shared part, once per label set, and of a sample's part, once
per sample. Its scores equal those of a plain forward pass over the whole prompt up to rounding.
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

# Tokens of a batch on a GPU, padding included: a 7B model needs about 3 GB for one beside its weights, and larger batches are not
# faster. A CPU's batch has `vlm.batch_size` rows.
GPU_TOKENS = 16_384
# Image patches of one run of the vision tower: bounds its memory, whatever the number of images.
VISION_PATCHES = {"cuda": 32_768, "cpu": 4_096}
READERS = 4  # threads that prepare images while the GPU computes

Features = WeakKeyDictionary[SamplePart, Tensor]


class Scorer(Protocol):
    """Anything that scores prompts: this module's, or a serving engine's."""

    @property
    def samples_at_once(self) -> int:
        """How many samples' prompts should be passed to `score` at once."""
        ...

    def score(self, prompts: Sequence[Prompt]) -> NDArray[np.float32]:
        """Log-probabilities over the labels, (prompts, labels) float32; each row's probabilities sum to one.

        All prompts have the same shared part.
        """
        ...


@dataclass(frozen=True)
class _SampleState:
    """Keys and values of a sample's own tokens, (layers, 2, key-value heads, tokens, head_dim), and the next position."""

    values: Tensor
    after: int

    @property
    def tokens(self) -> int:
        return self.values.shape[3]


class TransformersScorer:
    """Scores with a Transformers model. Cached keys and values live as long as their prompt parts."""

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
        """Clear the prefix cache; needed after the active adapter changes. Image features stay: adapters do not change them."""
        self._shared.clear()
        self._samples.clear()

    @torch.inference_mode()
    def score(self, prompts: Sequence[Prompt]) -> NDArray[np.float32]:
        """See `Scorer`. Prompts of similar length share a batch, which is bounded by tokens on a GPU and by rows on a CPU."""
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
        """Run new samples, their own part and the late part, and cache their keys and values."""
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
        """Run the late parts alone, for samples whose keys and values are cached."""
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
    """Samples as pieces that follow `before` shared tokens. `features` caches the vision tower's outputs."""
    memory = features if features is not None else WeakKeyDictionary()
    remember_features(loaded, samples, memory)
    return [multimodal_piece(loaded.model, before, sample.ids, sample.grids, memory.get(sample)) for sample in samples]


def remember_features(loaded: LoadedModel, samples: Sequence[SamplePart], memory: Features, *, pin: bool = False) -> None:
    """Run the vision tower over the samples that have images and are not in `memory` yet.

    Features stay on the model's device; with `pin` they move to pinned CPU memory, for asynchronous copies. On a GPU, threads
    preprocess the next images meanwhile.
    """
    missing = [sample for sample in samples if sample.images and sample not in memory]
    waiting: list[tuple[SamplePart, list[Tensor]]] = []
    most, patches = VISION_PATCHES.get(loaded.device.type, VISION_PATCHES["cpu"]), 0

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
    """A copy in pinned CPU memory, from where a GPU can fetch it asynchronously."""
    return torch.empty(features.shape, dtype=features.dtype, pin_memory=True).copy_(features)


def _prepared(loaded: LoadedModel, samples: Sequence[SamplePart]) -> Iterator[tuple[list[Tensor], list[Grid]]]:
    """Preprocessed images of each sample, in order; for a GPU they are prepared ahead, by threads."""

    def prepare(sample: SamplePart) -> tuple[list[Tensor], list[Grid]]:
        return image_values(loaded.processor, sample.images, loaded.settings)

    if loaded.device.type != "cuda" or len(samples) < 2:  # on a CPU, threads would only compete with the model
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
    """Indices sorted by length, in batches of at most `size` rows and, unless it is 0, `tokens` tokens, padding included."""
    rows: list[int] = []
    for index in sorted(group, key=lambda index: lengths[index]):
        if rows and (len(rows) == size or (tokens and (len(rows) + 1) * lengths[index] > tokens)):
            yield rows
            rows = []
        rows.append(index)
    if rows:
        yield rows
