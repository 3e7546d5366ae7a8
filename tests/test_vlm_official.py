"""The official baseline with a tiny random Qwen2-VL: prompts, training of all weights and by LoRA, written answers."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch
from vlm_examples import OFFICIAL_TEXT, official_cases
from vlm_tiny import LABELS, SETTINGS, make_case, tiny_model

import vlm.official.training
import vlm.train_lora
from data.errors import BudgetError
from data.labels import load_labels
from data.llamafactory import NEW_TOKENS
from data.profile import LoraSettings
from data.schema import Task
from vlm.budget import Budget, BudgetLimits
from vlm.model import LoadedModel, load_model
from vlm.official.asking import (
    IGNORED,
    LONGEST_TEXT,
    closest_label,
    official_answers,
    official_batch,
    official_messages,
    official_predictions,
)
from vlm.official.training import ADAPTER, MODEL, load_official, train_official

LORA = LoraSettings(rank=4, alpha=8, dropout=0.0, learning_rate=2e-2, epochs=15.0, batch_size=4, warmup=0.0)


@pytest.fixture
def loaded() -> LoadedModel:
    return tiny_model(3)


def test_marks_without_a_usable_image_are_no_images() -> None:
    case = official_cases(1)[0]
    kinds = [part["type"] for part in official_messages(case, LABELS)[0]["content"]]
    assert kinds == ["text", "image", "text"]
    gone = dataclasses.replace(case, pages=())
    content = official_messages(gone, LABELS)[0]["content"]
    assert [part["type"] for part in content] == ["text"]
    assert "[图]" in content[0]["text"]


def test_images_keep_their_marks_where_another_is_broken() -> None:
    text = "用户: <image>这是旧的\n用户: <image>这是新的"
    case = make_case(0, Task.DIALOGUE, 3)
    case = dataclasses.replace(case, sample=dataclasses.replace(case.sample, row={"instruction": text}))
    shown = [
        official_messages(dataclasses.replace(case, pages=tuple(case.pages[place] for place in places)), LABELS)[0]["content"]
        for places in ((1,), (0, 2), (2,))
    ]
    words = ["".join(part.get("text", "<image>") for part in content) for content in shown]
    assert words == [
        "用户: [图]这是旧的\n用户: <image>这是新的",
        "用户: <image>这是旧的\n用户: [图]这是新的\n<image>",
        "用户: [图]这是旧的\n用户: [图]这是新的\n<image>",
    ]


def test_endless_dialogues_are_cut_in_the_middle() -> None:
    case = official_cases(1)[0]
    text = OFFICIAL_TEXT.replace("客服: 您好", "客服: 您好" * 20_000)
    content = official_messages(
        dataclasses.replace(case, sample=dataclasses.replace(case.sample, row={"instruction": text})), LABELS
    )[0]["content"]
    assert [part["type"] for part in content] == ["text", "image", "text"]
    assert sum(len(part.get("text", "")) for part in content) < LONGEST_TEXT + 10
    assert content[2]["text"].startswith("\n客服: 您好")
    assert content[2]["text"].endswith("用户: 多少钱\n<用户与客服的对话 END>")


def test_only_the_answer_is_learned(loaded: LoadedModel) -> None:
    rows = [official_cases(2)[0], dataclasses.replace(official_cases(2)[1], pages=())]
    batch = official_batch(loaded, rows, LABELS, ["材质", "价格"])
    for row, answer in enumerate(("材质", "价格")):
        learned = batch["labels"][row]
        assert loaded.tokenizer.decode(learned[learned != IGNORED]) == f"{answer}<|im_end|>"
        assert torch.equal(learned[learned != IGNORED], batch["input_ids"][row][learned != IGNORED])
    asked = official_batch(loaded, rows, LABELS)
    assert asked["attention_mask"][:, -1].tolist() == [1, 1]
    assert len(asked["image_grid_thw"]) == 1
    assert loaded.tokenizer.decode(asked["input_ids"][0]).endswith("<|im_start|>assistant\n")


@pytest.mark.parametrize("method", ["full", "lora"])
def test_training_teaches_the_answer(
    loaded: LoadedModel, method: vlm.official.training.Method, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vlm.official.training, "FULL_LEARNING_RATE", 2e-2)
    before = {name: value.clone() for name, value in loaded.model.state_dict().items()}
    curve = train_official(loaded, official_cases(8), LABELS, LORA, method, tmp_path, 0)
    assert len(curve) == 30
    assert curve[-1]["loss"] < (0.2 if method == "full" else 0.7) * curve[0]["loss"]
    assert (tmp_path / (MODEL if method == "full" else ADAPTER)).is_dir()
    after = {name.replace("base_model.model.", "").replace("base_layer.", ""): v for name, v in loaded.model.state_dict().items()}
    changed = {name for name, value in before.items() if not torch.equal(value, after[name])}
    assert not any("visual" in name for name in changed)
    assert bool(changed) is (method == "full")
    monkeypatch.setattr(vlm.official.training, "load_model", lambda settings: reloaded(settings, loaded))
    again = load_official(_Run(tmp_path, method), SETTINGS)  # type: ignore[arg-type]
    asked = official_batch(again, official_cases(2), LABELS)
    with torch.inference_mode():
        trained, read = (model.eval()(**asked).logits for model in (loaded.model, again.model))
    assert torch.allclose(trained, read, atol=1e-4)
    if method == "full":  # So few weights of an adapter cannot teach a random model to write.
        found = official_predictions(again, official_cases(10)[8:], LABELS, Budget())
        assert [item.predict for item in found] == ["材质", "材质"]
        assert all(item.evidence["written"] == "材质" and item.probability > 0.5 for item in found)
        tokens = len(again.tokenizer.encode("材质<|im_end|>", add_special_tokens=False))
        assert all(item.budget == {"vlm_calls": 1, "output_tokens": tokens} for item in found)


class _Run:
    """The two methods of a run folder that loading uses."""

    def __init__(self, folder: Path, method: str) -> None:
        self.folder, self.method = folder, method

    def require(self, step: str) -> dict[str, str]:
        return {"method": self.method}

    def step(self, step: str) -> Path:
        return self.folder


def reloaded(settings: object, loaded: LoadedModel) -> LoadedModel:
    """What `load_model` does: from the folder where one was saved, else the untrained model."""
    if settings == SETTINGS:
        return tiny_model(3)
    return load_model(settings)  # type: ignore[arg-type]


def test_batches_do_not_change_answers(loaded: LoadedModel) -> None:
    rows = [*official_cases(2), dataclasses.replace(official_cases(3)[2], pages=())]
    alone = [answer for row in rows for answer in official_answers(loaded, [row], LABELS, 1)]
    together = list(official_answers(loaded, rows, LABELS, 3))
    assert [text for text, _, _ in alone] == [text for text, _, _ in together]
    assert [chance for _, chance, _ in alone] == pytest.approx([chance for _, chance, _ in together], rel=1e-3)


def test_calls_are_accounted_before_they_are_made(loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaded.model, "generate", None)  # a call would fail
    with pytest.raises(BudgetError, match="sample s0: 32 output tokens, the rules allow 31"):
        official_predictions(loaded, official_cases(2), LABELS, Budget(BudgetLimits(output_tokens=NEW_TOKENS - 1)))


def test_closest_label() -> None:
    names = load_labels().names(Task.DIALOGUE)
    assert closest_label(names[3], names) == names[3]
    assert closest_label(f"意图是：{names[5]}。", names) == names[5]
    assert closest_label("", names) in names


def test_options_that_do_not_go_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ["--run", str(tmp_path / "none")]
    assert vlm.train_lora.main([*run, "--method", "full"]) == 2
    assert "--method full needs --prompt official" in capsys.readouterr().err
    assert vlm.train_lora.main([*run, "--prompt", "official", "--folds", "2"]) == 2
    assert "cannot be given together" in capsys.readouterr().err
    assert vlm.train_lora.main([*run, "--prompt", "official"]) == 2
    assert "build_index" in capsys.readouterr().err
