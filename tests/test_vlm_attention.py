"""Who sees whom in packed rows: the rule by hand, and attention by blocks against attention with a mask of all pairs."""

from __future__ import annotations

import pytest
import torch
from torch.nn.attention import flex_attention
from vlm_gradients import assert_same, gradients, prepared
from vlm_tiny import tiny_model

from vlm.engines.attention import Segments
from vlm.engines.forward import Execution, attention_for, compiled_execution, inner_model
from vlm.engines.pieces import packed_batch, text_piece
from vlm.model import LoadedModel

BLOCKS = Execution(blocks=True)


def test_segments_by_hand() -> None:
    """Two tokens before the row, of which the second is padding; then a sample of two, two late parts, and padding."""
    row = torch.tensor([[0, 0, 1, 1, 2, -1]])
    seen = Segments(row, row.clamp(max=0), torch.tensor([[0, -1, 0, 0, 1, 1, 2, -1]])).dense()
    assert seen.shape == (1, 1, 6, 8)
    assert seen[0, 0].int().tolist() == [
        [1, 0, 1, 0, 0, 0, 0, 0],
        [1, 0, 1, 1, 0, 0, 0, 0],
        [1, 0, 1, 1, 1, 0, 0, 0],
        [1, 0, 1, 1, 1, 1, 0, 0],
        [1, 0, 1, 1, 0, 0, 1, 0],
        [1, 1, 1, 1, 0, 0, 0, 1],
    ]


def test_samples_packed_into_one_row_see_the_shared_part_and_themselves() -> None:
    """`shared 0 | sample 1 | late 2, late 3 | sample 4 | late 5`, a token each."""
    row = torch.tensor([[0, 1, 2, 3, 4, 5]])
    seen = Segments(row, torch.tensor([[0, 0, 1, 1, 0, 4]]), row).dense()
    assert seen[0, 0].int().tolist() == [
        [1, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [1, 1, 0, 1, 0, 0],
        [1, 0, 0, 0, 1, 0],
        [1, 0, 0, 0, 1, 1],
    ]


def test_a_packed_row_is_laid_out_as_its_pieces_are() -> None:
    model = tiny_model().model
    shared, first, second = text_piece([5, 6, 7], 0), text_piece([8, 9], 3), text_piece([10], 3)
    lates = [[text_piece([11], 5), text_piece([12, 13], 5)], [text_piece([14], 4), text_piece([15], 4)]]
    batch = packed_batch(model, shared, [first, second], lates)
    ids = torch.tensor([5, 6, 7, 8, 9, 11, 12, 13, 10, 14, 15])
    assert batch.last.tolist() == [[5, 7, 9, 10]]
    assert batch.positions[0].tolist() == [[0, 1, 2, 3, 4, 5, 5, 6, 3, 4, 4]]
    torch.testing.assert_close(batch.embeds[0], model.model.language_model.embed_tokens(ids))
    assert isinstance(batch.mask, Segments)
    assert batch.mask.keys.tolist() == batch.mask.queries.tolist() == [[0, 0, 0, 1, 1, 2, 3, 3, 4, 5, 6]]
    assert batch.mask.parents.tolist() == [[0, 0, 0, 0, 0, 1, 1, 1, 0, 4, 4]]


def test_blocks_are_what_all_pairs_are() -> None:
    """As `flex_attention` reads them: which blocks are empty, and inside the others the rule itself."""
    row = torch.tensor([[0] * 150 + [1] * 150 + [2] * 60, [0] * 20 + [1] * 300 + [-1] * 40])
    segments = Segments(row, row.clamp(max=0), torch.cat([torch.zeros(2, 30, dtype=torch.long), row], dim=1))
    dense, blocks = segments.dense(), segments.blocks()
    padded = torch.nn.functional.pad(dense, (0, 512 - 390, 0, 384 - 360))
    expected = padded.unflatten(3, (4, 128)).unflatten(2, (3, 128)).any(5).any(3)
    torch.testing.assert_close(blocks.to_dense().bool(), expected)
    places = [torch.arange(size) for size in dense.shape]
    rule = blocks.mask_mod(places[0][:, None, None], torch.tensor(0), places[2][:, None], places[3])
    torch.testing.assert_close(rule[:, None], dense)


def test_attention_by_blocks_gives_the_same_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flex_attention, "_validate_device", lambda *_: None)  # refuses gradients on a CPU
    loaded, examples, features = prepared()
    plain = gradients(loaded, examples, features, parts=2)
    before = inner_model(loaded.model).model.language_model.config._attn_implementation
    with attention_for(loaded.model, BLOCKS):
        for parts in (1, 2, 5):
            assert_same(gradients(loaded, examples, features, BLOCKS, parts=parts), plain)
        assert_same(gradients(loaded, examples, features, parts=2), plain)  # other masks are taken as well
    assert inner_model(loaded.model).model.language_model.config._attn_implementation == before


@pytest.mark.slow
@pytest.mark.usefixtures("quick_compiler")
def test_attention_by_blocks_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All but the generation of machine code: other lengths need no other graphs."""
    monkeypatch.setattr(flex_attention, "_validate_device", lambda *_: None)
    loaded, examples, features = prepared()
    plain = gradients(loaded, examples[:3], features)
    how = Execution(compiled=True, blocks=True)
    with attention_for(loaded.model, how):
        assert_same(gradients(loaded, examples[:3], features, how), plain)
        with torch._dynamo.config.patch(error_on_recompile=True):
            gradients(loaded, examples[2:], features, how)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_attention_by_blocks_on_a_gpu(dropout: float) -> None:
    """The kernels themselves, in float32; with dropout the two ways draw differently, so only that it runs."""
    loaded, examples, features = prepared(dropout)
    loaded = LoadedModel(loaded.model.cuda(), loaded.processor, loaded.settings)
    plain = gradients(loaded, examples, features, parts=2)
    how = compiled_execution(loaded.model)
    assert how == Execution(compiled=True, blocks=True)
    for checkpoint in (False, True):
        with attention_for(loaded.model, how):
            fast = gradients(loaded, examples, features, Execution(True, checkpoint, True), parts=2)
        if not dropout:
            assert_same(fast, plain, rtol=1e-2)
