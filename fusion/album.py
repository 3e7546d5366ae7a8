"""Small pictures inside a page that is one file, each once, up to a number of bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from data.errors import ImageError
from data.images import decode_image, find_image, jpeg_url, open_image, small_jpeg


@dataclass(frozen=True)
class Picture:
    """A picture of the page by its number: size in pixels and a data URL."""

    number: int
    width: int
    height: int
    url: str


class Album:
    """Takes pictures until they are `most` bytes together; `full` says whether one was left out for that."""

    def __init__(self, most: int) -> None:
        self.most, self.held, self.full = most, 0, False
        self.pictures: list[Picture] = []
        self._known: dict[tuple[str, str, int], Picture | None] = {}

    def add(self, name: str, folder: Path, side: int, contents: Mapping[str, bytes] | None = None) -> Picture | None:
        """The picture of an image, at most `side` pixels on its longer side.

        `name` is a file under `folder`, or one of `contents`. None where it cannot be used or the album is full.
        """
        sent = contents[name] if contents and name in contents else None
        key = (str(id(contents)) if sent is not None else str(folder), name, side)
        if key not in self._known:
            if self.full:
                return None
            self._known[key] = self._made(name, folder, side, sent)
        return self._known[key]

    def _made(self, name: str, folder: Path, side: int, content: bytes | None) -> Picture | None:
        try:
            image = decode_image(content, name, side) if content is not None else open_image(find_image(name, folder), side)[0]
        except ImageError:
            return None
        small = small_jpeg(image, side)
        url = jpeg_url(small)
        if self.held + len(url) > self.most:
            self.full = True
            return None
        self.held += len(url)
        width, height = Image.open(BytesIO(small)).size
        self.pictures.append(Picture(len(self.pictures), width, height, url))
        return self.pictures[-1]
