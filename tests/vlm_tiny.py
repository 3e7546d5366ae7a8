"""A tiny random Qwen2-VL and made-up cases for the tests of vlm."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from transformers import AutoConfig, Qwen2VLConfig

from data.case import Case
from data.labels import Label, LabelSet
from data.page import OcrLine, Page
from data.profile import VlmSettings
from data.schema import Sample, Speaker, Task, Turn
from retrieval.neighbours import Neighbour
from retrieval.task import Retrieved
from vlm.architecture import build_model, fit_tokens
from vlm.model import LoadedModel, set_pixel_bounds
from vlm.pretraining.tokenizer import build_processor, train_tokenizer

TEXTS = ["这个保温杯的内胆是什么材质", "请只回答一个代码", "图中文字", "用户：多少钱", "客服：您好，有什么可以帮您"]
SETTINGS = VlmSettings(
    min_pixels=28 * 28 * 2, max_pixels=28 * 28 * 6, page_chars=40, dialogue_chars=60, exemplars=2, exemplar_chars=12, batch_size=3
)
LABELS = LabelSet(
    "tiny",
    {
        Task.SCENE: (Label("商品头图", "首页大图"), Label("订单页", "订单信息"), Label("旧页", "", True), Label("其他", "")),
        Task.DIALOGUE: (Label("材质", "咨询材质"), Label("价格", "咨询价格"), Label("尺寸", "咨询尺寸")),
    },
)


def tiny_config() -> dict[str, Any]:
    """Two layers of width 32; two attention heads share one key-value head."""
    return {
        "text_config": {
            "vocab_size": 480,
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 3, 3]},
        },
        "vision_config": {"depth": 1, "embed_dim": 16, "hidden_size": 32, "num_heads": 2, "mlp_ratio": 2},
        "tie_word_embeddings": True,
    }


def tiny_model(seed: int = 0, settings: VlmSettings = SETTINGS) -> LoadedModel:
    """Random weights, large enough that scores differ clearly between labels."""
    processor = build_processor(train_tokenizer(TEXTS * 3, 480))
    set_pixel_bounds(processor.image_processor, settings)
    value = tiny_config()
    fit_tokens(value, processor.tokenizer)
    model = build_model(Qwen2VLConfig(**value), seed).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.2)
    return LoadedModel(model, processor, settings)


def windowed_model(full_attention: tuple[int, ...] = (1,)) -> LoadedModel:
    """A tiny Qwen2.5-VL whose vision tower has windows of 2 x 2 tokens in its first layer."""
    processor = build_processor(train_tokenizer(TEXTS * 3, 480))
    set_pixel_bounds(processor.image_processor, SETTINGS)
    value = tiny_config()
    value["vision_config"] = {
        "depth": 2,
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_heads": 2,
        "out_hidden_size": 32,
        "window_size": 56,
        "fullatt_block_indexes": list(full_attention),
    }
    fit_tokens(value, processor.tokenizer)
    model = build_model(AutoConfig.for_model("qwen2_5_vl", **value), 0).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.2)
    return LoadedModel(model, processor, SETTINGS)


def make_case(number: int, task: Task = Task.DIALOGUE, images: int = 1, label: str | None = None) -> Case:
    """A case whose text and images depend on `number` alone; its text tells `number % 3`."""
    draw = np.random.default_rng(number)
    pages = tuple(
        Page(
            f"{number}-{place}",
            60,
            80,
            tuple(OcrLine("杯子价"[number % 3] * 5, (0, 0, 1, 1)) for _ in range(1 + number % 4)),
            draw.integers(0, 256, (40 + 9 * number % 70, 50 + 30 * place, 3), dtype=np.uint8),
            place,
        )
        for place in range(images)
    )
    turns: tuple[Turn, ...] = ()
    if task is Task.DIALOGUE:
        turns = (
            *(Turn(Speaker.CUSTOMER, "<image>") for _ in range(images)),
            Turn(Speaker.AGENT, "您好"),
            Turn(Speaker.CUSTOMER, "多少钱" * (1 + number % 3)),
        )
    return Case(Sample(f"s{number}", task, turns, tuple(page.digest for page in pages), label), pages)


def neighbour(row: int, label: str, text: str = "") -> Neighbour:
    """The training example in a row, which is its id as well."""
    return Neighbour(row, str(row), label, text or ("杯子", "多少")[row], 1.0, "text")


def make_retrieved(task: Task, count: int, seed: int = 0) -> Retrieved:
    """Random probabilities and two neighbours per case, rows 0 and 1 of the training set, one with a retired label."""
    names = LABELS.names(task)
    draw = np.random.default_rng(seed)
    probability = draw.dirichlet(np.ones(len(names)), size=count)
    neighbours = [(neighbour(0, "旧页"), neighbour(1, names[row % len(names)]), neighbour(0, names[0])) for row in range(count)]
    return Retrieved(task, {}, neighbours, probability)
