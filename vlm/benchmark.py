"""Speed and memory of the VLM on this machine, beside the official baseline's way of asking, in one run.

    python -m vlm.benchmark --run DIR [--profile qwen2-vl-7b] [--random-weights] [--samples N] [--steps NAME,...]

takes labelled cases of a run with a finished index, whose out-of-fold neighbours are the exemplars, and prints for each step the
median, least and greatest samples a second of the repeats, the floor and the largest memory, and at the end the ratios to both
ways of asking officially:

    generate       the official prompt, answers written by Transformers' `generate`, as the official baseline predicts
    full           the three-call protocol with Transformers, every call made
    adaptive       the same with the calls that --call-shares says
    train          LoRA steps on the prompts of the three calls
    vllm-official  the official prompt, answers written by vLLM, prefix caching on
    vllm-full      the three-call protocol with vLLM, every call made
    vllm-adaptive  the same with the calls that --call-shares says
    parity         no speed: both engines score the prompts of all three calls, and the differences are printed; status 1 where
                   they are not those of rounding

Cases are opened and read beforehand; everything else counts: image processing, tokenising, batching. Official prompts have images
of the organiser's size whatever the profile's is. Each repeat begins with empty caches. --random-weights takes the profile's
architecture without its weights: arithmetic, and so speed, is the same, answers mean nothing; both engines get the same weights.
The model leaves the GPU before vLLM starts, so Transformers' steps come first.

The floor is the time that the model's arithmetic alone would take at the speed of a large matrix product in the same type,
measured here: 2 operations a parameter and token forward (Kaplan et al. 2020, arXiv:2001.08361), as much again for the gradients
of activations where something is trained (frozen weights need no gradients of their own), attention by its own size. Recomputed
activations do not count as work done.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.cli import BAD_INPUT, OK, add_reading_options, run_command
from data.errors import InputError
from data.machine import GB, machine
from data.run import DEFAULT_RUN, RunFolder

if TYPE_CHECKING:
    import torch

    from data.case import Case
    from data.profile import Profile
    from data.run import Manifest
    from vlm.benchmark_steps import OfficialTokens, Plan, Work
    from vlm.cross_fit import TaskExamples
    from vlm.model import LoadedModel
    from vlm.prompt import Prompt

HERE = ("generate", "full", "adaptive", "train")
SERVED = ("vllm-official", "vllm-full", "vllm-adaptive")
PARITY = "parity"
STEPS = (*HERE, *SERVED, PARITY)
OFFICIAL = ("generate", "vllm-official")  # what the others are held against
CALL_SHARES = "0,0,0,1"


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


@dataclass
class Bench:
    """What the steps share, and what they found."""

    manifest: Manifest
    profile: Profile
    chosen: list[TaskExamples]
    official: list[Case]  # the same cases, images as large as the official baseline sees them; empty where no step asks that way
    plans: dict[str, list[Plan]]
    repeats: int
    peak: float = 0.0
    sizes: OfficialTokens | None = None
    work: dict[str, Work] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=dict)
    prompts: list[list[Prompt]] = field(default_factory=list)
    reference: list[Any] = field(default_factory=list)
    failed: bool = False

    def measure(self, step: str, run: Callable[[], object], work: Work, device: torch.device | None) -> str:
        """Measure a step and say what came out. Without a device the memory is not this process's to tell."""
        measured = repeat(run, self.repeats, work, device)
        self.rates[step] = measured.rate
        return describe(step, measured, self.peak)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the measurements; status 1 where the engines differ, 2 where nothing can be measured."""
    parser = argparse.ArgumentParser(prog="python -m vlm.benchmark", description="Measure the VLM's speed and memory.")
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder with a finished index (default %(default)s)")
    parser.add_argument("--profile", help="profile whose VLM is measured (default: the run's)")
    parser.add_argument("--random-weights", action="store_true", help="build the VLM from its architecture, without weights")
    parser.add_argument("--samples", type=int, default=64, help="cases to ask about (default %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="repeats after one that warms up (default %(default)s)")
    parser.add_argument("--steps", default=",".join(HERE), help=f"what to measure, of {','.join(STEPS)} (default %(default)s)")
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
        if {*SERVED, PARITY} & set(steps):
            from vlm.vllm_engine import load_vllm

            load_vllm()  # before anything takes time
        for line in benchmark(RunFolder(args.run), args, steps, shares):
            if isinstance(line, Bench):
                return BAD_INPUT if line.failed else OK
            print(line, flush=True)
        raise AssertionError("the report ends with what was found")

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


def benchmark(run: RunFolder, args: argparse.Namespace, steps: Sequence[str], shares: Sequence[float]) -> Iterator[str | Bench]:
    """Lines of the report, as they are measured, and at last what was found."""
    from data.profile import load_profile, official_profile
    from data.schema import Task
    from data.training import run_training
    from retrieval.retriever import Retriever
    from vlm.benchmark_steps import EVERY_CALL, choose, plan_calls
    from vlm.cross_fit import task_examples
    from vlm.model import load_model
    from vlm.prompt import prompt_builder

    run.require("index")
    manifest = run.read_manifest()
    profile = load_profile(args.profile) if args.profile else manifest.profile
    served = [step for step in SERVED if step in steps] + [PARITY] * (PARITY in steps)
    yield from machine(("torch", "transformers", "peft", *(("vllm",) if served else ())))
    # Images in the profile's size, with the text that the run's index was made from.
    read = dataclasses.replace(profile, ocr=manifest.profile.ocr)
    _, data = run_training(run, args.cache, args.workers, profile=read)
    loaded = load_model(profile.vlm, random_weights=args.random_weights)
    builders = {task: prompt_builder(loaded.tokenizer, task, manifest.labels.active(task), profile.vlm) for task in Task}
    every = task_examples(Retriever.load(run.step("index")), data.cases, builders, profile, folds=2)
    chosen = choose(every, args.samples)
    official: list[Case] = []
    if set(OFFICIAL) & set(steps):
        _, larger = run_training(run, args.cache, args.workers, profile=official_profile(read))
        by_id = {(case.sample.task, case.sample.id): case for case in larger.cases}
        official = [by_id[case.sample.task, case.sample.id] for task in chosen for case in task.cases]
    plans = {"full": plan_calls(chosen, EVERY_CALL), "adaptive": plan_calls(chosen, shares)}
    bench = Bench(manifest, profile, chosen, official, plans, args.repeats)
    yield from measure_here(bench, loaded, steps)
    if served:
        with tempfile.TemporaryDirectory() as folder:
            settings = profile.vlm
            if args.random_weights:
                save_model(loaded, Path(folder))
                settings = dataclasses.replace(settings, model=folder)
            processor = loaded.processor
            del loaded
            free_gpu()
            yield from measure_served(bench, dataclasses.replace(profile, vlm=settings), processor, builders, served)
    yield from ratios(bench.rates)
    yield bench


def measure_here(bench: Bench, loaded: LoadedModel, steps: Sequence[str]) -> Iterator[str]:
    """Transformers' steps, and what the others need of the model: the work that they take, and the scores for `parity`."""
    import torch

    from vlm import benchmark_steps as work
    from vlm.operations import product_speed
    from vlm.scoring import TransformersScorer

    device = loaded.device
    if device.type == "cuda":
        yield f"gpu       {torch.cuda.get_device_name(device)}"
    bench.peak = product_speed(device, next(loaded.model.parameters()).dtype)
    yield f"peak      {bench.peak / 1e12:.2f} Tflop/s in a matrix product in {bench.profile.vlm.dtype}"
    labels, official = bench.manifest.labels, work.official_model(loaded, bench.profile)
    if bench.official:
        bench.sizes = work.official_tokens(official, bench.official, labels)
        bench.work |= dict.fromkeys(OFFICIAL, work.official_work(official, bench.sizes))
    for name, plans in bench.plans.items():
        bench.work |= dict.fromkeys((name, f"vllm-{name}"), work.calls_work(loaded, plans))
    yield work.token_line(bench.chosen, bench.sizes)
    for step in (step for step in HERE if step in steps):
        if step == "train":
            run, bench.work[step] = work.train_step(loaded, bench.chosen, bench.profile.lora)
        elif step == "generate":
            run = work.generate_step(official, bench.official, labels)
        else:
            run = work.ask_step(loaded, bench.plans[step])
        yield bench.measure(step, run, bench.work[step], device)
    if PARITY in steps:
        bench.prompts = work.call_prompts(bench.chosen)
        scorer = TransformersScorer(loaded)
        bench.reference = [work.score_batches(scorer, prompts) for prompts in bench.prompts]


def measure_served(
    bench: Bench, profile: Profile, processor: Any, builders: Mapping[Any, Any], steps: Sequence[str]
) -> Iterator[str]:
    """vLLM's steps. `profile` names the folder of the very weights that Transformers' steps used."""
    from data.profile import official_profile
    from vlm import benchmark_vllm as work
    from vlm.benchmark_steps import score_batches
    from vlm.vllm_engine import VllmScorer, open_vllm

    settings, larger = profile.vlm, official_profile(profile).vlm
    images = max([settings.max_images, *(len(case.pages) for case in bench.official)])
    start = time.perf_counter()
    engine = open_vllm(settings, builders, profile.seed, images=images)
    yield f"vllm      started in {time.perf_counter() - start:.0f} s"
    try:
        for step in steps:
            if step == PARITY:
                scorer = VllmScorer(engine, builders, settings)
                found = [score_batches(scorer, prompts) for prompts in bench.prompts]
                parity = work.Parity(bench.reference, found, work.TOLERANCE[settings.dtype])
                bench.failed = not parity.holds()
                yield from parity.lines()
                continue
            if step == "vllm-official":
                run = work.official_step(engine, processor, bench.official, bench.manifest.labels, larger)
            else:
                run = work.calls_step(engine, builders, settings, bench.plans[step.removeprefix("vllm-")])
            yield bench.measure(step, run, bench.work[step], None)
        yield work.memory_line(engine, settings)
    finally:
        engine.close()


def save_model(loaded: LoadedModel, folder: Path) -> None:
    """A folder that any engine loads."""
    loaded.model.save_pretrained(folder)
    loaded.processor.save_pretrained(folder)


def free_gpu() -> None:
    """Give back what was freed; the caller has dropped its models."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def repeat(step: Callable[[], object], repeats: int, work: Work, device: torch.device | None) -> Measured:
    """Run a step once to warm up and then `repeats` times."""
    import torch

    from vlm.operations import synchronise

    on_gpu = device is not None and device.type == "cuda"
    step()
    if on_gpu:
        torch.cuda.reset_peak_memory_stats(device)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        if device is not None:
            synchronise(device)
        seconds.append(time.perf_counter() - start)
    return Measured(work.samples, seconds, work.operations, torch.cuda.max_memory_allocated(device) if on_gpu else 0)


def describe(step: str, measured: Measured, peak: float) -> str:
    """One line of the report."""
    rates = sorted(measured.samples / one for one in measured.seconds)
    floor = measured.samples * peak / measured.operations
    memory = f", {measured.memory / GB:.1f} GB" if measured.memory else ""
    return (
        f"{step:<13} {measured.rate:.2f} samples/s ({rates[0]:.2f} to {rates[-1]:.2f}), floor {floor:.1f} samples/s: "
        f"{measured.rate / floor:.0%} of peak{memory}"
    )


def ratios(rates: Mapping[str, float]) -> Iterator[str]:
    """How many times as fast each step is as each official way of asking, where both were measured."""
    for step, rate in rates.items():
        parts = [f"{rate / rates[other]:.2f} x {other}" for other in OFFICIAL if other in rates and other != step]
        if parts:
            yield f"ratio     {step:<13} {', '.join(parts)}"


if __name__ == "__main__":
    sys.exit(main())
