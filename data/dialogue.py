"""Parsing the organiser's instruction text into turns."""

from __future__ import annotations

import re

from data.schema import Speaker, Turn

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
