"""The report: one self-contained HTML page on a set of predictions, for people who must trust them.

It is made of the templates of the service's page, in both its languages, and loads nothing: style, script and small pictures are
inside, so that the file can be mailed. Its size is bounded whatever the number of predictions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.atomic import write_text
from data.schema import Sample, Turn
from fusion.album import Album, Picture
from fusion.confusion import Confusion, confusion
from fusion.examples import Examples
from fusion.metrics import official_scores
from fusion.pages.known import Known
from fusion.pages.rendering import render_file
from fusion.reliability import Bin, error_of_bins, reliability

SHOWN, SUREST_ERRORS = 200, 50  # samples listed: the least certain, and beside them the surest wrong answers
PICTURED = 100  # samples with pictures
PICTURES = 8 * 2**20  # bytes of all pictures together
SIDE, EXAMPLE_SIDE = 280, 160  # pixels of the longer side of a sample's picture and of an example's
RUNNERS_UP = 5
MOST_TURNS, MOST_TEXT = 60, 2_000  # the last turns, and characters of each, that are shown


@dataclass(frozen=True)
class TaskPart:
    """What the page says of a task. `accepted` is the number of accepted answers, None without a hand-over rule; `scores`,
    `matrix` and `bins` are None and empty where nothing is labelled."""

    name: str
    count: int
    mean_probability: float
    mean_calls: float
    accepted: int | None
    labels: list[tuple[str, int]]
    labelled: int
    scores: Mapping[str, float] | None
    matrix: Confusion | None
    bins: list[Bin]
    calibration_error: float


@dataclass(frozen=True)
class Entry:
    """A sample with its prediction, as it is listed. `pictures` are None where one cannot be shown."""

    sample: Sample
    answer: Mapping[str, Any]
    turns: tuple[Turn, ...]
    hidden_turns: int
    pictures: list[tuple[str, Picture | None]]
    exemplars: list[dict[str, Any]]
    heaviest: float

    @property
    def right(self) -> bool | None:
        """Whether the answer is the sample's label; None without one."""
        return None if self.sample.label is None else bool(self.sample.label == self.answer["predict"])


def write_report(
    path: Path, samples: Sequence[Sample], predictions: Sequence[dict[str, Any]], images: Path, examples: Examples | None = None
) -> None:
    """Write the page. Scores, confusions and reliability are shown where the samples are labelled.

    `images` is the folder of the samples' images, `examples` are those that the predictions name. At most 250 samples are listed:
    those with errors in their input first, then the least certain; of those that this leaves out, the surest wrong answers. The
    page says how many it leaves out. Of those `candidates` and `evidence` are not needed.
    """
    pairs = list(zip(samples, predictions, strict=True))
    tasks = [
        _task(task, [pair for pair in pairs if pair[1]["task"] == task])
        for task in sorted({prediction["task"] for prediction in predictions})
    ]
    album = Album(PICTURES)
    chosen = listed(predictions, [sample.label for sample in samples])
    entries = _entries([pairs[row] for row in chosen], album, images, examples)
    page = render_file(
        "report.html.jinja",
        total=len(pairs),
        errors=sum("error" in prediction for prediction in predictions),
        tasks=tasks,
        entries=entries,
        hidden=len(pairs) - len(entries),
        runners_up=RUNNERS_UP,
        album=album,
        pictured=PICTURED,
        truths=_counted(entry.sample.label for entry in entries),
        guesses=_counted(entry.answer["predict"] for entry in entries),
        with_rule=any("accepted" in prediction for prediction in predictions),
    )
    write_text(path, page)


def listed(predictions: Sequence[Mapping[str, Any]], labels: Sequence[str | None]) -> list[int]:
    """Which predictions are listed, in their order on the page. `labels` are the true ones, None where one is not known."""
    order = sorted(range(len(predictions)), key=lambda row: ("error" not in predictions[row], predictions[row]["probability"]))
    wrong = [row for row in order[SHOWN:] if labels[row] not in (None, predictions[row]["predict"])]
    return [*order[:SHOWN], *wrong[-SUREST_ERRORS:]]


def _task(name: str, rows: Sequence[tuple[Sample, dict[str, Any]]]) -> TaskPart:
    answers = [answer for _, answer in rows]
    labelled = [(sample.label, answer) for sample, answer in rows if sample.label is not None]
    pairs = [(label, answer["predict"]) for label, answer in labelled]
    bins = reliability([answer["probability"] for _, answer in labelled], [truth == guess for truth, guess in pairs])
    return TaskPart(
        name,
        len(rows),
        sum(answer["probability"] for answer in answers) / len(rows),
        sum(answer["budget"].get("vlm_calls", 0) for answer in answers) / len(rows),
        sum(answer["accepted"] for answer in answers) if all("accepted" in answer for answer in answers) else None,
        Counter(answer["predict"] for answer in answers).most_common(),
        len(labelled),
        official_scores(*zip(*pairs, strict=True)) if pairs else None,
        confusion(pairs) if pairs else None,
        bins,
        error_of_bins(bins),
    )


def _entries(
    pairs: Sequence[tuple[Sample, dict[str, Any]]], album: Album, images: Path, examples: Examples | None
) -> list[Entry]:
    ids = {one["id"] for _, answer in pairs for one in answer.get("evidence", {}).get("exemplars", ())}
    known = examples.find(ids) if examples else {}
    entries = []
    for place, (sample, answer) in enumerate(pairs):
        pictured = place < PICTURED
        pictures = [(name, album.add(name, images, SIDE, sample.contents) if pictured else None) for name in sample.images]
        exemplars = []
        for one in answer.get("evidence", {}).get("exemplars", ()):
            found = known.get(one["id"])
            picture = _picture(found, album, examples) if pictured and found and examples else None
            exemplars.append({**one, "known": found, "picture": picture})
        turns = tuple(Turn(turn.speaker, shortened(turn.text)) for turn in sample.turns[-MOST_TURNS:])
        heaviest = max((one.get("weight", 0.0) for one in exemplars), default=0.0) or 1.0
        hidden = len(sample.turns) - len(turns)
        entries.append(Entry(sample, answer, turns, hidden, pictures, exemplars, heaviest))
    return entries


def _picture(known: Known, album: Album, examples: Examples) -> Picture | None:
    """The first picture of an example."""
    return album.add(known.images[0], examples.images, EXAMPLE_SIDE, known.contents) if known.images else None


def shortened(text: str) -> str:
    """The beginning of a text that is very long."""
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + " …"


def _counted(names: Any) -> list[tuple[str, int]]:
    return sorted(Counter(name for name in names if name).items())
