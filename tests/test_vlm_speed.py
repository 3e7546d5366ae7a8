"""What makes training quick against the plain way: parts, checkpointing, compiled layers, several processes, a kept state."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import pytest
import torch
from processes import run_two
from safetensors.torch import load_file
from torch import Tensor
from vlm_examples import LORA, PROFILE, bytes_of, examples_of, task_examples
from vlm_gradients import adapted, assert_same, gradients, prepared
from vlm_tiny import tiny_model

import vlm.engines.forward
import vlm.lora.training
from data.profile import LoraSettings
from data.schema import Task
from vlm.budget import Budget
from vlm.engines.forward import EAGER, Execution, compiled_execution, image_features
from vlm.engines.pieces import inner_model
from vlm.engines.transformers_scorer import Features, _batches, remember_features
from vlm.lora.activations import activation_bytes
from vlm.lora.adapter import remove_adapters, save_adapter
from vlm.lora.cross_fit import UNFINISHED_FILE, cross_fit
from vlm.lora.training import _Fit, batch_loss, cut_batch, train_adapter
from vlm.model import LoadedModel
from vlm.ranks import Rank

COMPILED = Execution(compiled=True)


def test_parts_that_share_one_pass_of_the_shared_part_give_the_batchs_gradients() -> None:
    loaded, examples, features = prepared()
    weights = [weight for weight in loaded.model.parameters() if weight.requires_grad]
    loss = batch_loss(loaded.model, loaded, examples, features)
    plain = (loss.detach(), list(torch.autograd.grad(loss, weights)))
    for parts in (1, 2, 5):
        assert_same(gradients(loaded, examples, features, parts=parts), plain)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_checkpointing_gives_the_same_gradients(dropout: float) -> None:
    """Layers are run twice, dropout included, and what they continue is not continued twice."""
    loaded, examples, features = prepared(dropout)
    calls: list[int] = []
    loaded.model.get_base_model().model.language_model.layers[0].mlp.register_forward_pre_hook(lambda *_: calls.append(1))
    kept = gradients(loaded, examples, features, parts=2)
    assert len(calls) == 3
    again = gradients(loaded, examples, features, Execution(checkpoint=True), parts=2)
    assert len(calls) == 3 + 6
    assert_same(again, kept, rtol=1e-6)


@pytest.mark.slow
@pytest.mark.usefixtures("quick_compiler")
def test_compiled_layers_give_the_same_gradients_and_are_compiled_once() -> None:
    loaded, examples, features = prepared()
    assert compiled_execution(loaded.model) == COMPILED
    plain = gradients(loaded, examples, features, parts=2)
    assert_same(gradients(loaded, examples, features, COMPILED, parts=2), plain)
    assert_same(gradients(loaded, examples, features, Execution(True, True), parts=2), plain)
    torch._dynamo.utils.counters.clear()
    with torch._dynamo.config.patch(error_on_recompile=True):  # other lengths and another adapter need no other graphs
        more = examples_of(task_examples(loaded, Task.SCENE, 5))
        other = adapted(LoadedModel(remove_adapters(loaded.model), loaded.processor, loaded.settings))
        with torch.no_grad():
            remember_features(other, [item.sample for item in more], features)
        gradients(other, more, features, COMPILED, parts=2)


def test_a_failing_compiler_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no compiler\nhere")

    monkeypatch.setattr(vlm.engines.forward, "_compiled_layer", lambda: fail)
    loaded = tiny_model()
    examples = examples_of(task_examples(loaded, Task.SCENE, 4))
    with pytest.warns(UserWarning, match="without it: no compiler$"):
        trained = train_adapter(loaded, examples, dataclasses.replace(LORA, compile="on", epochs=1.0), 0)
    plain = trained.curve
    remove_adapters(trained.model)
    assert train_adapter(loaded, examples, dataclasses.replace(LORA, epochs=1.0), 0).curve == plain


def test_a_bfloat16_model_trains_float32_weights_without_float32_products() -> None:
    loaded, examples, features = prepared()
    exact = gradients(loaded, examples, features)
    for weight in loaded.model.parameters():
        if not weight.requires_grad:
            weight.data = weight.data.bfloat16()
    features = WeakKeyDictionary({sample: value.bfloat16() for sample, value in features.items()})
    seen: set[tuple[torch.dtype, torch.dtype]] = set()
    layer = loaded.model.get_base_model().model.language_model.layers[1].mlp.down_proj.lora_A["default"]
    layer.register_forward_hook(lambda _, given, made: seen.add((given[0].dtype, made.dtype)))
    loss, found = gradients(loaded, examples, features)
    assert seen == {(torch.bfloat16, torch.bfloat16)}
    assert {gradient.dtype for gradient in found} == {torch.float32}
    assert loss.item() == pytest.approx(exact[0].item(), rel=0.05)
    angle = torch.cosine_similarity(
        torch.cat([gradient.flatten() for gradient in found]), torch.cat([gradient.flatten() for gradient in exact[1]]), dim=0
    )
    assert angle > 0.98


def test_batches_are_cut_by_tokens_into_equal_parts() -> None:
    _, examples, _ = prepared()
    lengths = [len(item.sample.ids) + sum(len(late) for late in item.lates) for item in examples]
    order = sorted(range(5), key=lambda place: lengths[place])
    batch = [examples[place] for place in order]
    longest = lengths[order[-1]]
    parts, tokens = cut_batch(batch, 2, 0)
    assert [len(part) for part in parts] == [1, 2, 2]
    assert tokens == 2 * longest
    parts, tokens = cut_batch(batch, 1, 5 * longest)
    assert [len(part) for part in parts] == [5]
    assert tokens == 5 * longest
    parts, tokens = cut_batch(batch, 1, 3 * longest)
    assert [len(part) for part in parts] == [2, 3]
    assert tokens <= 3 * longest
    assert [len(part) for part in cut_batch(batch, 1, 1)[0]] == [1] * 5
    assert sum(lengths) < 5 * longest
    parts, tokens = cut_batch(batch, 1, sum(lengths), packed=True)
    assert [len(part) for part in parts] == [5]
    assert tokens == sum(lengths)
    for count in (2, 3, 8):
        shares = [cut_batch(batch, 8, 0, Rank(index, count))[0] for index in range(count)]
        assert sorted(id(item) for parts in shares for part in parts for item in part) == sorted(id(item) for item in batch)
        assert max(map(len, shares)) == 1


@dataclasses.dataclass(frozen=True)
class Beside(Rank):
    """One of two processes, the other of which knows no quicker way than `level`."""

    count: int = 2
    level: float = 0

    def gather(self, value: float) -> list[float]:
        return [value, self.level]


@pytest.mark.parametrize(("level", "way"), [(2, Execution(True, False, True)), (1, COMPILED), (0, EAGER)])
def test_processes_cut_a_batch_by_the_way_that_works_in_all(level: int, way: Execution) -> None:
    fit = _Fit(None, tiny_model(), LORA, 0, WeakKeyDictionary(), Beside(level=level))
    assert fit._agreed(Execution(compiled=True, blocks=True)) == way
    assert fit._agreed(EAGER) == EAGER


def test_a_killed_training_goes_on_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = tiny_model()
    examples = examples_of(task_examples(loaded, Task.DIALOGUE, 10))
    settings = dataclasses.replace(LORA, dropout=0.2, epochs=3.0)

    def train(folder: Path, seed: int = 0, stop: int = 0) -> list[float]:
        shown: list[float] = []

        def show(loss: float) -> None:
            shown.append(loss)
            if len(shown) == stop:
                raise KeyboardInterrupt

        try:
            trained = train_adapter(loaded, examples, settings, seed, progress=show, unfinished=folder / UNFINISHED_FILE)
        except KeyboardInterrupt:
            remove_adapters_after_interrupt(loaded)
            return shown
        save_adapter(trained.model, folder)
        (folder / "curve.json").write_text(json.dumps(trained.curve), encoding="utf-8")
        remove_adapters(trained.model)
        return shown

    whole = train(tmp_path / "whole")
    assert len(whole) == 8
    monkeypatch.setattr(vlm.lora.training, "SAVE_SECONDS", 0.0)
    killed = tmp_path / "killed"
    assert len(train(killed, stop=5)) == 5
    assert len(load_file(killed / UNFINISHED_FILE)) > 0
    assert train(killed) == pytest.approx(whole, abs=1e-6)
    assert bytes_of(killed) == bytes_of(tmp_path / "whole")
    assert len(train(killed)) == 8  # finished already: nothing is trained
    train(killed, seed=1)  # another training does not go on from it
    assert bytes_of(killed) != bytes_of(tmp_path / "whole")


def remove_adapters_after_interrupt(loaded: LoadedModel) -> None:
    """A killed process leaves no adapter in the model; here the model lives on."""
    fresh = tiny_model()
    object.__setattr__(loaded, "model", fresh.model)


def test_an_interrupted_fold_is_continued_and_leaves_no_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vlm.lora.training, "SAVE_SECONDS", 0.0)
    data = [task_examples(tiny_model(), task, 8) for task in Task]
    cross_fit(tiny_model(), data, PROFILE, Budget(), tmp_path / "whole", quiet=True)
    real = vlm.lora.training._Fit._step
    steps: list[int] = []

    def step(self: object, weights: object, batch: object, number: int, how: object) -> Tensor:
        steps.append(number)
        if len(steps) == 4:
            raise KeyboardInterrupt
        return real(self, weights, batch, number, how)  # type: ignore[arg-type]

    monkeypatch.setattr(vlm.lora.training._Fit, "_step", step)
    with pytest.raises(KeyboardInterrupt):
        cross_fit(tiny_model(), data, PROFILE, Budget(), tmp_path / "killed", quiet=True)
    assert (tmp_path / "killed/folds/0" / UNFINISHED_FILE).is_file()
    cross_fit(tiny_model(), data, PROFILE, Budget(), tmp_path / "killed", quiet=True)
    assert steps[:6] == [0, 1, 2, 3, 3, 4]
    assert bytes_of(tmp_path / "killed") == bytes_of(tmp_path / "whole")


@pytest.mark.slow
def test_two_processes_train_and_score_as_one(tmp_path: Path) -> None:
    """The same file of scores, curve and adapter to rounding, from one process and from two."""
    run_two(__file__, str(tmp_path / "two"))
    run_cross_fit(tmp_path / "one")
    one, two = tmp_path / "one", tmp_path / "two"
    assert sorted(bytes_of(one)) == sorted(bytes_of(two))
    for name in bytes_of(one):
        if name.endswith(".safetensors"):
            states = [load_file(folder / name) for folder in (one, two)]
            for key, value in states[0].items():
                torch.testing.assert_close(value, states[1][key], atol=1e-4, rtol=1e-3)
        elif name.endswith("scores.npz"):
            with np.load(one / name) as left, np.load(two / name) as right:
                assert sorted(left) == sorted(right)
                for key in left:
                    np.testing.assert_allclose(left[key], right[key], atol=1e-3)


def run_cross_fit(folder: Path, rank: Rank | None = None) -> None:
    """A small cross-fitting with parts of several examples."""
    loaded = tiny_model()
    lora = dataclasses.replace(LORA, epochs=1.5, learning_rate=1e-3, batch_tokens=400)
    data = [task_examples(loaded, task, 9) for task in Task]
    for task in data:
        task.folds[:] = np.arange(9) % 2
    cross_fit(loaded, data, dataclasses.replace(PROFILE, lora=lora), Budget(), folder, quiet=True, rank=rank or Rank())


def test_the_vision_tower_is_run_on_few_images_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded, examples, features = prepared()
    whole = dict(features)
    runs: list[int] = []

    def counted(model: object, values: list[Tensor], grids: object) -> list[Tensor]:
        runs.append(sum(map(len, values)))
        return image_features(model, values, grids)  # type: ignore[arg-type]

    monkeypatch.setattr("vlm.engines.transformers_scorer.VISION_PATCHES", {"cpu": 60})
    monkeypatch.setattr("vlm.engines.transformers_scorer.image_features", counted)
    few: Features = WeakKeyDictionary()
    with torch.no_grad():
        remember_features(loaded, [item.sample for item in examples], few)
    assert len(runs) > 1
    assert max(runs) <= 60
    for sample, value in whole.items():
        torch.testing.assert_close(few[sample], value, atol=1e-5, rtol=1e-4)


def test_scoring_batches_hold_so_many_rows_and_tokens() -> None:
    lengths = [5, 9, 1, 4, 4]
    assert list(_batches(range(5), lengths, 2, 0)) == [[2, 3], [4, 0], [1]]
    assert list(_batches([0, 1, 3], lengths, 9, 10)) == [[3, 0], [1]]
    assert list(_batches([1], lengths, 9, 3)) == [[1]]


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_memory_for_activations_is_what_is_kept(dropout: float) -> None:
    """Against the bytes that the backward pass of so many more tokens holds, with an adapter and all layers run op by op."""
    model = adapted(tiny_model(), dropout).model
    owned = {weight.untyped_storage().data_ptr() for weight in (*model.parameters(), *model.buffers())}

    def kept(tokens: int) -> int:
        storages = {}

        def keep(tensor: Tensor) -> Tensor:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in owned:
                storages[storage.data_ptr()] = storage.nbytes()
            return tensor

        embeds = torch.randn(1, tokens, 32, requires_grad=True)
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            inner_model(model).model.language_model(inputs_embeds=embeds, use_cache=False).last_hidden_state.sum()
        return sum(storages.values())

    measured = (kept(256) - kept(64)) / 192
    estimated = activation_bytes(model, False, dropout > 0)
    assert measured <= estimated <= 1.2 * measured
    assert activation_bytes(model, True, dropout > 0) < estimated
    assert LoraSettings().batch_tokens == 0  # a CPU's parts are counted in examples


if __name__ == "__main__":
    from vlm.ranks import together

    torch.set_num_threads(1)
    with together(5) as joined:
        run_cross_fit(Path(sys.argv[1]), joined)
