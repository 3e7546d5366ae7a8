"""A data file predicted part by part: what of it is in memory meanwhile and at the end."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import fusion.report
from data.case import Case
from data.cases import Reader, reading
from data.profile import load_profile
from data.schema import Sample, Task
from data.writers import Prediction, read_predictions
from fusion.parts import Part, _predict_parts, read_parts

SIZE = 4  # samples of a part
BUDGET = {"vlm_calls": 0, "output_tokens": 0}


class Evidence(dict[str, Any]):
    """A dictionary that can be watched."""


class Watched:
    """A chain that answers everything and counts how many of the cases and the answers' evidence are still in memory."""

    def __init__(self, wrong: str = "") -> None:
        self.seen: list[weakref.ref[Any]] = []
        self.most = 0
        self._wrong = wrong  # the id of a sample that has an error

    def predict(self, cases: Sequence[Case]) -> list[Prediction]:
        answers = [self._answer(case.sample) for case in cases]
        self.seen += [weakref.ref(one) for case, answer in zip(cases, answers, strict=True) for one in (case, answer.evidence)]
        self.most = max(self.most, sum(one() is not None for one in self.seen))
        return answers

    def _answer(self, sample: Sample) -> Prediction:
        """Later samples are surer."""
        probability = 0.5 + int(sample.id) / 1_000
        evidence = Evidence(
            exemplars=[{"id": sample.id, "label": "甲", "similarity": 0.9, "source": "text", "weight": 1.0}], stages={}
        )
        candidates = (("甲", probability), ("乙", 1 - probability))
        error = "wrong" if sample.id == self._wrong else None
        return Prediction(sample.id, sample.task.value, "甲", probability, candidates, evidence, BUDGET, error)


def predicted(count: int, folder: Path, chain: Watched) -> list[Part]:
    """The finished parts of so many samples without images."""
    samples = [Sample(str(number), Task.DIALOGUE) for number in range(count)]
    parts = [Part(folder / f"{at:08d}.jsonl", samples[at : at + SIZE]) for at in range(0, count, SIZE)]
    with reading(samples, Reader.for_profile(load_profile("embedded"), folder, None, workers=1)) as cases:
        _predict_parts(chain, parts, cases, count)  # type: ignore[arg-type]
    return parts


@pytest.mark.parametrize("count", [40, 400])
def test_what_is_written_is_not_kept(count: int, tmp_path: Path) -> None:
    chain = Watched()
    parts = predicted(count, tmp_path, chain)
    assert len(chain.seen) == 2 * count
    assert chain.most <= 2 * 2 * SIZE, "no more than a part that is written and the next one"
    assert not any(one() is not None for one in chain.seen)
    assert [value["id"] for part in parts for value in read_predictions(part.path)] == [str(row) for row in range(count)]


def test_details_are_read_of_what_the_report_lists_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fusion.report, "SHOWN", 3)
    parts = predicted(18, tmp_path, Watched(wrong="16"))
    written = [value for part in parts for value in read_predictions(part.path)]
    values = read_parts(parts)
    assert [row for row, value in enumerate(values) if value == written[row]] == [0, 1, 16]
    for value, whole in zip(values, written, strict=True):
        if value != whole:
            assert value == {name: item for name, item in whole.items() if name not in ("candidates", "evidence")}
    pages = []
    for number, known in enumerate((values, written)):
        page = tmp_path / f"{number}.html"
        fusion.report.write_report(page, [sample for part in parts for sample in part.samples], known, tmp_path)
        pages.append(page.read_text("utf-8"))
    assert pages[0] == pages[1]
    assert "15 more are in predictions.jsonl" in pages[0]
