"""Prompt parts as rows of a batch: token ids, positions and image features, laid out on the CPU and moved once per batch.

`tree_batch` packs a sample and its late parts into one row. A late part attends to the shared part, the sample and itself, so one
pass serves all calls of a training example. Scoring uses the same rows with one late part each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vlm.engines.attention import Segments
from vlm.model import Grid

ALIGNED = 8  # on a GPU the keys of a row are padded to a multiple of this: kernels copy unaligned masks in every layer


@dataclass(frozen=True)
class Piece:
    """Consecutive tokens.

    `ids` is (tokens,) int64, `positions` (3, tokens) of M-RoPE (temporal, height, width), `after` the next position. `features`
    (image tokens, hidden) replace the embeddings at `image_places` (image tokens,).
    """

    ids: NDArray[np.int64]
    positions: NDArray[np.int64]
    after: int
    features: Tensor | None = None
    image_places: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class TreeBatch:
    """Rows of pieces. Answers are read from the hidden state at the last token of each late part.

    `embeds` is (rows, tokens, hidden), `positions` (3, rows, tokens), `last` (rows, late parts) the index of each late part's
    last token. `mask` is the attention mask, as segments or as bool (rows, 1, tokens, past + tokens); None is causal attention
    without a prefix.
    """

    embeds: Tensor
    positions: Tensor
    mask: Segments | Tensor | None
    last: Tensor


def inner_model(model: Any) -> Any:
    """The `Qwen2VLForConditionalGeneration` inside a PEFT model, or the model itself; adapters stay active in it."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def text_piece(ids: Sequence[int], start: int) -> Piece:
    """Text whose first token has position `start`."""
    positions = np.broadcast_to(np.arange(start, start + len(ids)), (3, len(ids)))
    return Piece(np.asarray(ids, dtype=np.int64), positions, start + len(ids))


def multimodal_piece(model: Any, before: int, ids: Sequence[int], grids: Sequence[Grid], features: Tensor | None) -> Piece:
    """Text with images, after `before` text tokens.

    `grids` are (t, h, w) in patches per image; `features` (image tokens, hidden) replace the embeddings of image placeholders.
    """
    token = inner_model(model).config.image_token_id
    places = np.flatnonzero(np.asarray(ids) == token)
    positions, after = rope_positions(ids, grids, token)
    if features is None or not len(features):
        features, places = None, places[:0]
    elif len(places) != len(features):
        raise ValueError(f"{len(places)} image placeholders and {len(features)} image features; they must be equal")
    return Piece(np.asarray(ids, dtype=np.int64), positions.astype(np.int64) + before, after + before, features, places)


def rope_positions(ids: Sequence[int], grids: Sequence[Grid], image_token: int) -> tuple[NDArray[np.int32], int]:
    """M-RoPE positions (3, tokens) from 0 on, as Transformers' `get_rope_index` counts them, and the next position."""
    tokens = np.asarray(ids, dtype=np.int32)
    positions = np.empty((3, len(tokens)), dtype=np.int32)
    begin, at = 0, 0  # token, position
    starts = np.flatnonzero((tokens == image_token) & (np.roll(tokens, 1) != image_token))
    for start, (_, high, wide) in zip(starts.tolist(), grids, strict=True):
        rows, columns = high // 2, wide // 2
        positions[:, begin:start] = np.arange(at, at + start - begin)
        at += start - begin
        stop = start + rows * columns
        positions[0, start:stop] = at
        positions[1, start:stop] = at + np.repeat(np.arange(rows), columns)
        positions[2, start:stop] = at + np.tile(np.arange(columns), rows)
        at += max(rows, columns)
        begin = stop
    positions[:, begin:] = np.arange(at, at + len(tokens) - begin)
    return positions, at + len(tokens) - begin


def tree_batch(
    model: Any, samples: Sequence[Piece | None], lates: Sequence[Sequence[Piece]], past: Sequence[int] = (), width: int = 0
) -> TreeBatch:
    """A row per sample: `sample | late 1 | late 2 | ...`, padded on the right. All rows have the same number of late parts.

    `past` holds for each row how many of the prefix's `width` tokens are not padding; it is empty where there is no prefix.
    """
    rows = [
        [
            *([_Part(sample, 0, 0, False)] if sample is not None else []),
            *(_Part(late, number, 0, True) for number, late in enumerate(parts, 1)),
        ]
        for sample, parts in zip(samples, lates, strict=True)
    ]
    return _lay_out(model, rows, past, width)


def packed_batch(model: Any, shared: Piece, samples: Sequence[Piece], lates: Sequence[Sequence[Piece]]) -> TreeBatch:
    """One packed sequence: `shared | sample 1 | its late parts | sample 2 | its late parts | ...`.

    `last` is (1, late parts of all samples). Meant for blockwise attention, which skips the masked blocks.
    """
    row = [_Part(shared, 0, 0, False)]
    for sample, parts in zip(samples, lates, strict=True):
        own = len(row)
        row.append(_Part(sample, own, 0, False))
        row += [_Part(late, number, own, True) for number, late in enumerate(parts, own + 1)]
    return _lay_out(model, [row])


@dataclass(frozen=True)
class _Part:
    """A piece in a row. `segment` and `parent` are those of `Segments`; `asked` is true where the last token's state is read."""

    piece: Piece
    segment: int
    parent: int
    asked: bool


def _lay_out(model: Any, rows: Sequence[Sequence[_Part]], past: Sequence[int] = (), width: int = 0) -> TreeBatch:
    device = inner_model(model).model.language_model.embed_tokens.weight.device
    longest = max(sum(len(part.piece.ids) for part in parts) for parts in rows)
    if device.type == "cuda":
        longest += -(width + longest) % ALIGNED
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    positions = np.zeros((3, len(rows), longest), dtype=np.int64)
    segments, parents = (np.full((len(rows), longest), -1, dtype=np.int64) for _ in range(2))
    last: list[list[int]] = []
    images: list[tuple[NDArray[np.int64], Tensor]] = []
    for row, parts in enumerate(rows):
        begin, ends = 0, []
        for part in parts:
            piece = part.piece
            end = begin + len(piece.ids)
            ids[row, begin:end] = piece.ids
            positions[:, row, begin:end] = piece.positions
            segments[row, begin:end] = part.segment
            parents[row, begin:end] = part.parent
            if piece.features is not None and piece.image_places is not None:
                images.append((row * longest + begin + piece.image_places, piece.features))
            if part.asked:
                ends.append(end - 1)
            begin = end
        last.append(ends)
    queries = keys = move(segments, device)
    if past:
        real = torch.arange(width, device=device) < move(np.asarray(past), device)[:, None]
        keys = torch.cat([torch.where(real, 0, -1), queries], dim=1)
    mask = Segments(queries, move(parents, device), keys)
    return TreeBatch(_embed(model, move(ids, device), images), move(positions, device), mask, move(np.asarray(last), device))


def plain_batch(model: Any, piece: Piece) -> TreeBatch:
    """One row of text under causal attention, run for its keys and values alone."""
    device = inner_model(model).model.language_model.embed_tokens.weight.device
    last = torch.full((1, 1), len(piece.ids) - 1, device=device)
    embeds = _embed(model, move(piece.ids[None], device), [])
    return TreeBatch(embeds, move(np.ascontiguousarray(piece.positions[:, None]), device), None, last)


def _embed(model: Any, ids: Tensor, images: Sequence[tuple[NDArray[np.int64], Tensor]]) -> Tensor:
    """Embeddings (rows, tokens, hidden) with `images` put in: pairs of places in the flattened rows and features."""
    embeds: Tensor = inner_model(model).model.language_model.embed_tokens(ids)
    if not images:
        return embeds
    places = move(np.concatenate([where for where, _ in images]), embeds.device)
    # Converted after the move: converted on the CPU, features would lie in memory that is not pinned.
    features = torch.cat([values.to(embeds.device, non_blocking=True) for _, values in images]).to(embeds.dtype)
    return embeds.flatten(0, 1).index_copy(0, places, features).view_as(embeds)


def move(values: NDArray[Any], device: torch.device) -> Tensor:
    """An array as a tensor on a device. On a GPU the copy is asynchronous, from pinned memory."""
    made = torch.from_numpy(values)
    return made.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else made.to(device)
