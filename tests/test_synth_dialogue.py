"""The synthetic corpus: words, phrases, typing noise and whole dialogues."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

import data
from data.dialogue import scene_instruction, to_instruction
from data.errors import InputError
from data.schema import Sample, Speaker, Task, Turn
from data.synth import corpus as corpus_module
from data.synth.corpus import Corpus, load_corpus, load_intents, load_replies, questions
from data.synth.dialogue import (
    IMAGE_KINDS,
    generate_dialogue,
    image_weights,
)
from data.synth.lexicon import PHRASE_SLOTS, REPLY_SLOTS, Lexicon, load_lexicon, slots_of
from data.synth.noise import CONFUSIONS, formal, noisy

LABELS = json.loads((Path(data.__file__).parent / "labels.json").read_text(encoding="utf-8"))["tasks"]
DIALOGUE_LABELS = [entry["label"] for entry in LABELS["dialogue"]]
EVERY_SLOT = "".join(f"{{{slot}}}|" for slot in sorted(REPLY_SLOTS))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    loaded = load_corpus()
    missing = set(DIALOGUE_LABELS) - {intent.label for intent in loaded.intents}
    if missing:
        pytest.skip(f"phrase files are not there yet: {sorted(missing)}")
    return loaded


# --- words


def test_lexicon_has_enough_products_of_every_category(lexicon: Lexicon) -> None:
    assert len(lexicon.categories) == 48
    counts = Counter(product.category for product in lexicon.products())
    assert set(counts) == set(lexicon.categories)
    assert min(counts.values()) >= 10
    assert len({product.name for product in lexicon.products()}) == sum(counts.values()) >= 520


def test_every_slot_is_filled_for_every_category(lexicon: Lexicon) -> None:
    rng = random.Random(0)
    for category in lexicon.categories:
        values = lexicon.fill(EVERY_SLOT, rng, category).split("|")
        assert all(values[:-1]), category
        assert not any("{" in value or "}" in value for value in values)


def test_one_call_speaks_of_one_product(lexicon: Lexicon) -> None:
    rng = random.Random(1)
    for _ in range(300):
        text = lexicon.fill("{product} {product} {category} {product2} {material} {material2} {version} {version2}", rng)
        first, again, category, other, material, material2, version, version2 = text.split(" ")
        assert first == again != other
        names = {product.name for product in lexicon.products(category)}
        assert {first, other} <= names
        assert material != material2
        assert version != version2


def test_a_filler_keeps_its_words_and_a_fresh_one_only_the_product(lexicon: Lexicon) -> None:
    filler = lexicon.filler(random.Random(2), "杯壶")
    assert filler.fill("{size}{color}") == filler.fill("{size}{color}")
    assert filler.fill("{product}{bot}") == filler.fresh().fill("{product}{bot}")
    assert len({filler.fresh().fill("{size}") for _ in range(50)}) > 1


def test_unknown_slots_and_categories_are_refused(lexicon: Lexicon) -> None:
    with pytest.raises(InputError, match=re.escape("unknown slot {nothing}")):
        lexicon.fill("{nothing}", random.Random(0))
    with pytest.raises(InputError, match="unknown category '飞机'"):
        lexicon.product(random.Random(0), "飞机")


def test_titles_are_as_long_as_listing_titles(lexicon: Lexicon) -> None:
    rng = random.Random(3)
    for category in lexicon.categories:
        for _ in range(30):
            product = lexicon.product(rng, category)
            title = lexicon.title(rng, product=product)
            assert 12 <= len(title) <= 30
            assert product.name in title


def test_prices_dates_times_and_names_have_their_forms(lexicon: Lexicon) -> None:
    rng = random.Random(4)
    for _ in range(300):
        assert re.fullmatch(r"\d+(\.\d{1,2})?", price := lexicon.price(rng, "手机"))
        assert 300 <= float(price) <= 8010
        assert re.fullmatch(r"202[34]-\d\d-\d\d", lexicon.date(rng))
        assert re.fullmatch(r"202[34]年\d+月\d+日", lexicon.date(rng, "chinese"))
        assert re.fullmatch(r"\d\d:\d\d:\d\d", lexicon.time(rng, seconds=True))
        assert "*" in lexicon.name(rng)
        assert lexicon.city(rng).endswith("市")
        assert 3 <= len(lexicon.shop(rng)) <= 12


def test_products_are_found_in_text_only_where_the_word_is_plain(lexicon: Lexicon) -> None:
    found = lexicon.product_in("我买的保温杯漏水")
    assert found is not None
    assert (found.name, found.category) == ("保温杯", "杯壶")
    assert lexicon.product_in("这个会漏水吗") is None
    assert lexicon.product_in("送遥控器吗") is None


# --- phrases


def _resources(folder: Path, text: str) -> Path:
    for name in ("lexicon.json", "replies.json"):
        (folder / name).write_bytes((corpus_module.RESOURCES / name).read_bytes())
    for kind in ("intents", "further"):
        (folder / kind).mkdir()
    (folder / "intents" / "01_made_up.txt").write_text(text, encoding="utf-8")
    return folder


HEADER = "# label: 甲\n# description: 乙\n# categories: 杯壶, 灯具\n# near: 丙, 丁\n"


def test_a_phrase_file_is_read_with_its_turns(tmp_path: Path) -> None:
    text = HEADER + "# a comment\n\n{product}好吗\n看图 ||| 是{material}吧\n"
    (intent,) = load_intents("official", resources=_resources(tmp_path, text))
    assert (intent.label, intent.description, intent.official) == ("甲", "乙", True)
    assert intent.categories == ("杯壶", "灯具")
    assert intent.near == ("丙", "丁")
    assert intent.phrases == (("{product}好吗",), ("看图", "是{material}吧"))
    assert intent.fits("杯壶")
    assert not intent.fits("服装")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# label: 甲\n# categories: *\n# near: 乙\n好吗\n", "header lacks '# description"),
        (HEADER + "{produkt}好吗\n", r"01_made_up.txt:5: unknown slot"),
        (HEADER + "{product好吗\n", r"01_made_up.txt:5: unknown slot or loose brace"),
        (HEADER + "好吗\n好吗\n", "01_made_up.txt:6: '好吗' is already at 01_made_up.txt:5"),
        (HEADER + "好吗 |||\n", "an empty turn"),
        (HEADER.replace("灯具", "飞机") + "好吗\n", "unknown category '飞机'"),
        (HEADER, "no phrases"),
    ],
)
def test_faults_of_a_phrase_file_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_intents("official", resources=_resources(tmp_path, text))


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="4 faults"):
        load_intents("official", resources=_resources(tmp_path, HEADER + "{a}\n{b}\n{b}\n"))


def test_official_intents_are_those_of_the_label_file(corpus: Corpus) -> None:
    official = {intent.label: intent.description for intent in corpus.intents if intent.official}
    assert official == {entry["label"]: entry["description"] for entry in LABELS["dialogue"]}


@pytest.mark.parametrize("label", DIALOGUE_LABELS)
def test_official_intents_have_enough_phrases(label: str) -> None:
    found = [intent for intent in load_intents("official") if intent.label == label]
    if not found:
        pytest.skip(f"the phrase file of {label} is not there yet")
    assert len(found[0].phrases) >= 150


def test_every_phrase_can_be_filled_by_every_category_it_is_for(corpus: Corpus) -> None:
    rng = random.Random(5)
    for intent in corpus.intents:
        category = rng.choice(intent.categories or corpus.lexicon.categories)
        filler = corpus.lexicon.filler(rng, category)
        for turn in (turn for phrase in intent.phrases for turn in phrase):
            assert not re.search(r"[{}\n]", filler.fill(turn))


def test_questions_are_balanced_and_repeatable(corpus: Corpus) -> None:
    official = [intent for intent in corpus.intents if intent.official]
    made = questions(random.Random(6), official, 10 * len(official) + 3, corpus.lexicon)
    counts = Counter(label for label, _ in made)
    assert set(counts) == set(DIALOGUE_LABELS)
    assert set(counts.values()) == {10, 11}
    assert made == questions(random.Random(6), official, 10 * len(official) + 3, corpus.lexicon)
    assert all(text.strip() and "{" not in text for _, text in made)
    assert questions(random.Random(6), [], 5, corpus.lexicon) == []


# --- replies


def test_replies_are_many_and_every_official_intent_has_answers() -> None:
    replies = load_replies()
    general = [line for lines in replies.replies.values() for line in lines]
    assert len(general) >= 150
    assert all(len(replies.answers[label]) >= 6 for label in DIALOGUE_LABELS)
    lines = general + [line for group in replies.answers.values() for line in group]
    assert len(set(lines)) == len(lines)
    assert {slot for line in lines for slot in slots_of(line)} <= REPLY_SLOTS
    assert not any("\n" in line for line in lines)
    assert PHRASE_SLOTS < REPLY_SLOTS


# --- noise


def test_no_strength_is_no_change() -> None:
    assert noisy("这个会漏水吗？", random.Random(0), 0.0) == "这个会漏水吗？"
    with pytest.raises(ValueError, match="from 0 to 1"):
        noisy("这个", random.Random(0), 1.5)


def test_noise_is_repeatable_and_grows_with_strength() -> None:
    text = "请问这个保温杯的盖子为什么会漏水，是不是质量问题？"

    def changed(strength: float) -> int:
        rng = random.Random(7)
        return sum(noisy(text, rng, strength) != text for _ in range(400))

    assert changed(0.1) < changed(0.4) < changed(1.0)
    assert noisy(text, random.Random(8), 0.5) == noisy(text, random.Random(8), 0.5)


def test_noise_keeps_marks_and_never_empties_a_turn() -> None:
    rng = random.Random(9)
    for _ in range(200):
        assert noisy("<image>", rng, 1.0) == "<image>"
        assert noisy("漏", rng, 1.0).strip()


def test_typos_come_from_the_table() -> None:
    assert sum(len(wrong) for wrong in CONFUSIONS.values()) >= 150
    assert all(right not in wrong for right, wrong in CONFUSIONS.items())


def test_the_careful_register() -> None:
    assert formal("这个能不能调亮度") == "这款商品能否调亮度？"
    assert formal("啥时候有货") == "何时有货？"
    assert formal("谢谢") == "谢谢"


# --- dialogues


def test_the_same_seed_makes_the_same_dialogue(corpus: Corpus) -> None:
    intent = corpus.intent("商品材质")
    assert generate_dialogue(random.Random(10), intent, corpus) == generate_dialogue(random.Random(10), intent, corpus)
    assert generate_dialogue(random.Random(10), intent, corpus) != generate_dialogue(random.Random(11), intent, corpus)


def test_dialogues_are_well_formed(corpus: Corpus) -> None:
    rng = random.Random(12)
    for intent in corpus.intents:
        for _ in range(8):
            made = generate_dialogue(rng, intent, corpus)
            turns = made.sample.turns
            assert (made.sample.task, made.sample.label) == (Task.DIALOGUE, intent.label)
            assert intent.fits(made.product.category)
            assert not any("{" in turn.text or "}" in turn.text or "\n" in turn.text for turn in turns)
            assert [turn.speaker for turn in turns] == [Speaker.CUSTOMER, Speaker.AGENT] * (len(turns) // 2)
            assert all(turn.text.strip() for turn in turns[::2])
            marks = sum(turn.text.count("<image>") for turn in turns if turn.speaker is Speaker.CUSTOMER)
            assert 1 <= marks == len(made.sample.images) == len(made.image_kinds) <= 4
            assert not any("<image>" in turn.text for turn in turns[1::2])
            assert set(made.image_kinds) <= set(IMAGE_KINDS)
            assert turns[made.decisive].speaker is Speaker.CUSTOMER


def test_shapes_of_dialogues_are_those_of_real_chats(corpus: Corpus) -> None:
    rng = random.Random(13)
    official = [intent for intent in corpus.intents if intent.official]
    made = [generate_dialogue(rng, official[i % len(official)], corpus) for i in range(1500)]
    lengths = [len(dialogue.sample.turns) // 2 for dialogue in made]
    silent_end = sum(not dialogue.sample.turns[-1].text for dialogue in made) / len(made)
    decisive_late = sum(dialogue.decisive >= len(dialogue.sample.turns) - 4 for dialogue in made) / len(made)
    linked = sum("<http>" in dialogue.sample.turns[0].text for dialogue in made) / len(made)
    one_image = sum(len(dialogue.image_kinds) == 1 for dialogue in made) / len(made)
    assert 2.8 < sum(lengths) / len(lengths) < 4.2
    assert 0.2 < silent_end < 0.4
    assert decisive_late > 0.85
    assert 0.2 < linked < 0.4
    assert 0.65 < one_image < 0.85


def test_half_of_the_dialogues_use_given_exemplars_word_for_word(corpus: Corpus) -> None:
    rng, intent = random.Random(14), corpus.intent("能否调光")
    made = [generate_dialogue(rng, intent, corpus, exemplars=[("壹贰叁",)], noise=0.0) for _ in range(200)]
    used = sum("壹贰叁" in dialogue.sample.customer_text() for dialogue in made)
    assert 70 < used < 130


def test_images_of_complaints_are_photos() -> None:
    photo = IMAGE_KINDS.index("实物拍摄(含售后)")
    track = IMAGE_KINDS.index("物流页面-物流跟踪页面")
    assert max(image_weights("反馈密封性不好")) == image_weights("反馈密封性不好")[photo] > 50
    assert max(image_weights("物流查询")) == image_weights("物流查询")[track]
    assert len(image_weights("单品推荐")) == len(IMAGE_KINDS)


def test_instructions_parse_back(corpus: Corpus) -> None:
    rng = random.Random(15)
    for intent in corpus.intents[::3]:
        sample = generate_dialogue(rng, intent, corpus).sample
        text = to_instruction(sample, DIALOGUE_LABELS)
        body = re.search(r"<用户与客服的对话 START>\n(.*)\n<用户与客服的对话 END>\n", text, re.DOTALL)
        assert body is not None
        lines = [re.fullmatch(r"(用户|客服): (.*)", line) for line in body[1].split("\n")]
        speakers = {"用户": Speaker.CUSTOMER, "客服": Speaker.AGENT}
        assert tuple(Turn(speakers[line[1]], line[2]) for line in lines if line) == sample.turns
        labels = re.search(r"分类标签为：(\[.*\])\n$", text)
        assert labels is not None
        assert json.loads(labels[1]) == DIALOGUE_LABELS


def test_a_line_break_in_a_turn_is_refused() -> None:
    sample = Sample("x", Task.DIALOGUE, (Turn(Speaker.CUSTOMER, "一\n二"),))
    with pytest.raises(ValueError, match="line break"):
        to_instruction(sample, DIALOGUE_LABELS)


def test_the_scene_instruction_names_its_labels() -> None:
    text = scene_instruction(["甲", "乙"])
    assert text.startswith("Picture 1: <image>\n")
    assert text.endswith('分类标签:["甲","乙"]。')


def test_consecutive_dialogues_differ(corpus: Corpus) -> None:
    rng, intent = random.Random(16), corpus.intent("气泡")
    made = [generate_dialogue(rng, intent, corpus).sample for _ in range(50)]
    assert len({sample.id for sample in made}) == 50
    assert all(one.turns != two.turns for one, two in pairwise(made))
