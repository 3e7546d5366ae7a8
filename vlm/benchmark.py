"""Speed and memory of the VLM on this machine, beside the official baseline's way of asking, in one run.

    python -m vlm.benchmark --run DIR [--profile qwen2-vl-7b] [--random-weights] [--samples N] [--steps NAME,...]

takes labelled cases of a run with a finished index, whose out-of-fold neighbours are the exemplars, and prints for each step the
median, least and greatest samples a second of the repeats, the ratio to `generate`, the floor and the largest memory:

    generate   the official prompt, answers written by Transformers' `generate`, as the official baseline predicts
    full       the three-call protocol, every call made
    adaptive   the same with the calls that --call-shares says
    train      LoRA steps on the prompts of the three calls

Cases are opened and read beforehand; everything else counts: image processing, tokenising, batching. --random-weights takes the
profile's architecture without its weights: arithmetic, and so speed, is the same, answers mean nothing.

The floor is the time that the model's arithmetic alone would take at the speed of a large matrix product in the same type,
measured here: 2 operations a parameter and token forward (Kaplan et al. 2020, arXiv:2001.08361), as much again for the gradients
of activations where something is trained (frozen weights need no gradients of their own), attention by its own size. Recomputed
activations do not count as work done.
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.cli import OK, add_reading_options, run_command
from data.errors import InputError
from data.machine import GB, machine
from data.run import DEFAULT_RUN, RunFolder

if TYPE_CHECKING:
    from vlm.cross_fit import TaskExamples
    from vlm.model import LoadedModel

STEPS = ("generate", "full", "adaptive", "train")
CALL_SHARES = "0,0,0,1"
ANSWER_TOKENS = 6  # of a label's name, on average; random weights would never end their answer
GENERATE_BATCH = 4  # the official baseline's


@dataclass(frozen=True)
class Measured:
    """Seconds of each repeat for `samples` samples, operations of one repeat, peak memory in bytes (GPU) or 0."""

    samples: int
    seconds: list[float]
    operations: float
    memory: int

    @property
    def rate(self) -> float:
        """Samples a second, median of the repeats."""
        return self.samples / statistics.median(self.seconds)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the measurements; status 2 where they cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m vlm.benchmark", description="Measure the VLM's speed and memory.")
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder with a finished index (default %(default)s)")
    parser.add_argument("--profile", help="profile whose VLM is measured (default: the run's)")
    parser.add_argument("--random-weights", action="store_true", help="build the VLM from its architecture, without weights")
    parser.add_argument("--samples", type=int, default=64, help="cases to ask about (default %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="repeats after one that warms up (default %(default)s)")
    parser.add_argument("--steps", default=",".join(STEPS), help="what to measure (default %(default)s)")
    parser.add_argument(
        "--call-shares",
        default=CALL_SHARES,
        help="shares of the samples with 0, 1, 2 and 3 calls for `adaptive` (default %(default)s)",
    )
    add_reading_options(parser)
    args = parser.parse_args(argv)

    def body() -> int:
        steps = args.steps.split(",")
        if unknown := sorted(set(steps) - set(STEPS)):
            raise InputError(f"--steps {args.steps}: unknown step {unknown[0]!r}, expected some of {','.join(STEPS)}")
        shares = parse_shares(args.call_shares)
        if args.samples < 1 or args.repeats < 1:
            raise InputError("--samples and --repeats must be at least 1")
        for line in benchmark(RunFolder(args.run), args, steps, shares):
            print(line, flush=True)
        return OK

    return run_command(body)


def parse_shares(text: str) -> list[float]:
    """Four shares that sum to one. Raises InputError."""
    try:
        shares = [float(item) for item in text.split(",")]
    except ValueError:
        shares = []
    if len(shares) != 4 or min(shares) < 0 or abs(sum(shares) - 1) > 1e-3:
        raise InputError(f"--call-shares {text}: expected four numbers that sum to 1, for 0, 1, 2 and 3 calls")
    return shares


def benchmark(run: RunFolder, args: argparse.Namespace, steps: Sequence[str], shares: Sequence[float]) -> Iterator[str]:
    """Lines of the report, as they are measured."""
    import torch

    from data.profile import load_profile
    from data.schema import Task
    from data.training import run_training
    from retrieval.retriever import Retriever
    from vlm.cross_fit import task_examples
    from vlm.model import load_model
    from vlm.operations import product_speed
    from vlm.prompt import prompt_builder

    run.require("index")
    manifest, data = run_training(run, args.cache, args.workers)
    profile = load_profile(args.profile) if args.profile else manifest.profile
    yield from machine(("torch", "transformers", "peft"))
    loaded = load_model(profile.vlm, random_weights=args.random_weights)
    if loaded.device.type == "cuda":
        yield f"gpu       {torch.cuda.get_device_name(loaded.device)}"
    peak = product_speed(loaded.device, next(loaded.model.parameters()).dtype)
    yield f"peak      {peak / 1e12:.2f} Tflop/s in a matrix product in {profile.vlm.dtype}"
    builders = {task: prompt_builder(loaded.tokenizer, task, manifest.labels.active(task), profile.vlm) for task in Task}
    every = task_examples(Retriever.load(run.step("index")), data.cases, builders, profile, folds=2)
    chosen = choose(every, args.samples)
    full = dataclasses.replace(profile, calls=dataclasses.replace(profile.calls, policy="full"))
    reference: float | None = None
    for step in steps:
        run_step, operations, samples = prepare(step, loaded, chosen, full, manifest.labels, shares)
        measured = repeat(run_step, args.repeats, samples, operations, loaded)
        reference = measured.rate if step == "generate" else reference
        yield describe(step, measured, peak, reference)


def choose(every: Sequence[TaskExamples], count: int) -> list[TaskExamples]:
    """The first cases of each task, both tasks in equal number as in the official test set."""
    import numpy as np

    share = -(-count // len(every))
    return [task.subset(np.arange(min(share, len(task.cases)))) for task in every]


def prepare(
    step: str, loaded: LoadedModel, chosen: Sequence[TaskExamples], profile: Any, labels: Any, shares: Sequence[float]
) -> tuple[Callable[[], object], float, int]:
    """What one repeat of a step does, its operations, and its samples."""
    from vlm.adapter import remove_adapters
    from vlm.official import official_answers, official_batch
    from vlm.operations import operations, patches_of
    from vlm.training import train_adapter, training_examples

    cases = [case for task in chosen for case in task.cases]
    if step == "generate":
        batches = [official_batch(loaded, [case], labels) for case in cases]
        tokens = [int(batch["input_ids"].shape[1]) + ANSWER_TOKENS for batch in batches]
        patches = [int(batch["image_grid_thw"].prod(1).sum()) if "image_grid_thw" in batch else 0 for batch in batches]
        work = sum(operations(loaded, one, one, many) for one, many in zip(tokens, patches, strict=True))
        return lambda: list(official_answers(loaded, cases, labels, GENERATE_BATCH, ANSWER_TOKENS)), work, len(cases)
    if step == "train":
        rows = []
        for task in chosen:
            parts = [task.builder.sample(case) for case in task.cases]
            rows += training_examples(task.builder, task.cases, parts, task.retrieved, task.exemplar_texts, 0)
        examples = [row for row in rows if row is not None]
        settings = dataclasses.replace(profile.lora, epochs=1.0)
        work = 0.0
        for item in examples:
            own = len(item.sample.ids) + sum(len(late) for late in item.lates[:2])
            work += 2 * operations(loaded, own, len(item.shared.ids) + own, 0) + operations(loaded, 0, 0, patches_of(item.sample))
        return lambda: remove_adapters(train_adapter(loaded, examples, settings, 0).model), work, len(examples)
    rates = [0.0, 0.0, 0.0, 1.0] if step == "full" else list(shares)
    work = 0.0
    plans = []
    for task in chosen:
        calls = calls_by_share(len(task.cases), rates)
        plans.append((task, calls))
        prompts = late_parts(task)
        for row, made in enumerate(calls):
            if made:
                sample = task.builder.sample(task.cases[row])
                own = len(sample.ids) + sum(len(prompts[row][call]) for call in range(made))
                work += operations(loaded, own, len(task.builder.shared.ids) + own, patches_of(sample))
    return lambda: ask(loaded, plans), work, len(cases)


def calls_by_share(count: int, shares: Sequence[float]) -> list[int]:
    """How many calls each of `count` samples gets, spread evenly."""
    ends = [sum(shares[: calls + 1]) for calls in range(4)]
    return [next(calls for calls in range(4) if (row + 0.5) / count <= ends[calls] + 1e-9) for row in range(count)]


def late_parts(task: TaskExamples) -> list[tuple[tuple[int, ...], ...]]:
    """The late parts of all three calls of each case, as retrieval alone would have them."""
    import numpy as np

    from vlm.protocol import decision_late, exemplars_late, exemplars_of

    names = [label.name for label in task.builder.labels]
    made: list[tuple[tuple[int, ...], ...]] = []
    for row in range(len(task.cases)):
        belief = np.asarray(task.retrieved.probability[row], dtype=np.float64)
        shown = exemplars_of(task.retrieved.neighbours[row], names, task.exemplar_texts)
        best = [int(index) for index in np.argsort(-belief, kind="stable")[:2]]
        made.append(
            (task.builder.direct(), exemplars_late(task.builder, shown, belief), decision_late(task.builder, shown, best))
        )
    return made


def ask(loaded: LoadedModel, plans: Sequence[tuple[TaskExamples, Sequence[int]]]) -> None:
    """Make the calls, batch by batch as the protocol does; prompts are built here, so that building them counts."""
    from vlm.prompt import Prompt
    from vlm.scoring import TransformersScorer

    for task, calls in plans:
        scorer, size = TransformersScorer(loaded), loaded.settings.batch_size
        lates = late_parts(task)
        rows = [row for row in range(len(task.cases)) if calls[row]]
        for begin in range(0, len(rows), size):
            part = rows[begin : begin + size]
            samples = {row: task.builder.sample(task.cases[row]) for row in part}
            for call in range(3):
                prompts = [Prompt(task.builder.shared, samples[row], lates[row][call]) for row in part if calls[row] > call]
                if prompts:
                    scorer.score(prompts)


def repeat(step: Callable[[], object], repeats: int, samples: int, work: float, loaded: LoadedModel) -> Measured:
    """Run a step once to warm up and then `repeats` times."""
    import torch

    from vlm.operations import synchronise

    on_gpu = loaded.device.type == "cuda"
    step()
    if on_gpu:
        torch.cuda.reset_peak_memory_stats(loaded.device)
    seconds = []
    for _ in range(repeats):
        synchronise(loaded.device)
        start = time.perf_counter()
        step()
        synchronise(loaded.device)
        seconds.append(time.perf_counter() - start)
    return Measured(samples, seconds, work, torch.cuda.max_memory_allocated(loaded.device) if on_gpu else 0)


def describe(step: str, measured: Measured, peak: float, reference: float | None) -> str:
    """One line of the report."""
    rates = sorted(measured.samples / one for one in measured.seconds)
    floor = measured.samples * peak / measured.operations
    ratio = f"{measured.rate / reference:.2f} x generate, " if reference else ""
    memory = f", {measured.memory / GB:.1f} GB" if measured.memory else ""
    return (
        f"{step:<9} {measured.rate:.2f} samples/s ({rates[0]:.2f} to {rates[-1]:.2f}), {ratio}floor {floor:.1f} samples/s: "
        f"{measured.rate / floor:.0%} of peak{memory}"
    )


if __name__ == "__main__":
    sys.exit(main())
