"""Moire of a photographed screen: stripes that text recognition stumbles over, found as peaks of the spectrum and taken out.

Stripes of a screen's pixels against a sensor's multiply a picture's light, so they add to its logarithm, where they are a few
narrow peaks that stand apart from all around them. Lines and columns of text have their own peaks, on the axes, which are left.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

MOST_PIXELS = 4_000_000  # of a picture; larger ones are reduced before they are read, which smooths them
PERIODS = (2.5, 40.0)  # pixels: stripes narrower or wider do not matter
AXIS = 0.012  # cycles a pixel: how far from the axes peaks of text lie
STANDS_OUT = 12.0  # times the mean around it, for a peak
MOST_PEAKS, NOTCH = 6, 4  # peaks taken out; half width of what is taken out with each, in bins


def without_stripes(image: Image.Image) -> Image.Image:
    """An RGB picture without its periodic stripes; the picture itself where there are none."""
    if image.width * image.height > MOST_PIXELS or min(image.size) < 64:
        return image
    pixels = np.asarray(image).astype(np.float32)
    light = np.log(pixels.mean(axis=2) + 8)
    spectrum = np.fft.rfft2(light - cv2.GaussianBlur(light, (0, 0), 12))
    keep = _notches(np.abs(spectrum).astype(np.float32), light.shape)
    if keep is None:
        return image
    stripes = np.fft.irfft2(spectrum * (1 - keep), light.shape).astype(np.float32)
    return Image.fromarray(np.clip(pixels * np.exp(-stripes)[..., None], 0, 255).astype(np.uint8))


def _notches(strength: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32] | None:
    """How much of each frequency is kept, of the shape of `strength`; None where no peak stands out."""
    down, across = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None, :]
    frequency = np.hypot(down, across)
    searched = (frequency > 1 / PERIODS[1]) & (frequency < 1 / PERIODS[0]) & (np.abs(down) > AXIS) & (across > AXIS)
    # Of peaks' surroundings, not of the peaks: the frequency plane goes round at its upper and lower end.
    around = cv2.blur(np.minimum(strength, 4 * np.median(strength[searched])) if searched.any() else strength, (31, 31))
    ratio = np.where(searched, strength / np.maximum(around, 1e-6), 0)
    keep = np.ones_like(strength)
    for _ in range(MOST_PEAKS):
        row, column = np.unravel_index(int(ratio.argmax()), ratio.shape)
        if ratio[row, column] < STANDS_OUT:
            break
        rows = np.arange(row - NOTCH, row + NOTCH + 1) % shape[0]
        columns = slice(max(column - NOTCH, 0), column + NOTCH + 1)
        keep[rows, columns] = 0
        ratio[rows, columns] = 0
    return None if keep.all() else keep
