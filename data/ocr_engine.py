"""rapidocr with what costs it time left out. Imported late, because rapidocr loads much on import."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_det import TextDetector, TextDetOutput
from rapidocr.ch_ppocr_rec import TextRecOutput

LINE_HEIGHT = 48  # What the recogniser was trained on.
# A line of at least this ratio of height to width is read as vertical, like in rapidocr.
VERTICAL = 1.5
NARROWEST_LINE = 8  # pixels


class Engine(RapidOCR):
    """Recognises at most `max_lines` lines, the first in reading order, their widths scaled by `narrowing`.

    `threads` detect lines together and then recognise one line each.
    """

    def __init__(self, parameters: dict[str, Any], max_lines: int, narrowing: float, threads: int) -> None:
        super().__init__(params=parameters)
        self._max_lines, self._narrowing, self._threads = max_lines, narrowing, threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def _load_det_model(self) -> Any:
        path = self.cfg.Det.get("model_path")
        if self.text_det is None and self._threads > 1 and path:
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 4
            options.intra_op_num_threads = self._threads
            # Threads that wait by spinning, as rapidocr's would, slow down whatever runs next.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            settings = self.cfg.Det.copy()
            settings._set_flag("allow_objects", True)
            settings.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            self.text_det = TextDetector(settings)  # type: ignore[assignment]
        return super()._load_det_model()

    def detect_and_crop(self, img: NDArray[np.uint8], op_record: dict[str, Any]) -> tuple[list[NDArray[np.uint8]], TextDetOutput]:
        """Lines beyond the limit are dropped before they are recognised."""
        crops, found = super().detect_and_crop(img, op_record)
        assert found.boxes is not None
        assert found.scores is not None
        found.boxes, found.scores = found.boxes[: self._max_lines], found.scores[: self._max_lines]
        return crops, found

    def crop_text_regions(self, img: NDArray[np.uint8], det_boxes: NDArray[Any]) -> list[NDArray[np.uint8]]:
        """Lines in the recogniser's height: one resampling instead of two."""
        return [crop_line(img, box, self._narrowing) for box in det_boxes[: self._max_lines]]

    def recognize_txt(self, img: list[NDArray[np.uint8]]) -> TextRecOutput:
        """Lines are recognised one by one, so shares of them give the same text; equal shares of wide and narrow ones."""
        if self._pool is None or len(img) < 2:
            return super().recognize_txt(img)
        self._load_rec_model()  # Here, once for all threads.
        order = np.argsort([-line.shape[1] for line in img], kind="stable")
        shares = [order[start :: self._threads] for start in range(min(self._threads, len(img)))]
        parts = list(self._pool.map(lambda rows: super(Engine, self).recognize_txt([img[row] for row in rows]), shares))
        places = np.argsort(np.concatenate(shares))

        def joined(values: Iterable[Iterable[Any]]) -> Any:
            flat = list(itertools.chain.from_iterable(values))
            return tuple(flat[place] for place in places)

        texts, scores, words = (joined(getattr(part, name) for part in parts) for name in ("txts", "scores", "word_results"))
        return dataclasses.replace(parts[0], imgs=img, txts=texts, scores=scores, word_results=words)

    def scores_upside_down(self, image: NDArray[np.uint8], boxes: NDArray[Any]) -> float:
        """Mean score of some lines (n, 4, 2), each recognised upside down."""
        lines = [np.ascontiguousarray(np.rot90(crop_line(image, box, self._narrowing), 2)) for box in boxes]
        scores = self.recognize_txt(lines).scores
        return float(np.mean(scores)) if scores else 0.0


def crop_line(image: NDArray[np.uint8], corners: NDArray[Any], narrowing: float) -> NDArray[np.uint8]:
    """Cut out a quadrangle (4, 2), clockwise from the top left: (LINE_HEIGHT, width, 3), a vertical one turned to the left."""
    corners = np.asarray(corners, dtype=np.float32)
    top, right, bottom, left = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    width, height = max(top, bottom), max(left, right)
    upright = height >= VERTICAL * width
    shape = height / width if upright else width / height
    length = max(NARROWEST_LINE, round(float(LINE_HEIGHT * shape * narrowing)))
    size = (LINE_HEIGHT, length) if upright else (length, LINE_HEIGHT)
    target = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    line = cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.rot90(line) if upright else line  # type: ignore[return-value]
