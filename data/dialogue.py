"""The organiser's instruction text: parsed into turns, and written."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from data.schema import IMAGE_MARK, Sample, Speaker, Turn

START = "<用户与客服的对话 START>"
END = "<用户与客服的对话 END>"
SPEAKERS = {"用户": Speaker.CUSTOMER, "客服": Speaker.AGENT}
_TURN = re.compile(r"(用户|客服)\s*[:：]\s?")


def is_dialogue(instruction: str) -> bool:
    """Whether an instruction holds a dialogue; image scenes do not."""
    return START in instruction


def parse_dialogue(instruction: str) -> tuple[Turn, ...]:
    """The turns between the start and end marks (to the end of the text where the end mark is missing).

    A line that does not begin with a speaker continues the turn before it; text before the first speaker is the customer's.
    """
    body = instruction.split(START, 1)[1]
    body = body.rsplit(END, 1)[0] if END in body else body
    turns: list[tuple[Speaker, list[str]]] = []
    for line in body.strip("\n").split("\n"):
        match = _TURN.match(line)
        if match:
            turns.append((SPEAKERS[match[1]], [line[match.end() :]]))
        elif turns:
            turns[-1][1].append(line)
        elif line.strip():
            turns.append((Speaker.CUSTOMER, [line]))
    return tuple(Turn(speaker, "\n".join(lines).strip()) for speaker, lines in turns)


def to_instruction(sample: Sample, labels: Sequence[str]) -> str:
    """The organiser's instruction text of a dialogue. Raises ValueError where a turn holds a line break."""
    names = {speaker: name for name, speaker in SPEAKERS.items()}
    if any("\n" in turn.text for turn in sample.turns):
        raise ValueError(f"{sample.id}: a turn holds a line break, which the organiser's format cannot carry")
    lines = "\n".join(f"{names[turn.speaker]}: {turn.text}" for turn in sample.turns)
    return (
        "你是一个电商客服专家，请根据用户与客服的多轮对话判断用户的意图分类标签。\n"
        f"{START}\n{lines}\n{END}\n"
        f"请直接只输出分类标签结果，不需要其他多余的话。以下是可以参考的分类标签为：{_label_list(labels)}\n"
    )


def scene_instruction(labels: Sequence[str]) -> str:
    """The organiser's instruction text of an image."""
    return (
        f"Picture 1: {IMAGE_MARK}\n"
        "你是一个电商领域识图专家,可以理解消费者上传的软件截图或实物拍摄图。现在,请你对消费者上传的图片进行分类。"
        "你只需要回答图片分类结果,不需要其他多余的话。以下是可以参考的分类标签,分类标签:"
        f"{_label_list(labels)}。"
    )


def _label_list(labels: Sequence[str]) -> str:
    return json.dumps(list(labels), ensure_ascii=False, separators=(",", ":"))
