"""Contrastive losses of the encoder's pretraining."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def pair_loss(images: Tensor, texts: Tensor, scale: Tensor) -> Tensor:
    """Symmetric InfoNCE (Radford et al. 2021): image i (n, d) belongs to text i (n, d) and to no other.

    Vectors are of unit length, `scale` is the inverse temperature.
    """
    logits = scale * images @ texts.T  # (n, n)
    truth = torch.arange(len(logits), device=logits.device)
    return (functional.cross_entropy(logits, truth) + functional.cross_entropy(logits.T, truth)) / 2


def group_loss(vectors: Tensor, groups: Tensor, temperature: float) -> Tensor:
    """Supervised contrastive loss (Khosla et al. 2020, L_out): vectors (n, d) of one group (n,) attract, others repel.

    For each vector the mean over its positives of -log softmax(cosine / temperature) over all other vectors; vectors without a
    positive do not count. 0 where none has any.
    """
    logits = vectors @ vectors.T / temperature  # (n, n)
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    logits = logits.masked_fill(itself, float("-inf"))
    logs = logits - logits.logsumexp(dim=1, keepdim=True)
    positive = (groups[:, None] == groups[None, :]) & ~itself
    counts = positive.sum(dim=1)
    sums = logs.masked_fill(~positive, 0.0).sum(dim=1)
    some = counts > 0
    if not bool(some.any()):
        return vectors.sum() * 0.0
    return -(sums[some] / counts[some]).mean()
