"""Attention masks for packed rows: dense for ordinary kernels, blockwise for `flex_attention`.

Fast kernels take no mask; those that take one compute all pairs and repeat keys and values for each head. `flex_attention` (Dong
et al. 2024, arXiv:2412.05496) skips fully masked blocks and repeats nothing; it is fast when compiled for a GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention.flex_attention import BlockMask, create_block_mask, flex_attention
from transformers import AttentionInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward

BLOCK_MASKED = "block_masked"  # the name under which Transformers knows this module's attention


@dataclass(frozen=True)
class Segments:
    """The segment of each token: `queries` and `parents` (rows, tokens), `keys` (rows, past + tokens), int64.

    Attention is causal. A token attends to segment 0, to its own segment and to that segment's parent. Segments below 0 are
    padding, to which only padding attends.
    """

    queries: Tensor
    parents: Tensor
    keys: Tensor

    def dense(self) -> Tensor:
        """The mask of all pairs, bool (rows, 1, tokens, past + tokens); true where a token attends."""
        rows, tokens = self.queries.shape
        row, query, key = (torch.arange(size, device=self.keys.device) for size in (rows, tokens, self.keys.shape[1]))
        pairs: Tensor = self._rule()(row[:, None, None], None, query[:, None], key)
        return pairs.unsqueeze(1)

    def blocks(self) -> BlockMask:
        """The same mask in blocks, for `flex_attention`."""
        rows, tokens = self.queries.shape
        return create_block_mask(self._rule(), rows, None, tokens, self.keys.shape[1], device=str(self.keys.device))

    def _rule(self) -> Callable[[Any, Any, Any, Any], Tensor]:
        queries, parents, keys = self.queries, self.parents, self.keys
        # A tensor, because torch.compile treats numbers as constants and would compile anew for each.
        place = torch.arange(keys.shape[1] - queries.shape[1], keys.shape[1], device=keys.device)

        def sees(row: Any, head: Any, query: Any, key: Any) -> Tensor:
            seen = keys[row, key]
            visible = (seen == 0) | (seen == queries[row, query]) | (seen == parents[row, query])
            result: Tensor = (key <= place[query]) & visible
            return result

        return sees


@contextmanager
def block_masked_attention(language: Any) -> Iterator[None]:
    """Within the `with` block, the language model's layers accept block masks as well as the usual ones."""
    config, before = language.config, language.config._attn_implementation
    config._attn_implementation = BLOCK_MASKED
    try:
        yield
    finally:
        config._attn_implementation = before


def _block_masked(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: BlockMask | Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **options: Any,
) -> tuple[Tensor, None]:
    """An attention function of Transformers: (batch, heads, tokens, head_dim) in, (batch, tokens, heads, head_dim) out."""
    if not isinstance(attention_mask, BlockMask):
        output, _ = sdpa_attention_forward(module, query, key, value, attention_mask, dropout, scaling, **options)
        return output, None
    output = flex_attention(query, key, value, block_mask=attention_mask, scale=scaling, enable_gqa=True)
    assert isinstance(output, Tensor)
    return output.transpose(1, 2).contiguous(), None


AttentionInterface.register(BLOCK_MASKED, _block_masked)
