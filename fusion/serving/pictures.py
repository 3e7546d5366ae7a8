"""Pictures of the run's labelled examples, by the example's id: small copies, never the files themselves."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from pathlib import Path

from data.errors import ImageError
from data.images import decode_image, find_image, open_image
from fusion.pages.known import Known
from fusion.serving.reading import to_jpeg
from fusion.serving.state import State

KEPT = 500  # small pictures in memory, of some ten kilobytes each


class Pictures:
    """Opens at most two files at a time, and keeps what was shown last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()
        self._turn = asyncio.Semaphore(2)

    async def of(self, state: State, id_: str, place: int) -> bytes | None:
        """A JPEG of an example's image; None where there is no such example or its image cannot be used."""
        known = state.examples.get(id_)
        if known is None or not 0 <= place < len(known.images):
            return None
        key = (state.model_version, id_, place)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        async with self._turn:
            content = await asyncio.to_thread(_small, known, known.images[place], state.example_images)
        if content is not None:
            self._kept[key] = content
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return content


def _small(known: Known, name: str, images: Path | None) -> bytes | None:
    try:
        if name in known.contents:
            return to_jpeg(decode_image(known.contents[name], name))
        return to_jpeg(open_image(find_image(name, images))[0]) if images is not None else None
    except (ImageError, KeyError):
        return None
