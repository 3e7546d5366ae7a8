"""What the steps of fusion.benchmark measure, and how they say it."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.atomic import write_json
from data.cases import CaseReader, Reader
from data.machine import GB
from data.reader import load_samples, rows_of
from data.run import RunFolder
from data.schema import Sample, Task
from data.writers import read_predictions
from fusion.chain import Asker, Chain
from fusion.measuring.command import run_module
from fusion.metrics import official_scores
from fusion.parts import PART
from fusion.predictor import single_reader
from vlm.policy import CALLS

PARTS = ("reading", "encoding", "retrieval", "VLM", "fusion")


@dataclass(frozen=True)
class Source:
    """A data file, the folder of its images, and what the report calls it."""

    data: Path
    images: Path
    name: str


@dataclass(frozen=True)
class Asked:
    """What is predicted and how. `unseen`: nothing was trained on the samples, so that their F1 means something."""

    samples: Sequence[Sample]
    images: Path
    unseen: bool


def measure_training(source: Source, profile: str, run: RunFolder, cache: Path) -> list[str]:
    """Build the index and train all adapters; the second command finds the text that the first one recognised."""
    reading = ["--cache", str(cache)]
    data = ["--data", str(source.data), "--images", str(source.images), "--profile", _absolute_profile(profile)]
    done = {
        "retrieval.build_index": run_module("retrieval.build_index", [*data, "--run", str(run.path), *reading]),
        "vlm.train_lora": run_module("vlm.train_lora", ["--run", str(run.path), *reading]),
    }
    total = sum(one.seconds for one in done.values())
    lines = [f"train     {total:.1f} s on {len(load_samples(source.data))} rows of {source.name}"]
    for name, one in done.items():
        lines.append(f"  {name:<22} {one.seconds:8.1f} s {one.seconds / total:6.1%}   peak memory {one.memory / GB:.2f} GB")
    return lines


def measure_prediction(chain: Chain, run: RunFolder, asked: Asked, folder: Path) -> list[str]:
    """The command on some scenes and what it answered, and the share of each part in one process."""
    scenes, policy = asked.samples, chain.profile.calls.policy
    data, out = folder / "scenes.json", folder / "out"
    write_json(data, rows_of(scenes))
    arguments = ["--run", str(run.path), "--data", str(data), "--images", str(asked.images), "--out", str(out)]
    done = run_module("fusion.predict", [*arguments, "--policy", policy, "--cache", str(folder / "predict-cache")])
    lines = [
        f"predict   {done.seconds:.1f} s for {len(scenes)} scenes with OCR, policy {policy}: "
        f"{len(scenes) / done.seconds:.2f} samples/s, start of the command included; peak memory {done.memory / GB:.2f} GB"
    ]
    values = read_predictions(out / "predictions.jsonl")
    lines += answer_lines(asked, [value["budget"]["vlm_calls"] for value in values], [value["predict"] for value in values])
    seconds, total = time_parts(chain, scenes, asked.images)
    rate = len(scenes) / total
    lines.append(f"parts     {total:.1f} s for the same scenes in one loaded process: {rate:.2f} samples/s")
    for part in (*PARTS, "other"):
        value = seconds[part]
        lines.append(f"  {part:<22} {value:8.2f} s {value / total:6.1%}   {1000 * value / len(scenes):8.1f} ms/sample")
    lines.append(f"everything but OCR: {1 - seconds['reading'] / total:.0%}")
    return lines


def measure_latency(chain: Chain, asked: Asked) -> list[str]:
    """One dialogue at a time as `Predictor` answers it, after one that warms up, and what was answered."""
    dialogues = asked.samples
    read_case = single_reader(chain.profile, asked.images, cache=None)
    whole, answer, predictions = [], [], []
    for sample in [dialogues[0], *dialogues]:
        start = time.perf_counter()
        cases = [read_case(sample)]
        read = time.perf_counter()
        predictions += chain.predict(cases)
        end = time.perf_counter()
        whole.append(end - start)
        answer.append(end - read)
    del whole[0], answer[0], predictions[0]
    median = statistics.median(whole)
    share = statistics.median(answer) / median
    return [
        f"latency   {median:.3f} s for one dialogue, median of {len(dialogues)}, policy {chain.profile.calls.policy}; "
        f"{statistics.median(answer):.3f} s ({share:.0%}) without opening and OCR of its images; "
        f"means {statistics.mean(whole):.3f} s and {statistics.mean(answer):.3f} s",
        *answer_lines(asked, [one.budget["vlm_calls"] for one in predictions], [one.predict for one in predictions]),
    ]


def answer_lines(asked: Asked, calls: Sequence[int], predicted: Sequence[str]) -> list[str]:
    """How many samples were asked how many calls; the weighted F1 of the labelled ones where nothing was trained on them."""
    n = len(asked.samples)
    counts = [calls.count(number) for number in range(CALLS + 1)]
    shares = ", ".join(f"{count / n:.1%}" for count in counts)
    numbers = ", ".join(str(number) for number in range(CALLS + 1))
    lines = [
        f"calls     {numbers} for {', '.join(map(str, counts))} of {n} samples ({shares}), {sum(calls) / n:.2f} a sample",
    ]
    pairs = [(one.label, label) for one, label in zip(asked.samples, predicted, strict=True) if one.label is not None]
    if asked.unseen and pairs:
        f1 = official_scores([truth for truth, _ in pairs], [label for _, label in pairs])["f1"]
        lines.append(f"F1        {f1:.4f}, weighted, of {len(pairs)} held-out samples")
    return lines


def time_parts(chain: Chain, samples: Sequence[Sample], images: Path) -> tuple[Counter[str], float]:
    """Seconds per part (`other` is what is left), and the whole, of predicting in this process."""
    clock: Counter[str] = Counter()
    # One thread, as each of the command's processes that read images has.
    timed, read_case = timed_chain(chain, clock), CaseReader(Reader.for_profile(chain.profile, images, cache=None, workers=1))
    start = time.perf_counter()
    for begin in range(0, len(samples), PART):
        before = time.perf_counter()
        cases = [read_case(sample) for sample in samples[begin : begin + PART]]
        clock["reading"] += time.perf_counter() - before  # type: ignore[assignment]
        timed.predict(cases)
    total = time.perf_counter() - start
    clock["other"] = total - sum(clock.values())  # type: ignore[assignment]
    return clock, total


def timed_chain(chain: Chain, clock: Counter[str]) -> Chain:
    """The same chain, whose parts add their seconds to `clock`."""
    asker = chain.asker
    if asker:
        builders: dict[Task, Any] = {
            task: _Timed(builder, "VLM", clock, ("sample", "direct", "with_exemplars", "decision"))
            for task, builder in asker.builders.items()
        }
        asker = Asker(_Timed(asker.scorer, "VLM", clock, ("score",)), builders)
    encoder: Any = _Timed(chain.encoder, "encoding", clock, ("encode_texts", "encode_images"))
    retriever: Any = _Timed(chain.retriever, "retrieval", clock, ("query",))
    fusion: Any = _Timed(chain.fusion, "fusion", clock, ("predict",))
    return dataclasses.replace(chain, encoder=encoder, retriever=retriever, fusion=fusion, asker=asker)


class _Timed:
    """Stands for an object; the named methods add their seconds to a part of the clock. They must not call each other."""

    def __init__(self, thing: Any, part: str, clock: Counter[str], methods: Sequence[str]) -> None:
        self._thing, self._part, self._clock, self._methods = thing, part, clock, frozenset(methods)
        assert all(callable(getattr(thing, name)) for name in methods)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._thing, name)
        return self._measured(value) if name in self._methods else value

    def _measured(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            start = time.perf_counter()
            try:
                return method(*args, **options)
            finally:
                self._clock[self._part] += time.perf_counter() - start  # type: ignore[assignment]

        return call


def _absolute_profile(name: str) -> str:
    return str(Path(name).resolve()) if Path(name).is_file() else name
