"""The forward pass with a prefix cache: a prefix's keys and values are computed once, and every prompt with it continues them.

A prompt is `shared | sample | late`: `shared` is the same for all samples of a task, `sample` for all calls on a sample, `late`
belongs to one call (pieces.py lays them out). Decoder layers are called one by one; each takes the prefix's keys and values as
arguments and returns its own. No cache object grows, so one compiled layer serves all, and gradient checkpointing works.
Everything runs with and without gradients; keys and values that a pass is given are never changed.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.attention.flex_attention import BlockMask
from torch.utils.checkpoint import checkpoint
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VLDecoderLayer

from vlm.engines.attention import Segments, block_masked_attention
from vlm.engines.pieces import Piece, TreeBatch, packed_batch, plain_batch, text_piece, tree_batch
from vlm.engines.pieces import inner_model as inner_model

# Per layer: keys and values, each (batch, key-value heads, tokens, head_dim).
KeyValues = tuple[tuple[Tensor, Tensor], ...]
# The layer's argument that takes the cache; transformers 5.24 renamed it.
CACHE = "cache" if "cache" in inspect.signature(Qwen2VLDecoderLayer.forward).parameters else "past_key_values"
GRAPHS = 64  # compiled variants of a layer: with and without gradients, past, mask, one row or many
PROBE = (40, 24)  # tokens of a trial; they differ, because equal sizes would be compiled as one dimension
LARGE = 5 * 10**8  # parameters; compiling takes about a minute, which smaller models do not win back


@dataclass(frozen=True)
class Execution:
    """How decoder layers are run.

    `compiled`: by torch.compile. `checkpoint`: with gradient checkpointing. `blocks`: with blockwise attention masks
    (attention.py); forward and backward pass must then run within `attention_for`.
    """

    compiled: bool = False
    checkpoint: bool = False
    blocks: bool = False


EAGER = Execution()


def image_features(model: Any, values: Sequence[Tensor], grids: Sequence[Sequence[int]]) -> list[Tensor]:
    """Vision tower outputs, one (image tokens, hidden) per image. `values` are (patches, patch values) per image."""
    if not values:
        return []
    visual = inner_model(model).model.visual
    weight = next(visual.parameters())
    grid = torch.tensor(grids, dtype=torch.long, device=weight.device)
    merged = visual(torch.cat(list(values)).to(weight.device, weight.dtype), grid_thw=grid).pooler_output
    return list(merged.split([high * wide * frames // visual.spatial_merge_size**2 for frames, high, wide in grids]))


def run_tree(model: Any, batch: TreeBatch, *past: KeyValues, how: Execution = EAGER) -> tuple[Tensor, KeyValues]:
    """Hidden states at each late part's last token, (rows, late parts, hidden), and the batch's own keys and values.

    Each of `past` is a prefix of the batch, in order; a prefix with a single row serves all rows of the batch.
    """
    language = inner_model(model).model.language_model
    if language.has_sliding_layers:
        raise ValueError("models with sliding-window attention are not supported: late parts would lose the shared part")
    hidden = batch.embeds
    mask: BlockMask | Tensor | None
    if isinstance(batch.mask, Segments):
        mask = batch.mask.blocks() if how.blocks else batch.mask.dense()
    else:
        mask = batch.mask
    if isinstance(mask, Tensor) and hidden.device.type == "cuda":  # or the kernels convert the boolean mask in every layer
        mask = torch.zeros_like(mask, dtype=hidden.dtype).masked_fill_(~mask, float("-inf"))
    angles = language.rotary_emb(hidden, batch.positions)
    run: Callable[..., tuple[Tensor, Tensor, Tensor]] = _compiled_layer() if how.compiled else _run_layer
    if how.checkpoint and torch.is_grad_enabled():
        run = functools.partial(checkpoint, run, use_reentrant=False)
    own: list[tuple[Tensor, Tensor]] = []
    for index, layer in enumerate(language.layers):
        before = [values[index] for values in past]
        hidden, keys, values = run(layer, hidden, mask, angles, before)
        own.append((keys, values))
    rows = torch.arange(len(hidden), device=hidden.device)[:, None]
    return language.norm(hidden[rows, batch.last]), tuple(own)


def run_shared(model: Any, piece: Piece, how: Execution = EAGER) -> KeyValues:
    """Keys and values of a prefix that many rows continue, each (1, key-value heads, tokens, head_dim)."""
    return run_tree(model, plain_batch(model, piece), how=how)[1]


def code_logits(model: Any, hidden: Tensor, codes: Tensor) -> Tensor:
    """Logits of the code tokens alone, float32 (..., labels), from hidden states (..., hidden).

    Outside autocast the product is computed in float32: rounding logits to bfloat16 costs more accuracy than all layers do.
    """
    weight = inner_model(model).lm_head.weight[codes]
    return torch.nn.functional.linear(hidden.float(), weight.float()).float()


@contextmanager
def steady_attention() -> Iterator[None]:
    """Within the `with` block, attention without cuDNN's kernels: cuDNN plans anew for each length, and lengths vary."""
    with sdpa_kernel([SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]):
        yield


def worth_compiling(model: Any) -> bool:
    """Whether the model is on a GPU and large."""
    layers = inner_model(model).model.language_model.layers
    device: torch.device = next(layers.parameters()).device
    return device.type == "cuda" and sum(int(weight.numel()) for weight in layers.parameters()) >= LARGE


def compiled_execution(model: Any) -> Execution:
    """The fastest way to run compiled layers that works here, found by trying; `EAGER` with a warning where none works.

    Call it with the model as it will be used (training mode, autocast, gradients): what is compiled here is used later.
    """
    language = inner_model(model).model.language_model
    ways = [Execution(compiled=True, blocks=True)] if next(language.parameters()).device.type == "cuda" else []
    for how in [*ways, Execution(compiled=True)]:
        with attention_for(model, how):
            try:
                _try(model, how)
                return how
            except Exception as error:  # torch's compilers raise errors of many kinds, from a missing C compiler to Triton's own
                reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        what = "flex_attention" if how.blocks else "torch.compile"
        warnings.warn(f"{what} fails here, layers are run without it: {reason}", stacklevel=2)
    return EAGER


def attention_for(model: Any, how: Execution) -> AbstractContextManager[None]:
    """A context manager with the attention that `how` needs."""
    return block_masked_attention(inner_model(model).model.language_model) if how.blocks else nullcontext()


def _try(model: Any, how: Execution) -> None:
    """Run forward, and backward where a weight is trained, over a prefix and three samples that continue it."""
    beginning, rest = (text_piece([1] * length, 0) for length in PROBE)
    if how.blocks:
        hidden, _ = run_tree(model, packed_batch(model, beginning, [rest] * 3, [[rest]] * 3), how=how)
    else:
        past = run_shared(model, beginning, how)
        hidden, _ = run_tree(model, tree_batch(model, [None] * 3, [[rest]] * 3, [PROBE[0]] * 3, PROBE[0]), past, how=how)
    if hidden.requires_grad:
        weights = [weight for weight in model.parameters() if weight.requires_grad]
        torch.autograd.grad(hidden.sum(), weights, allow_unused=True)


class _Past:
    """Stands in for a layer's cache: prepends the prefixes' keys and values, and keeps the layer's own in `own`."""

    def __init__(self, before: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.before = before

    def update(self, keys: Tensor, values: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        self.own = (keys, values)
        if not self.before:
            return keys, values
        size = (len(keys), -1, -1, -1)
        return (
            torch.cat([*(item.expand(size) for item, _ in self.before), keys], dim=2),
            torch.cat([*(item.expand(size) for _, item in self.before), values], dim=2),
        )


def _run_layer(
    layer: Any,
    hidden: Tensor,
    mask: BlockMask | Tensor | None,
    angles: tuple[Tensor, Tensor],
    before: Sequence[tuple[Tensor, Tensor]],
) -> tuple[Tensor, Tensor, Tensor]:
    """A decoder layer's output, keys and values."""
    past = _Past(before)
    output = layer(hidden, attention_mask=mask, position_embeddings=angles, use_cache=True, **{CACHE: past})
    return output[0] if isinstance(output, tuple) else output, *past.own


@functools.cache
def _compiled_layer() -> Callable[..., tuple[Tensor, Tensor, Tensor]]:
    """One compiled function for all layers of all models: shapes are dynamic, and weights are inputs of the graph."""
    config: Any = torch._dynamo.config
    config.recompile_limit = max(config.recompile_limit, GRAPHS)
    return torch.compile(_run_layer, dynamic=True, fullgraph=True)
