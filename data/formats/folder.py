"""A folder of images, in one sub-folder a label; images in the folder itself have none."""

from __future__ import annotations

import os
from pathlib import Path

from data.errors import InputError
from data.formats.plain import encodable_text
from data.schema import Sample, Task

FORM = "a folder of images with one sub-folder a label"
SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".jp2", ".avif", ".heic", ".heif")
)


def read_folder(path: Path) -> list[Sample]:
    """One scene an image, in the order of names; its id and its image's name are the path under the folder.

    Raises InputError where there is no image, and where a folder cannot be looked into: a label would be missing in silence.
    """
    names = []
    for folder, inner, files in os.walk(path, onerror=_refuse):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in inner:
            if (Path(folder) / name).is_symlink():
                raise InputError(f"folder {Path(folder) / name} is a link, which is not followed; put the folder itself there")
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                names.append((Path(folder) / name).relative_to(path))
    if not names:
        raise InputError(
            f"data folder {path} holds no images; name a data file, or a folder with one sub-folder of images for each label"
        )
    return [_sample(name, path) for name in names]


def _refuse(error: OSError) -> None:
    raise InputError(f"folder {error.filename} cannot be read: {error.strerror}; make it readable or take it away") from error


def _sample(name: Path, folder: Path) -> Sample:
    shown = encodable_text(name.as_posix())
    label = name.parts[0] if len(name.parts) > 1 else None
    if shown == name.as_posix():
        return Sample(shown, Task.SCENE, images=(shown,), label=label)
    problem = f"{folder}: the name {shown} is not UTF-8, so that the image cannot be named; rename it, with convmv for example"
    return Sample(shown, Task.SCENE, problems=(problem,))
