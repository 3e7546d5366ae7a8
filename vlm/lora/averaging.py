"""The average of several LoRA adapters as one adapter, by PEFT's `add_weighted_adapter`.

The average is of the updates B A of the weights, and exact: `cat` puts the adapters' matrices side by side, so the ranks add up.
PEFT's `linear` sums A and B apart, which gives products of one adapter's A with another's B; `svd` would cut the sum to a rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vlm.lora.adapter import load_adapter, remove_adapters, save_adapter

NAME = "average"


def average_adapters(model: Any, folders: Sequence[Path], out: Path) -> Any:
    """Save the average of the adapters in `folders` to `out`; the same adapters give the same bytes. Returns the plain model.

    Raises WeightsError where an adapter is missing or does not fit the model.
    """
    names = [f"part_{number}" for number in range(len(folders))]
    try:
        for name, folder in zip(names, folders, strict=True):
            model = load_adapter(model, folder, name)
        model.add_weighted_adapter(names, [1 / len(names)] * len(names), NAME, combination_type="cat")
        # PEFT joins the parts' regular expressions, which are all the same.
        model.peft_config[NAME].target_modules = model.peft_config[names[0]].target_modules
        save_adapter(model, out, NAME)
    finally:
        model = remove_adapters(model)
    return model
