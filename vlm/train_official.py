"""Training the official baseline with Transformers' Trainer: all weights of the language model, or LoRA.

As LLaMA-Factory does by default, the vision tower and its merger stay as they are. Several GPUs: `torchrun` or `accelerate
launch` of the same command.
"""

from __future__ import annotations

import dataclasses
import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from transformers import ProgressCallback, Trainer, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from data.atomic import write_json
from data.case import Case
from data.errors import RunError
from data.labels import LabelSet
from data.llamafactory import FULL_LEARNING_RATE
from data.profile import LoraSettings, VlmSettings, official_profile
from data.run import RunFolder
from data.training import run_training
from vlm.adapter import ADAPTER_FILES, add_adapter, save_adapter, with_adapter
from vlm.forward import inner_model
from vlm.model import LoadedModel, load_model
from vlm.official import official_batch

Method = Literal["lora", "full"]
STEP = "official"
MODEL, ADAPTER, CHECKPOINTS = "model", "adapter", "checkpoints"
CURVE_FILE = "curve.json"


def train_official_run(run: RunFolder, method: Method, cache: Path | None, workers: int | None = None) -> list[str]:
    """Train the baseline on a run's labelled data; returns what the command prints. No index is needed, only the manifest.

    Interrupted, it continues from the last epoch's checkpoint. Raises RunError where it was trained by another method.
    """
    manifest = run.read_manifest()
    folder = run.step(STEP)
    if run.is_complete(STEP):
        found = run.require(STEP).get("method")
        if found != method:
            raise RunError(f"{folder} was trained with --method {found}, now {method}; delete it to train anew")
        return [f"{folder} is finished already"]
    profile = official_profile(manifest.profile)
    manifest, data = run_training(run, cache, workers, profile=profile)
    loaded = load_model(profile.vlm)
    cases = [case for case in data.cases if case.sample.label in manifest.labels.names(case.sample.task)]
    curve = train_official(loaded, cases, manifest.labels, profile.lora, method, folder, profile.seed)
    files = [f"{ADAPTER}/{name}" for name in ADAPTER_FILES]
    if method == "full":
        files = sorted(f"{MODEL}/{path.name}" for path in (folder / MODEL).iterdir())
    run.complete(STEP, [*files, CURVE_FILE], method=method)
    return [f"{method} on {len(cases)} examples: loss {curve[0]['loss']:.3f} to {curve[-1]['loss']:.3f}", f"in {folder}"]


def train_official(
    loaded: LoadedModel,
    cases: Sequence[Case],
    labels: LabelSet,
    settings: LoraSettings,
    method: Method,
    folder: Path,
    seed: int,
) -> list[dict[str, Any]]:
    """Train on labelled cases and save into `folder`; returns the loss and learning rate per logged step."""
    if method == "lora":
        model: Any = add_adapter(loaded.model, settings, seed)
    else:
        model = loaded.model.requires_grad_(True).float()  # Updates would be lost in bf16's rounding; autocast computes in bf16.
        inner_model(model).model.visual.requires_grad_(False)
    steps = math.ceil(len(cases) / settings.batch_size) * settings.epochs
    on_gpu = loaded.device.type == "cuda"
    if on_gpu:  # Here, because the argument's name differs between versions.
        inner_model(model).gradient_checkpointing_enable({"use_reentrant": False})
        inner_model(model).enable_input_require_grads()
    arguments = TrainingArguments(
        output_dir=str(folder / CHECKPOINTS),
        per_device_train_batch_size=1 if on_gpu else min(4, settings.batch_size),
        gradient_accumulation_steps=settings.batch_size if on_gpu else max(1, settings.batch_size // 4),
        learning_rate=FULL_LEARNING_RATE if method == "full" else settings.learning_rate,
        num_train_epochs=settings.epochs,
        lr_scheduler_type="cosine",
        warmup_steps=int(settings.warmup * steps),  # Rounded down: the first of them has a rate of zero.
        bf16=on_gpu,
        use_cpu=not on_gpu,
        logging_steps=1,
        save_strategy="epoch",
        save_total_limit=1,
        report_to=[],
        remove_unused_columns=False,
        dataloader_pin_memory=on_gpu,
        disable_tqdm=False,
        seed=seed,
    )

    def collate(rows: Sequence[Case]) -> Any:
        return official_batch(loaded, rows, labels, [str(case.sample.label) for case in rows])

    trainer = Trainer(model=model, args=arguments, train_dataset=list(cases), data_collator=collate)  # type: ignore[arg-type]
    trainer.remove_callback(ProgressCallback)
    trainer.add_callback(_Bar)
    checkpoints = folder / CHECKPOINTS
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(checkpoints)) if checkpoints.is_dir() else None)
    curve = [
        {key: entry[key] for key in ("step", "loss", "learning_rate")} for entry in trainer.state.log_history if "loss" in entry
    ]
    if trainer.is_world_process_zero():
        if method == "lora":
            save_adapter(model, folder / ADAPTER)
        else:
            model.save_pretrained(folder / MODEL)
            loaded.processor.save_pretrained(folder / MODEL)
        write_json(folder / CURVE_FILE, curve)
        shutil.rmtree(checkpoints, ignore_errors=True)
    return curve


class _Bar(ProgressCallback):
    """Transformers' progress bar with the loss in it instead of a line for each step."""

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
