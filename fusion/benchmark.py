"""Speed and memory on this machine.

    python -m fusion.benchmark [--data FILE] [--images DIR] [--run DIR] [--samples N] [--steps train,predict,latency]
                                [--policy full|adaptive|retrieval]

prints the machine and then, each with nothing cached, in temporary folders:

    train     wall seconds and peak memory of retrieval.build_index and of vlm.train_lora with all folds
    predict   fusion.predict on up to N scenes, OCR included: samples a second and peak memory of the command with its child
              processes; and, in one process, seconds and share of reading, encoding, retrieval, VLM and fusion
    latency   median seconds of one dialogue's prediction in a loaded process, with and without reading its images

Commands are run as a user runs them, so their seconds hold the start of Python and the loading of models. Shares carry over to
other machines better than seconds. `predict` and `latency` use a finished run: --run, or the one that `train` has just made, or
runs/sample. Memory is the largest sum of resident memory that was seen, pages that processes share counted in each.
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import typing
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from data.atomic import write_json
from data.cases import CaseReader, Reader
from data.cli import BAD_INPUT, OK, SAMPLE, run_command
from data.errors import InputError, RunError
from data.machine import GB, machine
from data.profile import PACKAGE_ROOT, Policy, Profile
from data.reader import load_samples
from data.run import DEFAULT_RUN, RunFolder
from data.schema import Sample, Task
from fusion.chain import Asker, Chain
from fusion.prediction import PART, load_chain

STEPS = ("train", "predict", "latency")
PARTS = ("reading", "encoding", "retrieval", "VLM", "fusion")
LATENCY_SAMPLES = 20
INTERVAL = 0.1  # seconds between two looks at memory


@dataclass(frozen=True)
class Command:
    """A finished command: wall seconds and the peak of its processes' resident memory in bytes."""

    seconds: float
    memory: int


@dataclass(frozen=True)
class Source:
    """A data file and the folder of its images."""

    data: Path
    images: Path


def main(argv: Sequence[str] | None = None) -> int:
    """Print the measurements; status 2 where they cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m fusion.benchmark", description="Measure speed and memory on this machine.")
    parser.add_argument("--data", type=Path, help="data file in the organiser's format (default: the bundled sample)")
    parser.add_argument("--images", type=Path, help="folder of the images (default: `images` beside the data file)")
    parser.add_argument("--run", type=Path, help="finished run to predict with (default: the one just trained, or runs/sample)")
    parser.add_argument("--profile", default="embedded", help="profile name or file to train with (default %(default)s)")
    parser.add_argument("--samples", type=int, default=200, help="scenes to predict at most (default %(default)s)")
    parser.add_argument(
        "--policy",
        choices=typing.get_args(Policy),
        default="full",
        help="which VLM calls are made (default %(default)s: on samples that were trained on, `adaptive` asks too few)",
    )
    parser.add_argument("--steps", default=",".join(STEPS), help="what to measure (default %(default)s)")
    args = parser.parse_args(argv)

    def body() -> int:
        steps = args.steps.split(",")
        if unknown := sorted(set(steps) - set(STEPS)):
            raise InputError(f"--steps {args.steps}: unknown step {unknown[0]!r}, expected some of {','.join(STEPS)}")
        if args.samples < 1:
            raise InputError(f"--samples {args.samples}: at least one sample is needed")
        training, test = _source(args, "train.json"), _source(args, "test.json")
        run = RunFolder((args.run or DEFAULT_RUN).resolve())
        samples = load_samples(test.data)
        if "train" not in steps or args.run:  # What is missing is said now, not after the training.
            run.read_manifest()
        print("\n".join(machine(("torch", "onnxruntime"))), flush=True)
        with tempfile.TemporaryDirectory(prefix="intent-benchmark-") as name:
            folder = Path(name)
            if "train" in steps:
                trained = RunFolder(folder / "run")
                print("\n".join(measure_training(training, args.profile, trained, folder / "cache")), flush=True)
                run = run if args.run else trained
            if set(steps) & {"predict", "latency"}:
                manifest = run.read_manifest()
                start = time.perf_counter()
                chain = load_chain(run, manifest, args.policy)
                print(
                    f"loading   {time.perf_counter() - start:.1f} s for index, models and fusion (fitted here where it was not)"
                )
                if "predict" in steps:
                    scenes = [sample for sample in samples if sample.task is Task.SCENE][: args.samples]
                    print("\n".join(measure_prediction(chain, run, scenes, test, folder, args.policy)), flush=True)
                if "latency" in steps:
                    dialogues = [sample for sample in samples if sample.task is Task.DIALOGUE][:LATENCY_SAMPLES]
                    print("\n".join(measure_latency(chain, dialogues, test.images, args.policy)), flush=True)
        return OK

    return run_command(body)


def measure_training(source: Source, profile: str, run: RunFolder, cache: Path) -> list[str]:
    """Build the index and train all adapters; the second command finds the text that the first one recognised."""
    reading = ["--cache", str(cache)]
    data = ["--data", str(source.data), "--images", str(source.images), "--profile", _absolute_profile(profile)]
    done = {
        "retrieval.build_index": run_module("retrieval.build_index", [*data, "--run", str(run.path), *reading]),
        "vlm.train_lora": run_module("vlm.train_lora", ["--run", str(run.path), *reading]),
    }
    total = sum(one.seconds for one in done.values())
    lines = [f"train     {total:.1f} s on {len(load_samples(source.data))} rows of {source.data}"]
    for name, one in done.items():
        lines.append(f"  {name:<22} {one.seconds:8.1f} s {one.seconds / total:6.1%}   peak memory {one.memory / GB:.2f} GB")
    return lines


def measure_prediction(
    chain: Chain, run: RunFolder, scenes: Sequence[Sample], source: Source, folder: Path, policy: Policy
) -> list[str]:
    """The command on some scenes, and the share of each part in one process."""
    if not scenes:
        raise InputError(f"{source.data} has no image scenes; give another --data or leave the step `predict` out")
    data = folder / "scenes.json"
    write_json(data, [sample.row for sample in scenes])
    arguments = ["--run", str(run.path), "--data", str(data), "--images", str(source.images), "--out", str(folder / "out")]
    done = run_module("fusion.predict", [*arguments, "--policy", policy, "--cache", str(folder / "predict-cache")])
    lines = [
        f"predict   {done.seconds:.1f} s for {len(scenes)} scenes with OCR: {len(scenes) / done.seconds:.2f} samples/s, "
        f"start of the command included; peak memory {done.memory / GB:.2f} GB"
    ]
    seconds, total = time_parts(chain, scenes, source.images, policy)
    rate = len(scenes) / total
    lines.append(f"parts     {total:.1f} s for the same scenes in one loaded process: {rate:.2f} samples/s")
    for part in (*PARTS, "other"):
        value = seconds[part]
        lines.append(f"  {part:<22} {value:8.2f} s {value / total:6.1%}   {1000 * value / len(scenes):8.1f} ms/sample")
    return lines


def measure_latency(chain: Chain, dialogues: Sequence[Sample], images: Path, policy: Policy) -> list[str]:
    """One dialogue at a time, after one that warms up."""
    if not dialogues:
        raise InputError("the data has no dialogues; give another --data or leave the step `latency` out")
    read_case = _reader(chain.profile, images)
    whole, answer = [], []
    for sample in [dialogues[0], *dialogues]:
        start = time.perf_counter()
        cases = [read_case(sample)]
        read = time.perf_counter()
        chain.predict(cases, policy)
        end = time.perf_counter()
        whole.append(end - start)
        answer.append(end - read)
    median = statistics.median(whole[1:])
    share = statistics.median(answer[1:]) / median
    return [
        f"latency   {median:.3f} s for one dialogue, median of {len(dialogues)}; {statistics.median(answer[1:]):.3f} s "
        f"({share:.0%}) without opening and OCR of its images"
    ]


def time_parts(chain: Chain, samples: Sequence[Sample], images: Path, policy: Policy) -> tuple[Counter[str], float]:
    """Seconds per part (`other` is what is left), and the whole, of predicting in this process."""
    clock: Counter[str] = Counter()
    timed, read_case = timed_chain(chain, clock), _reader(chain.profile, images)
    start = time.perf_counter()
    for begin in range(0, len(samples), PART):
        before = time.perf_counter()
        cases = [read_case(sample) for sample in samples[begin : begin + PART]]
        clock["reading"] += time.perf_counter() - before  # type: ignore[assignment]
        timed.predict(cases, policy)
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


def run_module(name: str, arguments: Sequence[str]) -> Command:
    """Run `python -m NAME` to its end and watch its memory. Raises RunError where it fails."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", name, *arguments], cwd=PACKAGE_ROOT, stdout=output, stderr=subprocess.STDOUT
        )
        watcher = _MemoryWatcher(process.pid)
        watcher.start()
        try:
            status = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
            watcher.stop()
        seconds = time.perf_counter() - start
        if status not in (OK, BAD_INPUT):
            output.seek(0)
            last = output.read().decode(errors="replace").strip().splitlines()[-5:]
            raise RunError(f"`python -m {name}` ended with status {status}:\n  " + "\n  ".join(last))
    return Command(seconds, watcher.peak)


class _MemoryWatcher(threading.Thread):
    """Looks at the resident memory of a process and its children until it is stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._pid = pid
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(INTERVAL):
            self.peak = max(self.peak, tree_memory(self._pid))

    def stop(self) -> None:
        """Stop looking."""
        self._stopped.set()
        self.join()


def tree_memory(pid: int) -> int:
    """Resident memory in bytes of a process and all its children; 0 where it is gone."""
    total = 0
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue  # Ended while it was looked at.
    return total


def _source(args: argparse.Namespace, bundled: str) -> Source:
    data = (args.data or SAMPLE / bundled).resolve()
    return Source(data, (args.images or data.parent / "images").resolve())


def _reader(profile: Profile, images: Path) -> CaseReader:
    """Reads in this process; opens its recogniser once, with the first image."""
    return CaseReader(Reader.for_profile(profile, images, cache=None, workers=1))


def _absolute_profile(name: str) -> str:
    return str(Path(name).resolve()) if Path(name).is_file() else name


if __name__ == "__main__":
    sys.exit(main())
