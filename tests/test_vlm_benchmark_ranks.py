"""The VLM's benchmark in two processes does together what it does in one, and vLLM is started as if there were one."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from vllm_fake import LLM, fake_modules
from vlm_examples import LORA, examples_of, task_examples
from vlm_tiny import LABELS, SETTINGS, tiny_model

import vlm.lora.training
import vlm.measuring.steps
from data.case import Case
from data.profile import Profile
from data.run import Manifest
from data.schema import Task
from vlm.benchmark import HERE, SERVED, Bench, common_folder, measure_here, measure_served, save_model
from vlm.engines.transformers_scorer import TransformersScorer
from vlm.engines.vllm import image_digest
from vlm.lora.adapter import WEIGHTS_FILE, save_adapter
from vlm.lora.examples import TaskExamples
from vlm.lora.training import count_steps, make_batches
from vlm.measuring.steps import EVERY_CALL, Work, one_epoch, own_plans, plan_calls
from vlm.measuring.timing import repeat
from vlm.model import LoadedModel
from vlm.prompt import IMAGE_PAD, SamplePart, SharedPart
from vlm.ranks import ALONE, Rank, apart, together

PROFILE = Profile("tiny", vlm=SETTINGS, lora=dataclasses.replace(LORA, learning_rate=1e-3))
PAUSE = 0.3  # seconds that the second process is slower
TEXT = "<用户与客服的对话 START>\n用户: <image>\n用户: 多少钱\n<用户与客服的对话 END>"
STEPS = (*HERE, *SERVED)
ALL = 10  # samples, five of each task, which two processes cannot share evenly


def examples(loaded: LoadedModel, task: Task) -> TaskExamples:
    """Five cases of a task, which also have the official prompt."""
    made = task_examples(loaded, task, 5)
    cases = [dataclasses.replace(case, sample=dataclasses.replace(case.sample, row={"instruction": TEXT})) for case in made.cases]
    return dataclasses.replace(made, cases=cases)


def name_of(shared: SharedPart, sample: SamplePart) -> str:
    """The shared part tells the task, the image the sample."""
    return f"{sum(shared.ids)} {image_digest(sample.images[0])}"


class Journal:
    """What a process did in each step, one entry for each prompt, answer or training example."""

    def __init__(self) -> None:
        self.step = ""
        self.done: dict[str, list[str]] = {step: [] for step in STEPS}

    def write(self, entries: Sequence[str]) -> None:
        self.done[self.step] += entries

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Write down what Transformers' steps do."""
        score, answers, gradients = (
            TransformersScorer.score,
            vlm.measuring.steps.official_answers,
            vlm.lora.training.step_gradients,
        )

        def scored(scorer: TransformersScorer, prompts: Any) -> Any:
            self.write([f"{name_of(prompt.shared, prompt.sample)} {sum(prompt.late)}" for prompt in prompts])
            return score(scorer, prompts)

        def answered(loaded: LoadedModel, cases: Sequence[Case], *others: Any) -> Any:
            self.write([f"{case.sample.task} {case.sample.id}" for case in cases])
            return answers(loaded, cases, *others)

        def trained(model: Any, loaded: LoadedModel, batch: Any, parts: Any, *others: Any) -> Any:
            self.write([name_of(item.shared, item.sample) for part in parts for item in part])
            return gradients(model, loaded, batch, parts, *others)

        patch.setattr(TransformersScorer, "score", scored)
        patch.setattr(vlm.measuring.steps, "official_answers", answered)
        patch.setattr(vlm.lora.training, "step_gradients", trained)


def run_steps(folder: Path, rank: Rank, patch: pytest.MonkeyPatch) -> None:
    """All steps, one after the other; leaves the adapter and what was done in `folder`."""
    loaded, journal = tiny_model(), Journal()
    data = [examples(loaded, task) for task in Task]
    plans = {"full": plan_calls(data, EVERY_CALL), "adaptive": plan_calls(data, [0.4, 0.2, 0.2, 0.2])}
    manifest = Manifest(PROFILE, LABELS, "/d.json", "/images", "0" * 64)
    bench = Bench(manifest, PROFILE, data, [case for task in data for case in task.cases], plans, 1, rank)
    journal.watch(patch)
    patch.setattr("vlm.measuring.timing.product_speed", lambda device, dtype: 1e12)
    remove = vlm.measuring.steps.remove_adapters
    patch.setattr(vlm.measuring.steps, "remove_adapters", lambda model: (save_adapter(model, folder / "adapter"), remove(model)))
    lines: list[str] = []
    for journal.step in HERE:
        lines += list(measure_here(bench, loaded, [journal.step]))
    for name, module in fake_modules(loaded.tokenizer.convert_tokens_to_ids(IMAGE_PAD)).items():
        patch.setitem(sys.modules, name, module)
    patch.setattr("torch.cuda.is_available", lambda: True)
    patch.setattr("torch.cuda.mem_get_info", lambda: ((4 - rank.index) * 2**30, 10 * 2**30))
    builders = {task.builder.task: task.builder for task in data}
    with common_folder(rank) as common:
        if not rank.index:
            save_model(loaded, common)
        rank.wait()
        profile = dataclasses.replace(PROFILE, vlm=dataclasses.replace(SETTINGS, model=str(common)))
        for journal.step in SERVED:
            lines += list(measure_served(bench, profile, loaded.processor, builders, [journal.step]))
            for request in (request for requests in LLM.made[-1].requests for request in requests):
                (image,) = request["multi_modal_data"]["image"]
                journal.write([f"{image_digest(np.asarray(image))} {sum(request['prompt_token_ids'])}"])
    slow = repeat(lambda: time.sleep(PAUSE * rank.index), 2, Work(1, 1), None, rank)
    result = {
        "done": journal.done,
        "lines": lines,
        "samples": {step: bench.work[step].samples for step in bench.rates},
        "environment": LLM.made[-1].environment,
        "after": dict(os.environ),
        "slow": slow.seconds,
        "gathered": rank.gather(rank.index + 0.5),
    }
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one process's steps."""
    folder, threads = tmp_path_factory.mktemp("one"), torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        run_steps(folder, ALONE, patch)
    torch.set_num_threads(threads)
    return folder


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders of two processes' steps."""
    folder, root = tmp_path_factory.mktemp("two"), Path(__file__).parent.parent
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", __file__, str(folder)]
    without_gpus = {**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    subprocess.run(command, check=True, timeout=300, cwd=root, env=without_gpus)
    return [folder / "0", folder / "1"]


def result_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_two_processes_do_what_one_does(one: Path, two: list[Path], step: str) -> None:
    """Each prompt, answer and example once in a repeat, by one process or the other, half by each."""
    whole, parts = Counter(result_of(one)["done"][step]), [Counter(result_of(folder)["done"][step]) for folder in two]
    assert whole.total() == 2 * (12 if step.endswith("adaptive") else 3 * ALL if step.endswith("full") else ALL)
    assert parts[0] + parts[1] == whole
    # A training step on one example, one of each task in an epoch, is nothing to share.
    assert parts[0].total() - parts[1].total() == (2 * 2 if step == "train" else 0)
    assert [result_of(folder)["samples"][step] for folder in (one, *two)] == [ALL] * 3


@pytest.mark.slow
def test_two_processes_train_the_adapter_of_one(one: Path, two: list[Path]) -> None:
    whole, *shared = (load_file(folder / "adapter" / WEIGHTS_FILE) for folder in (one, *two))
    for state in shared:
        assert state.keys() == whole.keys()
        for key, value in whole.items():
            torch.testing.assert_close(state[key], value, atol=1e-4, rtol=1e-3)


@pytest.mark.slow
def test_the_slowest_counts_and_the_fullest_gpu(one: Path, two: list[Path]) -> None:
    for folder in two:
        result = result_of(folder)
        assert min(result["slow"]) > PAUSE / 2  # not exactly the pause: processes leave a wait some milliseconds apart
        assert result["gathered"] == [0.5, 1.5]
        assert "vllm      holds 7.0 of 10.0 GB" in result["lines"][-1]
        assert result["lines"][:2] == [
            "processes 2",
            "peak      2.00 Tflop/s in a matrix product in float32, of 2 processes together",
        ]
        assert "batch     4 examples a training step, of 2 processes together" in result["lines"]
    assert max(result_of(one)["slow"]) < PAUSE / 2
    assert "vllm      holds 6.0 of 10.0 GB" in result_of(one)["lines"][-1]


@pytest.mark.slow
def test_vllm_sees_nothing_of_the_launcher(two: list[Path]) -> None:
    for index, folder in enumerate(two):
        seen, after = (result_of(folder)[name] for name in ("environment", "after"))
        hidden = {name for name in after if name not in seen}
        assert after["RANK"] == after["LOCAL_RANK"] == str(index)
        assert hidden >= {"RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"}
        assert not [name for name in seen if "RANK" in name or "WORLD" in name or "MASTER" in name or "ELASTIC" in name]
        assert "PATH" in seen


@pytest.mark.parametrize(("visible", "own"), [(None, "1"), ("", "1"), ("4,6", "6"), ("GPU-a, GPU-b", "GPU-b")])
def test_a_process_apart_sees_its_own_gpu(visible: str | None, own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    before = dict(os.environ)
    with apart(Rank(1, 2, torch.device("cuda:1"))):
        assert os.environ["CUDA_VISIBLE_DEVICES"] == own
    assert dict(os.environ) == before
    with apart(Rank(1, 2)):
        assert os.environ.get("CUDA_VISIBLE_DEVICES") == visible


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_shares_are_all_cases_once(count: int) -> None:
    loaded = tiny_model()
    plans = plan_calls([examples(loaded, task) for task in Task], [0.4, 0.2, 0.2, 0.2])
    shares = [own_plans(plans, Rank(index, count)) for index in range(count)]
    for place, (task, calls) in enumerate(plans):
        found = [
            (case.sample.id, made, neighbours)
            for share in shares
            for case, made, neighbours in zip(
                share[place][0].cases, share[place][1], share[place][0].retrieved.neighbours, strict=True
            )
        ]
        whole = zip((case.sample.id for case in task.cases), calls, task.retrieved.neighbours, strict=True)
        assert sorted(found, key=str) == sorted(whole, key=str)
    sizes = [sum(len(calls) for _, calls in share) for share in shares]
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(("size", "batches"), [(1, 10), (4, 4), (5, 2), (64, 2)])
def test_an_epoch_has_a_step_for_each_batch(size: int, batches: int) -> None:
    loaded = tiny_model()
    chosen = [item for task in Task for item in examples_of(examples(loaded, task))]
    settings = one_epoch(chosen, dataclasses.replace(LORA, batch_size=size))
    assert count_steps(len(chosen), settings) == batches == len(make_batches(chosen, size, random.Random(0)))


if __name__ == "__main__":
    torch.set_num_threads(1)
    with together(5) as joined, pytest.MonkeyPatch.context() as own_patch:
        path = Path(sys.argv[1]) / str(joined.index)
        path.mkdir()
        run_steps(path, joined, own_patch)
