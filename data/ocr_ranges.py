"""Measures the ranges that eight-bit text recognition needs (ocr_int8.py), on the bundled sample.

python -m data.ocr_ranges     writes data/ocr_ranges.json for the models that rapidocr carries
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.atomic import write_json
from data.images import open_image
from data.ocr import Ocr
from data.ocr_int8 import RANGES, Ranges, fuse, packaged_models
from data.profile import OcrSettings
from data.run import SAMPLE

CALIBRATION_LINES, CALIBRATION_PAGES = 160, 16


def main() -> int:
    """Measure the ranges of the installed models on pages of the bundled sample."""
    generator = np.random.default_rng(0)
    models, inputs = packaged_models(), _recorded_inputs(generator)
    stored = {}
    for part, count in (("Det", CALIBRATION_PAGES), ("Rec", CALIBRATION_LINES)):
        model, seen = models[part], inputs[part]
        chosen = [seen[row] for row in generator.permutation(len(seen))[:count]]
        digest = hashlib.sha256(model.read_bytes()).hexdigest()
        stored[digest] = measure_ranges(model, chosen, windows=part == "Det")
        print(f"{model.name}: {len(stored[digest])} ranges over {len(chosen)} inputs")
    write_json(RANGES, stored)
    return 0


def heavy_convolutions(model: Any, *, windows: bool) -> list[Any]:
    """The nodes worth quantising: pointwise ones between many channels, as the blocks of the backbone have.

    With `windows` also those of 3 x 3: the detector's, which spend a fifth of its time. The recogniser's read worse for it.
    """
    shapes = {item.name: tuple(item.dims) for item in model.graph.initializer}
    chosen = []
    for node in model.graph.node:
        if node.op_type != "Conv":
            continue
        out, into, *kernel = shapes[node.input[1]]
        few, many = sorted((out, into))
        pointwise = kernel == [1, 1] and few >= 96 and many >= 192 and many <= 2 * few
        if pointwise or (windows and kernel == [3, 3] and into >= 48):
            chosen.append(node)
    return chosen


def measure_ranges(model: Path, inputs: Sequence[NDArray[np.float32]], *, windows: bool) -> Ranges:
    """The least and largest value of each tensor that quantising needs, over some inputs."""
    import onnx
    import onnxruntime

    with tempfile.TemporaryDirectory() as name:
        fused = onnx.load(fuse(model, Path(name)))
    nodes = heavy_convolutions(fused, windows=windows)
    names = sorted({tensor for node in nodes for tensor in (node.input[0], node.output[0])})
    del fused.graph.output[:]
    fused.graph.output.extend(onnx.ValueInfoProto(name=tensor) for tensor in names)
    session = onnxruntime.InferenceSession(fused.SerializeToString(), providers=["CPUExecutionProvider"])
    low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    for image in inputs:
        values = session.run(names, {session.get_inputs()[0].name: image})
        low = np.minimum(low, [value.min() for value in values])
        high = np.maximum(high, [value.max() for value in values])
    return {tensor: (round(float(a), 3), round(float(b), 3)) for tensor, a, b in zip(names, low, high, strict=True)}


def _recorded_inputs(generator: np.random.Generator) -> dict[str, list[NDArray[np.float32]]]:
    """What the models are given while some pages of the bundled sample are read."""
    ocr = Ocr(OcrSettings(eight_bit=False))
    seen: dict[str, list[NDArray[np.float32]]] = {}
    for part, name in (("Det", "_load_det_model"), ("Rec", "_load_rec_model")):
        model = getattr(ocr._engine, name)()
        seen[part] = []
        model.session = _Recorder(model.session, seen[part])
    paths = sorted((SAMPLE / "images").glob("*.jpg"))
    for row in generator.permutation(len(paths))[: 2 * CALIBRATION_PAGES]:
        ocr.read(open_image(paths[row])[0])
    return seen


class _Recorder:
    """Stands for a session of rapidocr and keeps what it is given."""

    def __init__(self, session: Any, seen: list[NDArray[np.float32]]) -> None:
        self._session, self._seen = session, seen

    def __call__(self, image: NDArray[np.float32]) -> Any:
        self._seen.append(image)
        return self._session(image)


if __name__ == "__main__":
    sys.exit(main())
