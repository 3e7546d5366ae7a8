"""The sample: what one row of a data file says, parsed and typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

IMAGE_MARK = "<image>"


class Task(StrEnum):
    """The two tasks of the challenge."""

    SCENE = "scene"
    DIALOGUE = "dialogue"


class Speaker(StrEnum):
    """Who wrote a turn."""

    CUSTOMER = "customer"
    AGENT = "agent"


@dataclass(frozen=True)
class Turn:
    """One turn. `text` still holds its `<image>` marks; the sample's images follow their order."""

    speaker: Speaker
    text: str


@dataclass(frozen=True)
class Sample:
    """One example.

    `images` are names as the data file gives them (0 to 4 in the organiser's), `label` is None on unlabelled rows, `problems` are
    messages on what was wrong with it; a sample with problems is still predicted from what is left of it. `row` is the untouched
    source row where the file is the organiser's, for the submission, and empty otherwise. `contents` holds the bytes of images
    that stand in the data file itself, by their name in `images`; all others are files.
    """

    id: str
    task: Task
    turns: tuple[Turn, ...] = ()
    images: tuple[str, ...] = ()
    label: str | None = None
    row: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)
    problems: tuple[str, ...] = ()
    contents: Mapping[str, bytes] = field(default_factory=dict, hash=False, compare=False, repr=False)

    def with_problems(self, *messages: str) -> Sample:
        """The sample with more problems, which its prediction will tell."""
        return replace(self, problems=(*self.problems, *messages))

    def customer_text(self, last: int | None = None) -> str:
        """The customer's turns joined by newlines (only the `last` ones if given), image marks removed."""
        texts = [turn.text for turn in self.turns if turn.speaker is Speaker.CUSTOMER]
        texts = [text for text in (strip_marks(text) for text in texts) if text]
        return "\n".join(texts[-last:] if last else texts)


def strip_marks(text: str) -> str:
    """Remove image marks and surrounding quotes; NFKC-normalise, as every text view of a sample does."""
    return normalise(text.replace(IMAGE_MARK, " ")).strip(' "')


def normalise(text: str) -> str:
    """NFKC, one space for any run of white space, no control characters."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)
    return " ".join(text.split())
