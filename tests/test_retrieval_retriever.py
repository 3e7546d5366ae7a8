"""The retriever: what it finds, what it never learns from, and that saving changes nothing."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from retrieval_fakes import LABELS, TOPICS, OneHotEncoder, cases, dialogue, page, scene

from data.case import Case
from data.errors import InputError, RunError
from data.labels import LabelSet
from data.profile import RetrievalSettings
from data.schema import Task
from retrieval.encoded import Encoded
from retrieval.encoder import unit
from retrieval.knowledge import POOL_WEIGHT, PRIOR_EXAMPLES, WrittenViews, pool_weight
from retrieval.lexical import Counts
from retrieval.neighbourhood import Neighbourhood
from retrieval.retriever import Retriever
from retrieval.table import ExemplarTable
from retrieval.task import Retrieved
from retrieval.vectors import CaseVectors, encode_cases, encode_labels
from retrieval.views import case_view, spaces

SETTINGS = RetrievalSettings(neighbours=4)
ENCODER = OneHotEncoder()
NAMES = LABELS.names(Task.SCENE)


def fit(training: list[Case], knowledge: bool = False) -> Retriever:
    pairs = {task: [(name, f"请问{name[2:]}呢") for name in NAMES] for task in Task} if knowledge else None
    vectors = encode_labels(ENCODER, LABELS, pairs)
    return Retriever.fit(training, encode_cases(ENCODER, training), LABELS, SETTINGS, 0, pairs, vectors)


def ask(retriever: Retriever, *asked: Case) -> Retrieved:
    return retriever.query(asked[0].sample.task, asked, encode_cases(ENCODER, asked))


def test_new_cases_find_their_topic() -> None:
    retriever = fit(cases(), knowledge=True)
    for task, case in (
        (Task.SCENE, scene("q", "材质的新页面", None, shade=70)),
        (Task.DIALOGUE, dialogue("q", ["什么材质"], None)),
    ):
        found = ask(retriever, case)
        assert found.task is task
        assert found.ids == ("q",)
        assert found.probability.shape == (1, 4)
        assert found.probability.sum(axis=1) == pytest.approx([1.0], abs=1e-5)
        for name, matrix in {**found.scores, "pool": found.probability}.items():
            assert matrix.shape == (1, 4), name
            assert matrix.dtype == np.float32, name
            silent = "sentence" if task is Task.SCENE else "image"  # scenes have no sentence vectors, these dialogues no images
            if silent not in name:
                assert matrix.argmax() == 1, name
        assert found.neighbours[0][0].label == NAMES[1]
        assert len(found.neighbours[0]) == SETTINGS.neighbours


def test_scores_have_the_names_that_fusion_reads() -> None:
    expected = {f"{one}_{kind}" for one in ("image", "text", "sparse") for kind in ("vote", "best")}
    expected |= {"fused_vote", "probe_text", "probe_dense"}
    expected |= {"description_text", "description_dense", "description_image"}
    with_text_encoder = {"sentence_vote", "sentence_best", "probe_sentence", "description_sentence"}
    for encoder, names in ((ENCODER, expected | with_text_encoder), (OneHotEncoder(sentences=False), expected)):
        vectors = encode_labels(encoder, LABELS)
        retriever = Retriever.fit(cases(), encode_cases(encoder, cases()), LABELS, SETTINGS, 0, None, vectors)
        asked = [scene("q", "退款", None)]
        assert set(retriever.query(Task.SCENE, asked, encode_cases(encoder, asked)).scores) == names
        assert all(set(found.scores) == names for found in retriever.out_of_fold().values())


def test_out_of_fold_has_the_order_of_the_cases_and_never_the_case_itself() -> None:
    retriever = fit(cases())
    for task, found in retriever.out_of_fold().items():
        assert found.ids == tuple(case.sample.id for case in cases() if case.sample.task is task)
        assert retriever.rows(task).tolist() == [row for row, item in enumerate(retriever.table) if item.task is task]
        assert len(retriever.groups(task)) == len(found.ids) == 16
        for own, near in zip(found.ids, found.neighbours, strict=True):
            assert near
            assert own not in {neighbour.id for neighbour in near}
        if task is Task.DIALOGUE:  # the scenes of a topic are one group: without it nothing speaks for the topic
            truth = [NAMES.index(retriever.table[row].label) for row in retriever.rows(task)]
            assert found.probability.argmax(axis=1).tolist() == truth


def with_twin(label: str) -> list[Case]:
    """The cases and, for the first scene and the first dialogue, a copy with this label."""
    made = cases()
    twins = [dataclasses.replace(case.sample, id=f"twin-{case.sample.id}", label=label) for case in made[:2]]
    return [*made, *(Case(sample, case.pages) for sample, case in zip(twins, made[:2], strict=True))]


def differing(one: Retriever, other: Retriever) -> set[str]:
    """Names of scores of the first scene and the first dialogue that differ between two retrievers."""
    names = set()
    for task in Task:
        mine, theirs = one.out_of_fold()[task], other.out_of_fold()[task]
        names |= {name for name in mine.scores if not np.array_equal(mine.scores[name][0], theirs.scores[name][0])}
        if [item.id for item in mine.neighbours[0]] != [item.id for item in theirs.neighbours[0]]:
            names.add("neighbours")
    return names


def test_the_label_of_a_duplicate_does_not_leak() -> None:
    """The twin of an example is near it in every list and would be the best teacher of every probe."""
    assert differing(fit(with_twin(NAMES[0])), fit(with_twin(NAMES[2]))) == set()


def test_the_leak_would_be_seen_without_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.retriever.duplicate_groups", lambda made, vectors: np.arange(len(made)))
    found = differing(fit(with_twin(NAMES[0])), fit(with_twin(NAMES[2])))
    lists = {"image_vote", "text_vote", "sentence_vote", "sparse_vote", "sparse_best", "fused_vote"}
    assert lists | {"probe_text", "probe_dense", "probe_sentence"} <= found


def test_the_leak_would_be_seen_without_exclusion(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Neighbourhood.search
    monkeypatch.setattr(Neighbourhood, "search", lambda self, views, vectors, k, own=None: plain(self, views, vectors, k))
    assert "sparse_vote" in differing(fit(with_twin(NAMES[0])), fit(with_twin(NAMES[2])))


def test_answers_survive_saving(tmp_path: Path) -> None:
    retriever = fit(cases(), knowledge=True)
    files = retriever.save(tmp_path)
    assert sorted(files) == sorted(path.name for path in tmp_path.iterdir())
    again = Retriever.load(tmp_path)
    asked = [scene("q", "材质 退款的页面", None, shade=130), scene("empty", "", None)]
    pairs = [(ask(retriever, *asked), ask(again, *asked))]
    pairs += [(retriever.out_of_fold()[task], again.out_of_fold()[task]) for task in Task]
    for one, other in pairs:
        assert one.ids == other.ids
        assert list(one.neighbours) == list(other.neighbours)
        assert np.array_equal(one.probability, other.probability)
        assert one.scores.keys() == other.scores.keys()
        assert all(np.array_equal(one.scores[name], other.scores[name]) for name in one.scores)


def loud() -> tuple[list[Case], CaseVectors]:
    """Scenes whose topic stands on two quiet axes beside five loud ones."""
    generator = np.random.default_rng(0)
    made = [scene(f"m{number}", f"第{'甲乙丙丁'[number // 4 % 4]}页", NAMES[number % 4]) for number in range(96)]
    quiet = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])[np.arange(96) % 4] + generator.normal(0, 0.1, (96, 2))
    vectors = unit(np.concatenate([generator.normal(0, 1, (96, 5)), 0.3 * quiet], axis=1))
    return made, CaseVectors(vectors, np.zeros_like(vectors))


def test_whitening_is_used_where_it_helps_and_saved(tmp_path: Path) -> None:
    training, vectors = loud()
    retriever = Retriever.fit(training, vectors, LABELS, SETTINGS, 0)
    assert set(retriever.tasks[Task.SCENE].neighbourhood.whitening) == {"image"}
    found = retriever.out_of_fold()[Task.SCENE]
    truth = [NAMES.index(str(case.sample.label)) for case in training]
    assert (found.scores["image_vote"].argmax(axis=1) == truth).mean() > 0.5
    retriever.save(tmp_path)
    asked = training[:5], vectors.take(range(5))
    one, other = (made.query(Task.SCENE, *asked) for made in (retriever, Retriever.load(tmp_path)))
    assert np.array_equal(one.probability, other.probability)
    assert one.neighbours == other.neighbours


def test_the_same_seed_gives_the_same_retriever() -> None:
    one, other = fit(cases(), knowledge=True), fit(cases(), knowledge=True)
    assert differing(one, other) == set()


def test_cases_without_a_usable_label_are_not_indexed() -> None:
    extra = [scene("none", "漏水", None), scene("strange", "漏水", "别的标签")]
    retriever = fit([*extra, *cases()])
    assert {row.id for row in retriever.table}.isdisjoint({"none", "strange"})


@pytest.mark.parametrize(
    "training", [[], cases(1)[:1], cases(1)[:2], [case for case in cases() if case.sample.task is Task.SCENE]]
)
def test_few_examples_or_none(training: list[Case], tmp_path: Path) -> None:
    """Down to no example at all, knowledge answers."""
    retriever = fit(training, knowledge=True)
    retriever.save(tmp_path)
    for one in (retriever, Retriever.load(tmp_path)):
        found = ask(one, dialogue("q", ["尺码怎么选"], None))
        assert found.probability.argmax() == 2
        assert np.isfinite(found.probability).all()
        for task, own in one.out_of_fold().items():
            assert own.probability.shape == (sum(case.sample.task is task for case in training), 4)


@pytest.mark.parametrize("task", Task)
def test_a_task_without_labels_is_left_out(task: Task, tmp_path: Path) -> None:
    labels = LabelSet("one", {task: LABELS.tasks[task]})
    training = cases()
    vectors = encode_cases(ENCODER, training)
    retriever = Retriever.fit(training, vectors, labels, SETTINGS, 0, None, encode_labels(ENCODER, labels))
    retriever.save(tmp_path)
    for one in (retriever, Retriever.load(tmp_path)):
        assert set(one.tasks) == set(one.out_of_fold()) == {task}
        asked = next(case for case in training if case.sample.task is task)
        assert ask(one, asked).probability.shape == (1, 4)


def test_cases_without_image_or_text() -> None:
    retriever = fit(cases())
    found = ask(retriever, scene("blank", "", None), Case(scene("gone", "", None).sample))
    assert np.isfinite(found.probability).all()
    assert found.neighbours == [(), ()]


def test_without_text_the_answer_is_what_is_seen() -> None:
    """Pages of one topic have one shade, which the encoder does not see."""
    training = [
        scene(f"{topic}{number}", f"{'漏退尺真'[topic]}水款码假{number}", NAMES[topic], shade=64 * topic + number)
        for topic in range(4)
        for number in range(6)
    ]
    retriever = fit(training)
    unreadable = ask(retriever, *[scene(f"q{topic}", "", None, shade=64 * topic + 3) for topic in range(4)])
    assert unreadable.probability.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert np.allclose(unreadable.probability.sum(axis=1), 1, atol=1e-5)


def test_an_index_without_a_visual_probe_is_asked_as_before(tmp_path: Path) -> None:
    retriever = fit(cases())
    retriever.save(tmp_path)
    for task in Task:
        with np.load(tmp_path / f"{task.value}-probes.npz") as arrays:
            np.savez(tmp_path / f"{task.value}-probes.npz", **{name: arrays[name] for name in arrays if "visual" not in name})
        state = json.loads((tmp_path / f"{task.value}.json").read_text("utf-8"))
        state.pop("unreadable_pool", None)
        (tmp_path / f"{task.value}.json").write_text(json.dumps(state), "utf-8")
    found = ask(Retriever.load(tmp_path), scene("q", "退款", None))
    assert "probe_visual" not in found.scores
    assert np.isfinite(found.probability).all()


def test_knowledge_can_be_switched_off() -> None:
    pairs = {task: [(NAMES[number], f"暗号{word * 3}") for number, word in enumerate("甲乙丙丁")] for task in Task}
    vectors = encode_cases(ENCODER, cases())
    asked = dialogue("q", ["暗号丙丙丙"], None)
    known, unknown = (
        Retriever.fit(cases(), vectors, LABELS, dataclasses.replace(SETTINGS, knowledge=flag), 0, pairs) for flag in (True, False)
    )
    assert ask(known, asked).probability.argmax() == 2
    assert ask(known, asked).probability[0, 2] > 1.5 * ask(unknown, asked).probability[0, 2]


def test_knowledge_counts_less_the_more_examples_there_are() -> None:
    assert pool_weight(0) == POOL_WEIGHT
    assert pool_weight(PRIOR_EXAMPLES) == POOL_WEIGHT / 2
    for per_topic in (1, 8):
        pool = fit(cases(per_topic), knowledge=True).tasks[Task.SCENE].pool
        assert dict(zip(pool.names, pool.weights, strict=True))["probe_knowledge"] == pool_weight(per_topic)
    pairs = [(NAMES[0], "漏水")] * 20 + [(NAMES[1], "材质")] * 2
    weights = WrittenViews.of(Task.DIALOGUE, LABELS.active(Task.DIALOGUE), pairs).weights()
    assert weights[:4].tolist() == [PRIOR_EXAMPLES / 21, 1, 1, 1]
    assert weights[4:24].sum() + weights[0] == pytest.approx(PRIOR_EXAMPLES)


def test_a_label_that_nothing_was_written_for_is_not_spoken_against() -> None:
    pairs = {task: [(name, f"请问{name[2:]}呢") for name in NAMES[:3]] for task in Task}
    scorer = Retriever.fit(cases(), encode_cases(ENCODER, cases()), LABELS, SETTINGS, 0, pairs).tasks[Task.DIALOGUE].known
    counts = Counts.of([case_view(dialogue("q", ["退款退款"], None))], spaces(Task.DIALOGUE, SETTINGS.ngram_max))
    scores = scorer.scores(counts, CaseVectors(np.zeros((1, 4), np.float32), np.zeros((1, 4), np.float32)))["probe_knowledge"][0]
    assert scores[3] == pytest.approx(scores[:3].mean())
    untold = Retriever.fit(cases(), encode_cases(ENCODER, cases()), LABELS, SETTINGS, 0).tasks[Task.DIALOGUE].known
    assert not untold.scores(counts, CaseVectors(np.zeros((1, 4), np.float32), np.zeros((1, 4), np.float32)))[
        "probe_knowledge"
    ].any()


def test_wrong_vectors_and_tasks_are_refused(tmp_path: Path) -> None:
    retriever = fit(cases())
    asked = [scene("q", "退款", None)]
    with pytest.raises(InputError, match="cases came with 2 vectors"):
        Retriever.fit(cases(), encode_cases(ENCODER, cases()[:2]), LABELS, SETTINGS, 0)
    with pytest.raises(InputError, match="encode these very cases"):
        retriever.query(Task.SCENE, asked, encode_cases(ENCODER, []))
    with pytest.raises(InputError, match="sample q is no dialogue"):
        retriever.query(Task.DIALOGUE, asked, encode_cases(ENCODER, asked))
    with pytest.raises(RunError, match=r"retriever.json is missing"):
        Retriever.load(tmp_path)


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    names = fit(cases()).save(tmp_path)
    for name in names:
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).unlink()
        with pytest.raises(RunError, match=name):
            Retriever.load(tmp_path)
        (tmp_path / name).write_bytes(content[: len(content) // 2])
        with pytest.raises(RunError, match=name):
            Retriever.load(tmp_path)
        (tmp_path / name).write_bytes(content)
    Retriever.load(tmp_path)


def test_table_survives_saving(tmp_path: Path) -> None:
    rows = fit([*cases(), dialogue("many", ["漏水"], NAMES[0], [page("甲", "x"), page("乙", "y")])]).table
    rows.save(tmp_path / "t.parquet")
    again = ExemplarTable.load(tmp_path / "t.parquet")
    assert again == rows
    assert again[:] == list(rows)
    assert rows[-1].digest == ("x", "y")
    assert rows[-1].ocr == "甲\n\n乙"
    assert rows[-1].text == "漏水"


def test_columns_of_the_table_are_those_of_its_rows() -> None:
    table = fit([*cases(), dialogue("twin", ["<image>", "在的", "这个漏水怎么办", "漏水没问题"], NAMES[0])]).table
    assert table.ids == [row.id for row in table]
    assert table.labels == [row.label for row in table]
    assert table.groups.tolist() == [row.group for row in table]
    for task in Task:
        assert table.of_task(task).tolist() == [number for number, row in enumerate(table) if row.task is task]
        expected = [NAMES.index(row.label) if row.task is task else -1 for row in table]
        assert table.targets(task, NAMES).tolist() == expected
    with pytest.raises(IndexError):
        table[len(table)]


def test_saved_neighbours_are_read_one_case_at_a_time(tmp_path: Path) -> None:
    retriever = fit([*cases(), scene("blank", "", NAMES[0])])
    retriever.save(tmp_path)
    found, again = (made.out_of_fold()[Task.SCENE].neighbours for made in (retriever, Retriever.load(tmp_path)))
    assert len(again) == len(found) == 17
    assert again[-1] == found[-1] == ()
    assert again[2:4] == list(found[2:4])
    with pytest.raises(IndexError):
        again[17]


def test_one_example_a_label_is_trusted() -> None:
    """Out of fold nothing speaks for the only example of a label; weights that are fitted on that would distrust all evidence."""
    training = [case for case in cases(1) if case.sample.task is Task.DIALOGUE]
    retriever = Retriever.fit(training, encode_cases(ENCODER, training), LABELS, SETTINGS, 0, None, None)
    found = ask(retriever, *(dialogue(topic, [f"什么{topic}"], None) for topic in TOPICS))
    assert found.probability.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_a_label_without_examples_is_answered_by_its_description() -> None:
    training = [case for case in cases() if case.sample.label != NAMES[2]]
    found = ask(fit(training), dialogue("q", ["尺码"], None))
    for name in ("description_sentence", "probe_sentence"):
        assert found.scores[name].argmax() == 2, name


def test_an_index_without_a_text_encoder_is_loaded_and_asked(tmp_path: Path) -> None:
    """Those of before the text encoder hold two dense lists and no centring."""
    plain = OneHotEncoder(sentences=False)
    Retriever.fit(cases(), encode_cases(plain, cases()), LABELS, SETTINGS, 0).save(tmp_path)
    for task in Task:
        state = json.loads((tmp_path / f"{task}.json").read_text(encoding="utf-8"))
        assert state.pop("lists") == ["image", "text"]
        (tmp_path / f"{task}.json").write_text(json.dumps(state), encoding="utf-8")
    state = json.loads((tmp_path / "retriever.json").read_text(encoding="utf-8"))
    assert state.pop("sentence_dimension") == 0
    (tmp_path / "retriever.json").write_text(json.dumps(state), encoding="utf-8")
    again = Retriever.load(tmp_path)
    asked = [scene("q", "退款" * 20, None)]
    assert again.query(Task.SCENE, asked, encode_cases(plain, asked)).probability.argmax() == 3
    with pytest.raises(InputError, match=r"expected vectors \(1, 4\) and \(1, 0\), found \(1, 4\) and \(1, 16\)"):
        again.query(Task.SCENE, asked, encode_cases(ENCODER, asked))


def test_unlabelled_cases_are_kept_only_where_they_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    training = [case for case in cases(8) if case.sample.task is Task.DIALOGUE]
    vectors = encode_cases(ENCODER, training)
    asked = [dialogue(f"u{number}", [f"{topic}第{number}个"], None) for number, topic in enumerate(TOPICS * 3)]
    more = Encoded(asked, encode_cases(ENCODER, asked))

    def made(loss: dict[bool, float]) -> Retriever:
        given = iter(loss.values())
        monkeypatch.setattr("retrieval.task._log_loss", lambda probability, targets: next(given))
        return Retriever.fit(training, vectors, LABELS, SETTINGS, 0, unlabelled=more)

    plain = Retriever.fit(training, vectors, LABELS, SETTINGS, 0)
    refused, kept = made({False: 0.5, True: 0.6}), made({False: 0.5, True: 0.4})
    assert differing_scores(plain, refused) == set()
    assert differing_scores(plain, kept) >= {"probe_text", "probe_sentence"}
    assert not [name for name in differing_scores(plain, kept) if not name.startswith("probe_")]
    assert plain.tasks[Task.DIALOGUE].self_training == {}
    assert refused.tasks[Task.DIALOGUE].self_training == {"without": 0.5, "with": 0.6, "kept": False}
    kept.save(tmp_path)
    again = Retriever.load(tmp_path).tasks[Task.DIALOGUE].self_training
    assert again == kept.tasks[Task.DIALOGUE].self_training
    assert again["taken"]
    assert all(
        NAMES[TOPICS.index(asked[int(item["id"][1:])].sample.turns[0].text[:2])] == item["label"] for item in again["taken"]
    )


def test_unlabelled_scenes_teach_probes_and_near_duplicates_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labelled pages show a topic in one word; unlabelled ones show that another word always comes along."""
    training = [case for case in cases(8) if case.sample.task is Task.SCENE]
    along = dict(zip(TOPICS, ("杯盖", "棉布", "身高", "银行"), strict=True))
    new = [scene(f"u{number}", f"{topic}的页面\n{along[topic]}第{number}", None) for number, topic in enumerate(TOPICS * 5)]
    copies = [
        dataclasses.replace(case, sample=dataclasses.replace(case.sample, id=f"copy-{case.sample.id}")) for case in training
    ]
    told = [*new, *copies]
    losses = iter((0.5, 0.4))
    monkeypatch.setattr("retrieval.task._log_loss", lambda probability, targets: next(losses))
    made = {
        kept: Retriever.fit(
            training, encode_cases(ENCODER, training), LABELS, SETTINGS, 0,
            unlabelled=Encoded(told, encode_cases(ENCODER, told)) if kept else None,
        )
        for kept in (False, True)
    }  # fmt: skip
    taken = made[True].tasks[Task.SCENE].self_training["taken"]
    assert taken
    assert {item["id"] for item in taken} <= {case.sample.id for case in new}
    assert all(item["label"] == NAMES[int(item["id"][1:]) % 4] for item in taken)
    assert made[True].rows(Task.SCENE).tolist() == made[False].rows(Task.SCENE).tolist()  # neighbours are labelled ones
    changed = differing_scores(made[False], made[True], Task.SCENE)
    assert "probe_text" in changed
    assert all(name.startswith("probe_") for name in changed)
    asked = [scene("q", "只有银行", None)]
    plain, knowing = (one.query(Task.SCENE, asked, encode_cases(ENCODER, asked)).scores["probe_text"][0] for one in made.values())
    assert plain.argmax() != 3 or plain[3] < 0
    assert knowing.argmax() == 3


def differing_scores(one: Retriever, other: Retriever, task: Task = Task.DIALOGUE) -> set[str]:
    """Names of a task's scores that differ between two retrievers."""
    mine, theirs = (made.out_of_fold()[task].scores for made in (one, other))
    return {name for name in mine if not np.array_equal(mine[name], theirs[name])}
