"""Batches as padded arrays, made by data processes, and the losses on them, without Python work per row on the GPU's side.

Each label list of a batch runs once, and every row continues its list's keys and values. Rows are grouped by length into parts.
Positions and the places of answers, reading targets and image tokens are index arrays, so that the GPU never waits for the CPU.
`tests/test_vlm_pretrain.py` compares the result with the plain forward pass.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy, linear, scaled_dot_product_attention
from transformers.models.qwen2_vl.modeling_qwen2_vl import apply_rotary_pos_emb_vision

from data.schema import Task
from vlm.engines.forward import run_tree
from vlm.engines.pieces import TreeBatch, inner_model, move
from vlm.policy import CALLS
from vlm.pretraining.curriculum import Row
from vlm.pretraining.image_pool import MERGE, PATCH, ImagePool

Ints = NDArray[np.int64]

MULTIPLE = 16  # lengths are padded to a multiple of this: few shapes, and aligned masks for attention kernels
READ = 24  # next-token targets per row and kind (sample, late parts); more of them cost time and add little signal
# Answers are counted by task, kind of list (official or drawn) and call; drills are counted separately.
METRICS = (
    *(f"{task}_{kind}_{call}" for task in Task for kind in ("official", "drawn") for call in range(1, CALLS + 1)),
    *(f"{task}_drill_0" for task in Task),
)


@dataclass(frozen=True)
class Lists:
    """Label lists: `ids` (lists, tokens), `lengths` (lists,), `codes` (lists, labels) with `code_counts` (lists,)."""

    ids: Ints
    lengths: Ints
    codes: Ints
    code_counts: Ints


@dataclass(frozen=True)
class Part:
    """Rows of similar length.

    `ids`, `segments` (rows, tokens), `positions` (3, rows, tokens), `lists` (rows,). `picked` (rows, k) are the tokens whose
    hidden states are used. `answer_at`, `read_at` and `shot_at` index the flattened `picked`: positions of answers, before a
    next-token target, and before an exemplar's code. `image_rows` are rows of the pool. `image_from` selects image tokens from
    (images x image_width); `image_to` is where they go in (rows x tokens).
    """

    ids: Ints
    segments: Ints
    positions: Ints
    lists: Ints
    picked: Ints
    answer_at: Ints
    answer_list: Ints
    answer: Ints
    answer_weight: NDArray[np.float32]
    metric: Ints
    read_at: Ints
    read_target: Ints
    shot_at: Ints
    shot_target: Ints
    image_rows: Ints
    image_grids: Ints
    image_from: Ints
    image_to: Ints
    image_width: int


@dataclass(frozen=True)
class Batch:
    """The data of one step. `tokens` counts lists and rows without padding."""

    lists: Lists
    parts: tuple[Part, ...]
    rows: int
    tokens: int


class Losses(NamedTuple):
    """Losses of a part.

    `code` and `vocabulary` are sums of the answers' weighted losses over codes and over all tokens, `weight` the sum of the
    weights. `reading` and `shot` are mean next-token losses on texts and on exemplars' codes. `right` and `asked` (metrics,)
    count answers.
    """

    code: Tensor
    vocabulary: Tensor
    weight: Tensor
    reading: Tensor
    shot: Tensor
    right: Tensor
    asked: Tensor


def pack(rows: Sequence[Row], parts: int, rng: random.Random, image_token: int, arrow: int) -> Batch:
    """Pack rows into arrays. `arrow` is the token before an exemplar's label."""
    listings = list(dict.fromkeys(row.listing for row in rows))
    number = {listing: index for index, listing in enumerate(listings)}
    shared = [listing.builder.shared for listing in listings]
    lists = Lists(
        _padded([part.ids for part in shared]),
        np.array([len(part.ids) for part in shared]),
        _padded([part.codes for part in shared], 1),
        np.array([len(part.codes) for part in shared]),
    )
    ordered = sorted(rows, key=_tokens)
    size = -(-len(rows) // parts)
    made = [_pack_part(ordered[start : start + size], number, rng, image_token, arrow) for start in range(0, len(ordered), size)]
    return Batch(lists, tuple(made), len(rows), int(lists.lengths.sum()) + sum(_tokens(row) for row in rows))


def _pack_part(rows: Sequence[Row], number: dict[Any, int], rng: random.Random, image_token: int, arrow: int) -> Part:
    length = -(-max(_tokens(row) for row in rows) // MULTIPLE) * MULTIPLE
    ids = np.zeros((len(rows), length), dtype=np.int64)
    segments = np.full((len(rows), length), -1, dtype=np.int64)
    positions = np.zeros((3, len(rows), length), dtype=np.int64)
    picked: list[list[int]] = []
    answers: list[tuple[int, int, int, int, float, int]] = []  # row, place in picked, list, entry, weight, metric
    reads: list[tuple[int, int, int]] = []  # row, place in picked, target
    shots: list[tuple[int, int, int]] = []
    images: list[int] = []
    grids: list[tuple[int, int]] = []
    targets: list[int] = []
    for at, row in enumerate(rows):
        before = len(row.listing.builder.shared.ids)
        item = row.item
        chosen: list[int] = []
        begin = len(item.ids)
        ids[at, :begin] = item.ids
        segments[at, :begin] = 0
        positions[:, at, :begin] = item.positions + before
        if item.images:
            targets += (at * length + np.flatnonzero(ids[at, :begin] == image_token)).tolist()
            images += item.images
            grids += [(high, wide) for _, high, wide in item.grids]
        words = np.flatnonzero(ids[at, 1:begin] != image_token).tolist()
        for place in rng.sample(words, min(READ, len(words))):
            reads.append((at, len(chosen), int(ids[at, place + 1])))
            chosen.append(place)
        for place, entry, weight in row.drill:
            metric = METRICS.index(f"{row.listing.task}_drill_0")
            answers.append((at, len(chosen), number[row.listing], entry, weight, metric))
            chosen.append(place)
        hints: list[int] = []
        for segment, (call, late, weight) in enumerate(row.lates, start=1):
            stop = begin + len(late)
            ids[at, begin:stop] = late
            segments[at, begin:stop] = segment
            positions[:, at, begin:stop] = np.arange(len(late)) + before + item.after
            if call > 1:
                hints += range(begin, stop - 1)
                for place in [begin + index for index, token in enumerate(late) if token == arrow]:
                    for shot in (place, place + 1):  # the code may be one token with the space before it, or follow it
                        shots.append((at, len(chosen), int(ids[at, shot + 1])))
                        chosen.append(shot)
            metric = METRICS.index(f"{row.listing.task}_{'official' if row.listing.official else 'drawn'}_{call}")
            answers.append((at, len(chosen), number[row.listing], row.answer, weight, metric))
            chosen.append(stop - 1)
            begin = stop
        for place in rng.sample(hints, min(READ, len(hints))):
            reads.append((at, len(chosen), int(ids[at, place + 1])))
            chosen.append(place)
        picked.append(chosen)
    most = max(len(chosen) for chosen in picked)
    answer = np.array(answers, dtype=np.float64).reshape(-1, 6)
    flat = (answer[:, 0] * most + answer[:, 1]).astype(np.int64)
    read, shown = (np.array(found, dtype=np.int64).reshape(-1, 3) for found in (reads, shots))
    sizes = [high * wide // MERGE**2 for high, wide in grids]
    largest = max(sizes, default=1)
    sources = [np.arange(size) + index * largest for index, size in enumerate(sizes)]
    return Part(
        ids,
        segments,
        positions,
        np.array([number[row.listing] for row in rows]),
        _padded(picked, 1),
        flat,
        answer[:, 2].astype(np.int64),
        answer[:, 3].astype(np.int64),
        answer[:, 4].astype(np.float32),
        answer[:, 5].astype(np.int64),
        read[:, 0] * most + read[:, 1],
        read[:, 2],
        shown[:, 0] * most + shown[:, 1],
        shown[:, 2],
        np.array(images, dtype=np.int64),
        np.array(grids, dtype=np.int64).reshape(-1, 2),
        np.concatenate(sources) if sources else np.zeros(0, dtype=np.int64),
        np.array(targets, dtype=np.int64),
        largest,
    )


def to_tensors(value: Any, device: torch.device) -> Any:
    """The same dataclass with tensors on a device."""
    fields = {name: move(item, device) if isinstance(item, np.ndarray) else item for name, item in vars(value).items()}
    return type(value)(**fields)


def list_values(model: Any, lists: Any) -> tuple[Any, Tensor]:
    """Keys and values of all lists, each (lists, heads, tokens, head_dim), and a mask of tokens that are no padding."""
    width = lists.ids.shape[1]
    device = lists.ids.device
    causal = torch.ones(width, width, dtype=torch.bool, device=device).tril()[None, None]
    places = torch.arange(width, device=device)
    embeds = inner_model(model).model.language_model.embed_tokens(lists.ids)
    unused = torch.zeros(len(embeds), 1, dtype=torch.long, device=device)
    _, values = run_tree(model, TreeBatch(embeds, places.expand(3, len(embeds), -1), causal, unused))
    return values, places[None] < lists.lengths[:, None]


def part_losses(model: Any, lists: Any, values: Any, real: Tensor, part: Any, images: PoolOnDevice | None) -> Losses:
    """Losses of a part; `values` are its lists' keys and values. Fields of `lists` and `part` are tensors."""
    base = inner_model(model)
    embeds = base.model.language_model.embed_tokens(part.ids)
    if len(part.image_rows):
        assert images is not None
        features = images.features(base.model.visual, part.image_rows, part.image_grids, part.image_width)
        features = features.index_select(0, part.image_from).to(embeds.dtype)
        embeds = embeds.flatten(0, 1).index_copy(0, part.image_to, features).view_as(embeds)
    keys, width = part.segments[:, None, :], part.ids.shape[1]
    causal = torch.ones(width, width, dtype=torch.bool, device=embeds.device).tril()
    mask = causal & ((keys == 0) | (keys == part.segments[:, :, None])) & (keys >= 0)
    # Padding attends to the list, so that no row of the softmax is empty.
    mask = torch.cat([real[part.lists][:, None, :].expand(-1, width, -1), mask], dim=2)[:, None]
    past = tuple((keys.index_select(0, part.lists), held.index_select(0, part.lists)) for keys, held in values)
    hidden, _ = run_tree(model, TreeBatch(embeds, part.positions, mask, part.picked), past)
    hidden = hidden.flatten(0, 1)  # (rows x picked, hidden)
    weight = base.lm_head.weight
    states = hidden.index_select(0, part.answer_at)  # (answers, hidden)
    codes = lists.codes[part.answer_list]  # (answers, labels)
    logits = torch.einsum("ah,alh->al", states, weight[codes].to(states.dtype)).float()
    missing = torch.arange(codes.shape[1], device=codes.device)[None] >= lists.code_counts[part.answer_list][:, None]
    logits = logits.masked_fill(missing, -1e9)
    code = cross_entropy(logits, part.answer, reduction="none") * part.answer_weight
    tokens = codes.gather(1, part.answer[:, None])[:, 0]
    vocabulary = cross_entropy(linear(states, weight).float(), tokens, reduction="none") * part.answer_weight
    reading = _next_token(hidden, weight, part.read_at, part.read_target)
    shot = _next_token(hidden, weight, part.shot_at, part.shot_target)
    counted = part.answer_weight > 0
    right = (logits.argmax(1) == part.answer) & counted
    empty = torch.zeros(len(METRICS), device=code.device)
    return Losses(
        code.sum(),
        vocabulary.sum(),
        part.answer_weight.sum(),
        reading,
        shot,
        empty.index_add(0, part.metric, right.float()),
        empty.index_add(0, part.metric, counted.float()),
    )


def _next_token(hidden: Tensor, weight: Tensor, at: Tensor, target: Tensor) -> Tensor:
    if not len(at):
        return hidden.sum() * 0
    return cross_entropy(linear(hidden.index_select(0, at), weight).float(), target)


class PoolOnDevice:
    """The pool's patches in the device's memory, and the vision tower on many images at once."""

    def __init__(self, pool: ImagePool, processor: Any, device: torch.device) -> None:
        self.patches = torch.from_numpy(np.ascontiguousarray(pool.patches)).to(device)
        image = processor.image_processor
        self.mean = torch.tensor(image.image_mean, device=device)[:, None]
        self.std = torch.tensor(image.image_std, device=device)[:, None]
        self.vary = False  # whether images are augmented

    def features(self, visual: Any, rows: Tensor, grids: Tensor, width: int) -> Tensor:
        """Image tokens, (images x width, hidden); those beyond an image's own number are padding.

        `rows` are rows of the pool, `grids` (images, 2) in patches, `width` the image tokens of the largest.
        """
        pixels = self.patches[rows, : width * MERGE**2].float().view(len(rows), -1, 3, PATCH**2) / 255
        if self.vary:
            pixels = _varied(pixels)
        return vision_features(visual, (pixels - self.mean) / self.std, grids)


def _varied(pixels: Tensor) -> Tensor:
    """Augmentation: brightness, contrast, colour and noise, against memorising the pool's images."""
    draw = torch.rand(len(pixels), 1, 3, 1, device=pixels.device)
    light = torch.rand(len(pixels), 2, 1, 1, device=pixels.device)
    gain = 0.75 + 0.5 * light[:, :1] + 0.1 * (draw - 0.5)
    shifted = (pixels - 0.5) * gain + 0.5 + 0.2 * (light[:, 1:] - 0.5)
    return (shifted + 0.03 * torch.randn_like(shifted)).clamp(0, 1)


def vision_features(visual: Any, patches: Tensor, grids: Tensor) -> Tensor:
    """The vision tower on padded images. Its own forward runs attention per image, which is slow for many small images.

    `patches` (images, n, 3, 196) normalised, `grids` (images, 2) in patches; returns (images x n/4, hidden).
    """
    images, width = patches.shape[:2]
    frames = patches[:, :, :, None].expand(-1, -1, -1, 2, -1).reshape(images * width, -1)  # each image is two equal frames
    kernel = visual.patch_embed.proj.weight
    hidden = linear(frames, kernel.flatten(1))
    cos, sin = visual.rotary_pos_emb(hidden, _patch_places(grids, width))
    mask = (torch.arange(width, device=patches.device)[None] < grids.prod(1)[:, None])[:, None, None]  # (images, 1, 1, n)
    for block in visual.blocks:
        attention = block.attn
        shape = (images * width, 3, attention.num_heads, -1)
        query, key, value = attention.qkv(block.norm1(hidden)).reshape(shape).unbind(1)
        query, key = apply_rotary_pos_emb_vision(query, key, cos, sin)
        query, key, value = (side.unflatten(0, (images, width)).transpose(1, 2) for side in (query, key, value))
        mixed = scaled_dot_product_attention(query, key, value, mask).transpose(1, 2).reshape(images * width, -1)
        hidden = hidden + attention.proj(mixed)
        hidden = hidden + block.mlp(block.norm2(hidden))
    return visual.merger(hidden)  # type: ignore[no-any-return]


def _patch_places(grids: Tensor, width: int) -> Tensor:
    """Row and column of each patch, (images x width, 2), in blocks of 2 x 2; padding has arbitrary values."""
    index = torch.arange(width, device=grids.device)[None]
    blocks = (grids[:, 1:] // MERGE).clamp(min=1)  # (images, 1) per row of blocks
    block, inside = index // MERGE**2, index % MERGE**2
    rows = block // blocks * MERGE + inside // MERGE
    columns = block % blocks * MERGE + inside % MERGE
    return torch.stack([rows, columns], dim=-1).flatten(0, 1)


def _tokens(row: Row) -> int:
    return len(row.item.ids) + sum(len(late) for _, late, _ in row.lates)


def _padded(rows: Sequence[Sequence[int]], multiple: int = MULTIPLE) -> Ints:
    width = -(-max(len(row) for row in rows) // multiple) * multiple
    result = np.zeros((len(rows), width), dtype=np.int64)
    for index, row in enumerate(rows):
        result[index, : len(row)] = row
    return result
