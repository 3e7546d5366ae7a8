"""What putting pages right costs: seconds a page with and without it, on the same pages, one thread.

    python -m data.ocr_benchmark [--images DIR] [--pages N]

prints processor seconds a page of plain recognition and of `Ocr.read_page`, their ratio, and how many pages were put right in
which way. Pages are those of the bundled sample by default. Both ways take turns on every page, so that the ratio carries over to
other machines and bears other programs beside it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data.cases import default_cache
from data.cli import OK, positive, run_command
from data.errors import InputError
from data.images import open_image
from data.machine import machine
from data.profile import OcrSettings
from data.rectify import Correction
from data.run import SAMPLE


def main(argv: Sequence[str] | None = None) -> int:
    """Print the measurement; status 2 where there are no images."""
    parser = argparse.ArgumentParser(prog="python -m data.ocr_benchmark", description="Measure what putting pages right costs.")
    parser.add_argument("--images", type=Path, default=SAMPLE / "images", help="folder of images (default: the bundled sample's)")
    parser.add_argument("--pages", type=positive, default=60, help="images to read at most (default %(default)s)")
    args = parser.parse_args(argv)

    def body() -> int:
        paths = sorted(path for path in args.images.glob("*") if path.is_file())
        if not paths:
            raise InputError(f"--images {args.images} holds no file; give a folder of images")
        chosen = [paths[row] for row in np.random.default_rng(0).permutation(len(paths))[: args.pages]]
        for line in measurement(chosen):
            print(line, flush=True)
        return OK

    return run_command(body)


def measurement(paths: Sequence[Path]) -> Iterator[str]:
    """The report on some image files."""
    from data.ocr import Ocr

    ocr = Ocr(OcrSettings(), default_cache() / "models")
    ocr.read_page(open_image(paths[0])[0])  # loads the models
    clock: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for number, path in enumerate(paths):
        image, _ = open_image(path)
        ways: list[tuple[str, Callable[..., Any]]] = [("plain", ocr.read), ("page", ocr.read_page)]
        for name, read in ways if number % 2 else ways[::-1]:
            start = time.process_time()
            read_now = read(image)
            clock[name] += time.process_time() - start  # type: ignore[assignment]
            if name == "page":
                found.update(kinds(read_now.correction))
    plain, page = clock["plain"] / len(paths), clock["page"] / len(paths)
    yield from machine(("onnxruntime", "rapidocr"))
    yield f"reading   {plain:.3f} s a page as it is, {page:.3f} s put right: {page / plain:.3f} times, {len(paths)} pages"
    yield "put right " + (", ".join(f"{name} {count}" for name, count in sorted(found.items())) or "none")


def kinds(correction: Correction) -> list[str]:
    """What a correction did, in words."""
    done = {
        "laid flat": correction.photographed,
        "cut": correction.corners is not None and not correction.photographed,
        "turned": correction.turns > 0,
    }
    return [name for name, was in done.items() if was]


if __name__ == "__main__":
    sys.exit(main())
