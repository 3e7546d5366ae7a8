"""Speed and memory of the VLM on this machine, compared with the official baseline's way of asking in the same run.

    python -m vlm.benchmark --run DIR [--profile qwen2-vl-7b] [--random-weights] [--samples N] [--steps NAME,...]
    torchrun --nproc-per-node N -m -- vlm.benchmark --run DIR ...     N GPUs of one host

takes labelled cases of a run with a finished index; their out-of-fold neighbours are the exemplars. For each step it prints
median, minimum and maximum of samples per second over the repeats, the floor, and the peak memory. At the end it prints ratios to
both official steps:

    generate       the official prompt, answers written by Transformers' `generate`, as the official baseline predicts
    full           the three-call protocol with Transformers, every call made
    adaptive       the same with the calls that --call-shares says
    train          one epoch of LoRA on the prompts of the three calls, --batch-size (default: the profile's) examples a step
    vllm-official  the official prompt, answers written by vLLM, prefix caching on
    vllm-full      the three-call protocol with vLLM, every call made
    vllm-adaptive  the same with the calls that --call-shares says
    tokens         no speed and no model: the tokens of the three calls' prompts and of the official one; goes alone
    parity         no speed: both engines score the prompts of all three calls, and the differences are printed; status 1 where
                   rounding does not explain them

Cases are read before the measurement. Image processing, tokenising and batching are part of it. Official prompts have images of
the organiser's size, whatever the profile's is. Each repeat begins with empty caches. --random-weights builds the profile's
architecture with random weights, the same for both engines: arithmetic and speed do not change, and answers mean nothing. The
model leaves the GPU before vLLM starts, so Transformers' steps come first.

Several processes share each training step's examples; the batch size does not change. In the other steps, each process answers
its share of the samples with its own model or engine. A repeat starts in all processes at once and ends with the slowest. Floor
and share of the peak are those of all GPUs together; memory is that of the fullest GPU. `torchrun` gives each process one thread
unless OMP_NUM_THREADS is set. Set it, and set it for a single process that is compared with several, too.

The floor is the speed at which the model's operations would run at the rate of a large matrix product in the same type, measured
here. A forward pass takes 2 operations per parameter and token (Kaplan et al. 2020, arXiv:2001.08361), plus attention. Training
takes as many again for the gradients of activations; frozen weights need no gradients of their own. Gradient checkpointing's
recomputation does not count.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.cli import BAD_INPUT, OK, add_reading_options, positive, reading_options, run_command
from data.errors import InputError
from data.machine import machine
from data.run import DEFAULT_RUN, RunFolder

if TYPE_CHECKING:
    import torch

    from data.case import Case
    from data.profile import Profile
    from data.run import Manifest
    from vlm.lora.examples import TaskExamples
    from vlm.measuring.steps import OfficialTokens, Plan, Work
    from vlm.model import LoadedModel
    from vlm.prompt import Prompt
    from vlm.ranks import Rank

HERE = ("generate", "full", "adaptive", "train")
SERVED = ("vllm-official", "vllm-full", "vllm-adaptive")
PARITY = "parity"
TOKENS = "tokens"
STEPS = (*HERE, *SERVED, PARITY, TOKENS)
OFFICIAL = ("generate", "vllm-official")  # the references of the ratios
CALL_SHARES = "0,0,0,1"


@dataclass
class Bench:
    """The inputs that the steps share, and their results."""

    manifest: Manifest
    profile: Profile
    chosen: list[TaskExamples]
    official: list[Case]  # the same cases with the official image sizes; empty without official steps
    plans: dict[str, list[Plan]]
    repeats: int
    rank: Rank
    peak: float = 0.0
    sizes: OfficialTokens | None = None
    work: dict[str, Work] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=dict)
    prompts: list[list[Prompt]] = field(default_factory=list)
    reference: list[Any] = field(default_factory=list)
    failed: bool = False

    def own_official(self) -> list[Case]:
        """This process's share of the official cases: the cases of `steps.own_plans`."""
        return self.official[self.rank.index :: self.rank.count]

    def measure(self, step: str, run: Callable[[], object], work: Work, device: torch.device | None) -> str:
        """Measure a step and return its line of the report. Without `device`, memory is not measured."""
        from vlm.measuring.timing import repeat, report_line

        measured = repeat(run, self.repeats, work, device, self.rank)
        self.rates[step] = measured.rate
        return report_line(step, measured, self.peak)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the measurements; status 1 where the engines differ, 2 where nothing can be measured."""
    parser = argparse.ArgumentParser(prog="python -m vlm.benchmark", description="Measure the VLM's speed and memory.")
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder with a finished index (default %(default)s)")
    parser.add_argument("--profile", help="profile whose VLM is measured (default: the run's)")
    parser.add_argument("--random-weights", action="store_true", help="build the VLM from its architecture, without weights")
    parser.add_argument("--samples", type=positive, default=64, help="cases to ask about (default %(default)s)")
    parser.add_argument("--repeats", type=positive, default=3, help="repeats after one that warms up (default %(default)s)")
    parser.add_argument("--steps", default=",".join(HERE), help=f"what to measure, of {','.join(STEPS)} (default %(default)s)")
    parser.add_argument("--batch-size", type=positive, help="examples of an optimiser step in `train` (default: the profile's)")
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
        if args.batch_size and "train" not in steps:
            raise InputError("--batch-size is that of the step `train`, which --steps does not name")
        if PARITY in steps and int(os.environ.get("WORLD_SIZE", 1)) > 1:
            raise InputError(
                f"--steps {PARITY} holds two engines against each other on one GPU: leave it out, or start one process"
            )
        if TOKENS in steps and len(steps) > 1:
            raise InputError(f"--steps {args.steps}: `{TOKENS}` loads no model, the other steps do; count in a run of its own")
        if {*SERVED, PARITY} & set(steps):
            from vlm.engines.vllm import load_vllm

            load_vllm()  # fails now, not after minutes of other steps
        from vlm.lora.cross_fit import PATIENCE
        from vlm.ranks import together

        with together(PATIENCE) as rank:
            for line in benchmark(RunFolder(args.run), args, steps, shares, rank):
                if isinstance(line, Bench):
                    return BAD_INPUT if line.failed else OK
                if not rank.index:
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


def benchmark(
    run: RunFolder, args: argparse.Namespace, steps: Sequence[str], shares: Sequence[float], rank: Rank
) -> Iterator[str | Bench]:
    """Yields the report's lines as they are measured, then the finished `Bench`."""
    import torch

    from data.profile import load_profile, official_profile
    from retrieval.retriever import Retriever
    from vlm.lora.cross_fit import task_examples
    from vlm.measuring.steps import EVERY_CALL, choose, official_model, official_tokens, plan_calls, token_line
    from vlm.measuring.timing import ratios
    from vlm.measuring.vocabulary import without_model
    from vlm.model import load_model
    from vlm.prompt import prompt_builders

    run.require("index")
    manifest = run.read_manifest()
    profile = load_profile(args.profile) if args.profile else manifest.profile
    _ = profile.vlm.source  # before minutes of reading: without a VLM nothing can be measured
    if args.batch_size:
        profile = dataclasses.replace(profile, lora=dataclasses.replace(profile.lora, batch_size=args.batch_size))
    served = [step for step in SERVED if step in steps] + [PARITY] * (PARITY in steps)
    yield from machine(("torch", "transformers", "peft", *(("vllm",) if served else ())))
    # Images in the profile's size, with the text that the run's index was made from.
    read = dataclasses.replace(profile, ocr=manifest.profile.ocr)
    cases = read_cases(run, args, read, rank)
    torch.backends.cuda.enable_cudnn_sdp(True)  # as in the official baseline's predictions; `join` turned it off
    if TOKENS in steps:
        loaded = without_model(profile.vlm)
    else:
        loaded = load_model(profile.vlm, device=str(rank.device), random_weights=args.random_weights)
    labels = manifest.labels
    builders, refused = prompt_builders(loaded.tokenizer, labels, profile.vlm)
    yield from refused
    every = task_examples(Retriever.load(run.step("index")), cases, builders, profile, folds=2)
    chosen = choose(every, args.samples)
    if (count := sum(len(task.cases) for task in chosen)) < rank.count:
        raise InputError(f"{count} samples are too few for {rank.count} processes: raise --samples, or start fewer")
    official: list[Case] = []
    if {*OFFICIAL, TOKENS} & set(steps):
        larger = read_cases(run, args, official_profile(read), rank)
        by_id = {(case.sample.task, case.sample.id): case for case in larger}
        official = [by_id[case.sample.task, case.sample.id] for task in chosen for case in task.cases]
    plans = {"full": plan_calls(chosen, EVERY_CALL), "adaptive": plan_calls(chosen, shares)}
    bench = Bench(manifest, profile, chosen, official, plans, args.repeats, rank)
    if TOKENS in steps:
        yield f"vocabulary of {len(loaded.tokenizer):,} tokens, {sum(len(task.cases) for task in chosen)} samples"
        yield token_line(chosen, official_tokens(official_model(loaded, profile), official, labels))
        yield bench
        return
    yield from measure_here(bench, loaded, steps)
    if served:
        with common_folder(rank) as folder:
            settings = profile.vlm
            if args.random_weights:
                if not rank.index:
                    save_model(loaded, folder)
                rank.wait()
                settings = dataclasses.replace(settings, model=str(folder))
            processor = loaded.processor
            del loaded
            free_gpu()
            yield from measure_served(bench, dataclasses.replace(profile, vlm=settings), processor, builders, served)
    yield from ratios(bench.rates, OFFICIAL)
    yield bench


def read_cases(run: RunFolder, args: argparse.Namespace, profile: Profile, rank: Rank) -> list[Case]:
    """The run's cases with the profile's image sizes. The first process reads them; the others take text from its cache."""
    from data.training import run_training

    reading = reading_options(args)
    found = None if rank.index else run_training(run, reading, profile=profile)
    rank.wait()
    if found is None:
        workers = args.workers or max(1, len(os.sched_getaffinity(0)) // rank.count)
        found = run_training(run, dataclasses.replace(reading, workers=workers), progress=None, profile=profile)
    return found[1].cases


def measure_here(bench: Bench, loaded: LoadedModel, steps: Sequence[str]) -> Iterator[str]:
    """Transformers' steps. Also computes what vLLM's steps need of the model: their work, and the scores for `parity`."""
    import torch

    from vlm.engines.transformers_scorer import TransformersScorer
    from vlm.measuring import steps as work
    from vlm.measuring.timing import peak_speed

    device, rank, lora = loaded.device, bench.rank, bench.profile.lora
    together = f", of {rank.count} processes together" if rank.count > 1 else ""
    yield f"processes {rank.count}"
    if device.type == "cuda":
        yield f"gpu       {rank.count} x {torch.cuda.get_device_name(device)}"
    bench.peak = peak_speed(device, next(loaded.model.parameters()).dtype, rank)
    yield f"peak      {bench.peak / 1e12:.2f} Tflop/s in a matrix product in {bench.profile.vlm.dtype}{together}"
    labels, official = bench.manifest.labels, work.official_model(loaded, bench.profile)
    if bench.official:
        bench.sizes = work.official_tokens(official, bench.official, labels)
        bench.work |= dict.fromkeys(OFFICIAL, work.official_work(official, bench.sizes))
    for name, plans in bench.plans.items():
        bench.work |= dict.fromkeys((name, f"vllm-{name}"), work.calls_work(loaded, plans))
    yield work.token_line(bench.chosen, bench.sizes)
    for step in (step for step in HERE if step in steps):
        if step == "train":
            yield f"batch     {lora.batch_size} examples a training step{together}"
            run, bench.work[step] = work.train_step(loaded, bench.chosen, lora, rank)
        elif step == "generate":
            run = work.generate_step(official, bench.own_official(), labels)
        else:
            run = work.ask_step(loaded, work.own_plans(bench.plans[step], rank))
        yield bench.measure(step, run, bench.work[step], device)
    if PARITY in steps:
        bench.prompts = work.call_prompts(bench.chosen)
        scorer = TransformersScorer(loaded)
        bench.reference = [work.score_batches(scorer, prompts) for prompts in bench.prompts]


def measure_served(
    bench: Bench, profile: Profile, processor: Any, builders: Mapping[Any, Any], steps: Sequence[str]
) -> Iterator[str]:
    """vLLM's steps. `profile` names the folder with the weights of Transformers' steps."""
    from data.profile import official_profile
    from vlm.engines.vllm import VllmScorer, open_vllm
    from vlm.measuring import vllm as work
    from vlm.measuring.steps import own_plans, score_batches
    from vlm.ranks import apart

    settings, larger = profile.vlm, official_profile(profile).vlm
    images = max([settings.max_images, *(len(case.pages) for case in bench.official)])
    start = time.perf_counter()
    with apart(bench.rank):
        engine = open_vllm(settings, profile.seed, images=images)
    bench.rank.wait()
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
                run = work.official_step(engine, processor, bench.own_official(), bench.manifest.labels, larger)
            else:
                plans = own_plans(bench.plans[step.removeprefix("vllm-")], bench.rank)
                run = work.calls_step(engine, builders, settings, plans)
            yield bench.measure(step, run, bench.work[step], None)
        yield work.memory_line(engine, settings, bench.rank)
    finally:
        engine.close()


@contextmanager
def common_folder(rank: Rank) -> Iterator[Path]:
    """A temporary folder that all processes share; it is deleted when all have left the block."""
    with tempfile.TemporaryDirectory() as own:
        yield Path(rank.agree(own))
        rank.wait()


def save_model(loaded: LoadedModel, folder: Path) -> None:
    """Write model and processor into a folder that both engines load."""
    from vlm.model import no_weight_bars

    with no_weight_bars():
        loaded.model.save_pretrained(folder)
    loaded.processor.save_pretrained(folder)


def free_gpu() -> None:
    """Return unused memory to the GPU; the caller must have deleted its models."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


if __name__ == "__main__":
    sys.exit(main())
