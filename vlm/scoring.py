"""Scoring labels: the log-probabilities of all codes at one position.

`TransformersScorer` computes the shared part's keys and values once per label set and a sample's once per sample, and continues
them for each call; its scores are those of the plain forward pass over the whole prompt, to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vlm.forward import (
    KeyValues,
    Piece,
    code_logits,
    image_features,
    multimodal_piece,
    run_shared,
    run_tree,
    text_piece,
    tree_batch,
)
from vlm.model import LoadedModel, image_values
from vlm.prompt import Prompt, SamplePart, SharedPart


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
    """Keys and values of a sample's own tokens, (key-value heads, tokens, head_dim) per layer, and what position follows."""

    values: KeyValues
    next_position: int
    tokens: int


class TransformersScorer:
    """Scores with a Transformers model. States are kept as long as the prompt parts they belong to."""

    def __init__(self, loaded: LoadedModel) -> None:
        self.loaded = loaded
        self.model: Any = loaded.model
        self._shared: WeakKeyDictionary[SharedPart, KeyValues] = WeakKeyDictionary()
        self._samples: WeakKeyDictionary[SamplePart, _SampleState] = WeakKeyDictionary()
        self._features: WeakKeyDictionary[SamplePart, Tensor] = WeakKeyDictionary()

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
        """See `Scorer`. Prompts are batched by `batch_size`, those of similar length together."""
        if not prompts:
            raise ValueError("no prompts to score")
        shared = prompts[0].shared
        if any(prompt.shared is not shared for prompt in prompts):
            raise ValueError("prompts of one batch must have the same shared part")
        codes = torch.tensor(shared.codes, device=self.loaded.device)
        scores = np.empty((len(prompts), len(shared.codes)), dtype=np.float32)
        size = self.loaded.settings.batch_size
        fresh = [index for index, prompt in enumerate(prompts) if prompt.sample not in self._samples]
        known = [index for index in range(len(prompts)) if prompts[index].sample in self._samples]
        for group, run in ((fresh, self._start), (known, self._continue)):
            group = sorted(group, key=lambda index: len(prompts[index].sample.ids) + len(prompts[index].late))
            for begin in range(0, len(group), size):
                rows = group[begin : begin + size]
                hidden = run([prompts[index] for index in rows], self._shared_values(shared))
                scores[rows] = code_logits(self.model, hidden, codes).log_softmax(-1).cpu().numpy()
        return scores

    def _shared_values(self, shared: SharedPart) -> KeyValues:
        if shared not in self._shared:
            self._shared[shared] = run_shared(self.model, text_piece(self.model, shared.ids, 0))
        return self._shared[shared]

    def _start(self, prompts: Sequence[Prompt], shared: KeyValues) -> Tensor:
        """Samples seen for the first time: their tokens and the late part in one pass; the sample's state is kept."""
        before = len(prompts[0].shared.ids)
        samples = sample_pieces(self.loaded, [prompt.sample for prompt in prompts], before, self._features)
        lates = [
            [text_piece(self.model, prompt.late, sample.next_position())] for prompt, sample in zip(prompts, samples, strict=True)
        ]
        past = torch.ones(len(prompts), before, dtype=torch.bool, device=self.loaded.device)
        hidden, values = run_tree(self.model, tree_batch(samples, lates, past), shared)
        for row, (prompt, sample) in enumerate(zip(prompts, samples, strict=True)):
            tokens = len(prompt.sample.ids)
            own = tuple(
                (keys[row, :, before : before + tokens].clone(), items[row, :, before : before + tokens].clone())
                for keys, items in values
            )
            self._samples[prompt.sample] = _SampleState(own, sample.next_position(), tokens)
        return hidden[:, 0]

    def _continue(self, prompts: Sequence[Prompt], shared: KeyValues) -> Tensor:
        """Samples whose state is at hand: the late part only."""
        states = [self._samples[prompt.sample] for prompt in prompts]
        before = len(prompts[0].shared.ids)
        longest = max(state.tokens for state in states)
        rows = len(states)
        joined: list[tuple[Tensor, Tensor]] = []
        for layer, (keys, values) in enumerate(shared):
            both = []
            for side, beginning in enumerate((keys, values)):
                _, heads, _, width = beginning.shape
                whole = beginning.new_zeros(rows, heads, before + longest, width)
                whole[:, :, :before] = beginning
                for row, state in enumerate(states):
                    whole[row, :, before : before + state.tokens] = state.values[layer][side]
                both.append(whole)
            joined.append((both[0], both[1]))
        lengths = torch.tensor([before + state.tokens for state in states], device=self.loaded.device)
        past = torch.arange(before + longest, device=self.loaded.device)[None] < lengths[:, None]
        lates = [
            [text_piece(self.model, prompt.late, state.next_position)] for prompt, state in zip(prompts, states, strict=True)
        ]
        hidden, _ = run_tree(self.model, tree_batch([None] * rows, lates, past), tuple(joined))
        return hidden[:, 0]


def sample_pieces(
    loaded: LoadedModel,
    samples: Sequence[SamplePart],
    before: int,
    features: WeakKeyDictionary[SamplePart, Tensor] | None = None,
) -> list[Piece]:
    """Samples as pieces that follow `before` shared tokens. `features` remembers the vision tower's outputs."""
    memory = features if features is not None else WeakKeyDictionary()
    remember_features(loaded, samples, memory)
    return [multimodal_piece(loaded.model, before, sample.ids, sample.grids, memory.get(sample)) for sample in samples]


def remember_features(loaded: LoadedModel, samples: Sequence[SamplePart], memory: WeakKeyDictionary[SamplePart, Tensor]) -> None:
    """Run the vision tower once over those samples that have images and are not in `memory` yet."""
    missing = [sample for sample in samples if sample.images and sample not in memory]
    if not missing:
        return
    values, grids = image_values(loaded.processor, [image for sample in missing for image in sample.images], loaded.settings)
    outputs = iter(image_features(loaded.model, values, grids))
    for sample in missing:
        memory[sample] = torch.cat([next(outputs) for _ in sample.images])
