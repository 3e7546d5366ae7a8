"""Memory that training needs for activations, by which gradient checkpointing is decided."""

from __future__ import annotations

from typing import Any

import torch

from vlm.engines.pieces import inner_model

MARGIN = 0.85  # usable share of the free memory; gradients of the widest activations and the allocator need the rest


def activation_bytes(model: Any, compiled: bool, dropout: bool) -> int:
    """Bytes per token that the decoder layers keep for LoRA's backward pass; the model's own weights are frozen.

    H is the hidden size, K the width of the keys, F the feed-forward size. An eager layer keeps two normed inputs and their
    float32 originals (6 H); queries, attention output, and keys and values repeated for all heads (4 H); gate, its activation, up
    and their product (4 F). Dropout adds a copy and a mask of each of the seven inputs (9 H + 1.5 F). A compiled layer recomputes
    elementwise operations. It keeps two inputs, queries and attention output (4 H), keys and values (2 K), gate and up (2 F); a
    quarter is added for safety. A 7B model in bfloat16 needs 9.6 MB with dropout, 6.3 MB without, 3.7 MB compiled. A part of
    8,192 tokens with a shared part of 1,000 needs 34 GB compiled, beside 17 GB of weights.
    """
    language = inner_model(model).model.language_model
    config = language.config
    hidden, wide = config.hidden_size, config.intermediate_size
    keys = hidden // config.num_attention_heads * config.num_key_value_heads
    if compiled:
        values = 1.25 * (4 * hidden + 2 * keys + 2 * wide)
    else:
        values = 10 * hidden + 4 * wide + (9 * hidden + 1.5 * wide if dropout else 0)
    layers, size = int(config.num_hidden_layers), int(next(language.parameters()).element_size())
    return int(values) * layers * size


def fits(device: torch.device, needed: int) -> bool:
    """Whether a GPU has `needed` bytes free, PyTorch's unused reserve included; always true on a CPU."""
    if device.type != "cuda":
        return True
    free = torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return needed <= MARGIN * free
