"""Text views: what the lexical and the dense encoder read of a case.

A view is a set of spaces (`customer`, `agent`, `page`, ...), each a list of weighted texts. In a dialogue the last customer turns
hold the question, so they weigh more. The agent's reply to the last question often repeats its topic; earlier agent turns are
mostly boilerplate. On a screenshot the title bar, the bottom bar and short lines (buttons, tabs) tell the kind of page, so they
have spaces of their own beside all its text. Weights were chosen by cross-validation over several seeds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from data.case import Case
from data.schema import Sample, Speaker, Task, normalise, strip_marks

View = dict[str, tuple[tuple[float, str], ...]]


@dataclass(frozen=True)
class Space:
    """One block of columns: its name, its weight relative to the other blocks, and its longest n-gram in characters."""

    name: str
    weight: float
    ngram_max: int


LAST, LAST_TWO, ALL = 1.0, 0.7, 0.5  # of the customer space: the last turn thus counts 2.2, the one before 1.2, others 0.5
REPLY, EARLIER = 1.0, 0.3  # of the agent space
SENTENCE_WEIGHTS = (1.0, 0.7, 0.7, 0.5)  # of the texts of `sentence_views`
TOP, BOTTOM = 0.15, 0.85  # of a page's height
SHORT = 6  # characters

# An address ends where Chinese begins, with or without a space.
_ADDRESS = re.compile(r"https?://[!-~]+|<(?:http|image|链接)>|\[[^\[\]]{0,12}链接[^\[\]]{0,12}\]")
_EMOTICON = re.compile(r"/:(?:\d{1,3}|[^\w\s]{1,4})")
_NUMBER = re.compile(r"\d+")


def spaces(task: Task, ngram_max: int) -> tuple[Space, ...]:
    """The spaces of a task. Dialogue turns are short: n-grams beyond two characters only add noise there."""
    if task is Task.SCENE:
        return (
            Space("page", 1.0, ngram_max),
            Space("top", 0.5, ngram_max),
            Space("bottom", 0.5, ngram_max),
            Space("short", 0.5, ngram_max),
        )
    short = min(ngram_max, 2)
    return (Space("customer", 1.0, short), Space("agent", 0.7, short), Space("page", 0.2, short))


def clean(text: str) -> str:
    """NFKC, without links, image marks and emoticon codes, every run of digits as one 0."""
    text = _EMOTICON.sub(" ", _ADDRESS.sub(" ", normalise(text)))
    return strip_marks(_NUMBER.sub("0", text))


def case_view(case: Case) -> View:
    """The weighted texts of a case, by the task of its sample."""
    if case.sample.task is Task.SCENE:
        return _page_view(case)
    customer = turn_texts(case.sample, Speaker.CUSTOMER)
    agent = turn_texts(case.sample, Speaker.AGENT)
    asked = customer[-1][0] if customer else -1
    texts = [text for _, text in customer]
    return {
        "customer": _weighted((LAST, texts[-1:]), (LAST_TWO, texts[-2:]), (ALL, texts)),
        "agent": _weighted(
            (REPLY, [text for turn, text in agent if turn > asked]),
            (EARLIER, [text for turn, text in agent if turn <= asked]),
        ),
        "page": _page_view(case)["page"],
    }


def text_view(task: Task, text: str) -> View:
    """A single text (a written question, a page's text, a description) as the view of a case of `task`."""
    return {"page" if task is Task.SCENE else "customer": _weighted((1.0, [clean(text)]))}


def turn_texts(sample: Sample, speaker: Speaker) -> list[tuple[int, str]]:
    """(turn number, cleaned text) of a speaker's turns that say something."""
    texts = [(number, clean(turn.text)) for number, turn in enumerate(sample.turns) if turn.speaker is speaker]
    return [(number, text) for number, text in texts if text]


def question(case: Case) -> str:
    """What the dense text tower reads and exemplars show: the last two customer turns, or the text of a scene's pages."""
    if case.sample.task is Task.SCENE:
        return case.page_text()
    return "\n".join(_said(case.sample, Speaker.CUSTOMER)[-2:])


def sentence_views(case: Case) -> tuple[str, ...]:
    """What the text encoder reads of a dialogue, by SENTENCE_WEIGHTS: its last two customer turns, the last one, all of them, and
    the agent's reply to the last. Empty texts for a scene: on the text of pages a text encoder was no help beside n-grams."""
    if case.sample.task is Task.SCENE:
        return ("",) * len(SENTENCE_WEIGHTS)
    customer = _said(case.sample, Speaker.CUSTOMER)
    asked = max((number for number, turn in enumerate(case.sample.turns) if turn.speaker is Speaker.CUSTOMER), default=-1)
    reply = _said(case.sample, Speaker.AGENT, asked + 1)
    return "\n".join(customer[-2:]), "\n".join(customer[-1:]), "\n".join(customer), "\n".join(reply)


def _said(sample: Sample, speaker: Speaker, first: int = 0) -> list[str]:
    """What a speaker says from turn `first` on, without links, image marks and emoticon codes."""
    turns = [turn.text for turn in sample.turns[first:] if turn.speaker is speaker]
    texts = [strip_marks(_EMOTICON.sub(" ", _ADDRESS.sub(" ", text))) for text in turns]
    return [text for text in texts if text]


def transcript(case: Case) -> str:
    """All text of a case, cleaned: both speakers' turns, or the page's lines. Near-duplicates are found by it."""
    if case.sample.task is Task.SCENE:
        return "\n".join(clean(line.text) for page in case.pages for line in page.lines)
    return "\n".join(text for text in (clean(turn.text) for turn in case.sample.turns) if text)


def _page_view(case: Case) -> View:
    lines = [(clean(line.text), line.box) for page in case.pages for line in page.lines]
    return {
        "page": _weighted((1.0, [text for text, _ in lines])),
        "top": _weighted((1.0, [text for text, box in lines if box[1] < TOP])),
        "bottom": _weighted((1.0, [text for text, box in lines if box[3] > BOTTOM])),
        "short": _weighted((1.0, [text for text, _ in lines if len(text) <= SHORT])),
    }


def _weighted(*parts: tuple[float, list[str]]) -> tuple[tuple[float, str], ...]:
    joined = ((weight, "\n".join(text for text in texts if text)) for weight, texts in parts)
    return tuple((weight, text) for weight, text in joined if text)
