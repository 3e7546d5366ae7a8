"""Pretraining: the packed forward pass against the plain one, what the curriculum draws, and a tiny run with a resume."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from vlm_tiny import tiny_model

from data.page import OcrLine
from data.profile import VlmSettings
from data.schema import Task
from data.synth.corpus import load_corpus
from retrieval.pretraining.schedule import rate_factor
from vlm.engines.forward import image_features
from vlm.engines.pieces import multimodal_piece, rope_positions
from vlm.engines.transformers_scorer import TransformersScorer
from vlm.model import LoadedModel, image_values, load_model
from vlm.pretrain import main, token_marks
from vlm.pretraining.bank import MOST_DROPPED, PageSource, QuickTokenizer, make_banks, thinned
from vlm.pretraining.curriculum import Curriculum, Row, concepts_of, is_unseen, ramp
from vlm.pretraining.image_pool import PATCH_VALUES, ImagePool, PoolImage, image_patches, layouts_of, scene_names, text_lines
from vlm.pretraining.loop import FINAL_RATE, FIRST_RATE, WARMUP
from vlm.pretraining.packing import METRICS, PoolOnDevice, list_values, pack, part_losses, to_tensors
from vlm.pretraining.supply import misread, screen_lines
from vlm.prompt import Prompt, SamplePart, clean, prompt_builder

SETTINGS = VlmSettings(
    min_pixels=28 * 28 * 2, max_pixels=28 * 28 * 6, page_chars=40, dialogue_chars=60, exemplars=2, exemplar_chars=12, batch_size=3
)
SCENES = (("天气页面", "天气预报"), ("游戏页面", ""), ("日历页面", "日历"))


def draw_lines(rng: random.Random, scene: str) -> list[str]:
    return [scene[: rng.randint(2, 4)], f"第{rng.randint(1, 99)}行"]


def read_all(rng: random.Random, lines: Sequence[OcrLine]) -> list[str]:
    return [line.text for line in lines]


def make_pool(scenes: Sequence[str], settings: VlmSettings = SETTINGS) -> tuple[ImagePool, list[np.ndarray]]:
    """Images of noise in three shapes, one per scene, and their pixels at the size that the vision tower reads."""
    draw = np.random.default_rng(0)
    patches = np.full((len(scenes), settings.max_pixels // 196, PATCH_VALUES), 255, dtype=np.uint8)
    images, pixels = [], []
    for row, scene in enumerate(scenes):
        high, wide = ((84, 56), (56, 84), (56, 56))[row % 3]
        pixels.append(draw.integers(0, 256, (high, wide, 3), dtype=np.uint8))
        made, grid = image_patches(Image.fromarray(pixels[-1]), settings)
        patches[row, : len(made)] = made
        images.append(PoolImage(scene, grid, text_lines((scene, "价格"))))
    return ImagePool(patches, tuple(images), {scene: (row,) for row, scene in enumerate(scenes)}), pixels


def make_test_curriculum(tokenizer: Any, pool: ImagePool, settings: VlmSettings = SETTINGS) -> Curriculum:
    corpus = load_corpus(part="train")
    quick = QuickTokenizer(tokenizer)
    banks = make_banks(quick, settings, corpus, PageSource(pool, draw_lines, read_all))
    return Curriculum(quick, settings, concepts_of(corpus, SCENES), banks, banks, "test")


@pytest.fixture(scope="module")
def loaded() -> LoadedModel:
    return tiny_model(settings=SETTINGS)


@pytest.fixture(scope="module")
def pool() -> tuple[ImagePool, list[np.ndarray]]:
    corpus = load_corpus(part="train")
    return make_pool(list(concepts_of(corpus, SCENES)[Task.SCENE]))


@pytest.fixture(scope="module")
def curriculum(loaded: LoadedModel, pool: tuple[ImagePool, list[np.ndarray]]) -> Curriculum:
    return make_test_curriculum(loaded.tokenizer, pool[0])


def test_thinned_samples_keep_order_and_special_tokens() -> None:
    ids = tuple(range(1000))
    made = [thinned(random.Random(seed), ids, frozenset({0, 500, 999})) for seed in range(200)]
    assert all(list(found) == sorted(found) and {0, 500, 999} <= set(found) for found in made)
    assert 0.15 < sum(found == ids for found in made) / len(made) < 0.35
    assert min(len(found) for found in made) > (1 - MOST_DROPPED - 0.06) * len(ids)


def test_only_training_samples_are_thinned(loaded: LoadedModel, pool: tuple[ImagePool, list[np.ndarray]]) -> None:
    corpus = load_corpus(part="train")
    quick = QuickTokenizer(loaded.tokenizer)
    pages = PageSource(pool[0], draw_lines, read_all)
    lengths = []
    for kept in (None, quick.special):
        bank = make_banks(quick, SETTINGS, corpus, pages, kept=kept)[Task.DIALOGUE]
        items = [bank.draw(random.Random(seed), "商品材质") for seed in range(40)]
        pad = loaded.model.config.image_token_id
        assert all(item.ids.count(pad) == sum(high * wide // 4 for _, high, wide in item.grids) for item in items)
        assert all(item.after == rope_positions(item.ids, item.grids, pad)[1] for item in items)
        lengths.append(sum(len(item.ids) for item in items))
    assert lengths[1] < lengths[0]


def test_patches_are_those_of_the_image_processor(loaded: LoadedModel) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (56, 84, 3), dtype=np.uint8)
    found, grid = image_patches(Image.fromarray(pixels), SETTINGS)
    (expected,), ((_, *expected_grid),) = image_values(loaded.processor, [pixels], SETTINGS)
    assert list(grid) == expected_grid
    frames = found.reshape(-1, 3, 1, 196).repeat(2, axis=2) / 255
    image = loaded.processor.image_processor
    normal = (frames - np.array(image.image_mean)[:, None, None]) / np.array(image.image_std)[:, None, None]
    np.testing.assert_allclose(normal.reshape(len(found), -1), expected.numpy(), atol=1e-4)


def test_a_large_image_is_shrunk_to_the_grid_of_the_prompt() -> None:
    patches, grid = image_patches(Image.new("RGB", (700, 300), "red"), SETTINGS)
    assert patches.shape == (grid[0] * grid[1], PATCH_VALUES)
    assert grid[0] * grid[1] <= SETTINGS.max_pixels // 196
    assert (patches.reshape(-1, 3, 196)[:, 0] == 255).all()


def test_vision_features_equal_the_towers_own(loaded: LoadedModel, pool: tuple[ImagePool, list[np.ndarray]]) -> None:
    rows = [0, 1, 2, 4]
    device = PoolOnDevice(pool[0], loaded.processor, torch.device("cpu"))
    grids = torch.tensor([pool[0].images[row].grid for row in rows])
    with torch.no_grad():
        found = device.features(loaded.model.model.visual, torch.tensor(rows), grids, 6).view(len(rows), 6, -1)
        values, own = image_values(loaded.processor, [pool[1][row] for row in rows], SETTINGS)
        expected = image_features(loaded.model, values, own)
    for mine, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(mine[: len(theirs)], theirs, atol=1e-4, rtol=1e-4)


def test_positions_equal_the_models_own(loaded: LoadedModel) -> None:
    token = loaded.model.config.image_token_id
    ids = [5, 6, *[token] * 6, 7, 8, 9, *[token] * 2, 10]
    grids = [(1, 4, 6), (1, 2, 4)]
    found, after = rope_positions(ids, grids, token)
    whole = torch.tensor([[1] * 11 + ids])
    kinds = (whole == token).int()
    own, deltas = loaded.model.model.get_rope_index(whole, mm_token_type_ids=kinds, image_grid_thw=torch.tensor(grids))
    np.testing.assert_array_equal(found + 11, own[:, 0, 11:].numpy())
    assert after + 11 == whole.shape[1] + int(deltas)
    piece = multimodal_piece(loaded.model, 11, ids, grids, None)
    np.testing.assert_array_equal(piece.positions, own[:, 0, 11:].numpy())
    assert piece.after == after + 11
    plain, end = rope_positions([5, 6, 7], [], token)
    np.testing.assert_array_equal(plain, np.tile(np.arange(3), (3, 1)))
    assert end == 3


def test_losses_equal_the_scorers(loaded: LoadedModel, pool: tuple[ImagePool, list[np.ndarray]], curriculum: Curriculum) -> None:
    """Every answer's cross entropy and the count of right answers, from log-probabilities of the plain scorer."""
    rows = curriculum.rows(48, 0.1)
    assert any(row.item.images for row in rows)
    assert any(row.drill for row in rows)
    batch = pack(rows, 2, random.Random(0), *token_marks(loaded.tokenizer))
    images = PoolOnDevice(pool[0], loaded.processor, torch.device("cpu"))
    with torch.no_grad():
        lists = to_tensors(batch.lists, torch.device("cpu"))
        values, real = list_values(loaded.model, lists)
        parts = [to_tensors(part, torch.device("cpu")) for part in batch.parts]
        losses = [part_losses(loaded.model, lists, values, real, part, images) for part in parts]
    expected, weight, right = 0.0, 0.0, Counter[str]()
    for row in rows:
        part = SamplePart(row.item.ids, tuple(pool[1][index] for index in row.item.images), row.item.grids)
        for call, late, share in row.lates:
            scores = TransformersScorer(loaded).score([Prompt(row.listing.builder.shared, part, late)])[0]
            expected -= share * scores[row.answer]
            weight += share
            key = f"{row.listing.task}_{'official' if row.listing.official else 'drawn'}_{call}"
            right[key] += int(share > 0 and scores.argmax() == row.answer)
        prompts = [
            Prompt(row.listing.builder.shared, SamplePart(row.item.ids[:1]), row.item.ids[1 : at + 1]) for at, _, _ in row.drill
        ]
        for (_, entry, share), prompt in zip(row.drill, prompts, strict=True):
            scores = TransformersScorer(loaded).score([prompt])[0]
            expected -= share * scores[entry]
            weight += share
            right[f"{row.listing.task}_drill_0"] += int(share > 0 and scores.argmax() == entry)
    assert sum(float(item.weight) for item in losses) == pytest.approx(weight)
    assert sum(float(item.code) for item in losses) == pytest.approx(expected, rel=1e-4)
    found = torch.stack([item.right for item in losses]).sum(0)
    assert {name: int(value) for name, value in zip(METRICS, found, strict=True)} == {name: right[name] for name in METRICS}


def test_every_parameter_gets_a_gradient(pool: tuple[ImagePool, list[np.ndarray]], curriculum: Curriculum) -> None:
    loaded = tiny_model(settings=SETTINGS)
    model = loaded.model.requires_grad_(True)
    batch = pack(curriculum.rows(24, 1.0), 1, random.Random(0), *token_marks(loaded.tokenizer))
    lists = to_tensors(batch.lists, torch.device("cpu"))
    values, real = list_values(model, lists)
    images = PoolOnDevice(pool[0], loaded.processor, torch.device("cpu"))
    images.vary = True
    found = part_losses(model, lists, values, real, to_tensors(batch.parts[0], torch.device("cpu")), images)
    (found.code + found.vocabulary + found.reading + found.shot).backward()
    missing = [name for name, weight in model.named_parameters() if weight.grad is None or not weight.grad.abs().sum() > 0]
    assert [name for name in missing if not name.endswith("k_proj.bias")] == []  # a key bias shifts no softmax before rotation


def test_quick_tokenizer_gives_the_same_ids(loaded: LoadedModel) -> None:
    quick = QuickTokenizer(loaded.tokenizer)
    for text in ("A", "aB", "图1：<|vision_start|><|image_pad|>这个是啥材质的\n", "", " => C 是否好用"):
        assert quick.encode(text) == loaded.tokenizer.encode(text, add_special_tokens=False)


def test_the_mixture_is_what_the_constants_say(curriculum: Curriculum) -> None:
    rows = [row for _ in range(4) for row in curriculum.rows(96, 1.0)]
    assert len(rows) == 4 * 96
    count = Counter((row.listing.task, row.listing.official) for row in rows)
    assert count == {(task, official): 4 * (36 if official else 12) for task in Task for official in (True, False)}
    early = Counter(row.listing.official for row in curriculum.rows(96, 0.0))
    assert early == {True: 48, False: 48}
    drills = [row for row in rows if row.drill]
    assert 1 <= len(drills) < 0.1 * len(rows)
    rows = [row for row in rows if not row.drill]
    asked = Counter(call for row in rows for call, _, _ in row.lates)
    assert asked[1] == len(rows)
    assert 0.35 < asked[2] / len(rows) < 0.7
    assert 0.1 < asked[3] / len(rows) < 0.3
    for row in rows:
        assert row.item.label in row.listing.entries[row.answer].concepts
        assert len(row.listing.builder.shared.codes) == len(row.listing.entries)
        assert not is_unseen(curriculum.all[row.listing.task][row.item.label])


def test_official_rows_are_prompts_of_the_official_list(loaded: LoadedModel, curriculum: Curriculum) -> None:
    row = curriculum.row(curriculum.official[Task.DIALOGUE], "商品材质")
    builder = prompt_builder(loaded.tokenizer, Task.DIALOGUE, [entry.label for entry in row.listing.entries], SETTINGS)
    assert row.listing.builder.shared.ids == builder.shared.ids
    assert builder.labels[row.answer].name == "商品材质"
    assert row.lates[0][1] == builder.direct()


def test_literal_rows_say_the_words_of_their_label(loaded: LoadedModel, curriculum: Curriculum) -> None:
    for task in Task:
        listing = curriculum.drawn(task, 0.0)
        row = curriculum.row(listing, literal=True)
        label = listing.entries[row.answer].label
        said = loaded.tokenizer.decode(row.item.ids).strip().split("：")[-1].split("\n")[-1]
        assert said in clean(label.name) or said in clean(label.description)


def test_drills_are_texts_with_the_codes_of_their_labels(loaded: LoadedModel, curriculum: Curriculum) -> None:
    listing = curriculum.official[Task.DIALOGUE]
    row = curriculum.drill(listing, 1.0)
    assert len(row.drill) > 10
    words = loaded.tokenizer.decode(row.item.ids).split("用户：")[1:]
    for line, (place, entry, weight) in zip(words, row.drill, strict=True):
        said, code = line.split("\n")[:2]
        label = listing.entries[entry].label
        assert said in clean(label.name) or said in clean(label.description)
        assert code == listing.builder.codes[entry].text
        assert row.item.ids[place + 1] == listing.builder.codes[entry].token
        assert weight > 0


def test_call_1_is_not_asked_for_what_only_exemplars_tell(curriculum: Curriculum) -> None:
    listings = [curriculum.drawn(Task.DIALOGUE, 0.5) for _ in range(40)]
    opaque = [row for listing in listings for row in [curriculum.row(listing)] if listing.entries[row.answer].opaque]
    assert opaque
    assert all(row.lates[0][2] == 0 for row in opaque)
    assert all(not row.listing.entries[row.answer].label.description for row in opaque)


def test_lists_grow_from_short_to_long(curriculum: Curriculum) -> None:
    first = [len(curriculum.drawn(Task.DIALOGUE, 0.0).entries) for _ in range(40)]
    last = [len(curriculum.drawn(Task.DIALOGUE, 1.0).entries) for _ in range(40)]
    assert min(first) >= 2
    assert max(first) <= 5
    assert max(last) > 20


def test_drawn_lists_hold_confusable_labels(curriculum: Curriculum) -> None:
    near = 0
    for _ in range(20):
        listing = curriculum.drawn(Task.DIALOGUE, 1.0)
        names = [name for entry in listing.entries for name in entry.concepts]
        assert len(set(names)) == len(names)
        near += any(set(curriculum.all[Task.DIALOGUE][name].near) & set(names) for name in names)
    assert near >= 19


def test_exemplars_name_the_answer_about_as_often_as_retrieval_does(loaded: LoadedModel, curriculum: Curriculum) -> None:
    listing = curriculum.official[Task.DIALOGUE]
    hits = shown = 0
    for _ in range(150):
        row = curriculum.row(listing)
        text = loaded.tokenizer.decode(curriculum.second(listing, row.item, row.answer))
        name = f" => {listing.builder.codes[row.answer].text} "
        hits += name in text
        shown += f"{listing.builder.codes[row.answer].text} " in text.split("候选：")[1].split("\n")[0]
    assert 0.6 < hits / 150 < 0.9
    assert 0.8 < shown / 150 < 0.98


@pytest.mark.parametrize("kind", ["official", "drawn", "unseen"])
def test_measured_rows_ask_what_they_say(curriculum: Curriculum, kind: str) -> None:
    rows = curriculum.measured(Task.DIALOGUE, 23, kind)
    assert len(rows) == 23
    concepts = [curriculum.all[Task.DIALOGUE][row.item.label] for row in rows]
    assert all(is_unseen(item) is (kind == "unseen") for item in concepts)
    assert all(row.listing.official is (kind == "official") for row in rows)
    if kind == "official":
        assert len({item.name for item in concepts}) == 23


def test_a_layout_of_each_official_scene_is_held_out() -> None:
    official, further = scene_names()
    for scene in official:
        held, kept = layouts_of(scene, True), layouts_of(scene, False)
        assert len(held) == 1
        assert held[0] not in kept
    assert layouts_of(further[0], True) == layouts_of(further[0], False)


def test_ocr_noise_loses_faint_lines_first_and_little_else() -> None:
    lines = [
        OcrLine(f"第{number}行文字内容", (0, number / 40, 1, (number + 0.7) / 40), 1.0 if number % 2 else 0.5)
        for number in range(40)
    ]
    drawn = [misread(random.Random(seed), lines) for seed in range(60)]
    kept = Counter(text for read in drawn for text in read)
    strong, faint = (sum(kept[line.text] for line in lines if line.score == score) for score in (1.0, 0.5))
    assert strong > faint > 0
    assert strong > 0.8 * 60 * 20
    assert screen_lines(random.Random(3), "退款页面", "train") == screen_lines(random.Random(3), "退款页面", "train")


def test_same_seed_same_rows(loaded: LoadedModel, pool: tuple[ImagePool, list[np.ndarray]]) -> None:
    def rows() -> list[Row]:
        return make_test_curriculum(loaded.tokenizer, pool[0]).rows(12, 0.5)

    assert [(row.item.ids, row.answer, row.lates) for row in rows()] == [(row.item.ids, row.answer, row.lates) for row in rows()]


def test_schedule() -> None:
    factors = [rate_factor(progress, WARMUP, FIRST_RATE, FINAL_RATE) for progress in (0.0, 0.02, 0.03, 1.0)]
    assert factors[0] < factors[1] < factors[2] == 1
    assert factors[3] == pytest.approx(0.02)
    assert ramp((0.3, 0.1), 0.0) == 0.3
    assert ramp((0.3, 0.1), 0.25) == pytest.approx(0.2)
    assert ramp((0.3, 0.1), 0.7) == pytest.approx(0.1)


@pytest.mark.slow
def test_a_tiny_run_is_continued_and_its_model_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("mplfonts")
    arguments = ["--out", str(tmp_path), "--tiny", "--rows", "12", "--pool", "4", "--workers", "1", "--measured", "3"]
    assert main([*arguments, "--steps", "2", "--call-minutes", "0.0001"]) == 0
    assert not (tmp_path / "model").exists()
    assert main([*arguments, "--steps", "2"]) == 0
    assert "from step 0" in capsys.readouterr().out
    settings = VlmSettings(model=str(tmp_path / "model"))
    assert load_model(settings, device="cpu").model.config.text_config.vocab_size == 1600
    assert main([*arguments, "--steps", "2", "--seed", "1"]) == 2
    assert "--seed 0, now 1; choose another --out" in capsys.readouterr().err
