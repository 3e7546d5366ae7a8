"""Layout features of a page: its shape, where its text lies and its colours. They tell pages apart that use the same words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data.case import Case
from data.page import Page

ROWS, COLUMNS = 8, 4  # of the colour grid
SIZE = 5 + 8 + 5 + 2 + 6 + 2 + ROWS * COLUMNS * 3


def layout_features(case: Case) -> NDArray[np.float32]:
    """(SIZE,) float32: shape and text of the first page, where its lines lie, its colours; zeros without a page."""
    if not case.pages:
        return np.zeros(SIZE, np.float32)
    page = case.pages[0]
    return np.concatenate([_text(page), _colour(page)]).astype(np.float32)


def _text(page: Page) -> NDArray[np.float64]:
    boxes = np.array([line.box for line in page.lines], np.float64).reshape(-1, 4)
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    count = max(len(boxes), 1)
    shape = [
        page.height / max(page.width, 1) / 2,
        len(boxes) / 30,
        widths.sum() / count,
        (widths * heights).sum(),
        sum(len(line.text) for line in page.lines) / count / 10,
    ]
    down = np.histogram(boxes[:, 1], 8, (0, 1))[0] / 10
    across = np.histogram(boxes[:, 0], 5, (0, 1))[0] / 10
    return np.concatenate([shape, down, across])


def _colour(page: Page) -> NDArray[np.float64]:
    if page.pixels is None:
        return np.zeros(SIZE - 18)
    small = np.asarray(Image.fromarray(page.pixels).resize((16, 32), Image.Resampling.BOX), np.float64) / 255
    saturation = small.max(axis=2) - small.min(axis=2)
    grid = small.reshape(ROWS, 32 // ROWS, COLUMNS, 16 // COLUMNS, 3).mean(axis=(1, 3))
    white, black = (small.min(axis=2) > 0.93).mean(), (small.max(axis=2) < 0.15).mean()
    return np.concatenate(
        [[saturation.mean(), saturation.std()], small.mean(axis=(0, 1)), small.std(axis=(0, 1)), [white, black], grid.ravel()]
    )
