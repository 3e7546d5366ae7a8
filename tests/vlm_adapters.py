"""Adapters as other programs make them, with the scores that the model's own forward gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from vlm_examples import plain_scores, prompts_of_three_calls
from vlm_tiny import LABELS, SETTINGS, tiny_model

from data.schema import Task
from vlm.engines.transformers_scorer import TransformersScorer
from vlm.lora.adapter import CONFIG_FILE, WEIGHTS_FILE
from vlm.model import LoadedModel
from vlm.prompt import Prompt, prompt_builder

LANGUAGE = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
# How other programs name layers; full names are those of the present module tree.
FOREIGN: dict[str, dict[str, Any]] = {
    "suffixes": {"target_modules": LANGUAGE},
    "full names": {
        "target_modules": ["model.language_model.layers.1.self_attn.q_proj", "model.language_model.layers.0.mlp.up_proj"]
    },
    "pattern": {"target_modules": r"^(?!.*visual).*(?:q_proj|down_proj).*"},
    "vision too": {"target_modules": ["q_proj", "v_proj", "qkv", "proj", "fc1", "fc2"]},
    "vision alone": {"target_modules": r".*visual.*\.(qkv|fc1)"},
    "one layer": {"target_modules": ["q_proj", "v_proj"], "layers_to_transform": [0], "layers_pattern": "layers"},
    "own scales": {
        "target_modules": ["q_proj", "v_proj"],
        "use_rslora": True,
        "rank_pattern": {"model.language_model.layers.0.self_attn.q_proj": 2},
        "alpha_pattern": {"model.language_model.layers.1.self_attn.v_proj": 32},
    },
    "dora": {"target_modules": ["q_proj", "up_proj"], "use_dora": True},
}


def prompts_for(loaded: LoadedModel) -> list[Prompt]:
    """Eight prompts with up to two images."""
    builder = prompt_builder(loaded.tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    calls = prompts_of_three_calls(builder)
    return [Prompt(calls[0][0].shared, prompt.sample, prompt.late) for prompt in (*calls[0], *calls[2])]


def scores_of(loaded: LoadedModel, model: Any) -> NDArray[np.float32]:
    return TransformersScorer(LoadedModel(model, loaded.processor, SETTINGS)).score(prompts_for(loaded))


def make_adapter(folder: Path, old: bool = False, seed: int = 0, **settings: Any) -> NDArray[np.float32]:
    """An adapter that PEFT makes and saves by itself; returns the scores of the model's own forward with it.

    `old` names layers as Transformers did before 4.52, in keys and configuration.
    """
    loaded = tiny_model()
    config = LoraConfig(**{"r": 4, "lora_alpha": 8, "lora_dropout": 0.1, "task_type": "CAUSAL_LM", **settings})
    peft = get_peft_model(loaded.model, config).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in peft.named_parameters():
            if "lora_" in name:
                scale = 1.0 if "magnitude" in name else 0.2
                parameter.mul_(1 if scale == 1 else 0).add_(torch.randn(parameter.shape, generator=generator) * scale)
    peft.save_pretrained(str(folder), save_embedding_layers=False)
    text = (folder / CONFIG_FILE).read_text(encoding="utf-8")
    state = load_file(folder / WEIGHTS_FILE)
    if old:
        text, state = old_names(text), {old_names(key): value for key, value in state.items()}
        assert all(key.startswith(("base_model.model.model.layers.", "base_model.model.visual.")) for key in state)
        save_file(state, folder / WEIGHTS_FILE)
    # Fields of another PEFT version that are switched off, and a path of another machine.
    values = {**json.loads(text), "merge_weights": False, "newest_idea": None, "base_model_name_or_path": "/data/Qwen2-VL"}
    (folder / CONFIG_FILE).write_text(json.dumps(values), encoding="utf-8")
    adapted = LoadedModel(peft, loaded.processor, SETTINGS)
    return np.stack([plain_scores(adapted, prompt) for prompt in prompts_for(loaded)])


def old_names(text: str) -> str:
    return text.replace("model.language_model.", "model.").replace("model.visual.", "visual.")
