"""Scoring with vLLM (continuous batching, prefix caching): the second engine behind `transformers_scorer.Scorer`.

    engine = open_vllm(settings, seed)
    scorer = VllmScorer(engine, builders, settings)
    scorer.adapt(adapter_folder)

Each prompt is one request for one token, and the label codes' log-probabilities at it. Facts about vLLM, read in version 0.20.0:

- A prompt has one pad token per image, which vLLM expands to the image's tokens. vLLM resizes images itself. If its grid
differed,
  its scores would be those of another prompt, so the ids that it reports are compared with ours.
- Prefix caching computes the shared part once, and a sample's part, images included, once for its three calls. vLLM identifies
  images by a digest, which is computed once per image, not at each call.
- `logprob_token_ids` returns the codes' log-probabilities from one pass over the logits. The alternative, `allowed_token_ids`
with
  as many best tokens, would sort the vocabulary.
- vLLM identifies adapters by name, in its prefix cache too, so the name is a digest of the weights. It silently ignores keys that
  match no layer, so an adapter must change the scores of a probe. It would also ignore rank_pattern and alpha_pattern.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError, safe_open
from transformers import AutoConfig

from data.atomic import read_json
from data.errors import InputError, WeightsError
from data.profile import VlmSettings, resolve_package_path
from data.schema import Task
from vlm.architecture import build_empty, check_counted, check_supported, local_folder
from vlm.lora.adapter import CONFIG_FILE, WEIGHTS_FILE, adapter_digest, check_files
from vlm.model import fit_ratio
from vlm.prompt import IMAGE_PAD, Prompt, PromptBuilder, SamplePart

SAMPLES_AT_ONCE = 256
LONGEST_PROMPT = 32_768  # tokens, Qwen2-VL's context; models with a longer one would reserve more memory for it
LORA_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)  # what vLLM can reserve
INSTEAD = "use `--engine transformers`"
# No usage statistics. Processes are spawned, because this one has threads and may have used the GPU.
ENVIRONMENT = {
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
    "VLLM_LOGGING_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class VllmEngine:
    """`llm` is vLLM's `LLM`; `most_codes` is how many log-probabilities a request may ask for."""

    llm: Any
    most_codes: int
    lora_rank: int

    def generate(self, requests: Sequence[Any], sampling: Any, lora: Any = None) -> list[Any]:
        """vLLM's outputs in the order of the requests. Raises WeightsError where vLLM fails."""
        try:
            return list(self.llm.generate(list(requests), sampling, use_tqdm=False, lora_request=lora))
        except Exception as error:  # vLLM raises errors of many kinds, also for a prompt that is too long
            raise WeightsError(
                f"vLLM could not answer: {_first_line(error)}; lower the profile's limits, or {INSTEAD}"
            ) from error

    def forget(self) -> None:
        """Clear the caches of prefixes and images."""
        self.llm.reset_prefix_cache()
        self.llm.reset_mm_cache()
        self.llm.llm_engine.reset_encoder_cache()

    def close(self) -> None:
        """End vLLM's processes and free the GPU's memory."""
        self.llm.llm_engine.engine_core.shutdown()


def load_vllm() -> Any:
    """The module. Raises InputError where it is not installed or there is no GPU."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if importlib.util.find_spec("flashinfer") is None:
        os.environ.setdefault("VLLM_USE_FLASHINFER_SAMPLER", "0")
    try:
        vllm: Any = importlib.import_module("vllm")
    except (ImportError, OSError, RuntimeError) as error:  # a build for another torch or driver fails in several ways
        raise InputError(
            f"the engine `vllm` cannot be imported ({_first_line(error)}); install .[vllm] (`python -m pip install '.[vllm]'`), "
            f"or {INSTEAD}"
        ) from error
    if not torch.cuda.is_available():
        raise InputError(f"the engine `vllm` needs a GPU and PyTorch finds none; {INSTEAD}")
    return vllm


def open_vllm(
    settings: VlmSettings,
    seed: int,
    adapter: Path | None = None,
    images: int | None = None,
) -> VllmEngine:
    """Start vLLM with a profile's model; `adapter` says for which rank adapters are to be supported.

    `images` is the most images of a prompt (default: the profile's limit). Raises InputError where vLLM or a GPU is missing, and
    WeightsError where the model or the adapter is missing or vLLM does not support it.
    """
    vllm = load_vllm()
    source = resolve_package_path(settings.source)
    if local_folder(settings.source) is not None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read by vLLM's own processes
    try:
        config = AutoConfig.from_pretrained(source)
    except Exception as error:  # the hub and transformers raise errors of their own kinds
        raise WeightsError(f"cannot read the configuration of {source!r}: {_first_line(error)}") from error
    check_supported(config, source)
    if local_folder(settings.source) is None:
        check_counted(settings, build_empty(config))
    rank = lora_rank(adapter) if adapter else 0
    codes = settings.label_tokens  # Labels may be taught, and each takes a token or more of the prompt.
    lora = {"enable_lora": True, "max_loras": 1, "max_lora_rank": next(size for size in LORA_RANKS if size >= rank)}
    try:
        llm = vllm.LLM(
            model=source,
            dtype=settings.dtype,
            seed=seed,
            max_model_len=min(LONGEST_PROMPT, config.get_text_config().max_position_embeddings),
            max_num_seqs=SAMPLES_AT_ONCE,
            max_logprobs=codes,
            gpu_memory_utilization=settings.gpu_memory,
            enable_prefix_caching=True,
            limit_mm_per_prompt={"image": settings.max_images if images is None else images, "video": 0},
            mm_processor_kwargs=pixel_bounds(settings),
            **(lora if rank else {}),
        )
    except Exception as error:  # vLLM raises errors of many kinds
        raise WeightsError(
            f"vLLM cannot start with {source!r}: {_first_line(error)}; if GPU memory is short, lower vlm.gpu_memory or end "
            f"other programs on the GPU; or {INSTEAD}"
        ) from error
    return VllmEngine(llm, codes, rank)


class VllmScorer:
    """Scores with vLLM: with the adapter that `adapt` was given last, else with the plain model."""

    def __init__(self, engine: VllmEngine, builders: Mapping[Task, PromptBuilder], settings: VlmSettings) -> None:
        self.engine = engine
        self.settings = settings
        self._builder = next(iter(builders.values()))
        self._pad: int = self._builder.tokenizer.convert_tokens_to_ids(IMAGE_PAD)
        self._lora: Any = None
        self._images: WeakKeyDictionary[SamplePart, tuple[list[Image.Image], list[str]]] = WeakKeyDictionary()

    @property
    def samples_at_once(self) -> int:
        """Enough to keep vLLM's batches full."""
        return SAMPLES_AT_ONCE

    def adapt(self, folder: Path) -> None:
        """Use the adapter in a folder. Raises WeightsError where vLLM does not support it or it changes no score."""
        if lora_rank(folder) > self.engine.lora_rank:
            raise WeightsError(f"adapter at {folder} has a larger rank than vLLM was started for, {self.engine.lora_rank}")
        request: Any = importlib.import_module("vllm.lora.request")
        digest = adapter_digest(folder)
        adapted = request.LoRARequest(digest[:16], int(digest[:7], 16) + 1, str(folder.resolve()))
        probe = [Prompt(self._builder.shared, SamplePart(()), self._builder.direct())]
        before = self._score(probe, None)
        if np.array_equal(before, self._score(probe, adapted)):
            raise WeightsError(
                f"adapter at {folder} does not change what vLLM answers; it is untrained or its keys are not those that vLLM "
                f"looks for: {INSTEAD}"
            )
        self._lora = adapted

    def score(self, prompts: Sequence[Prompt]) -> NDArray[np.float32]:
        """See `Scorer`. Raises WeightsError where vLLM expanded a prompt to other tokens."""
        if not prompts:
            raise ValueError("no prompts to score")
        if any(prompt.shared is not prompts[0].shared for prompt in prompts):
            raise ValueError("prompts of one batch must have the same shared part")
        return self._score(prompts, self._lora)

    def _score(self, prompts: Sequence[Prompt], lora: Any) -> NDArray[np.float32]:
        codes = list(prompts[0].shared.codes)
        if len(codes) > self.engine.most_codes:
            raise ValueError(f"{len(codes)} label codes, vLLM was started for {self.engine.most_codes}")
        vllm: Any = importlib.import_module("vllm")
        sampling = vllm.SamplingParams(
            temperature=0.0, max_tokens=1, logprobs=len(codes), logprob_token_ids=codes, detokenize=False
        )
        outputs = self.engine.generate([self._request(prompt) for prompt in prompts], sampling, lora)
        scores = np.empty((len(prompts), len(codes)), dtype=np.float64)
        for row, (prompt, output) in enumerate(zip(prompts, outputs, strict=True)):
            self._check_ids(prompt, output.prompt_token_ids)
            found = output.outputs[0].logprobs[0]
            scores[row] = [found[code].logprob for code in codes]
        return (scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)).astype(np.float32)

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        """A prompt as vLLM's `TokensPrompt`, which is a plain dictionary."""
        ids = one_pad_an_image(prompt.ids(), self._pad)
        if not prompt.sample.images:
            return {"prompt_token_ids": ids}
        if prompt.sample not in self._images:
            fitted = [fit_ratio(pixels, self.settings) for pixels in prompt.sample.images]
            self._images[prompt.sample] = [Image.fromarray(item) for item in fitted], [image_digest(item) for item in fitted]
        images, digests = self._images[prompt.sample]
        return {"prompt_token_ids": ids, "multi_modal_data": {"image": images}, "multi_modal_uuids": {"image": digests}}

    def _check_ids(self, prompt: Prompt, found: Sequence[int]) -> None:
        if tuple(found) != prompt.ids():
            raise WeightsError(
                f"vLLM made {len(found)} tokens of a prompt of {len(prompt.ids())} with image grids {list(prompt.sample.grids)} "
                f"for {self.settings.min_pixels} to {self.settings.max_pixels} pixels: its scores would be another prompt's; "
                f"{INSTEAD}"
            )


def pixel_bounds(settings: VlmSettings) -> dict[str, Any]:
    """The image processor's arguments. It can silently ignore `min_pixels` and `max_pixels`, so `size` is set."""
    return {"size": {"shortest_edge": settings.min_pixels, "longest_edge": settings.max_pixels}}


def one_pad_an_image(ids: Sequence[int], pad: int) -> list[int]:
    """The ids with each run of pad tokens shortened to one. A run is one image, because other tokens stand between images."""
    return [token for place, token in enumerate(ids) if token != pad or place == 0 or ids[place - 1] != pad]


def image_digest(pixels: NDArray[np.uint8]) -> str:
    """SHA-256 (hex) of an image's size and content."""
    return hashlib.sha256(repr(pixels.shape).encode() + np.ascontiguousarray(pixels).tobytes()).hexdigest()


def lora_rank(folder: Path) -> int:
    """An adapter's rank. Raises WeightsError where files are missing or vLLM would not apply the adapter as it was trained."""
    check_files(folder)
    values: dict[str, Any] = read_json(folder / CONFIG_FILE, "save the adapter again")
    try:
        with safe_open(str(folder / WEIGHTS_FILE), framework="pt") as state:
            keys = sorted(state.keys())
    except SafetensorError as error:
        raise WeightsError(f"adapter at {folder} cannot be read: {error}") from error
    rank = values.get("r")
    problems = [f"uses {name}" for name in ("use_dora", "modules_to_save", "rank_pattern", "alpha_pattern") if values.get(name)]
    if values.get("peft_type", "LORA") != "LORA":
        problems.append(f"is of PEFT's kind {values['peft_type']!r}")
    if values.get("bias", "none") != "none":
        problems.append("changes biases")
    # Keys of the vision tower, of anything outside the decoder layers, and of whole weights.
    problems += [f"adapts {key}" for key in keys if ".visual." in key or ".layers." not in key or ".lora_" not in key][:1]
    if not isinstance(rank, int) or not 0 < rank <= LORA_RANKS[-1]:
        problems.append(f"has rank {rank!r}, expected 1 to {LORA_RANKS[-1]}")
    if problems:
        raise WeightsError(f"adapter at {folder} {', '.join(problems)}, which vLLM does not apply: {INSTEAD}")
    assert isinstance(rank, int)
    return rank


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
