"""Eight-bit arithmetic for the text recognition models: half the time on processors that multiply bytes, nearly the same text.

    python -m data.ocr_int8     measures the ranges below again, on the bundled sample, and writes data/ocr_ranges.json

Convolutions that carry the work are quantised with fixed ranges of their inputs and outputs, matrix products with ranges found as
they run; all else stays in float32. Ranges belong to one model file and are looked up by its SHA-256: a model that is not in
data/ocr_ranges.json is used as it is.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.atomic import write_json
from data.machine import processor_flags

RANGES = Path(__file__).parent / "ocr_ranges.json"
OPSET = 17  # The models' own 11 has no scale per channel.
# Ranges are of generated pages; real ones go a little beyond.
MARGIN = 1.1
CALIBRATION_LINES, CALIBRATION_PAGES = 160, 16

Ranges = dict[str, tuple[float, float]]


def supported() -> bool:
    """Whether eight-bit products are exact and fast here.

    Without VNNI instructions x86 sums them in 16 bit, which overflows. `onnx` is needed to change the models.
    """
    return find_spec("onnx") is not None and _has_vnni()


def _has_vnni() -> bool:
    return not processor_flags().isdisjoint({"avx512_vnni", "avx_vnni"})


@cache
def known_ranges() -> dict[str, Ranges]:
    """Per model file's SHA-256: the least and largest value of tensors that are quantised."""
    stored = json.loads(RANGES.read_text(encoding="utf-8"))
    return {digest: {name: (low, high) for name, (low, high) in ranges.items()} for digest, ranges in stored.items()}


def recipe() -> str:
    """Names how models are changed: equal text is to be expected of equal recipes only."""
    return hashlib.sha256(json.dumps([known_ranges(), MARGIN], sort_keys=True).encode()).hexdigest()[:12]


def packaged_models() -> dict[str, Path]:
    """The detector and the recogniser that rapidocr carries and takes by default."""
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    found = {part: sorted(folder.glob(f"*_{part.lower()}_small.onnx")) for part in ("Det", "Rec")}
    return {part: paths[0] for part, paths in found.items() if len(paths) == 1}


def quantised(model: Path, folder: Path) -> Path:
    """The eight-bit form of a model, made in `folder` where it is not there yet.

    The model itself where its ranges are unknown.
    """
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    ranges = known_ranges().get(digest)
    if ranges is None:
        return model
    recipe = json.dumps([digest, ranges, MARGIN], sort_keys=True)
    made = folder / f"{model.stem}-int8-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}.onnx"
    if not made.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        # Made aside and renamed: several processes may come here at once.
        with tempfile.TemporaryDirectory(dir=folder) as name:
            temporary = Path(name) / made.name
            quantise(fuse(model, Path(name)), ranges, temporary)
            temporary.rename(made)
    return made


def fuse(model: Path, folder: Path) -> Path:
    """Write the model with biases inside convolutions, activations as one node and dynamic eight-bit matrix products."""
    import onnx
    import onnxruntime
    from onnx import version_converter
    from onnxruntime.quantization import QuantType, quantize_dynamic

    newer, fused, products = (folder / f"{step}.onnx" for step in ("newer", "fused", "products"))
    onnx.save(version_converter.convert_version(onnx.load(model), OPSET), newer)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(fused)
    # These make nodes that the quantiser does not know.
    kept = ["ConvActivationFusion", "ConvAddActivationFusion", "MatmulTransposeFusion", "MatMulScaleFusion"]
    onnxruntime.InferenceSession(str(newer), options, providers=["CPUExecutionProvider"], disabled_optimizers=kept)
    with _quiet():
        quantize_dynamic(fused, products, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8)
    return products


def quantise(fused: Path, ranges: Ranges, made: Path) -> None:
    """Quantise those convolutions of a fused model whose input and output have a range."""
    from onnxruntime.quantization import CalibrationMethod, QuantType
    from onnxruntime.quantization.calibrate import TensorsData
    from onnxruntime.quantization.qdq_quantizer import QDQQuantizer
    from onnxruntime.quantization.quant_utils import load_model_with_shape_infer

    wide = {name: tuple(np.float32(value * MARGIN) for value in pair) for name, pair in ranges.items()}
    with _quiet():
        model = load_model_with_shape_infer(fused)
        nodes = [
            node.name for node in model.graph.node if node.op_type == "Conv" and {node.input[0], node.output[0]} <= set(wide)
        ]
        data = TensorsData(CalibrationMethod.MinMax, wide)
        quantizer = QDQQuantizer(model, True, False, QuantType.QInt8, QuantType.QUInt8, data, nodes, [], ["Conv"], {})
        quantizer.quantize_model()
        quantizer.model.save_model_to_file(str(made), False)


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


class _quiet:
    """Keeps the quantiser from telling how it could be called better."""

    def __enter__(self) -> None:
        self._before = logging.root.manager.disable
        logging.disable(logging.WARNING)

    def __exit__(self, *_: object) -> None:
        logging.disable(self._before)


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


def _recorded_inputs(generator: np.random.Generator) -> dict[str, list[NDArray[np.float32]]]:
    """What the models are given while some pages of the bundled sample are read."""
    from data.cli import SAMPLE
    from data.images import open_image
    from data.ocr import Ocr
    from data.profile import OcrSettings

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
