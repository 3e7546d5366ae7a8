"""Training the official baseline with Transformers' Trainer: all weights of the language model, or LoRA.

The vision tower and its merger are frozen, as LLaMA-Factory's default is. On several GPUs, start the same command with `torchrun`
or `accelerate launch`; each process holds all weights and takes its share of a batch. A batch size that is no multiple of the
number of processes is rounded down to one, but to at least one example per process.
"""

from __future__ import annotations

import dataclasses
import json
import math
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import ProgressCallback, Trainer, TrainingArguments
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_utils import get_last_checkpoint

from data.atomic import atomic_path, read_json, write_json
from data.case import Case
from data.errors import RunError
from data.labels import LabelSet
from data.llamafactory import FULL_LEARNING_RATE, Method
from data.profile import LoraSettings, Profile, VlmSettings, official_profile
from data.reading import ReadingOptions
from data.run import Manifest, RunFolder
from data.training import run_training
from vlm.engines.forward import inner_model
from vlm.lora.adapter import ADAPTER_FILES, add_adapter, save_adapter, with_adapter
from vlm.lora.cross_fit import PATIENCE
from vlm.model import LoadedModel, load_model, no_weight_bars
from vlm.official.asking import official_batch
from vlm.ranks import ALONE, Rank, together

STEP = "official"
MODEL, ADAPTER, CHECKPOINTS = "model", "adapter", "checkpoints"
CURVE_FILE, STARTED_FILE = "curve.json", "started.json"
TRAINED_FILE = "trained.safetensors"  # of a checkpoint
CPU_ROWS = 4  # examples that a CPU runs at once, at most


def train_official_run(run: RunFolder, method: Method, reading: ReadingOptions) -> list[str]:
    """Train the baseline on a run's labelled data; returns what the command prints, in the first process.

    It needs the manifest, but no index. An interrupted training resumes from the last epoch's checkpoint. Raises RunError where
    the run's baseline was trained by another method.
    """
    with together(PATIENCE, run.path) as rank:
        return _train_run(run, method, reading, rank)


def _train_run(run: RunFolder, method: Method, reading: ReadingOptions, rank: Rank) -> list[str]:
    manifest = run.read_manifest()
    folder = run.step(STEP)
    if run.is_complete(STEP):
        found = run.require(STEP).get("method")
        if found != method:
            raise RunError(f"{folder} was trained with --method {found}, now {method}; delete it to train anew")
        return [] if rank.index else [f"{folder} is finished already"]
    profile = official_profile(manifest.profile)
    _ = profile.vlm.source  # before minutes of reading: a profile without a VLM has no baseline
    if not rank.index:
        manifest, data = run_training(run, reading, profile=profile)
    rank.wait()
    if rank.index:  # The first process has put the recognised text into the cache.
        manifest, data = run_training(run, reading, progress=None, profile=profile)
    cases = [case for case in data.cases if case.sample.label in manifest.labels.names(case.sample.task)]
    if not rank.index:
        _check_unfinished(run, manifest, profile, method, len(cases), own_share(profile.lora, rank) * rank.count)
    rank.wait()
    loaded = load_model(profile.vlm, device=str(rank.device))
    curve = train_official(loaded, cases, manifest.labels, profile.lora, method, folder, profile.seed, rank)
    if rank.index:
        return []
    files = [f"{ADAPTER}/{name}" for name in ADAPTER_FILES]
    if method == "full":
        files = sorted(f"{MODEL}/{path.name}" for path in (folder / MODEL).iterdir())
    run.complete(STEP, [*files, CURVE_FILE], method=method)
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    return [f"{method} on {len(cases)} examples: loss {curve[0]['loss']:.3f} to {curve[-1]['loss']:.3f}", f"in {folder}"]


def _check_unfinished(run: RunFolder, manifest: Manifest, profile: Profile, method: Method, examples: int, batch: int) -> None:
    """Delete an interrupted training of another method, other settings or other examples, and say so."""
    folder = run.step(STEP)
    settings = {"vlm": dataclasses.asdict(profile.vlm), "lora": dataclasses.asdict(profile.lora), "seed": profile.seed}
    data = {"data": manifest.data_digest, "labels": manifest.labels.digest(), "examples": examples, "batch": batch}
    state = {"method": method, **settings, **data}
    path = folder / STARTED_FILE
    found = read_json(path, f"delete {folder}") if path.is_file() else {}
    if found == state:
        return
    if folder.exists():
        other = ", ".join(sorted(key for key in state if state[key] != found.get(key)))
        print(f"starting anew: the unfinished training in {folder} has other values of {other}", file=sys.stderr)
    run.reset(STEP)
    write_json(path, state)


def own_share(settings: LoraSettings, rank: Rank) -> int:
    """Examples of an optimiser step for each process."""
    return max(1, settings.batch_size // rank.count)


def train_official(
    loaded: LoadedModel,
    cases: Sequence[Case],
    labels: LabelSet,
    settings: LoraSettings,
    method: Method,
    folder: Path,
    seed: int,
    rank: Rank = ALONE,
) -> list[dict[str, Any]]:
    """Train on labelled cases and save into `folder`; returns the loss and learning rate per logged step.

    Resumes from the last complete checkpoint in `folder`, and ends with the same weights. Raises RunError where the checkpoint
    does not fit the model.
    """
    if method == "lora":
        model: Any = add_adapter(loaded.model, settings, seed)
    else:
        model = loaded.model.requires_grad_(True).float()  # Mixed precision: bfloat16 weights would round updates away.
        inner_model(model).model.visual.requires_grad_(False)
    on_gpu = loaded.device.type == "cuda"
    if on_gpu:  # Not by TrainingArguments: their argument has different names in different versions.
        inner_model(model).gradient_checkpointing_enable({"use_reentrant": False})
        inner_model(model).enable_input_require_grads()
    share = own_share(settings, rank)
    at_once = 1 if on_gpu else max(size for size in range(1, CPU_ROWS + 1) if share % size == 0)
    steps = math.ceil(len(cases) / (share * rank.count)) * settings.epochs
    arguments = TrainingArguments(
        output_dir=str(folder / CHECKPOINTS),
        per_device_train_batch_size=at_once,
        gradient_accumulation_steps=share // at_once,
        learning_rate=FULL_LEARNING_RATE if method == "full" else settings.learning_rate,
        num_train_epochs=settings.epochs,
        lr_scheduler_type="cosine",
        warmup_steps=int(settings.warmup * steps),  # Rounded down, because the first warm-up step has a rate of zero.
        bf16=on_gpu,
        use_cpu=not on_gpu,
        logging_steps=1,
        save_strategy="epoch",
        save_total_limit=1,
        report_to=[],
        remove_unused_columns=False,
        dataloader_pin_memory=on_gpu,
        ddp_find_unused_parameters=False,
        disable_tqdm=False,
        seed=seed,
    )
    if arguments.n_gpu > 1:  # or Trainer uses DataParallel, which would split the patches within an image
        arguments._n_gpu = 1

    def collate(rows: Sequence[Case]) -> Any:
        return official_batch(loaded, rows, labels, [str(case.sample.label) for case in rows])

    trainer = _Trainer(model=model, args=arguments, train_dataset=list(cases), data_collator=collate)  # type: ignore[arg-type]
    trainer.remove_callback(ProgressCallback)
    trainer.add_callback(_Bar)
    checkpoints = folder / CHECKPOINTS
    if not rank.index:
        for path in checkpoints.glob("checkpoint-*"):
            if not _is_whole(path):
                shutil.rmtree(path)
    rank.wait()
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(checkpoints)) if checkpoints.is_dir() else None)
    curve = [
        {key: entry[key] for key in ("step", "loss", "learning_rate")} for entry in trainer.state.log_history if "loss" in entry
    ]
    if not rank.index:
        if method == "lora":
            save_adapter(model, folder / ADAPTER)
        else:
            with no_weight_bars():
                model.save_pretrained(folder / MODEL)
            loaded.processor.save_pretrained(folder / MODEL)
        write_json(folder / CURVE_FILE, curve)
    rank.wait()
    return curve


def _is_whole(checkpoint: Path) -> bool:
    """Whether a checkpoint is complete: the trainer's state is its last file."""
    try:
        json.loads((checkpoint / TRAINER_STATE_NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return True


class _Trainer(Trainer):
    """Checkpoints hold the trained weights by the model's parameter names.

    Transformers saves Qwen2-VL under other names, and its Trainer silently skips names that do not match on resume.
    """

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        if self.args.should_save and output_dir is not None:
            with atomic_path(Path(output_dir) / TRAINED_FILE) as temporary:
                save_file({name: weight.detach().contiguous() for name, weight in self._trained()}, str(temporary))

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        found = load_file(Path(resume_from_checkpoint) / TRAINED_FILE)
        expected = dict(self._trained())
        wrong = sorted(
            name
            for name in found.keys() | expected.keys()
            if name not in found or name not in expected or found[name].shape != expected[name].shape
        )
        if wrong:
            raise RunError(
                f"{resume_from_checkpoint} does not fit the model: {len(wrong)} weights are missing, unknown or of another "
                f"shape, for example {wrong[0]}; delete it to train anew"
            )
        for name, weight in expected.items():
            weight.data.copy_(found[name])

    def _trained(self) -> Iterator[tuple[str, Tensor]]:
        model: Any = self.model
        return ((name, weight) for name, weight in model.named_parameters() if weight.requires_grad)


class _Bar(ProgressCallback):
    """Transformers' progress bar, with the loss in the bar instead of a line per step."""

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        if state.is_world_process_zero and self.training_bar is not None and logs and "loss" in logs:
            self.training_bar.set_postfix(loss=f"{float(logs['loss']):.3f}")


def load_official(run: RunFolder, settings: VlmSettings) -> LoadedModel:
    """The trained baseline. Raises RunError where it has not been trained."""
    method = run.require(STEP)["method"]
    folder = run.step(STEP)
    if method == "full":
        settings = dataclasses.replace(settings, model=str((folder / MODEL).resolve()))
        return load_model(settings)
    return with_adapter(load_model(settings), folder / ADAPTER)
