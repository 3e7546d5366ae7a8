"""The dense encoder: an open_clip model whose image and text vectors share one space.

    encoder = Encoder(EncoderSettings())
    encoder.encode_images([pixels])          # (1, d) float32, unit length
    encoder.encode_texts(["盖子漏水怎么办"])    # (1, d)

Missing weights are an error. open_clip itself only warns and continues with random ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from PIL import Image

from data.errors import WeightsError
from data.profile import EncoderSettings, resolve_package_path
from data.progress import track

LOCAL = "local-dir:"
HUB = "hf-hub:"
MAX_WINDOWS = 16  # of one text; what comes after is not read
MANY = 16  # batches, which take long enough for progress to be shown
MAX_TEXT = 20_000  # characters; bounds the tokenizer's work on absurdly long texts


class Encodes(Protocol):
    """What retrieval needs of a run's encoders; tests use one that returns one-hot vectors."""

    def encode_images(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """(n, d) unit vectors of RGB images (height, width, 3)."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) unit vectors of texts of any length, in the images' space; an empty text gives a zero row."""
        ...

    def encode_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, e) unit vectors of texts by the text encoder; (n, 0) where there is none. An empty text gives a zero row."""
        ...


class Encoder:
    """An open_clip model for inference on one device."""

    def __init__(self, settings: EncoderSettings, device: str | None = None) -> None:
        """Load the model. Raises WeightsError where its folder, name, tag or weights are missing or do not fit."""
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.settings = settings
        name, pretrained = model_reference(settings)
        # bf16 has fp32's range, so no tower overflows. On a CPU it would be slower than fp32.
        precision = "bf16" if self.device.type == "cuda" and torch.cuda.is_bf16_supported() else "fp32"
        try:
            model, _, preprocess = open_clip.create_model_and_transforms(
                name, pretrained, precision=precision, device=self.device
            )
            tokenizer = open_clip.get_tokenizer(name)
        except Exception as error:  # open_clip raises whatever its loaders do, network errors included
            raise WeightsError(
                f"encoder {settings.model!r} (pretrained {settings.pretrained!r}) cannot be loaded: {str(error).rstrip('.')}. "
                "Check the profile's encoder; named models need their weights in the local cache or a network, once. The profile "
                "`embedded` needs neither."
            ) from error
        self._model: Any = model.eval().requires_grad_(False)
        self._preprocess: Callable[[Image.Image], torch.Tensor] = preprocess
        self._tokenizer: Any = tokenizer
        # Threads share an encoder, and a tokenizer keeps from one call to the next how it cuts and pads.
        self._tokenizing = Lock()
        self._dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        self.parameters = sum(parameter.numel() for parameter in model.parameters())
        self.fingerprint = self._fingerprint()

    def encode_images(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Unit vectors (n, d) float32 of RGB images, uint8 (height, width, 3)."""

        def encode(batch: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
            pixels = torch.stack([self._preprocess(Image.fromarray(image)) for image in batch])
            return torch.as_tensor(self._model.encode_image(pixels.to(self.device, self._dtype)))

        return self._encode(images, encode)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, d) float32. A text longer than the tower's context is read in windows whose unit vectors are
        averaged; an empty text gives a zero row."""
        with self._tokenizing:
            windows = [self.windows(text) for text in texts]
            flat = [window for own in windows for window in own]
            unique = list(dict.fromkeys(flat))
            tokens = self._tokenizer(unique) if flat else None
        if tokens is None:
            return np.zeros((len(texts), self._dimension), np.float32)
        lengths = read_lengths(self._model, tokens)
        order = torch.argsort(lengths, stable=True)  # windows of similar length together
        encoded = self._encode(order, lambda rows: encode_up_to(self._model, tokens[rows].to(self.device), lengths[rows]))
        vectors = encoded[np.argsort(order.numpy())]
        numbers = {window: number for number, window in enumerate(unique)}
        owners = np.repeat(np.arange(len(texts)), [len(own) for own in windows])
        result = np.zeros((len(texts), vectors.shape[1]), np.float32)
        np.add.at(result, owners, vectors[[numbers[window] for window in flat]])
        return unit(result)

    def encode_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, 0): open_clip alone has no text encoder. `encoders.Encoders` holds both."""
        return np.zeros((len(texts), 0), np.float32)

    def windows(self, text: str) -> list[str]:
        """Split a text into pieces that fit the context, at line ends where possible; none for an empty text."""
        room = max(int(self._tokenizer.context_length) - 2, 1)  # start and end tokens
        pieces = [piece for line in text[:MAX_TEXT].splitlines() if line.strip() for piece in self._pieces(line, room)]
        windows: list[str] = []
        used = 0
        for piece, size in pieces:
            if windows and used + size + 1 <= room:
                windows[-1] += "\n" + piece
                used += size + 1
            else:
                windows.append(piece)
                used = size
        return windows[:MAX_WINDOWS]

    def _pieces(self, line: str, room: int) -> list[tuple[str, int]]:
        """(piece, tokens) of a line, cut in halves until each fits."""
        size = self._count(line)
        if size <= room or len(line) < 2:
            return [(line, min(size, room))]
        half = len(line) // 2
        return self._pieces(line[:half], room) + self._pieces(line[half:], room)

    def _count(self, text: str) -> int:
        """Tokens without start and end marks."""
        inner = getattr(self._tokenizer, "tokenizer", None)
        if inner is not None:
            return len(inner(text, add_special_tokens=False, truncation=False, verbose=False)["input_ids"])
        return len(self._tokenizer.encode(text))

    def _encode(self, items: Any, encode: Callable[[Any], torch.Tensor]) -> NDArray[np.float32]:
        """Unit vectors of items, a sequence or a tensor, which `encode` gives of a batch of them."""
        size = self.settings.batch_size
        parts = []
        with torch.inference_mode():
            starts = range(0, len(items), size)
            for start in track(starts, "encoding", "batch", disable=len(starts) < MANY):
                parts.append(encode(items[start : start + size]).float().cpu().numpy())
        return unit(np.concatenate(parts)) if parts else np.zeros((0, self._dimension), np.float32)

    @cached_property
    def _dimension(self) -> int:
        """Of the vectors: open_clip's classes of models have no common name for it."""
        with self._tokenizing:
            tokens = self._tokenizer(["a"])
        with torch.inference_mode():
            return int(self._model.encode_text(tokens.to(self.device)).shape[1])

    def _fingerprint(self) -> str:
        """SHA-256 (hex) of the model's name and of a sample of each weight tensor.

        Weights are rounded to bf16 first, so that an index that was built on a GPU (bf16) is accepted on a CPU (fp32).
        """
        digest = hashlib.sha256(f"{self.settings.model} {self.settings.pretrained}".encode())
        for name, tensor in self._model.state_dict().items():
            digest.update(f"{name} {tuple(tensor.shape)}".encode())
            flat = tensor.flatten()
            digest.update(flat[:: max(flat.numel() // 64, 1)].bfloat16().float().cpu().numpy().tobytes())
        return digest.hexdigest()


def read_lengths(model: Any, tokens: torch.Tensor) -> torch.Tensor:
    """How many tokens of each padded row (n, context) its vector depends on, (n,).

    Where attention is causal and the vector is that of the end token, what follows it counts for nothing.
    """
    if isinstance(model, open_clip.CLIP) and model.attn_mask is not None:
        if model.text_pool_type == "argmax":  # the end token has the highest number
            return torch.as_tensor(tokens.argmax(dim=1) + 1)
        if model.text_pool_type == "eos":
            return torch.as_tensor((tokens == model.text_eos_id).int().argmax(dim=1) + 1)
    return torch.full((len(tokens),), tokens.shape[1])


def encode_up_to(model: Any, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Vectors (n, d) of `tokens` (n, context), as the model's `encode_text` gives them, without the padding that
    `lengths` (n,) of `read_lengths` leave out: half and more of a short text's time."""
    longest = int(lengths.max())
    if longest == tokens.shape[1]:
        return torch.as_tensor(model.encode_text(tokens))
    dtype = model.transformer.get_cast_dtype()
    states = model.token_embedding(tokens[:, :longest]).to(dtype) + model.positional_embedding[:longest].to(dtype)
    states = model.ln_final(model.transformer(states, attn_mask=model.attn_mask[:longest, :longest]))
    vectors = states[torch.arange(len(tokens)), lengths - 1]
    if model.text_projection is None:
        return torch.as_tensor(vectors)
    linear = isinstance(model.text_projection, torch.nn.Linear)
    return torch.as_tensor(model.text_projection(vectors) if linear else vectors @ model.text_projection)


def model_reference(settings: EncoderSettings) -> tuple[str, str | None]:
    """open_clip's (model name, pretrained tag) for the settings.

    Raises WeightsError where they name no weights or missing ones.
    """
    model = settings.model
    if model.startswith("package:"):
        model = LOCAL + resolve_package_path(model)
    if model.startswith(LOCAL):
        folder = Path(model[len(LOCAL) :])
        if not (folder / "open_clip_config.json").is_file():
            raise WeightsError(f"encoder folder {folder} has no open_clip_config.json; check encoder.model in the profile")
        if not any(path.suffix in (".safetensors", ".bin", ".pth") for path in folder.iterdir()):
            raise WeightsError(f"encoder folder {folder} has no weights; `python -m retrieval.pretrain` trains them")
        return model, None
    if model.startswith(HUB):
        return model, None
    if model not in open_clip.list_models():
        raise WeightsError(
            f"encoder {model!r} is no open_clip model; expected a name of open_clip.list_models(), or "
            f"{HUB}ID, {LOCAL}PATH or package:FOLDER"
        )
    if not settings.pretrained:
        raise WeightsError(
            f"encoder {model!r} is named without encoder.pretrained, so its weights would be random; "
            f"choose one of {', '.join(open_clip.list_pretrained_tags_by_model(model)) or 'no known tags'}"
        )
    return model, settings.pretrained


def unit(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Rows scaled to length 1; zero rows stay zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
