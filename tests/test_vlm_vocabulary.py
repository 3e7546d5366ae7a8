"""Prompts with the real vocabulary of Qwen2-VL, which the package dashscope carries."""

from __future__ import annotations

from typing import Any

import pytest
from vlm_examples import official_cases

from data.errors import InputError
from data.labels import Label, load_labels
from data.profile import load_profile
from data.schema import Task
from vlm.codes import label_codes
from vlm.measuring import vocabulary
from vlm.measuring.steps import official_model, official_tokens
from vlm.measuring.vocabulary import SPECIAL_TOKENS, qwen_tokenizer, vocabulary_file, without_model
from vlm.pretraining.tokenizer import SPLIT
from vlm.prompt import Prompt, prompt_builder, prompt_builders

TEXTS = (
    "这个保温杯的内胆是什么材质？316 不锈钢",
    "I'll refund 12.50 元\n\n  right away!",
    "【七天无理由】😀 ½ é",
    "用户：多少钱\n客服：您好",
)


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    try:
        return qwen_tokenizer()
    except InputError as error:
        pytest.skip(str(error))


def test_ids_are_those_of_tiktoken_and_of_qwen2_vl(tokenizer: Any) -> None:
    tiktoken = pytest.importorskip("tiktoken")
    ranks = tiktoken.load.load_tiktoken_bpe(str(vocabulary_file()))
    plain = tiktoken.Encoding("qwen", pat_str=SPLIT, mergeable_ranks=ranks, special_tokens={})
    for text in (*TEXTS, *(label.description for task in Task for label in load_labels().active(task))):
        assert tokenizer.encode(text, add_special_tokens=False) == plain.encode_ordinary(text)
    # Ids in Qwen2-VL's own configuration.
    found = [
        tokenizer.convert_tokens_to_ids(token) for token in ("<|im_start|>", "<|vision_start|>", "<|image_pad|>", "<|video_pad|>")
    ]
    assert found == [151644, 151652, 151655, 151656]
    assert len(tokenizer) == 151643 + len(SPECIAL_TOKENS)


def test_every_label_code_is_one_token_for_2_to_1000_labels(tokenizer: Any) -> None:
    codes = label_codes(tokenizer, 1000)
    assert all(tokenizer.encode(code.text, add_special_tokens=False) == [code.token] for code in codes)
    assert len({code.token for code in codes}) == 1000
    assert all(label_codes(tokenizer, count) == codes[:count] for count in range(2, 1000, 37))


@pytest.mark.parametrize("count", [77, 1000])
def test_codes_are_the_same_tokens_within_the_prompt(tokenizer: Any, count: int) -> None:
    labels = [Label(f"标签{number}", "") for number in range(count)]
    settings = load_profile("qwen2-vl-7b").vlm
    builder = prompt_builder(tokenizer, Task.DIALOGUE, labels, type(settings)(label_tokens=12 * count))
    lines = "".join(tokenizer.decode(builder.shared.ids)).splitlines()[-count:]
    assert lines == [f"{code.text} 标签{number}" for number, code in enumerate(builder.codes)]
    assert set(builder.shared.codes) <= set(builder.shared.ids)


def test_three_calls_and_the_official_prompt_are_counted(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "qwen_tokenizer", lambda: tokenizer)
    profile = load_profile("qwen2-vl-7b")
    loaded = without_model(profile.vlm)
    assert len(loaded.tokenizer) == len(tokenizer)
    builders, refused = prompt_builders(loaded.tokenizer, load_labels(), profile.vlm)
    assert (set(builders), refused) == (set(Task), [])
    cases = official_cases(2)
    official = official_tokens(official_model(loaded, profile), cases, load_labels())
    builder = builders[Task.DIALOGUE]
    prompts = [Prompt(builder.shared, builder.sample(case), builder.direct()) for case in cases]
    pads = [prompt.ids().count(loaded.tokenizer.convert_tokens_to_ids("<|image_pad|>")) for prompt in prompts]
    assert pads == [prompt.sample.patches // 4 for prompt in prompts]
    assert all(tokens > patches // 4 for tokens, patches in zip(official.tokens, official.patches, strict=True))


def test_without_the_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "find_spec", lambda _: None)
    with pytest.raises(InputError, match="pip install dashscope"):
        vocabulary_file()
