"""Pictures of the run's labelled examples, by the example's id: small copies, never the files themselves."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from data.errors import ImageError
from data.images import find_image, open_image
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
        if known is None or state.example_images is None or not 0 <= place < len(known.images):
            return None
        key = (state.digest, id_, place)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        async with self._turn:
            content = await asyncio.to_thread(_small, state, known.images[place])
        if content is not None:
            self._kept[key] = content
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return content


def _small(state: State, name: str) -> bytes | None:
    assert state.example_images is not None
    try:
        return to_jpeg(open_image(find_image(name, state.example_images))[0])
    except ImageError:
        return None
