"""The forward pass over prompts that share beginnings: keys and values of a beginning are computed once and continued.

A prompt is `shared | sample | late`: `shared` is the same for all samples of a task, `sample` for all calls on a sample,
`late` is a call's own. `tree_batch` packs a sample and any number of late parts into one row, each late part seeing the
shared part, the sample and itself, so that one pass serves all calls of a training example. Scoring uses the same rows with
one late part each. Everything works with and without gradients; keys and values given to a pass are never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import DynamicCache

# Per layer: keys and values, each (batch, key-value heads, tokens, head_dim).
KeyValues = tuple[tuple[Tensor, Tensor], ...]


@dataclass(frozen=True)
class Piece:
    """Consecutive tokens. `embeds` is (tokens, hidden), `positions` (3, tokens): temporal, height and width of M-RoPE."""

    embeds: Tensor
    positions: Tensor

    def next_position(self) -> int:
        """The position of text that follows this piece."""
        return int(self.positions[:, -1].max()) + 1 if self.positions.shape[1] else 0


@dataclass(frozen=True)
class TreeBatch:
    """Padded rows `sample | late 1 | late 2 | ...`.

    `embeds` (rows, tokens, hidden), `positions` (3, rows, tokens), `mask` bool (rows, 1, tokens, past + tokens), `last`
    (rows, late parts) the index of each late part's last token.
    """

    embeds: Tensor
    positions: Tensor
    mask: Tensor
    last: Tensor


def inner_model(model: Any) -> Any:
    """The `Qwen2VLForConditionalGeneration` inside a PEFT model, or the model itself; adapters stay active in it."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def embed_tokens(model: Any, ids: Sequence[int]) -> Tensor:
    """(tokens, hidden) embeddings of token ids."""
    embedding = inner_model(model).model.language_model.embed_tokens
    return embedding(torch.tensor(ids, dtype=torch.long, device=embedding.weight.device))  # type: ignore[no-any-return]


def text_piece(model: Any, ids: Sequence[int], start: int) -> Piece:
    """Text from position `start` on."""
    embeds = embed_tokens(model, ids)
    positions = torch.arange(start, start + len(ids), device=embeds.device).expand(3, -1)
    return Piece(embeds, positions)


def multimodal_piece(
    model: Any, before: int, ids: Sequence[int], grids: Sequence[Sequence[int]], features: Tensor | None
) -> Piece:
    """Text with images, after `before` text tokens.

    `grids` are (t, h, w) in patches per image; `features` (image tokens, hidden) replace the embeddings of the image
    placeholders. Positions are the model's own: `get_rope_index` on the whole beginning, of which the last part is taken.
    """
    base = inner_model(model)
    embeds = embed_tokens(model, ids)
    device = embeds.device
    tokens = torch.tensor(ids, dtype=torch.long, device=device)
    places = tokens == base.config.image_token_id
    if features is not None and len(features):
        if int(places.sum()) != len(features):
            raise ValueError(f"{int(places.sum())} image placeholders and {len(features)} image features; they must be equal")
        embeds = embeds.masked_scatter(places[:, None], features.to(embeds.dtype))
    whole = torch.cat([torch.zeros(before, dtype=torch.long, device=device), tokens])[None]
    kinds = torch.cat([torch.zeros(before, dtype=torch.long, device=device), places.long()])[None]
    grid = torch.tensor(grids, dtype=torch.long, device=device) if grids else None
    positions, _ = base.model.get_rope_index(whole, mm_token_type_ids=kinds.int(), image_grid_thw=grid)
    return Piece(embeds, positions[:, 0, before:])


def image_features(model: Any, values: Sequence[Tensor], grids: Sequence[Sequence[int]]) -> list[Tensor]:
    """Vision tower outputs, one (image tokens, hidden) per image. `values` are (patches, patch values) per image."""
    if not values:
        return []
    visual = inner_model(model).model.visual
    weight = next(visual.parameters())
    grid = torch.tensor(grids, dtype=torch.long, device=weight.device)
    merged = visual(torch.cat(list(values)).to(weight.device, weight.dtype), grid_thw=grid).pooler_output
    return list(merged.split((grid.prod(-1) // visual.spatial_merge_size**2).tolist()))


def tree_batch(
    samples: Sequence[Piece | None], lates: Sequence[Sequence[Piece]], past: Tensor | None = None, multiple: int = 1
) -> TreeBatch:
    """Pack rows. `past` is bool (rows, past tokens), which of the continued tokens are real; None for no past.

    Every row has the same number of late parts. Rows are padded on the right to a multiple of `multiple` tokens; padding
    is seen by nobody.
    """
    rows: list[Tensor] = []
    places: list[Tensor] = []
    segments: list[Tensor] = []
    last: list[list[int]] = []
    for sample, parts in zip(samples, lates, strict=True):
        pieces = ([sample] if sample is not None else []) + list(parts)
        first = 0 if sample is not None else 1
        device = pieces[0].embeds.device
        lengths = [len(piece.embeds) for piece in pieces]
        rows.append(torch.cat([piece.embeds for piece in pieces]))
        places.append(torch.cat([piece.positions for piece in pieces], dim=1).T)  # (tokens, 3)
        numbers = torch.arange(first, first + len(pieces), device=device)
        segments.append(torch.repeat_interleave(numbers, torch.tensor(lengths, device=device)))
        ends = torch.tensor(lengths).cumsum(0) - 1
        last.append(ends[1 if sample is not None else 0 :].tolist())
    longest = max(len(row) for row in rows)
    longest += -longest % multiple
    embeds = _pad(rows, longest, 0)
    positions = _pad(places, longest, 0).permute(2, 0, 1)
    segment = _pad(segments, longest, -1)  # (rows, tokens); 0 the sample, -1 padding
    device = embeds.device
    causal = torch.ones(longest, longest, dtype=torch.bool, device=device).tril()
    keys = segment[:, None, :]
    mask = causal & ((keys == 0) | (keys == segment[:, :, None])) & (keys >= 0)
    # A padding token sees itself, so that no row of the softmax is empty.
    mask = mask | (torch.eye(longest, dtype=torch.bool, device=device) & (segment[:, :, None] < 0))
    if past is not None:
        mask = torch.cat([past[:, None, :].expand(-1, longest, -1), mask], dim=2)
    return TreeBatch(embeds, positions, mask[:, None], torch.tensor(last, device=device))


def run_tree(model: Any, batch: TreeBatch, past: KeyValues | None = None) -> tuple[Tensor, KeyValues]:
    """Hidden states at each late part's last token, (rows, late parts, hidden), and all keys and values.

    `past` may have one row for many rows of the batch.
    """
    hidden, values = _language_model(model, batch.embeds, batch.positions, batch.mask, past)
    rows = torch.arange(len(hidden), device=hidden.device)[:, None]
    return hidden[rows, batch.last], values


def run_shared(model: Any, piece: Piece) -> KeyValues:
    """Keys and values of a beginning that many rows continue, each (1, key-value heads, tokens, head_dim)."""
    return _language_model(model, piece.embeds[None], piece.positions[:, None], None, None)[1]


def code_logits(model: Any, hidden: Tensor, codes: Tensor) -> Tensor:
    """Logits of the code tokens only, float32, (..., labels), from hidden states (..., hidden)."""
    weight = inner_model(model).lm_head.weight[codes]
    return torch.nn.functional.linear(hidden, weight).float()


def _language_model(
    model: Any, embeds: Tensor, positions: Tensor, mask: Tensor | None, past: KeyValues | None
) -> tuple[Tensor, KeyValues]:
    language = inner_model(model).model.language_model
    if language.has_sliding_layers:
        raise ValueError("models with sliding-window attention are not supported: late parts would lose the shared part")
    cache: Any = DynamicCache()
    for layer, (keys, values) in enumerate(past or ()):
        size = (len(embeds), -1, -1, -1)
        cache.update(keys.expand(size), values.expand(size), layer)
    # A mask given as a mapping is used as it is; None means plain causal attention, which is right without a past only.
    output = language(
        inputs_embeds=embeds,
        position_ids=positions,
        attention_mask={"full_attention": mask},
        past_key_values=cache,
        use_cache=True,
    )
    return output.last_hidden_state, tuple((layer.keys, layer.values) for layer in cache.layers)


def _pad(rows: Sequence[Tensor], length: int, value: int) -> Tensor:
    padded = pad_sequence(list(rows), batch_first=True, padding_value=value)
    missing = length - padded.shape[1]
    if not missing:
        return padded
    return torch.cat([padded, padded.new_full((len(padded), missing, *padded.shape[2:]), value)], dim=1)
