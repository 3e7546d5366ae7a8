"""How well a run answers copies of scenes that phones and hands have changed (`data.synth.changed_copies`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from data.atomic import write_json
from data.cases import Reader, load_cases
from data.reader import load_samples, rows_of
from data.schema import Sample
from data.synth.changed_copies import CHANGES, write_copies
from fusion.chain import Chain
from fusion.metrics import interval, official_scores, resampled_f1, resamples


def measure_changed(chain: Chain, scenes: Sequence[Sample], reader: Reader, folder: Path) -> Iterator[str]:
    """A line for the labelled `scenes` as they are, and one for each change of their images. Copies are written to `folder`.

    The intervals hold 95% of bootstrap samples, the same ones for every change.
    """
    data = folder / "scenes.json"
    write_json(data, rows_of(scenes))
    yield _line("unchanged", chain, data, reader)
    for change in CHANGES:
        write_copies(data, reader.images, change, folder / change)
        copies = Reader(folder / change / "images", reader.ocr, reader.page_pixels, reader.cache, reader.workers)
        yield _line(change, chain, folder / change / "data.json", copies)


def _line(change: str, chain: Chain, data: Path, reader: Reader) -> str:
    cases = load_cases(load_samples(data), reader)
    truth, predicted = [str(case.sample.label) for case in cases], [answer.predict for answer in chain.predict(cases)]
    low, high = interval(resampled_f1(truth, predicted, resamples(len(cases), seed=0)))
    f1 = official_scores(truth, predicted)["f1"]
    return f"changed   {change:<12} weighted F1 {f1:.3f} ({low:.3f} - {high:.3f}), {len(cases)} scenes"
