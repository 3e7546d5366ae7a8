"""The training loop: steps on packed batches, averaged weights, a schedule by the clock, checkpoints, measurements."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from torch import Tensor, distributed

from data.atomic import write_json
from retrieval.pretraining.checkpoint import load_checkpoint, read_state, save_checkpoint
from retrieval.pretraining.schedule import rate_factor
from vlm.architecture import count_parameters
from vlm.model import no_weight_bars
from vlm.pretraining.curriculum import ramp
from vlm.pretraining.image_pool import ImagePool
from vlm.pretraining.packing import METRICS, Batch, Losses, PoolOnDevice, list_values, part_losses, to_tensors
from vlm.ranks import Rank

# Muon (Jordan et al. 2024) for the layers' matrices, AdamW for the rest. Training starts with a loss plateau until the model
# reads label lists; Muon leaves it much earlier.
LEARNING_RATE = 2e-3
MOMENTUM = 0.95
FIRST_RATE, FINAL_RATE = 0.01, 0.02  # of the highest
WARMUP = 0.03  # of the whole training
BETAS = (0.9, 0.98)
WEIGHT_DECAY = 0.05
CLIP = 1.0
AVERAGE = 0.998  # decay per step of the exponential moving average of the weights, which is measured and saved
VOCABULARY_WEIGHT = 0.1  # of the loss over all tokens, so that unmasked decoding answers with codes, too
READING = (0.2, 0.05)  # weight of the next-token loss at the start and from half of the training on
SHOT_WEIGHT = 0.15  # of the loss on exemplars' codes in call 2: four more classifications in a row at no cost
REPORT_STEPS = 50
MEASURE_SECONDS = 150.0
SAVE_SECONDS = 110.0


@dataclass(frozen=True)
class Schedule:
    """How long to train: `minutes`, or `steps` where that is not 0; `rate` is the highest learning rate."""

    minutes: float
    steps: int = 0
    rate: float = LEARNING_RATE


@dataclass
class State:
    """The part of a checkpoint that is no tensor. Rows and tokens are those of all processes."""

    step: int = 0
    seconds: float = 0.0
    rows: int = 0
    tokens: int = 0
    calls: int = 0  # starts of the command; each draws other samples
    curve: list[dict[str, float]] = field(default_factory=list)


class Trainer:
    """Model, optimisers, averaged weights and state of the training.

    `prepared` holds the options that a checkpoint depends on, `tests` the batches of each measurement.
    """

    def __init__(
        self,
        model: Any,
        processor: Any,
        pool: ImagePool,
        schedule: Schedule,
        rank: Rank,
        checkpoint: Path,
        prepared: dict[str, Any],
        tests: dict[str, list[Batch]],
        say: Callable[[str], object],
    ) -> None:
        self.model, self.processor, self.schedule, self.rank, self.say = model, processor, schedule, rank, say
        self.checkpoint, self.prepared, self.tests = checkpoint, prepared, tests
        self.images = PoolOnDevice(pool, processor, rank.device) if pool.images else None
        self.names: list[str] = [name for name, _ in model.named_parameters()]
        self.weights: list[Tensor] = [weight for _, weight in model.named_parameters()]
        self.mean = [weight.detach().clone() for weight in self.weights]
        cuda = rank.device.type == "cuda"
        named = list(model.named_parameters())
        matrices = [weight for name, weight in named if weight.dim() == 2 and (".layers." in name or ".blocks." in name)]
        taken = {id(weight) for weight in matrices}
        others = [weight for weight in self.weights if id(weight) not in taken]
        groups = [
            {"params": [weight for weight in others if weight.dim() > 1], "weight_decay": WEIGHT_DECAY},
            {"params": [weight for weight in others if weight.dim() <= 1], "weight_decay": 0.0},
        ]
        muon = torch.optim.Muon(
            matrices, lr=schedule.rate, weight_decay=WEIGHT_DECAY, momentum=MOMENTUM, adjust_lr_fn="match_rms_adamw"
        )
        self.optimizers: tuple[torch.optim.Optimizer, ...] = (
            muon,
            torch.optim.AdamW(groups, lr=schedule.rate, betas=BETAS, fused=cuda),
        )
        self.state = State()
        self.measured: dict[str, float] = {}
        self._done = torch.cuda.Event() if cuda else None

    def progress(self) -> float:
        """The share of the training that is done, 0 to 1."""
        if self.schedule.steps:
            return min(1.0, self.state.step / self.schedule.steps)
        return min(1.0, self.state.seconds / (60 * self.schedule.minutes))

    def train(self, batches: Iterator[Batch], tell: Callable[[float], object], stop_at: float) -> bool:
        """Train to the end of the schedule (True) or until `time.monotonic()` reaches `stop_at` (False).

        `tell` is called with the progress after each step. A checkpoint is written in both cases.
        """
        torch.manual_seed(7919 * self.state.calls + self.rank.index)
        batch = next(batches)  # before the clock starts: starting the data processes is no training time
        self.say(f"first batch: {batch.rows} rows, {batch.tokens} tokens, {[part.ids.shape for part in batch.parts]}")
        last = saved = measured = time.monotonic()
        window = _Window()
        while not self._agree(self.progress() >= 1 or time.monotonic() > stop_at):
            window.add(self.step(batch), batch)
            begin = time.monotonic()
            batch = next(batches)
            now = time.monotonic()
            window.waited += now - begin
            self.state.step += 1
            self.state.rows += batch.rows * self.rank.count
            self.state.tokens += batch.tokens * self.rank.count
            if self.state.step % REPORT_STEPS == 0 or (self.schedule.steps and self.state.step <= 10):
                self._report(window)
                window = _Window()
            if now - saved > SAVE_SECONDS:
                self.save()
                saved = now
            if now - measured > MEASURE_SECONDS:
                self.measure()
                measured = now
            now = time.monotonic()
            self.state.seconds += now - last
            last = now
            tell(self.progress())
        self.save()
        self.measure()
        return self.progress() >= 1

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """One optimiser step; returns the reported values, still on the device."""
        if self._done is not None:
            self._done.synchronize()  # at most one step ahead of the GPU, or the clock would be wrong
        progress = self.progress()
        rate = self.schedule.rate * rate_factor(progress, WARMUP, FIRST_RATE, FINAL_RATE)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
        if self.images:
            self.images.vary = True
        losses = self._losses(batch)
        weight = torch.stack([item.weight for item in losses]).sum()
        code = torch.stack([item.code for item in losses]).sum() / weight
        vocabulary = torch.stack([item.vocabulary for item in losses]).sum() / weight
        reading = torch.stack([item.reading for item in losses]).mean()
        shot = torch.stack([item.shot for item in losses]).mean()
        total = code + VOCABULARY_WEIGHT * vocabulary + ramp(READING, progress) * reading + SHOT_WEIGHT * shot
        total.backward()  # type: ignore[no-untyped-call]
        self._reduce()
        norm = torch.nn.utils.clip_grad_norm_(self.weights, CLIP)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            torch._foreach_lerp_(self.mean, self.weights, 1 - min(AVERAGE, (1 + self.state.step) / (10 + self.state.step)))
        if self._done is not None:
            self._done.record()
        right, asked = (torch.stack([getattr(item, name) for item in losses]).sum(0) for name in ("right", "asked"))
        kept = {"code": code, "vocabulary": vocabulary, "reading": reading, "shot": shot, "norm": norm}
        return {name: value.detach() for name, value in (kept | {"right": right, "asked": asked}).items()}

    def measure(self) -> dict[str, float]:
        """Accuracy of the averaged weights on the held-out batches, by measurement, task, list and call."""
        if self.rank.index:
            return {}
        begin = time.monotonic()
        if self.images:
            self.images.vary = False
        found: dict[str, float] = {}
        with self._mean_weights(), torch.no_grad():
            for name, batches in self.tests.items():
                losses = [item for batch in batches for item in self._losses(batch)]
                right, asked = (torch.stack([getattr(item, key) for item in losses]).sum(0).cpu() for key in ("right", "asked"))
                found |= {f"{name}/{key}": round(float(right[i] / asked[i]), 4) for i, key in enumerate(METRICS) if asked[i]}
        self.measured = found
        seconds = time.monotonic() - begin
        self.say(f"measured in {seconds:.1f} s: " + "  ".join(f"{key} {value:.3f}" for key, value in found.items()))
        return found

    def save(self) -> None:
        """Write the checkpoint."""
        if self.rank.index:
            return
        state = {"prepared": self.prepared, **asdict(self.state)}
        save_checkpoint(self.checkpoint, state, self.named(self.weights), self.optimizers, mean=self.named(self.mean))

    def load(self) -> None:
        """Continue from the checkpoint. Raises RunError where it is another model's."""
        load_checkpoint(self.checkpoint, self.named(self.weights), self.optimizers, mean=self.named(self.mean))
        kept = read_state(self.checkpoint)
        self.state = State(**{item.name: kept[item.name] for item in fields(State)})

    def named(self, tensors: Sequence[Tensor]) -> dict[str, Tensor]:
        """Tensors by the names of the weights that they belong to."""
        return dict(zip(self.names, tensors, strict=True))

    def write_model(self, folder: Path, card: dict[str, Any], shard_mb: int) -> None:
        """Write averaged weights as float16, configuration, processor and card.json."""
        with self._mean_weights():
            self.model.eval().half()
        size = {"max_shard_size": f"{shard_mb}MB"} if shard_mb else {}
        for old in folder.glob("model*"):  # another number of shards
            old.unlink()
        with no_weight_bars():
            self.model.save_pretrained(str(folder), **size)
        self.processor.save_pretrained(str(folder))
        files = {}
        for path in sorted(folder.glob("*.safetensors")):
            path.chmod(0o644)
            files[path.name] = path.stat().st_size
        write_json(folder / "card.json", {**card, **self.record(), "weights": files})
        self.say(f"wrote {folder}: {sum(files.values()) / 1e6:.1f} MB of weights")

    def record(self) -> dict[str, Any]:
        """The training's entries in card.json."""
        state, cuda = self.state, self.rank.device.type == "cuda"
        return {
            "parameters": count_parameters(self.model),
            "training": {
                "steps": state.step,
                "samples": state.rows,
                "tokens": state.tokens,
                "seconds": round(state.seconds, 1),
                "device": torch.cuda.get_device_name() if cuda else platform.machine(),
                "devices": self.rank.count,
                "torch": torch.__version__,
                "transformers": transformers.__version__,
                "losses": state.curve[-1] if state.curve else {},
            },
            "accuracy": self.measured,
            "curve": state.curve[:: max(1, len(state.curve) // 40)],
        }

    def _losses(self, batch: Batch) -> list[Losses]:
        device = self.rank.device
        autocast = torch.autocast("cuda", torch.bfloat16) if device.type == "cuda" else nullcontext()
        with autocast:
            lists = to_tensors(batch.lists, device)
            values, real = list_values(self.model, lists)
            return [part_losses(self.model, lists, values, real, to_tensors(part, device), self.images) for part in batch.parts]

    def _reduce(self) -> None:
        """Average the gradients over all processes in one all-reduce. Missing gradients (no images) count as zero."""
        if self.rank.count == 1:
            return
        for weight in self.weights:
            if weight.grad is None:
                weight.grad = torch.zeros_like(weight)
        gradients = [weight.grad for weight in self.weights if weight.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(flat)
        pieces = (flat / self.rank.count).split([gradient.numel() for gradient in gradients])
        torch._foreach_copy_(gradients, [piece.view_as(gradient) for piece, gradient in zip(pieces, gradients, strict=True)])

    def _agree(self, stop: bool) -> bool:
        """The first process's clock decides for all. The broadcast is over gloo and waits for no GPU."""
        if self.rank.count == 1:
            return stop
        told = torch.tensor([float(stop), self.state.seconds], dtype=torch.float64)
        distributed.broadcast(told, 0)
        self.state.seconds = float(told[1])
        return bool(told[0])

    def _report(self, window: _Window) -> None:
        entry = window.summary()
        entry |= {"step": self.state.step, "seconds": round(self.state.seconds, 1), "progress": round(self.progress(), 4)}
        self.state.curve.append(entry)
        self.say("  ".join(f"{key} {value:g}" for key, value in entry.items()))

    @contextmanager
    def _mean_weights(self) -> Iterator[None]:
        """Within the `with` block, the model has the averaged weights; they stay if the block converts the model's type."""
        own = [weight.detach().clone() for weight in self.weights]
        for weight, mean in zip(self.weights, self.mean, strict=True):
            weight.data.copy_(mean)
        try:
            yield
        finally:
            for weight, value in zip(self.weights, own, strict=True):
                if weight.dtype == value.dtype:
                    weight.data.copy_(value)


@dataclass
class _Window:
    """Steps since the last report."""

    kept: list[dict[str, Tensor]] = field(default_factory=list)
    rows: int = 0
    tokens: int = 0
    waited: float = 0.0
    begin: float = field(default_factory=time.monotonic)

    def add(self, kept: dict[str, Tensor], batch: Batch) -> None:
        self.kept.append(kept)
        self.rows += batch.rows
        self.tokens += batch.tokens

    def summary(self) -> dict[str, float]:
        """Mean losses, accuracy on training samples, milliseconds per step and of waiting, rows and tokens per second."""
        names = ("code", "vocabulary", "reading", "shot", "norm")
        means = {name: round(float(torch.stack([item[name] for item in self.kept]).mean()), 4) for name in names}
        right, asked = (torch.stack([item[name] for item in self.kept]).sum(0).cpu().numpy() for name in ("right", "asked"))
        seconds, steps = time.monotonic() - self.begin, len(self.kept)
        for key in dict.fromkeys(name.rpartition("_")[0] for name in METRICS):  # the three calls together
            chosen = np.array([name.startswith(key) for name in METRICS])
            means[key] = round(float(right[chosen].sum() / max(1.0, asked[chosen].sum())), 3)
        return means | {
            "step_ms": round(1000 * seconds / steps, 1),
            "wait_ms": round(1000 * self.waited / steps, 1),
            "rows_s": round(self.rows / seconds),
            "tokens_s": round(self.tokens / seconds),
        }
