"""Train the embedded open_clip model from scratch on the synthetic corpus.

    python -m retrieval.pretrain --out build/encoder --minutes 8 --pool 40000 --workers 15       one GPU; the same call resumes
    python -m retrieval.pretrain --out /tmp/encoder --tiny --steps 3 --pool 32                   a smoke test on a CPU

makes OUT/pool (pages drawn ahead), OUT/tokenizer and OUT/checkpoint.safetensors, which the next call reuses, and at the end
OUT/model, the folder to copy to retrieval/weights/embedded. Prints losses, and how often the right label is the nearest one for
held-out pages and questions. The learning-rate schedule follows the clock, so that it ends with --minutes on any machine.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader
from transformers import PreTrainedTokenizerFast

from data.cli import OK, check_folder, duration, natural, positive, run_command
from data.schema import Task
from data.synth.corpus import load_corpus
from retrieval.pretraining.checkpoint import check_same_training, load_checkpoint, read_state, save_checkpoint
from retrieval.pretraining.concepts import Concept, concepts
from retrieval.pretraining.drawn_pool import is_held_out
from retrieval.pretraining.losses import group_loss, pair_loss
from retrieval.pretraining.model import IMAGE_SIZE, MEAN, STD, TINY, architecture, build_model, save_model, train_tokenizer
from retrieval.pretraining.pages import (
    Batch,
    Batches,
    Pages,
    ask,
    build_pages,
    load_pages,
    tokenize,
    tokenizer_texts,
)
from retrieval.pretraining.schedule import rate_factor

RATE = 1e-3
WARMUP = 0.03  # of the schedule
FIRST, FINAL = 0.02, 0.01  # of the highest rate
WEIGHT_DECAY = 0.05
BETAS = (0.9, 0.98)
TEMPERATURE = 0.1  # of the group loss
GROUP_WEIGHT = 1.0  # against the pair loss
MAX_SCALE = math.log(100)  # of the pair loss, as in CLIP
TEXTS = 40_000  # for the tokenizer
TINY_TEXTS = 400
SAVE_SECONDS = 90.0
CHECKPOINT = "checkpoint.safetensors"
MEASURED = 1_000  # pages and questions at most


@dataclass(frozen=True)
class Options:
    """The command line."""

    out: Path
    minutes: float = 8.0
    steps: int = 0
    pages: int = 768
    questions: int = 768
    pool: int = 40_000
    workers: int = 0
    seed: int = 0
    tiny: bool = False
    compile: bool = False


@dataclass
class State:
    """The part of a checkpoint that is no tensor."""

    step: int = 0
    seconds: float = 0.0
    losses: list[dict[str, float]] = field(default_factory=list)


def main(argv: Sequence[str] | None = None) -> int:
    """Train and print the accuracies; status 2 with one message where that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.pretrain", description="Train the embedded open_clip model.")
    parser.add_argument("--out", type=Path, required=True, help="working folder; the model comes to OUT/model")
    parser.add_argument("--minutes", type=duration, default=8.0, help="training time of all calls together (default %(default)s)")
    parser.add_argument("--steps", type=natural, default=0, help="train so many steps instead of --minutes")
    parser.add_argument("--pages", type=positive, default=768, help="pages in a batch (default %(default)s)")
    parser.add_argument("--questions", type=positive, default=768, help="questions in a batch (default %(default)s)")
    parser.add_argument("--pool", type=positive, default=40_000, help="pages to draw ahead (default %(default)s)")
    parser.add_argument(
        "--workers", type=natural, default=0, help="processes that draw and tokenise (default: all cores but one)"
    )
    parser.add_argument("--seed", type=int, default=0, help="another seed gives another model (default %(default)s)")
    parser.add_argument("--tiny", action="store_true", help="a tiny architecture, for a smoke test")
    parser.add_argument("--compile", action="store_true", help="compile the towers with torch.compile")
    options = Options(**vars(parser.parse_args(argv)))

    def body() -> int:
        check_folder(options.out, "--out")
        accuracy = pretrain(options, list(sys.argv[1:] if argv is None else argv))
        print(json.dumps({name: round(value, 4) for name, value in accuracy.items()}))
        return OK

    return run_command(body)


def pretrain(options: Options, command: Sequence[str] = ()) -> dict[str, float]:
    """Prepare, train, measure, write OUT/model. Returns the accuracies on held-out pages and questions."""
    check_same_training(options.out / CHECKPOINT, prepared(options))
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    workers = options.workers or max(1, len(os.sched_getaffinity(0)) - 1)
    corpus = load_corpus(part="train")
    named = concepts(corpus)
    shape: tuple[int, int] = tuple(TINY["vision_cfg"]["image_size"]) if options.tiny else IMAGE_SIZE  # type: ignore[assignment]
    scenes = [concept for concept in named if concept.task is Task.SCENE]
    build_pages(options.out / "pool", options.pool, options.seed, shape, scenes, 1 if options.tiny else workers)
    pages = load_pages(options.out / "pool")
    tokenizer = prepare_tokenizer(options, pages, named)
    config = architecture(len(tokenizer), options.tiny)
    trainer = Trainer(options, build_model(config, options.seed), pages, device)
    print(f"{trainer.parameters:,} parameters, {len(pages.scenes)} pages, {len(named)} labels, from step {trainer.state.step}")

    context = int(config["text_cfg"]["context_length"])
    sizes = (options.pages, options.questions) if not options.tiny else (16, 16)
    data = Batches(pages, named, tokenizer, context, sizes, f"{options.seed}-{trainer.state.step}")
    trainer.train(_stream(data, 0 if options.tiny else workers))
    accuracy = measure(trainer.model.half().float(), pages, named, tokenizer, context, options.seed)
    card = {
        "name": "embedded" if not options.tiny else "tiny",
        "licence": "Apache-2.0",
        "made_by": " ".join(["python -m retrieval.pretrain", *command]),
        "seed": options.seed,
        "data": {"pages": len(pages.scenes), "scenes": len(scenes), "intents": len(named) - len(scenes)},
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
        "versions": {"torch": torch.__version__, "open_clip": open_clip.__version__},
        "parameters": trainer.parameters,
        "steps": trainer.state.step,
        "seconds": round(trainer.state.seconds, 1),
        "losses": trainer.state.losses,
        "held_out": accuracy,
    }
    save_model(options.out / "model", trainer.model, config, tokenizer, card)
    return accuracy


def prepare_tokenizer(options: Options, pages: Pages, named: Sequence[Concept]) -> PreTrainedTokenizerFast:
    """The tokenizer of an earlier call, or a new one."""
    folder = options.out / "tokenizer"
    if not (folder / "tokenizer_config.json").is_file():
        texts = tokenizer_texts(load_corpus(part="train"), pages, named, TINY_TEXTS if options.tiny else TEXTS, options.seed)
        train_tokenizer(texts).save_pretrained(folder)
    loaded: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(folder)
    return loaded


class Trainer:
    """Model, optimiser and state; resumes from OUT/checkpoint.safetensors where there is one."""

    def __init__(self, options: Options, model: Any, pages: Pages, device: torch.device) -> None:
        self.options, self.device, self.state = options, device, State()
        self.model = model.to(device).train()
        self.weights = dict(self.model.named_parameters())
        self.parameters = sum(weight.numel() for weight in self.weights.values())
        self.images = torch.from_numpy(np.array(pages.images)).to(device)  # (pages, height, width, 3) uint8
        matrices = [weight for weight in model.parameters() if weight.dim() > 1]
        others = [weight for weight in model.parameters() if weight.dim() <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}], RATE, BETAS
        )
        self._image, self._text = model.encode_image, model.encode_text
        if options.compile:
            self._image, self._text = torch.compile(self._image), torch.compile(self._text)
        self._generator = torch.Generator(device).manual_seed(options.seed)
        if self.checkpoint.is_file():
            self._load()

    @property
    def checkpoint(self) -> Path:
        """Weights, optimiser moments and state."""
        return self.options.out / CHECKPOINT

    def progress(self) -> float:
        """The share of the schedule that is done, 0 to 1."""
        if self.options.steps:
            return min(1.0, self.state.step / self.options.steps)
        return min(1.0, self.state.seconds / (60 * self.options.minutes))

    def train(self, batches: Iterator[Batch]) -> None:
        """Train to the end of the schedule."""
        batch = next(batches)  # before the clock starts: starting the data processes is no training time
        last = saved = time.monotonic()
        while self.progress() < 1:
            losses = self.step(batch)
            self.state.step += 1
            if self.state.step % 100 == 0 or self.options.steps:
                self.state.losses.append({"step": self.state.step, **{name: round(float(v), 4) for name, v in losses.items()}})
                print(f"[{self.state.seconds:6.1f} s] {self.state.losses[-1]}", flush=True)
            batch = next(batches)
            now = time.monotonic()
            self.state.seconds, last = self.state.seconds + now - last, now
            if now - saved > SAVE_SECONDS:
                self.save()
                saved = now
        self.save()

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """One optimiser step; returns the losses."""
        rate = RATE * rate_factor(self.progress(), WARMUP, FIRST, FINAL)
        for settings in self.optimizer.param_groups:
            settings["lr"] = rate
        pages = len(batch.page_tokens)
        tokens = torch.cat([batch.page_tokens, batch.question_tokens, batch.concept_tokens]).to(self.device)
        numbers = torch.arange(len(batch.concept_tokens))
        groups = torch.cat([batch.page_groups, batch.page_groups, batch.question_groups, numbers]).to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            seen = self._image(augment(self.images[batch.rows.to(self.device)], self._generator))
            read = self._text(tokens)
        images, texts = functional.normalize(seen.float(), dim=-1), functional.normalize(read.float(), dim=-1)
        pair = pair_loss(images, texts[:pages], self.model.logit_scale.clamp(max=MAX_SCALE).exp())
        group = group_loss(torch.cat([images, texts]), groups, TEMPERATURE)
        loss = pair + GROUP_WEIGHT * group
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return {"loss": loss.detach(), "pair": pair.detach(), "group": group.detach()}

    def save(self) -> None:
        """Write the checkpoint."""
        state = {"prepared": prepared(self.options), **asdict(self.state)}
        save_checkpoint(self.checkpoint, state, self.weights, [self.optimizer])

    def _load(self) -> None:
        kept = read_state(self.checkpoint)
        load_checkpoint(self.checkpoint, self.weights, [self.optimizer])
        self.state = State(**{item.name: kept[item.name] for item in fields(State)})
        self._generator.manual_seed(self.options.seed + self.state.step)


def prepared(options: Options) -> dict[str, Any]:
    """The options that a checkpoint depends on."""
    return {"seed": options.seed, "tiny": options.tiny, "pool": options.pool}


def augment(images: Tensor, generator: torch.Generator) -> Tensor:
    """uint8 (n, height, width, 3) to normalised float (n, 3, height, width), each image cropped or framed anew (0.7 to 1.1 of
    its sides), its brightness and contrast changed and noise added."""
    count, device = len(images), images.device

    def draw(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(count, *shape, generator=generator, device=device)

    pixels = normalise(images)
    zoom = draw(0.7, 1.1, 2)
    room = (1 - zoom).clamp(min=0)
    affine = torch.zeros(count, 2, 3, device=device)
    affine[:, 0, 0], affine[:, 1, 1] = zoom[:, 0], zoom[:, 1]
    affine[:, :, 2] = draw(-1, 1, 2) * room
    grid = functional.affine_grid(affine, list(pixels.shape), align_corners=False)
    pixels = functional.grid_sample(pixels, grid, padding_mode="border", align_corners=False)
    pixels = pixels * draw(0.75, 1.2, 1, 1, 1) + draw(-0.2, 0.2, 3, 1, 1)
    noise = torch.randn(pixels.shape, generator=generator, device=device)
    return (pixels + noise * draw(0, 0.08, 1, 1, 1)).clamp(-1, 1)


def normalise(images: Tensor) -> Tensor:
    """uint8 (n, height, width, 3) to float (n, 3, height, width) as open_clip's preprocessing scales it."""
    mean, std = torch.tensor(MEAN, device=images.device), torch.tensor(STD, device=images.device)
    return ((images.float() / 255 - mean) / std).permute(0, 3, 1, 2).contiguous()


@torch.inference_mode()
def measure(
    model: Any, pages: Pages, named: Sequence[Concept], tokenizer: PreTrainedTokenizerFast, context: int, seed: int
) -> dict[str, float]:
    """How often the nearest official label is the right one: held-out pages by image and by text, held-out questions."""
    model.eval()
    device = next(model.parameters()).device
    corpus = load_corpus(part="held_out")
    rng = random.Random(f"measure-{seed}")

    def texts(values: Sequence[str]) -> Tensor:
        parts = [tokenize(tokenizer, values[at : at + 256], context).to(device) for at in range(0, len(values), 256)]
        return torch.cat([functional.normalize(model.encode_text(part), dim=-1) for part in parts])

    result = {}
    official = {task: [c for c in named if c.task is task and c.official] for task in Task}
    labels = {task: texts([f"{c.name}\n{c.description}" for c in own]) for task, own in official.items()}
    names = [concept.name for concept in official[Task.SCENE]]
    rows = [row for row in range(len(pages.scenes)) if is_held_out(row) and pages.scenes[row] in names][:MEASURED]
    if rows:
        truth = torch.tensor([names.index(pages.scenes[row]) for row in rows], device=device)
        images = torch.from_numpy(np.array(pages.images[rows])).to(device)
        parts = [model.encode_image(normalise(images[at : at + 256])) for at in range(0, len(rows), 256)]
        seen, read = torch.cat(parts), texts(["\n".join(pages.lines[row]) for row in rows])
        result["image"] = float(((seen @ labels[Task.SCENE].T).argmax(dim=1) == truth).float().mean())
        result["page"] = float(((read @ labels[Task.SCENE].T).argmax(dim=1) == truth).float().mean())
    intents = [concept.name for concept in official[Task.DIALOGUE]]
    asked = [number % len(intents) for number in range(MEASURED)]
    vectors = texts([ask(rng, intents[number], corpus) for number in asked])
    near = (vectors @ labels[Task.DIALOGUE].T).argmax(dim=1)
    result["question"] = float((near == torch.tensor(asked, device=device)).float().mean())
    return result


def _stream(data: Batches, workers: int) -> Iterator[Batch]:
    """Batches from data processes. They are forked, so that they share the pool's memory, and never use a GPU."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    context = "fork" if workers else None
    return iter(DataLoader(data, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None,
                           multiprocessing_context=context))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
