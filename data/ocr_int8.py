"""Eight-bit arithmetic for the text recognition models: half the time on processors that multiply bytes, nearly the same text.

Convolutions that carry the work are quantised with fixed ranges of their inputs and outputs, matrix products with ranges found as
they run; all else stays in float32. Ranges belong to one model file and are looked up by its SHA-256: a model that is not in
data/ocr_ranges.json, which data/ocr_ranges.py measures, is used as it is.
"""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from data.machine import processor_flags

RANGES = Path(__file__).parent / "ocr_ranges.json"
OPSET = 17  # The models' own 11 has no scale per channel.
# Ranges are of generated pages; real ones go a little beyond.
MARGIN = 1.1

Ranges = dict[str, tuple[float, float]]


def supported() -> bool:
    """Whether eight-bit products are exact and fast here: without VNNI instructions x86 sums them in 16 bit, which overflows."""
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


class _quiet:
    """Keeps the quantiser from telling how it could be called better."""

    def __enter__(self) -> None:
        self._before = logging.root.manager.disable
        logging.disable(logging.WARNING)

    def __exit__(self, *_: object) -> None:
        logging.disable(self._before)
