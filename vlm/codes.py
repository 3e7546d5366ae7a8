"""Label codes: one token per label, so that the logits at one position score all labels.

Codes are A to Z, a to z, then two-letter ones, then Chinese characters, of which small vocabularies have more; each is verified
to be a single token of the tokenizer at hand.
"""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from data.errors import ProfileError


@dataclass(frozen=True)
class Code:
    """A label's code as the prompt writes it and its token."""

    text: str
    token: int


def label_codes(tokenizer: Any, count: int) -> tuple[Code, ...]:
    """The first `count` codes. Raises ProfileError where the tokenizer has too few one-token candidates."""
    codes: list[Code] = []
    seen: set[int] = set()
    for text in _candidates():
        if len(codes) == count:
            break
        tokens = tokenizer.encode(text, add_special_tokens=False)
        if len(tokens) == 1 and tokens[0] not in seen:
            seen.add(tokens[0])
            codes.append(Code(text, tokens[0]))
    if len(codes) < count:
        raise ProfileError(f"the tokenizer has {len(codes)} one-token codes and the task {count} labels; use fewer labels")
    return tuple(codes)


def _candidates() -> Iterable[str]:
    pairs = ("".join(pair) for pair in itertools.product(string.ascii_uppercase, repeat=2))
    mixed = ("".join(pair) for pair in itertools.product(string.ascii_uppercase, string.ascii_lowercase))
    small = ("".join(pair) for pair in itertools.product(string.ascii_lowercase, repeat=2))
    characters = (chr(point) for point in range(0x4E00, 0xA000))  # the block of CJK unified ideographs
    return itertools.chain(string.ascii_uppercase, string.ascii_lowercase, pairs, mixed, small, characters)
