"""Who sees whom in packed rows, for any attention kernel as a mask of all pairs, for `flex_attention` as a mask of blocks.

Kernels that are quick take no mask, and those that take one go through all pairs and repeat keys and values for each head.
`flex_attention` (Dong et al. 2024, arXiv:2412.05496) leaves out blocks in which nobody sees anybody and repeats nothing; it is
quick where it is compiled for a GPU.
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

BLOCK_MASKED = "block_masked"  # this module's attention, by the name that Transformers knows it by


@dataclass(frozen=True)
class Segments:
    """Rows of tokens and what comes before them: `queries` and `parents` (rows, tokens), `keys` (rows, past + tokens), int64.

    Each token is of a segment. Of itself and what comes before it, it sees segment 0, its own segment and that segment's parent.
    Segments below 0 are padding, which only padding sees.
    """

    queries: Tensor
    parents: Tensor
    keys: Tensor

    def dense(self) -> Tensor:
        """Bool (rows, 1, tokens, past + tokens)."""
        rows, tokens = self.queries.shape
        row, query, key = (torch.arange(size, device=self.keys.device) for size in (rows, tokens, self.keys.shape[1]))
        pairs: Tensor = self._rule()(row[:, None, None], None, query[:, None], key)
        return pairs.unsqueeze(1)

    def blocks(self) -> BlockMask:
        """The same for `flex_attention`."""
        rows, tokens = self.queries.shape
        return create_block_mask(self._rule(), rows, None, tokens, self.keys.shape[1], device=str(self.keys.device))

    def _rule(self) -> Callable[[Any, Any, Any, Any], Tensor]:
        queries, parents, keys = self.queries, self.parents, self.keys
        # A tensor, since numbers that vary would be compiled in.
        place = torch.arange(keys.shape[1] - queries.shape[1], keys.shape[1], device=keys.device)

        def sees(row: Any, head: Any, query: Any, key: Any) -> Tensor:
            seen = keys[row, key]
            visible = (seen == 0) | (seen == queries[row, query]) | (seen == parents[row, query])
            result: Tensor = (key <= place[query]) & visible
            return result

        return sees


@contextmanager
def block_masked_attention(language: Any) -> Iterator[None]:
    """Let a language model's layers take block masks for the time of a `with` block; other masks they take as before."""
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
    """Transformers' form of an attention function: (batch, heads, tokens, head_dim) in, (batch, tokens, heads, head_dim) out."""
    if not isinstance(attention_mask, BlockMask):
        output, _ = sdpa_attention_forward(module, query, key, value, attention_mask, dropout, scaling, **options)
        return output, None
    output = flex_attention(query, key, value, block_mask=attention_mask, scale=scaling, enable_gqa=True)
    assert isinstance(output, Tensor)
    return output.transpose(1, 2).contiguous(), None


AttentionInterface.register(BLOCK_MASKED, _block_masked)
