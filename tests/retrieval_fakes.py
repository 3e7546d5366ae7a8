"""Small computable fakes for the retrieval tests: one-hot encoder, cases made of words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.case import Case
from data.labels import Label, LabelSet
from data.page import OcrLine, Page
from data.schema import Sample, Speaker, Task, Turn

TOPICS = ("漏水", "材质", "尺码", "退款")  # of both tasks; topic i is axis i of the one-hot encoder
LABELS = LabelSet("fake", {task: tuple(Label(f"标签{topic}", f"关于{topic}的事") for topic in TOPICS) for task in Task})


class OneHotEncoder:
    """A text's vector counts its topics, an image's vector has its brightness's axis: 0-63 is axis 0, 64-127 axis 1, ...

    With `sentences` the text encoder gives a text the same vector.
    """

    def __init__(self, sentences: bool = True) -> None:
        self.sentences = sentences

    def encode_images(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        return np.eye(len(TOPICS), dtype=np.float32)[[int(image.mean()) // 64 for image in images]]

    def encode_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_texts(texts) if self.sentences else np.zeros((len(texts), 0), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = np.array([[text.count(topic) for topic in TOPICS] for text in texts], np.float32).reshape(-1, len(TOPICS))
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


def page(text: str, digest: str, shade: int | None = None) -> Page:
    """A page of the lines of `text`, one shade of grey."""
    lines = text.split("\n") if text else []
    boxes = [(0.1, 0.2 + 0.05 * row, 0.9, 0.24 + 0.05 * row) for row in range(len(lines))]
    pixels = None if shade is None else np.full((8, 6, 3), shade, np.uint8)
    return Page(digest, 60, 80, tuple(OcrLine(line, box) for line, box in zip(lines, boxes, strict=True)), pixels)


def scene(name: str, text: str, label: str | None, digest: str | None = None, shade: int | None = None) -> Case:
    """A scene whose page says `text`."""
    sample = Sample(name, Task.SCENE, (Turn(Speaker.CUSTOMER, "<image>"),), (f"{name}.jpg",), label)
    return Case(sample, (page(text, digest or name, shade),))


def dialogue(name: str, turns: Sequence[str], label: str | None, pages: Sequence[Page] = ()) -> Case:
    """A dialogue; customer and agent take turns, the customer first."""
    speakers = (Speaker.CUSTOMER, Speaker.AGENT)
    made = tuple(Turn(speakers[number % 2], text) for number, text in enumerate(turns))
    return Case(Sample(name, Task.DIALOGUE, made, tuple(f"{p.digest}.jpg" for p in pages), label), tuple(pages))


def cases(per_topic: int = 4) -> list[Case]:
    """`per_topic` scenes and dialogues of each topic, with texts that differ."""
    made = []
    for number in range(per_topic):
        for axis, topic in enumerate(TOPICS):
            label = LABELS.names(Task.SCENE)[axis]
            text = f"{topic}的页面\n第{'甲乙丙丁戊己庚辛'[number]}张"
            made.append(scene(f"s{axis}{number}", text, label, shade=64 * axis + number))
            turns = ["<image>", "在的", f"这个{topic}怎么{'办呢做好说啊看走'[number]}", f"{topic}没问题"]
            made.append(dialogue(f"d{axis}{number}", turns, label))
    return made
