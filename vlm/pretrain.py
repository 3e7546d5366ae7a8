"""Train the embedded Qwen2-VL from scratch on the synthetic corpus.

    python -m vlm.pretrain --out build/vlm --minutes 18 --call-minutes 9.5    one GPU; the same call resumes
    torchrun --nproc-per-node 4 -m -- vlm.pretrain --out build/vlm --minutes 9   several GPUs of one host
    python -m vlm.pretrain --out /tmp/tiny --tiny --steps 20 --pool 16        a smoke test on a CPU

makes OUT/processor (tokenizer), OUT/pool (images) and OUT/checkpoint.safetensors, which the next call reuses, and at the end
OUT/model: weights, configuration, processor and card.json. Prints losses, accuracy on held-out samples, and how long steps wait
for data. The learning-rate schedule follows the clock, so that it ends with --minutes on any machine.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from transformers import AutoProcessor, Qwen2VLConfig

from data.atomic import read_json, write_json
from data.cli import OK, check_folder, duration, natural, positive, run_command
from data.profile import VlmSettings, load_profile
from data.schema import Task
from retrieval.pretraining.checkpoint import check_same_training
from vlm.architecture import ARCHITECTURE_FOLDER, build_model, count_parameters, fit_tokens
from vlm.pretraining.image_pool import ImagePool, build_pool, empty_pool, load_pool
from vlm.pretraining.loop import LEARNING_RATE, Schedule, Trainer
from vlm.pretraining.packing import Batch, pack
from vlm.pretraining.supply import describe_data, make_curriculum, tokenizer_texts
from vlm.pretraining.tokenizer import VOCABULARY, build_processor, save_processor, train_tokenizer
from vlm.ranks import environment, join, leave

PROFILE = "embedded"
TINY = {"vocab_size": 1600, "hidden_size": 128, "intermediate_size": 320, "num_hidden_layers": 4, "num_attention_heads": 2}
TINY_VISION = {"depth": 1, "embed_dim": 32, "num_heads": 2, "mlp_ratio": 2, "hidden_size": 128}
TEXTS = 60_000  # dialogues and pages for the tokenizer
TINY_TEXTS = 1_500
PARTS = 4  # of a batch, by length: more parts mean less padding and more kernel launches
MEASUREMENTS = (("held_out", "official"), ("held_out", "drawn"), ("unseen", "unseen"))
EMBEDDING_DEVIATION = 0.02  # embeddings are tied to the output: with larger ones, the model starts by predicting its input token
ARROW = " =>"  # stands before an exemplar's label in call 2


@dataclass(frozen=True)
class Options:
    """The command line."""

    out: Path
    minutes: float = 18.0
    call_minutes: float = math.inf
    steps: int = 0
    rows: int = 384
    pool: int = 24_000
    workers: int = 0
    seed: int = 0
    rate: float = LEARNING_RATE
    measured: int = 368
    tiny: bool = False
    shard_mb: int = 0


def main(argv: Sequence[str] | None = None) -> int:
    """Train; status 0 also where --call-minutes ended before --minutes, 2 with one message where something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m vlm.pretrain", description="Train the embedded Qwen2-VL from scratch.")
    parser.add_argument("--out", type=Path, required=True, help="working folder; the model comes to OUT/model")
    parser.add_argument(
        "--minutes", type=duration, default=18.0, help="training time of all calls together (default %(default)s)"
    )
    parser.add_argument(
        "--call-minutes", type=duration, default=math.inf, help="end this call after that time, preparations included"
    )
    parser.add_argument("--steps", type=natural, default=0, help="train so many steps instead of --minutes")
    parser.add_argument("--rows", type=positive, default=384, help="samples per step and GPU (default %(default)s)")
    parser.add_argument("--pool", type=natural, default=24_000, help="images to draw ahead, 0 for none (default %(default)s)")
    parser.add_argument("--workers", type=natural, default=0, help="data processes per GPU (default: its share of the cores)")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives another model (default %(default)s)")
    parser.add_argument("--rate", type=float, default=LEARNING_RATE, help="highest learning rate (default %(default)s)")
    parser.add_argument(
        "--measured", type=positive, default=368, help="held-out samples per task and measurement (default %(default)s)"
    )
    parser.add_argument("--tiny", action="store_true", help="a tiny architecture and tokenizer, for a smoke test")
    parser.add_argument("--shard-mb", type=natural, default=0, help="split the weights into files of at most so many MB")
    options = Options(**vars(parser.parse_args(argv)))

    def body() -> int:
        check_folder(options.out, "--out")
        pretrain(options, list(sys.argv[1:] if argv is None else argv))
        return OK

    return run_command(body)


def pretrain(options: Options, command: Sequence[str] = ()) -> Trainer:
    """Prepare, train, measure and write."""
    started = time.monotonic()
    prepared = {"seed": options.seed, "tiny": options.tiny, "pool": options.pool}
    checkpoint = options.out / "checkpoint.safetensors"
    check_same_training(checkpoint, prepared)
    settings = load_profile(PROFILE).vlm
    index, count = environment()
    workers = options.workers or max(1, len(os.sched_getaffinity(0)) // count - 1)

    def say(line: str) -> None:
        if not index:
            print(f"[{time.monotonic() - started:6.1f}] {line}", flush=True)

    processor = prepare(options, prepared, settings, index, workers * count, say)
    pool = load_pool(options.out / "pool") if options.pool else empty_pool()
    say(f"{len(pool.images)} images, {len(processor.tokenizer)} tokens, {workers} data processes for each of {count}")
    rank = join()
    model: Any = build_model(architecture(processor.tokenizer, options.tiny), options.seed)
    initialise(model, options.seed)
    model.to(rank.device).train()
    tests = {} if index else measurements(processor.tokenizer, settings, pool, options)
    schedule = Schedule(options.minutes, options.steps, options.rate)
    trainer = Trainer(model, processor, pool, schedule, rank, checkpoint, prepared, tests, say)
    if trainer.checkpoint.is_file():
        trainer.load()
    trainer.state.calls += 1
    say(f"{count_parameters(model):,} parameters on {rank.device}, from step {trainer.state.step}, {trainer.state.seconds:.0f} s")

    progress = multiprocessing.get_context("fork").Value("d", trainer.progress())
    seed = f"{options.seed}-{index}-{trainer.state.calls}"
    data = PackedRows(options.rows, settings, processor.tokenizer, pool, seed, progress)
    tell = partial(setattr, progress, "value")
    finished = trainer.train(stream(data, workers), tell, started + 60 * options.call_minutes)
    if not index and finished:
        card = {
            "name": PROFILE,
            "licence": "Apache-2.0",
            "made_by": " ".join(["python -m vlm.pretrain", *_without_out(command)]),
            "seed": options.seed,
            "tokens_in_vocabulary": len(processor.tokenizer),
            "data": describe_data(pool),
        }
        trainer.write_model(options.out / "model", card, options.shard_mb)
    rank.wait()
    leave(rank)
    return trainer


def prepare(
    options: Options, wanted: dict[str, Any], settings: VlmSettings, index: int, workers: int, say: Callable[[str], object]
) -> Any:
    """Make pool and tokenizer, in the first process; the others wait for them. Returns the processor."""
    folder, ready = options.out / "processor", options.out / "prepared.json"
    if not index and not (ready.is_file() and read_json(ready, "") == wanted):
        ready.unlink(missing_ok=True)
        vocabulary, texts = (TINY["vocab_size"], TINY_TEXTS) if options.tiny else (VOCABULARY, TEXTS)
        if options.pool:
            build_pool(options.out / "pool", options.pool, options.seed, settings, workers, say)
        pool = load_pool(options.out / "pool") if options.pool else empty_pool()
        processor = build_processor(train_tokenizer(tokenizer_texts(texts, options.seed, pool), vocabulary))
        save_processor(processor, folder)
        write_json(folder / "config.json", {"model_type": "qwen2_vl"})  # by which AutoProcessor finds the class
        say(f"tokenizer of {len(processor.tokenizer)} tokens")
        write_json(ready, wanted)
    while not (ready.is_file() and read_json(ready, "") == wanted):
        time.sleep(1)
    return AutoProcessor.from_pretrained(str(folder))


def architecture(tokenizer: Any, tiny: bool) -> Qwen2VLConfig:
    """The embedded configuration, or a tiny one of the same form."""
    value = json.loads((ARCHITECTURE_FOLDER / f"{PROFILE}.json").read_text(encoding="utf-8"))
    if tiny:
        value["text_config"] |= TINY
        value["vision_config"] |= TINY_VISION
    fit_tokens(value, tokenizer)
    return Qwen2VLConfig(**value)


@torch.no_grad()
def initialise(model: Any, seed: int) -> None:
    """Initial weights for a narrow model; the library's are made for wide ones.

    With the library's standard deviation of 0.02 everywhere, attention starts uniform and the first layer's output drowns the
    embeddings. The model then learns late to copy from the label list, which all answers rest on. Here queries and keys start
    with unit variance (1/sqrt(fan in)), and layers add zero to the residual stream at first, as in nanochat.
    """
    generator = torch.Generator().manual_seed(seed)

    def draw(weight: torch.Tensor, deviation: float) -> None:
        weight.copy_(torch.randn(weight.shape, generator=generator) * deviation)

    language = model.model.language_model
    draw(language.embed_tokens.weight, EMBEDDING_DEVIATION)
    for layer in language.layers:
        mixers = (layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.v_proj, layer.mlp.gate_proj, layer.mlp.up_proj)
        for linear in mixers:
            draw(linear.weight, linear.in_features**-0.5)
        layer.self_attn.o_proj.weight.zero_()
        layer.mlp.down_proj.weight.zero_()
    for block in model.model.visual.blocks:
        for linear in (block.attn.qkv, block.mlp.fc1):
            draw(linear.weight, linear.in_features**-0.5)
        block.attn.proj.weight.zero_()
        block.mlp.fc2.weight.zero_()


class PackedRows(IterableDataset[Batch]):
    """Endless batches; each data process has its own random stream. `progress` is a number in shared memory."""

    def __init__(self, rows: int, settings: VlmSettings, tokenizer: Any, pool: ImagePool, seed: str, progress: Any) -> None:
        self.rows, self.settings, self.tokenizer = rows, settings, tokenizer
        self.pool, self.seed, self.progress = pool, seed, progress

    def __iter__(self) -> Iterator[Batch]:
        info = get_worker_info()
        seed = f"{self.seed}-{info.id if info else 0}"
        curriculum = make_curriculum(self.tokenizer, self.settings, self.pool, seed)
        rng, marks = random.Random(seed), token_marks(self.tokenizer)
        while True:
            yield pack(curriculum.rows(self.rows, self.progress.value), PARTS, rng, *marks)


def stream(data: PackedRows, workers: int) -> Iterator[Batch]:
    """Batches from data processes. They are forked, so that they share the pool's memory, and never use a GPU."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    return iter(DataLoader(data, batch_size=None, num_workers=workers, prefetch_factor=3, multiprocessing_context="fork"))


def measurements(tokenizer: Any, settings: VlmSettings, pool: ImagePool, options: Options) -> dict[str, list[Batch]]:
    """Batches of held-out samples under official and drawn lists, and of unseen labels, by measurement."""
    made: dict[str, list[Batch]] = {}
    curriculum = make_curriculum(tokenizer, settings, pool, f"measure-{options.seed}", "held_out")
    rng, marks = random.Random(options.seed), token_marks(tokenizer)
    for name, kind in MEASUREMENTS:
        for task in Task:
            found = curriculum.measured(task, options.measured, kind)
            step = min(options.rows, len(found))
            made.setdefault(name, []).extend(pack(found[at : at + step], PARTS, rng, *marks) for at in range(0, len(found), step))
    return made


def token_marks(tokenizer: Any) -> tuple[int, int]:
    """The image placeholder's token, and the token before an exemplar's label."""
    return tokenizer.encode("<|image_pad|>", add_special_tokens=False)[0], tokenizer.encode(ARROW, add_special_tokens=False)[-1]


def _without_out(command: Sequence[str]) -> list[str]:
    """The command line with OUT in place of the working folder, whose path means nothing on other machines."""
    return ["OUT" if before == "--out" else word for before, word in zip(["", *command], command, strict=False)]


if __name__ == "__main__":
    sys.exit(main())
