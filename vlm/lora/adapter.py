"""LoRA adapters (Hu et al. 2021, arXiv:2106.09685) on the language model, in PEFT's own file format.

Target layers are given by a regular expression that begins at the language model: the vision tower's layers of the same names are
not adapted, and a second adapter matches the layers of the first. Adapters of other programs, which may adapt the vision tower,
can be loaded too. Loading checks that no key is missing or unknown and that the output changes: PEFT by itself loads an adapter
with another prefix as an untrained one.
"""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from peft.tuners.tuners_utils import BaseTunerLayer
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from data.atomic import atomic_path, write_json
from data.errors import WeightsError
from data.profile import LoraSettings
from vlm.engines.forward import image_features
from vlm.lora.adapter_format import fit_adapter
from vlm.model import LoadedModel

ANCHOR = r"(.*\.)?language_model\.layers\."
LINEAR = r"\.(self_attn\.(q_proj|k_proj|v_proj|o_proj)|mlp\.(gate_proj|up_proj|down_proj))"
TARGET_MODULES = ANCHOR + r"\d+" + LINEAR
CONFIG_FILE = "adapter_config.json"
WEIGHTS_FILE = "adapter_model.safetensors"
ADAPTER_FILES = (CONFIG_FILE, WEIGHTS_FILE)


def target_modules(model: Any, top_layers: int = 0) -> str:
    """The regular expression of all decoder layers, or of the last `top_layers`.

    Layers below the first adapted one need no backward pass, which makes training on a CPU fast.
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
    """A new adapter, active and trainable. A is drawn from `seed` on the model's device; B is zero, so nothing changes yet."""
    config = lora_config(settings, target_modules(model, settings.top_layers))
    device: torch.device = next(model.parameters()).device
    with torch.random.fork_rng(devices=[device.index or 0] if device.type == "cuda" else []), device:
        torch.manual_seed(seed)
        if not isinstance(model, PeftModel):
            peft: PeftModel = _peft_model(model, config, name)
        else:
            model.add_adapter(name, config)
            peft = model
    peft.set_adapter(name)
    return peft


def remove_adapters(model: Any) -> Any:
    """The plain model again, its weights untouched."""
    if not isinstance(model, PeftModel):
        return model
    base: Any = model.unload()
    if hasattr(base, "peft_config"):  # PEFT 0.18 leaves it behind, and the next adapter's name would be taken
        del base.peft_config
    return base


def save_adapter(model: PeftModel, folder: Path, name: str = "default") -> None:
    """Write `adapter_model.safetensors` and `adapter_config.json`; the same adapter gives the same bytes."""
    state = _adapter_state(model, name)
    with atomic_path(folder / WEIGHTS_FILE) as temporary:
        save_file({key: value.detach().cpu().contiguous() for key, value in sorted(state.items())}, str(temporary))
    config = model.peft_config[name].to_dict()
    config["base_model_name_or_path"] = None  # a path of this machine says nothing elsewhere
    config["inference_mode"] = True
    write_json(folder / CONFIG_FILE, {key: _plain(value) for key, value in sorted(config.items())})


def load_adapter(model: Any, folder: Path, name: str = "default") -> PeftModel:
    """Load an adapter, beside others if there are any, and make it the active one.

    Adapters of other programs are converted first (adapter_format.py). Raises WeightsError where files are missing, a setting is
    not supported, keys or shapes do not fit, or the output does not change; the model is then as before.
    """
    if isinstance(model, PeftModel) and name in model.peft_config:
        raise WeightsError(f"an adapter named {name!r} is loaded already; choose another name")
    values, state = _read(folder)
    try:
        adapter = fit_adapter(values, state, model, ANCHOR)
    except WeightsError as error:
        raise WeightsError(f"adapter at {folder} {error}") from error
    except (TypeError, ValueError, re.error) as error:
        raise WeightsError(f"adapter at {folder} cannot be read: {error}") from error
    before = model.active_adapter if isinstance(model, PeftModel) else None
    peft = _inject(model, adapter.config, name, folder)
    try:
        _fill(peft, adapter.state, name)
    except WeightsError as error:
        if before is None:
            remove_adapters(peft)
        else:
            peft.set_adapter(before)
            peft.delete_adapter(name)
        raise WeightsError(f"adapter at {folder} {error}") from error
    finally:
        peft.requires_grad_(False)  # PEFT makes an adapter trainable whenever it becomes active
    return peft


def adapter_digest(folder: Path) -> str:
    """SHA-256 (hex) of an adapter's files. Raises WeightsError where one is missing."""
    check_files(folder)
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in ADAPTER_FILES)).hexdigest()


def check_files(folder: Path) -> None:
    """Raises WeightsError where one of an adapter's files is missing."""
    for file in ADAPTER_FILES:
        if not (folder / file).is_file():
            # Weights in pickle's format (adapter_model.bin) could run any code and are not read.
            raise WeightsError(f"no adapter at {folder}: {file} is missing; save it with PEFT's save_pretrained")


def with_adapter(loaded: LoadedModel, folder: Path) -> LoadedModel:
    """The model with an adapter merged into its weights, for predicting. Raises WeightsError as `load_adapter` does."""
    model: Any = load_adapter(loaded.model, folder).merge_and_unload()
    return LoadedModel(model.eval(), loaded.processor, loaded.settings)


@torch.inference_mode()
def changes_output(model: PeftModel) -> bool:
    """Whether the active adapter changes the hidden states of a few tokens, or the vision tower's features of a small image."""
    adapted = _outputs(model)
    with model.disable_adapter():
        plain = _outputs(model)
    return any(not torch.equal(left, right) for left, right in zip(adapted, plain, strict=True))


@contextmanager
def merged(model: Any) -> Iterator[None]:
    """Within the `with` block, the active adapter is merged into the weights: fewer operations per call.

    Afterwards the weights are restored from a copy; subtracting the adapter would leave rounding errors.
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


def _peft_model(model: Any, config: LoraConfig, name: str) -> PeftModel:
    with warnings.catch_warnings():
        # PEFT reads a property of Transformers by its former name, which nobody but PEFT can change.
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        return get_peft_model(model, config, adapter_name=name)


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


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Configuration and weights of an adapter's folder."""
    check_files(folder)
    try:
        values = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        state = load_file(str(folder / WEIGHTS_FILE))
    except (json.JSONDecodeError, UnicodeDecodeError, SafetensorError) as error:
        raise WeightsError(f"adapter at {folder} cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise WeightsError(f"adapter at {folder} cannot be read: {CONFIG_FILE} holds no object")
    return values, state


def _inject(model: Any, config: LoraConfig, name: str, folder: Path) -> PeftModel:
    """Add an adapter with PEFT's initial weights; it is not active where the model has other adapters."""
    try:
        if not isinstance(model, PeftModel):
            return _peft_model(model, config, name)
        model.add_adapter(name, config)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise WeightsError(f"adapter at {folder} cannot be put on the model: {error}") from error
    return model


def _fill(peft: PeftModel, state: dict[str, Tensor], name: str) -> None:
    """Load weights into an adapter, make it active and check that it changes the output."""
    expected = {key: value.shape for key, value in _adapter_state(peft, name).items()}
    found = {key: value.shape for key, value in state.items()}
    if expected != found:
        wrong = sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))
        raise WeightsError(
            f"does not fit the model: {len(wrong)} of {len(expected)} keys are missing, unknown or of another shape, for example "
            f"{wrong[0]}; it was made for another model or another rank"
        )
    result: Any = set_peft_model_state_dict(peft, state, adapter_name=name)
    if lost := result.unexpected_keys:
        raise WeightsError(f"does not fit the model: PEFT ignores {len(lost)} keys, for example {lost[0]}")
    peft.set_adapter(name)
    peft.eval()
    if not changes_output(peft):
        raise WeightsError("does not change the model's output; it is untrained or was saved wrongly")


def _adapter_state(peft: PeftModel, name: str) -> dict[str, Tensor]:
    """An adapter's weights by PEFT's keys, without embeddings: to decide on those, PEFT would look for the base model."""
    state = get_peft_model_state_dict(peft, adapter_name=name, save_embedding_layers=False)
    # PEFT 0.18 finds the name anywhere in a key ("own" in "down_proj"); other adapters' keys end in `.lora_A.NAME.weight`.
    others = set(peft.peft_config) - {name}
    return {key: value for key, value in state.items() if others.isdisjoint(key.rpartition(".lora_")[2].split("."))}


def _outputs(model: PeftModel) -> list[Tensor]:
    """Hidden states of eight tokens; with an adapted vision tower also features of an image of 4 x 4 patches."""
    base: Any = model.get_base_model()
    language = base.model.language_model
    ids = torch.arange(1, 9, device=language.embed_tokens.weight.device)[None]
    outputs = [language(inputs_embeds=language.embed_tokens(ids), use_cache=False).last_hidden_state]
    if any(isinstance(module, BaseTunerLayer) for module in base.model.visual.modules()):
        vision = base.config.vision_config
        width = vision.in_channels * vision.temporal_patch_size * vision.patch_size**2
        outputs += image_features(model, [torch.linspace(-1, 1, 16 * width).view(16, width)], [(1, 4, 4)])
    return outputs
