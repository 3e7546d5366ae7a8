"""Cases as they were read, with their vectors, kept so that fitting again neither reads nor encodes them.

    files = save_encoded(run.step("index"), Encoded(cases, encode_cases(encoder, cases)))
    Encoded.join([load_encoded(run.step("index")), taught])

Text, boxes and digests of pages are kept, pixels are not: nothing that fitting does looks at them.
"""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.atomic import write_bytes
from data.case import Case
from data.errors import RunError
from data.page import OcrLine, Page
from data.schema import Sample, Speaker, Task, Turn
from data.teaching import Taught
from retrieval.vectors import CaseVectors

ENCODED_FILE = "cases.npz"
_FIELDS = tuple(field.name for field in dataclasses.fields(CaseVectors))


@dataclass(frozen=True)
class Encoded:
    """Cases and their vectors, in one order."""

    cases: list[Case]
    vectors: CaseVectors

    def __len__(self) -> int:
        return len(self.cases)

    def take(self, rows: Sequence[int]) -> Encoded:
        """Some of them."""
        return Encoded([self.cases[row] for row in rows], self.vectors.take(rows))

    def after(self, taught: Taught, own: Encoded) -> Encoded:
        """These cases of a data file as they are after what was taught, followed by the taught examples `own`."""
        places, cases = taught.kept(self.cases)
        return Encoded([*cases, *own.cases], CaseVectors.join([self.vectors.take(places), own.vectors]))

    @classmethod
    def join(cls, parts: Sequence[Encoded]) -> Encoded:
        """All parts, one after another."""
        return cls([case for part in parts for case in part.cases], CaseVectors.join([part.vectors for part in parts]))

    def to_bytes(self) -> bytes:
        """One file's content: npz, the cases as JSON in it."""
        text = json.dumps([_to_json(case) for case in self.cases], ensure_ascii=False).encode(errors="surrogatepass")
        arrays = {name: getattr(self.vectors, name) for name in _FIELDS}
        stream = io.BytesIO()
        np.savez(stream, cases=np.frombuffer(text, np.uint8), **arrays)
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Encoded:
        """What `to_bytes` made. Raises ValueError, KeyError or OSError where it is not that."""
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            text = arrays["cases"].tobytes().decode(errors="surrogatepass")
            vectors: dict[str, NDArray[np.float32]] = {name: arrays[name] for name in _FIELDS}
        return cls([_from_json(value) for value in json.loads(text)], CaseVectors(**vectors))


def save_encoded(folder: Path, encoded: Encoded) -> list[str]:
    """Write the file; returns its name."""
    write_bytes(folder / ENCODED_FILE, encoded.to_bytes())
    return [ENCODED_FILE]


def load_encoded(folder: Path) -> Encoded | None:
    """Read what `save_encoded` wrote; None where there is no file, as in runs of earlier versions. Raises RunError."""
    path = folder / ENCODED_FILE
    if not path.is_file():
        return None
    try:
        return Encoded.from_bytes(path.read_bytes())
    except (OSError, ValueError, KeyError) as error:
        raise RunError(f"{path} cannot be read ({error}); delete {folder} and build the index again") from error


def _to_json(case: Case) -> list[Any]:
    sample = case.sample
    turns = [[turn.speaker.value, turn.text] for turn in sample.turns]
    pages = [
        [page.digest, page.width, page.height, page.image, [[line.text, line.box, line.score] for line in page.lines]]
        for page in case.pages
    ]
    return [sample.id, sample.task.value, turns, list(sample.images), sample.label, pages]


def _from_json(value: list[Any]) -> Case:
    id_, task, turns, images, label, pages = value
    sample = Sample(id_, Task(task), tuple(Turn(Speaker(who), text) for who, text in turns), tuple(images), label)
    return Case(sample, tuple(_page(*page) for page in pages))


def _page(digest: str, width: int, height: int, image: int | None, lines: list[Any]) -> Page:
    read = tuple(OcrLine(text, (box[0], box[1], box[2], box[3]), score) for text, box, score in lines)
    return Page(digest, width, height, read, None, image)
