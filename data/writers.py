"""Writing predictions: `predictions.jsonl` for people and programs, `submit.csv` as the challenge takes it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from data.atomic import write_text
from data.errors import InputError
from data.schema import Sample

Basis = Literal["out_of_fold", "before_teaching", "audit"]


@dataclass(frozen=True)
class Verdict:
    """What a hand-over rule says of an answer. `reason` says why it is handed over; empty where it is accepted.

    The page knows words for the reasons `input`, `new_label`, `out_of_scope`, `unsure` and `no_promise` and shows others as they
    are. `rests_on` says what the rule was made from, and `rule` names it.
    """

    accepted: bool
    reason: str = ""
    rests_on: Basis | None = None
    rule: str = ""


@dataclass(frozen=True)
class Prediction:
    """What is said of one sample. `candidates` are all labels of its task with probabilities, best first.

    `out_of_scope` in 0..1 says how unlike the labelled examples the input is; None where that is not known. `verdict` says
    whether the answer is accepted or handed over to a person; None where there is no rule.
    """

    id: str
    task: str
    predict: str
    probability: float
    candidates: tuple[tuple[str, float], ...]
    evidence: dict[str, Any] = field(default_factory=dict)
    budget: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    verdict: Verdict | None = None
    out_of_scope: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """What a line of predictions.jsonl holds; probabilities have six decimal places."""
        value: dict[str, Any] = {
            "id": self.id,
            "task": self.task,
            "predict": self.predict,
            "probability": round(self.probability, 6),
            "candidates": [{"label": label, "probability": round(value, 6)} for label, value in self.candidates],
            "evidence": self.evidence,
            "budget": self.budget,
        }
        if self.out_of_scope is not None:
            value["out_of_scope"] = round(self.out_of_scope, 4)
        if self.verdict is not None:
            value["accepted"] = self.verdict.accepted
            if not self.verdict.accepted:
                value["reason"] = self.verdict.reason
            if self.verdict.rests_on is not None:
                value["rests_on"] = self.verdict.rests_on
        if self.error:
            value["error"] = self.error
        return value

    def to_json(self) -> str:
        """One line of predictions.jsonl."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


def write_predictions(path: Path, predictions: Iterable[Prediction]) -> None:
    """Write predictions.jsonl."""
    write_text(path, "".join(prediction.to_json() + "\n" for prediction in predictions))


def read_predictions(path: Path) -> list[dict[str, Any]]:
    """Read predictions.jsonl. Raises InputError naming the line at fault."""
    try:
        # Not splitlines: customers' text may hold Unicode's own line breaks.
        lines = path.read_text(encoding="utf-8-sig").rstrip("\n").split("\n")
    except FileNotFoundError:
        raise InputError(f"predictions file {path} does not exist; run `python -m fusion.predict` first") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"predictions file {path} cannot be read ({error}); give the predictions.jsonl of a prediction"
        ) from error
    values = []
    for number, line in enumerate(lines, 1):
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}, line {number} is not valid JSON: {error}") from error
        if not isinstance(value, dict) or "id" not in value or "predict" not in value:
            raise InputError(f'{path}, line {number} lacks "id" or "predict"')
        values.append(value)
    return values


def submission(samples: Sequence[Sample], predicted: Sequence[str]) -> str:
    """The official submission: the columns of the test rows and `predict`, one line a sample, in the order of the rows.

    Lists are written as Python writes them, as the organiser's converter (a pandas table) does. The text starts with a byte
    order mark.
    """
    columns = list(dict.fromkeys(key for sample in samples for key in sample.row if key != "predict"))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*columns, "predict"])
    for sample, label in zip(samples, predicted, strict=True):
        cells = (sample.row.get(column) for column in columns)
        writer.writerow([*("" if cell is None else cell for cell in cells), label])
    return "\ufeff" + buffer.getvalue()


def write_submission(path: Path, samples: Sequence[Sample], predicted: Sequence[str]) -> None:
    """Write submit.csv."""
    write_text(path, submission(samples, predicted))
