"""Text views, lexical vectors and their search."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from retrieval_fakes import dialogue, page, scene
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from data.errors import RunError
from data.schema import Task
from retrieval.lexical import Counts, LexicalEncoder, LexicalIndex, top
from retrieval.views import Space, case_view, clean, question, spaces, text_view, transcript

CHARS = [Space("page", 1.0, 1)]


def views(*texts: str) -> list[dict[str, tuple[tuple[float, str], ...]]]:
    return [text_view(Task.SCENE, text) for text in texts]


def counts(*texts: str) -> Counts:
    return Counts.of(views(*texts), CHARS)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("订单 2024-09-22 共23件", "订单 0-0-0 共0件"),
        ('"<http>"', ""),
        ("看 https://item.example.com/a?id=1 这个", "看 这个"),
        ("https://item.example.com/a?id=1这款防水吗，会不会生锈", "这款防水吗,会不会生锈"),
        ("<image>漏水/:068~~", "漏水 ~~"),
        ("ＡＢＣ　①", "ABC 0"),
        ("[商品链接已隐藏]多少钱", "多少钱"),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_dialogue_view_weighs_last_customer_turns_and_parts_the_reply() -> None:
    case = dialogue("a", ["你好", "欢迎", "<image>", "看不到图片", "会漏水吗", "不会漏"], None, [page("参数表", "p")])
    view = case_view(case)
    assert view["customer"] == ((1.0, "会漏水吗"), (0.7, "你好\n会漏水吗"), (0.5, "你好\n会漏水吗"))
    assert view["agent"] == ((1.0, "不会漏"), (0.3, "欢迎\n看不到图片"))
    assert view["page"] == ((1.0, "参数表"),)
    assert question(case) == "你好\n会漏水吗"
    assert transcript(case) == "你好\n欢迎\n看不到图片\n会漏水吗\n不会漏"


def test_views_of_nothing_are_empty() -> None:
    assert case_view(dialogue("a", [], None)) == {"customer": (), "agent": (), "page": ()}
    assert question(scene("b", "", None)) == ""


def test_page_view_knows_top_bottom_and_short_lines() -> None:
    case = scene("a", "\n".join(["订单详情", *(["这是一行比较长的文字"] * 12), "确认收货"]), None)
    view = case_view(case)
    assert view["short"] == ((1.0, "订单详情\n确认收货"),)
    assert view["top"] == ()
    assert "确认收货" in view["bottom"][0][1]
    assert "订单详情" not in view["bottom"][0][1]


def test_blocks_have_their_weight_as_length() -> None:
    blocks = [Space("customer", 1.0, 2), Space("agent", 0.7, 2), Space("page", 0.2, 2)]
    both = case_view(dialogue("a", ["漏水吗", "不漏水"], None))
    encoder = LexicalEncoder.fit([both], blocks)
    assert np.linalg.norm(encoder.transform(Counts.of([both], blocks)).toarray()) == pytest.approx(np.hypot(1.0, 0.7), rel=1e-5)
    assert encoder.transform(Counts.of([{}, text_view(Task.DIALOGUE, "xyz")], blocks)).nnz == 0


def test_search_finds_shared_characters_best_first_and_nothing_for_strangers() -> None:
    index = LexicalIndex.build(counts("甲乙", "甲丙", "丙丁", "甲乙丁"), np.array([5, 6, 7, 8]))
    scores, rows = index.search(counts("甲乙", "戊"), 3)
    assert rows[0].tolist()[:2] == [5, 8]
    assert scores[0, 0] == pytest.approx(1.0, abs=1e-6)
    assert np.all(np.diff(scores[0]) <= 0)
    assert rows[1].tolist() == [-1, -1, -1]


def test_an_ngram_of_one_view_alone_does_not_lengthen_it() -> None:
    index = LexicalIndex.build(counts("甲乙戊己庚", "甲乙"), np.array([0, 1]))
    assert index.search(counts("甲乙"), 2)[0][0].tolist() == pytest.approx([1.0, 1.0], abs=1e-6)


def test_index_survives_saving(tmp_path: Path) -> None:
    texts = Counts.of(views("支付成功 订单", "退款 成功", "订单 退款", "物流 订单 a b"), spaces(Task.SCENE, 3))
    index = LexicalIndex.build(texts, np.arange(4))
    assert sorted(index.save(tmp_path, "x")) == ["x.json", "x.npz"]
    again = LexicalIndex.load(tmp_path, "x")
    for one, other in zip(index.search(texts, 4), again.search(texts, 4), strict=True):
        assert np.array_equal(one, other)


def test_empty_index_and_missing_files(tmp_path: Path) -> None:
    index = LexicalIndex.build(counts(), np.zeros(0, np.int64))
    assert index.search(counts("甲"), 3)[1].shape == (1, 0)
    index.save(tmp_path, "x")
    assert LexicalIndex.load(tmp_path, "x").search(counts("甲"), 3)[1].shape == (1, 0)
    with pytest.raises(RunError, match="is missing"):
        LexicalIndex.load(tmp_path, "y")
    (tmp_path / "x.npz").write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(RunError, match="cannot be read"):
        LexicalIndex.load(tmp_path, "x")


def test_top_partition_equals_plain_sort() -> None:
    scores = np.random.default_rng(0).integers(0, 50, (3, 5000)).astype(np.float32)
    assert top(scores, 8).shape == (3, 8)
    plain = np.argsort(-scores, axis=1, kind="stable")[:, :8]
    assert np.array_equal(np.take_along_axis(scores, top(scores, 8), 1), np.take_along_axis(scores, plain, 1))


TEXTS = ["订单已支付 订单", "退款 订单完成", "物流停滞 物流", "支付 支付 支付", "完成"]


@pytest.mark.parametrize("min_df", [1, 2])
def test_weights_are_those_of_scikit_learn(min_df: int) -> None:
    space = Space("page", 2.0, 2)
    encoder = LexicalEncoder.fit(views(*TEXTS), [space], min_df)
    plain = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, min_df=min_df).fit(TEXTS)
    assert encoder.terms[0].tolist() == plain.get_feature_names_out().tolist()
    new = [*TEXTS, "支付与未知字"]
    assert encoder.transform(Counts.of(views(*new), [space])).toarray() == pytest.approx(
        2 * plain.transform(new).toarray(), abs=1e-5
    )


def test_counts_taken_once_serve_every_fold() -> None:
    blocks = spaces(Task.DIALOGUE, 3)
    made = [case_view(dialogue(str(row), [text, "好的", TEXTS[row - 1]], None)) for row, text in enumerate(TEXTS)]
    counts = Counts.of(made, blocks)
    for rows in ([0, 2, 4], [3], [0, 1, 2, 3, 4]):
        part = [made[row] for row in rows]
        own = counts.take(np.array(rows))
        encoder, columns = LexicalEncoder.fit_counts(own, min_df=2)
        plain = LexicalEncoder.fit(part, blocks, min_df=2)
        assert [terms.tolist() for terms in encoder.terms] == [terms.tolist() for terms in plain.terms]
        fast = encoder.weigh(own.select(columns)).toarray()
        assert fast == pytest.approx(plain.transform(Counts.of(part, blocks)).toarray(), abs=1e-6)


def test_counts_by_other_terms_are_those_of_the_terms_alone() -> None:
    made, space = views("订单已支付 订单", "退款", ""), Space("page", 1.0, 2)
    plain = CountVectorizer(analyzer="char", ngram_range=(1, 2)).fit(["付款订单", "单号zz"])
    terms = np.array(plain.get_feature_names_out(), np.str_)
    aligned = Counts.of(made, [space]).align([terms])
    assert aligned.terms[0].tolist() == terms.tolist()
    texts = [text for view in made for _, text in view["page"]]
    assert np.array_equal(aligned.texts[0].toarray(), plain.transform(texts).toarray())
    assert aligned.texts[0].has_sorted_indices
    assert Counts.of(made, [space]).align([terms[:0]]).texts[0].shape == (2, 0)


def test_joined_counts_are_those_of_all_views() -> None:
    blocks = spaces(Task.DIALOGUE, 2)
    first = [case_view(dialogue(str(row), [text, "好的", TEXTS[row - 1]], None)) for row, text in enumerate(TEXTS)]
    second = [text_view(Task.DIALOGUE, text) for text in ("发票抬头", "", "订单zz")]
    for left, right in ((first, second), (second, first), (first, []), ([], second)):
        joined, whole = Counts.of(left, blocks).join(Counts.of(right, blocks)), Counts.of([*left, *right], blocks)
        assert len(joined) == len(whole) == len(left) + len(right)
        assert [terms.tolist() for terms in joined.terms] == [terms.tolist() for terms in whole.terms]
        for one, other in zip((*joined.texts, *joined.gather), (*whole.texts, *whole.gather), strict=True):
            assert one.dtype == other.dtype
            assert np.array_equal(one.toarray(), other.toarray())


def test_document_frequency_counts_views_not_texts() -> None:
    """A dialogue's only question stands in three texts of its view and is still one view."""
    made = [case_view(dialogue("a", ["甲甲"], None)), case_view(dialogue("b", ["乙"], None))]
    assert LexicalEncoder.fit(made, [Space("customer", 1.0, 1)], min_df=2).features == 0
