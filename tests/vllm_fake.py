"""A `vllm` whose answers can be worked out by hand: it widens pads to the image's tokens and weighs codes by the prompt's ids."""

from __future__ import annotations

import math
import os
import types
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

OTHER_TOKENS = 0.25  # probability of all tokens that are no codes


def weights(ids: Sequence[int], codes: Sequence[int], adapter: str | None) -> list[int]:
    """What the codes' probabilities are in proportion to."""
    own = sum(ids) + (len(adapter) if adapter else 0)
    return [1 + (own + 7 * code) % 11 for code in codes]


@dataclass
class LoRARequest:
    """An adapter, by name."""

    lora_name: str
    lora_int_id: int
    lora_path: str


@dataclass
class SamplingParams:
    """The arguments that are known here; any other is an error, as in vLLM."""

    temperature: float = 1.0
    max_tokens: int = 16
    min_tokens: int = 0
    ignore_eos: bool = False
    logprobs: int | None = None
    logprob_token_ids: list[int] | None = None
    detokenize: bool = True


class LLM:
    """Keeps what it was started with (`options`, in which `environment`), asked (`requests`) and told to drop (`dropped`)."""

    made: ClassVar[list[LLM]] = []
    adapters_work = True
    pad = 0  # id of the image pad
    grid_factor = 1  # what other pixel bounds would do

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.environment = dict(os.environ)
        self.requests: list[list[dict[str, Any]]] = []
        self.sampling: list[SamplingParams] = []
        self.adapters: list[LoRARequest | None] = []
        self.dropped: list[str] = []
        self.llm_engine = types.SimpleNamespace(
            reset_encoder_cache=lambda: self.dropped.append("encoder"),
            engine_core=types.SimpleNamespace(shutdown=lambda: self.dropped.append("engine")),
            vllm_config=types.SimpleNamespace(
                cache_config=types.SimpleNamespace(num_gpu_blocks=100, block_size=16),
                model_config=types.SimpleNamespace(model=options["model"]),
            ),
        )
        LLM.made.append(self)

    def reset_prefix_cache(self) -> None:
        self.dropped.append("prefixes")

    def reset_mm_cache(self) -> None:
        self.dropped.append("images")

    def generate(
        self, requests: list[dict[str, Any]], sampling: SamplingParams, *, use_tqdm: bool, lora_request: LoRARequest | None
    ) -> list[Any]:
        """One output a request, whose tokens are the first code."""
        assert not use_tqdm
        self.requests.append(requests)
        self.sampling.append(sampling)
        self.adapters.append(lora_request)
        return [self._answer(request, sampling, lora_request) for request in requests]

    def _answer(self, request: dict[str, Any], sampling: SamplingParams, adapter: LoRARequest | None) -> Any:
        images = list(request.get("multi_modal_data", {}).get("image", []))
        assert len(images) <= self.options["limit_mm_per_prompt"]["image"]
        size = (request.get("mm_processor_kwargs") or self.options["mm_processor_kwargs"])["size"]
        ids: list[int] = []
        for token in request["prompt_token_ids"]:
            repeats = 1
            if token == LLM.pad:
                image = images.pop(0)
                rows, columns = smart_resize(image.height, image.width, 28, size["shortest_edge"], size["longest_edge"])
                repeats = rows // 28 * (columns // 28) * LLM.grid_factor
            ids += [token] * repeats
        assert not images
        assert len(ids) <= self.options["max_model_len"]
        codes = sampling.logprob_token_ids or [1]
        assert sampling.logprobs is None or sampling.logprobs <= self.options["max_logprobs"]
        parts = weights(ids, codes, adapter.lora_name if adapter and LLM.adapters_work else None)
        chances = {
            code: types.SimpleNamespace(logprob=math.log(part / sum(parts) * (1 - OTHER_TOKENS)))
            for code, part in zip(codes, parts, strict=True)
        }
        output = types.SimpleNamespace(token_ids=[codes[0]] * max(sampling.min_tokens, 1), logprobs=[chances])
        return types.SimpleNamespace(prompt_token_ids=ids, outputs=[output])


def fake_modules(pad: int) -> dict[str, types.ModuleType]:
    """What goes into `sys.modules`."""
    LLM.made, LLM.adapters_work, LLM.pad, LLM.grid_factor = [], True, pad, 1
    vllm, lora, request = (types.ModuleType(name) for name in ("vllm", "vllm.lora", "vllm.lora.request"))
    vllm.LLM, vllm.SamplingParams, request.LoRARequest = LLM, SamplingParams, LoRARequest  # type: ignore[attr-defined]
    return {"vllm": vllm, "vllm.lora": lora, "vllm.lora.request": request}
