"""Converts LoRA adapters of any program, in PEFT's file format, for the model at hand.

LLaMA-Factory and other users of PEFT name layers by lists of suffixes or by other regular expressions, adapt the vision tower
too, and may have saved adapters when Transformers had other names for the layers. The keys of the weights say which layers are
adapted; the configuration must name the same layers, else something is missing. Settings that change the meaning of the weights
are passed to PEFT (HONOURED) or refused. Settings that only tell how the adapter was made are dropped (HISTORY).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peft import LoraConfig
from peft.tuners.tuners_utils import BaseTunerLayer, check_target_module_exists
from peft.utils.other import get_pattern_key
from torch import Tensor, nn

from data.errors import WeightsError

PREFIX = "base_model.model."
# Parts that an adapter may change. The output layer is not one: scoring reads rows of its weight, past any adapter.
PARTS = ("model.language_model.layers.", "model.visual.")
# Prefixes of layer names, today's and those when the adapter was saved: the same, or those before Transformers 4.52.
TREES: tuple[Mapping[str, str], ...] = ({}, {"model.language_model.": "model.", "model.visual.": "visual."})
LAYER_KINDS = (nn.Linear, nn.Embedding, nn.Conv1d, nn.Conv2d, nn.Conv3d)

HONOURED = ("r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora")
# Which layers, with their own ranks and scales; converted to today's names.
ADDRESSES = ("target_modules", "exclude_modules", "layers_to_transform", "layers_pattern", "rank_pattern", "alpha_pattern")
HISTORY = (
    *("peft_type", "peft_version", "task_type", "auto_mapping", "base_model_name_or_path", "revision", "inference_mode"),
    *("init_lora_weights", "loftq_config", "eva_config", "corda_config", "lora_ga_config"),
    *("bias", "megatron_core", "qalora_group_size", "runtime_config"),
)
# Initialisations that do not change the model's own weights. Others (PiSSA, OLoRA, ...) move part of them into the adapter; such
# an adapter fits the model only after PEFT's conversion.
PLAIN_STARTS = (True, False, None, "gaussian", "orthogonal", "eva")
INSTEAD = "merge it into its base model with the program that trained it and name the result in vlm.model"


@dataclass(frozen=True)
class FittedAdapter:
    """`config` names exactly the adapted layers; `state` has PEFT's keys with today's layer names."""

    config: LoraConfig
    state: dict[str, Tensor]


def fit_adapter(values: Mapping[str, Any], state: Mapping[str, Tensor], model: Any, anchor: str) -> FittedAdapter:
    """Convert the contents of `adapter_config.json` and `adapter_model.safetensors` for a model, with or without adapters.

    A regular expression that begins with `anchor` is this project's own and is kept. Raises WeightsError where a setting is not
    supported, or keys and configuration name different layers; the message continues "adapter at FOLDER ...".
    """
    _check_settings(values)
    whole = sorted(key for key in state if ".lora_" not in key)
    if whole:
        raise WeightsError(f"holds whole weights beside LoRA's, for example {whole[0]}: {INSTEAD}")
    adapted = {_layer_of(key) for key in state}
    names = _saved_names(adapted, layer_names(model))
    outside = sorted(layer for layer in adapted if not names[layer].startswith(PARTS))
    if outside:
        raise WeightsError(f"adapts {outside[0]}, expected layers of the language model or the vision tower only: {INSTEAD}")
    _check_targets(values, adapted, names)
    own = values["target_modules"]
    if not (isinstance(own, str) and own.startswith(anchor) and all(saved == names[saved] for saved in adapted)):
        own = "|".join(re.escape(names[layer]) for layer in sorted(adapted))
    config = LoraConfig(
        **{name: values[name] for name in HONOURED if name in values},
        target_modules=own,
        rank_pattern=_patterns(values.get("rank_pattern"), adapted, names),
        alpha_pattern=_patterns(values.get("alpha_pattern"), adapted, names),
        bias="none",
        task_type="CAUSAL_LM",
        inference_mode=True,
    )
    return FittedAdapter(config, {PREFIX + names[_layer_of(key)] + _rest_of(key): value for key, value in state.items()})


def layer_names(model: Any) -> list[str]:
    """Names of all layers that an adapter can adapt, as in the model without adapters."""
    names: list[str] = []
    adapted: tuple[str, ...] = ()
    for name, module in (model.get_base_model() if hasattr(model, "get_base_model") else model).named_modules():
        if isinstance(module, BaseTunerLayer):
            names.append(name)
            adapted += (name + ".",)
        elif isinstance(module, LAYER_KINDS) and not name.startswith(adapted):
            names.append(name)
    return names


def _layer_of(key: str) -> str:
    return key.removeprefix(PREFIX).partition(".lora_")[0]


def _rest_of(key: str) -> str:
    return "".join(key.removeprefix(PREFIX).partition(".lora_")[1:])


def _check_settings(values: Mapping[str, Any]) -> None:
    """Refuse settings that would not have the effect that they had in training."""
    kind = values.get("peft_type", "LORA")
    if kind != "LORA":
        raise WeightsError(f"is of PEFT's kind {kind!r}, expected 'LORA': {INSTEAD}")
    if values.get("bias", "none") != "none":
        raise WeightsError(f"changes biases too (bias {values['bias']!r}), expected 'none': {INSTEAD}")
    if values.get("init_lora_weights") not in PLAIN_STARTS:
        raise WeightsError(
            f"was started with init_lora_weights {values['init_lora_weights']!r}, which changes the base model's weights, and "
            f"was not converted when it was saved (PEFT's path_initial_model_for_weight_conversion): {INSTEAD}"
        )
    known = {*HONOURED, *ADDRESSES, *HISTORY}
    switched_on = sorted(name for name, value in values.items() if name not in known and value)
    if switched_on:
        raise WeightsError(f"uses {', '.join(switched_on)}, which this project does not apply: {INSTEAD}")


def _saved_names(adapted: Iterable[str], layers: Iterable[str]) -> dict[str, str]:
    """Maps all layers' names when the adapter was saved to today's. Raises WeightsError where some adapted layers are unknown."""
    adapted, layers = sorted(adapted), list(layers)
    if not adapted:
        raise WeightsError("holds no LoRA weights")
    trees = [{_renamed(name, tree): name for name in layers} for tree in TREES]
    best = min(trees, key=lambda names: sum(layer not in names for layer in adapted))
    unknown = [layer for layer in adapted if layer not in best]
    if unknown:
        raise WeightsError(
            f"does not fit the model: {len(unknown)} of its {len(adapted)} layers are unknown, for example {unknown[0]}; it was "
            "made for another model"
        )
    return best


def _renamed(name: str, tree: Mapping[str, str]) -> str:
    for now, then in tree.items():
        if name.startswith(now):
            return then + name.removeprefix(now)
    return name


def _check_targets(values: Mapping[str, Any], adapted: set[str], names: Mapping[str, str]) -> None:
    """Check that the layers with weights are those that the configuration names by PEFT's rules."""
    fields = ("target_modules", "exclude_modules", "layers_to_transform", "layers_pattern")
    declared = LoraConfig(**{name: values[name] for name in fields if values.get(name) is not None})
    if not declared.target_modules:
        raise WeightsError("names no target_modules in its configuration")
    targets = {name for name in names if check_target_module_exists(declared, name)}
    for layers, problem in ((targets - adapted, "have no weights"), (adapted - targets, "are not named by the configuration")):
        if layers:
            raise WeightsError(
                f"does not fit the model: {len(layers)} layers {problem}, for example {min(layers)}; it is incomplete or made "
                "for another model"
            )


def _patterns(pattern: Mapping[str, Any] | None, adapted: Iterable[str], names: Mapping[str, str]) -> dict[str, Any]:
    """A rank or alpha pattern with one entry per layer, by today's name; the given pattern matches the names at saving."""
    pattern = pattern or {}
    keys = {layer: get_pattern_key(list(pattern), layer) for layer in sorted(adapted)}
    return {re.escape(names[layer]): pattern[key] for layer, key in keys.items() if key in pattern}
