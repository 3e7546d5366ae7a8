"""Prompts, as token ids: `shared | sample | late`.

The shared part holds the instruction and the labels with their codes. The sample part holds images, OCR text and dialogue. The
late part holds what one call adds and the beginning of the answer; the next token is a code. Parts are tokenised separately and
their ids are joined, so shared + sample is a token prefix of all three calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.case import Case
from data.errors import ProfileError
from data.labels import Label, LabelSet
from data.page import Page
from data.profile import VlmSettings
from data.schema import IMAGE_MARK, Speaker, Task, Turn, normalise
from retrieval.neighbours import Neighbour
from vlm.codes import Code, label_codes
from vlm.exemplars import MARKS, Exemplar, exemplars_of
from vlm.model import Grid, image_grid

IMAGE_PAD = "<|image_pad|>"
INSTRUCTIONS = {
    Task.SCENE: "你是电商识图专家。请判断消费者发来的图片属于哪个场景。每个标签前是它的代码：",
    Task.DIALOGUE: "你是电商客服专家。请根据用户与客服的对话和图片判断用户的意图。每个标签前是它的代码：",
}
SPEAKERS = {Speaker.CUSTOMER: "用户", Speaker.AGENT: "客服"}
QUESTION = "请只回答一个代码。"
ANSWER = "<|im_end|>\n<|im_start|>assistant\n"
NO_TEXT = "（无文字）"


@dataclass(frozen=True, eq=False)
class SharedPart:
    """The common prefix of a task's prompts. `codes` are the labels' tokens, in the labels' order."""

    ids: tuple[int, ...]
    codes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class SamplePart:
    """A sample's own tokens. `images` are RGB pixels, `grids` their (t, h, w) in patches. Compared by identity."""

    ids: tuple[int, ...]
    images: tuple[NDArray[np.uint8], ...] = ()
    grids: tuple[Grid, ...] = ()

    @property
    def patches(self) -> int:
        """Image patches of all images together."""
        return sum(high * wide for _, high, wide in self.grids)


@dataclass(frozen=True, eq=False)
class Prompt:
    """The prompt of one call."""

    shared: SharedPart
    sample: SamplePart
    late: tuple[int, ...]

    def ids(self) -> tuple[int, ...]:
        """All tokens."""
        return self.shared.ids + self.sample.ids + self.late


@dataclass(frozen=True)
class PromptBuilder:
    """Builds the parts of one task's prompts; make it with `prompt_builder`."""

    tokenizer: Any
    task: Task
    labels: tuple[Label, ...]
    settings: VlmSettings
    codes: tuple[Code, ...]
    shared: SharedPart

    def sample(self, case: Case) -> SamplePart:
        """The sample's part: at most `max_images` images (the last ones of a dialogue), text within the limits."""
        limit = self.settings.max_images
        numbered = list(enumerate(case.pages, start=1))
        chosen = (numbered[-limit:] if case.sample.task is Task.DIALOGUE else numbered[:limit]) if limit else []
        images: list[NDArray[np.uint8]] = []
        grids: list[Grid] = []
        lines: list[str] = []
        for number, page in chosen:
            lines.append(f"图{number}：")
            if page.pixels is not None:
                grid = image_grid(page.pixels.shape[0], page.pixels.shape[1], self.settings)
                images.append(page.pixels)
                grids.append(grid)
                lines[-1] += "<|vision_start|>" + IMAGE_PAD * (grid[1] * grid[2] // 4) + "<|vision_end|>"
            lines.append("图中文字：")
            lines.append(page_text(page, self.settings.page_chars) or NO_TEXT)
        turns = dialogue_lines(case, self.settings.dialogue_chars)
        if turns:
            lines.append("对话：")
            lines += turns
        return SamplePart(self.encode("\n".join(lines) + "\n"), tuple(images), tuple(grids))

    def exemplars(self, neighbours: Sequence[Neighbour]) -> list[Exemplar]:
        """A sample's neighbours as exemplars, best first; those with retired labels are left out."""
        return exemplars_of(self.task, neighbours, [label.name for label in self.labels], self.settings.exemplar_chars)

    def direct(self) -> tuple[int, ...]:
        """Late part of the first call."""
        return self.encode(QUESTION + ANSWER)

    def with_exemplars(self, exemplars: Sequence[Exemplar], candidates: Sequence[int]) -> tuple[int, ...]:
        """Late part of the second call: labelled examples, best first, and candidates as label indices."""
        lines: list[str] = []
        if exemplars:
            lines.append("相似的已标注例子：")
            lines += [f"{self._shorten(item.text)} => {self._name(item.label)}" for item in exemplars]
        if candidates:
            lines.append("候选：" + "、".join(self._name(index) for index in candidates))
        lines.append("以上仅供参考，答案可以是任何一个标签。" + QUESTION)
        return self.encode("\n".join(lines) + ANSWER)

    def decision(self, pair: Sequence[int], exemplars: Sequence[Exemplar | None]) -> tuple[int, ...]:
        """Late part of the third call: two labels side by side, each with its description and nearest example."""
        lines = ["请比较最可能的两个标签："]
        for index, exemplar in zip(pair, exemplars, strict=True):
            lines.append(self._entry(index))
            if exemplar is not None:
                lines.append("例：" + self._shorten(exemplar.text))
        lines.append(QUESTION)
        return self.encode("\n".join(lines) + ANSWER)

    def encode(self, text: str) -> tuple[int, ...]:
        """Token ids. Special tokens in `text` are the prompt's own: `clean` removes them from what users wrote."""
        return tuple(self.tokenizer.encode(text, add_special_tokens=False))

    def _shared_ids(self) -> tuple[int, ...]:
        size = 0
        for line in (self._entry, self._name):
            entries = "".join(line(index) + "\n" for index in range(len(self.labels)))
            size = len(self.encode(entries))
            if size <= self.settings.label_tokens:
                begin = "<|im_start|>system\n你是一个有用的助手。<|im_end|>\n<|im_start|>user\n"
                return self.encode(begin + INSTRUCTIONS[self.task] + "\n" + entries)
        raise ProfileError(
            f"the names of {len(self.labels):,} labels take {size:,} tokens of the prompt, vlm.label_tokens allows "
            f"{self.settings.label_tokens:,}; raise it, or use fewer or shorter labels"
        )

    def _name(self, index: int) -> str:
        return f"{self.codes[index].text} {clean(self.labels[index].name)}"

    def _entry(self, index: int) -> str:
        description = clean(self.labels[index].description)
        return self._name(index) + (f"：{description}" if description else "")

    def _shorten(self, text: str) -> str:
        return clean(text)[: self.settings.exemplar_chars] or NO_TEXT


def prompt_builders(tokenizer: Any, labels: LabelSet, settings: VlmSettings) -> tuple[dict[Task, PromptBuilder], list[str]]:
    """A builder for each task whose labels fit into a prompt, and a message on each other one, about which no VLM is asked."""
    builders, messages = {}, []
    for task in labels.tasks:
        try:
            builders[task] = prompt_builder(tokenizer, task, labels.active(task), settings)
        except ProfileError as error:
            messages.append(f"{task}: the VLM is not asked, and retrieval answers: {error}")
    return builders, messages


def prompt_builder(tokenizer: Any, task: Task, labels: Sequence[Label], settings: VlmSettings) -> PromptBuilder:
    """A builder for the labels that can be predicted, in their official order.

    Descriptions are left out of the list of labels where it is longer than `label_tokens` with them. Raises ProfileError where it
    is longer without them, or the tokenizer has too few codes.
    """
    codes = label_codes(tokenizer, len(labels))
    empty = PromptBuilder(tokenizer, task, tuple(labels), settings, codes, SharedPart((), ()))
    shared = SharedPart(empty._shared_ids(), tuple(code.token for code in codes))
    return PromptBuilder(tokenizer, task, tuple(labels), settings, codes, shared)


def clean(text: str) -> str:
    """Normalise text of users, shops and OCR, and break up anything that would be read as a special token."""
    return normalise(text).replace("<|", "< |")


def page_text(page: Page, limit: int) -> str:
    """OCR lines in reading order, as many whole lines as fit into `limit` characters. Only the first line is ever cut."""
    kept: list[str] = []
    used = 0
    for line in page.lines:
        text = clean(line.text)
        if not text:
            continue
        if used + len(text) > limit:
            if not kept and limit:
                kept.append(text[:limit])
            break
        kept.append(text)
        used += len(text) + 1
    return "\n".join(kept)


def dialogue_lines(case: Case, limit: int) -> list[str]:
    """Turns as `用户：...` and `客服：...`, oldest first, within `limit` characters.

    The customer's last turn is always kept; it is cut if it exceeds the limit alone. Later turns follow as far as they fit, then
    earlier ones, newest first, up to the first that does not fit. Image marks become `[图1]`, `[图2]`, ... by the numbers of
    their pages. A mark without a page becomes `[图]`; so do all marks where their number is not that of the images.
    """
    turns = _marked(case.sample.turns, case.pages_by_image())
    if not turns:
        return []
    customer = [index for index, (speaker, _) in enumerate(turns) if speaker is Speaker.CUSTOMER]
    anchor = customer[-1] if customer else len(turns) - 1
    kept = {anchor: _cut(turns[anchor][1], limit)}
    used = len(kept[anchor])
    for index in range(anchor + 1, len(turns)):
        if used + len(turns[index][1]) <= limit:
            kept[index] = turns[index][1]
            used += len(turns[index][1])
    for index in range(anchor - 1, -1, -1):
        if used + len(turns[index][1]) > limit:
            break
        kept[index] = turns[index][1]
        used += len(turns[index][1])
    return [f"{SPEAKERS[turns[index][0]]}：{kept[index]}" for index in sorted(kept)]


def _marked(turns: Sequence[Turn], pages: Sequence[Page | None]) -> list[tuple[Speaker, str]]:
    """Turns that have text, with numbered image marks. `pages` are those of the sample's images."""
    total = sum(turn.text.count(IMAGE_MARK) for turn in turns)
    numbers = accumulate(int(page is not None) for page in pages)
    names = iter(f"[图{number}]" if page else "[图]" for number, page in zip(numbers, pages, strict=True))
    result: list[tuple[Speaker, str]] = []
    for turn in turns:
        pieces = turn.text.split(IMAGE_MARK)
        text = pieces[0]
        for piece in pieces[1:]:
            text += (next(names) if total == len(pages) else "[图]") + piece
        text = clean(text.replace("<http>", "[链接]"))
        if text:
            result.append((turn.speaker, text))
    return result


def _cut(text: str, limit: int) -> str:
    """The last `limit` characters; marks are kept whole or dropped."""
    if len(text) <= limit:
        return text
    kept: list[str] = []
    left = limit
    for piece in reversed([piece for piece in MARKS.split(text) if piece]):
        if MARKS.fullmatch(piece):
            if len(piece) > left:
                break
            kept.append(piece)
        else:
            kept.append(piece[-left:])
        left -= len(kept[-1])
        if left <= 0:
            break
    return "".join(reversed(kept))
