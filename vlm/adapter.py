"""LoRA adapters (Hu et al. 2021, arXiv:2106.09685) on the language model, in PEFT's own file format.

Target layers are anchored to the language model by a regular expression, so that the vision tower's layers of the same kind
stay as they are and a second adapter matches exactly the layers of the first. Loading checks that no key is missing or unknown
and that the model's output changes: an adapter saved under another prefix would otherwise load as an untrained one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from data.atomic import atomic_path, write_json
from data.errors import WeightsError
from data.profile import LoraSettings

ANCHOR = r"(.*\.)?language_model\.layers\."
LINEAR = r"\.(self_attn\.(q_proj|k_proj|v_proj|o_proj)|mlp\.(gate_proj|up_proj|down_proj))"
TARGET_MODULES = ANCHOR + r"\d+" + LINEAR
CONFIG_FILE = "adapter_config.json"
WEIGHTS_FILE = "adapter_model.safetensors"
ADAPTER_FILES = (CONFIG_FILE, WEIGHTS_FILE)


def target_modules(model: Any, top_layers: int = 0) -> str:
    """The regular expression of all decoder layers, or of the last `top_layers`.

    Layers below the first adapted one need no backward pass, which is what makes training quick on a CPU.
    """
    base: Any = model.get_base_model() if isinstance(model, PeftModel) else model
    layers: int = base.config.text_config.num_hidden_layers
    if not 0 < top_layers < layers:
        return TARGET_MODULES
    return ANCHOR + "(" + "|".join(str(layer) for layer in range(layers - top_layers, layers)) + ")" + LINEAR


def lora_config(settings: LoraSettings, targets: str = TARGET_MODULES) -> LoraConfig:
    """PEFT's configuration."""
    return LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=targets,
        bias="none",
        task_type="CAUSAL_LM",
    )


def add_adapter(model: Any, settings: LoraSettings, seed: int, name: str = "default") -> PeftModel:
    """A new adapter that changes nothing yet (B is zero), active and trainable; A is drawn from `seed`."""
    config = lora_config(settings, target_modules(model, settings.top_layers))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if not isinstance(model, PeftModel):
            peft: PeftModel = get_peft_model(model, config, adapter_name=name)
        else:
            model.add_adapter(name, config)
            peft = model
    peft.set_adapter(name)
    return peft


def remove_adapters(model: Any) -> Any:
    """The plain model again, its weights untouched."""
    return model.unload() if isinstance(model, PeftModel) else model


def save_adapter(model: PeftModel, folder: Path, name: str = "default") -> None:
    """Write `adapter_model.safetensors` and `adapter_config.json`; the same adapter gives the same bytes."""
    state = get_peft_model_state_dict(model, adapter_name=name)
    with atomic_path(folder / WEIGHTS_FILE) as temporary:
        save_file({key: value.detach().cpu().contiguous() for key, value in sorted(state.items())}, str(temporary))
    config = model.peft_config[name].to_dict()
    config["base_model_name_or_path"] = None  # a path of this machine says nothing elsewhere
    config["inference_mode"] = True
    write_json(folder / CONFIG_FILE, {key: _plain(value) for key, value in sorted(config.items())})


def load_adapter(model: Any, folder: Path, name: str = "default") -> PeftModel:
    """Load an adapter beside those that are there and make it the active one.

    Raises WeightsError where files are missing, keys or shapes do not fit, or the output stays the same.
    """
    for file in ADAPTER_FILES:
        if not (folder / file).is_file():
            raise WeightsError(f"no adapter at {folder}: {file} is missing")
    try:
        values = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        state = load_file(str(folder / WEIGHTS_FILE))
        config = LoraConfig(**{**values, "inference_mode": True})
    except (json.JSONDecodeError, SafetensorError, TypeError, ValueError) as error:
        raise WeightsError(f"adapter at {folder} cannot be read: {error}") from error
    targets = config.target_modules
    if not isinstance(targets, str) or not targets.startswith(ANCHOR):
        raise WeightsError(
            f"adapter at {folder} targets {targets!r}, expected a regular expression that begins with {ANCHOR!r}: loosely "
            "named layers would match the vision tower too; train it with this project"
        )
    if isinstance(model, PeftModel):
        if name in model.peft_config:
            raise WeightsError(f"an adapter named {name!r} is loaded already; choose another name")
        model.add_adapter(name, config)
        peft = model
    else:
        peft = get_peft_model(model, config, adapter_name=name)
    expected = {key: value.shape for key, value in get_peft_model_state_dict(peft, adapter_name=name).items()}
    found = {key: value.shape for key, value in state.items()}
    if expected != found:
        wrong = sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))
        peft.delete_adapter(name)
        raise WeightsError(
            f"adapter at {folder} does not fit the model: {len(wrong)} of {len(expected)} keys are missing, unknown or of "
            f"another shape, for example {wrong[0]}; it was made for another model or another rank"
        )
    set_peft_model_state_dict(peft, state, adapter_name=name)
    peft.set_adapter(name)
    peft.requires_grad_(False)
    if not changes_output(peft):
        raise WeightsError(f"adapter at {folder} does not change the model's output; it is untrained or was saved wrongly")
    return peft.eval()


@torch.inference_mode()
def changes_output(model: PeftModel) -> bool:
    """Whether the active adapter changes the hidden states of a few tokens."""
    base: Any = model.get_base_model()
    language = base.model.language_model
    ids = torch.arange(1, 9, device=language.embed_tokens.weight.device)[None]
    embeds = language.embed_tokens(ids)
    with_adapter = language(inputs_embeds=embeds, use_cache=False).last_hidden_state
    with model.disable_adapter():
        without = language(inputs_embeds=embeds, use_cache=False).last_hidden_state
    return not torch.equal(with_adapter, without)


@contextmanager
def merged(model: Any) -> Iterator[None]:
    """Fold the active adapter into the weights for the time of a `with` block: fewer operations per call.

    The weights are put back from a copy, not by subtraction, which would leave rounding errors behind.
    """
    if not isinstance(model, PeftModel):
        yield
        return
    layers: list[Any] = [module for module in model.modules() if hasattr(module, "get_base_layer") and hasattr(module, "lora_A")]
    kept = [layer.get_base_layer().weight.detach().clone() for layer in layers]
    model.merge_adapter()
    try:
        yield
    finally:
        model.unmerge_adapter()
        for layer, weight in zip(layers, kept, strict=True):
            layer.get_base_layer().weight.data.copy_(weight)


def _plain(value: Any) -> Any:
    """JSON form of a configuration value: sets sorted, enumerations by value."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(getattr(value, "value", value))
