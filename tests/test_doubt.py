"""Doubtful labels and strange inputs: the scores by hand, and on made-up cases whose truth is known."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from retrieval_fakes import LABELS, OneHotEncoder, cases
from world import World

from data.case import Case
from data.profile import TextEncoderSettings, load_profile
from data.schema import Task
from data.taught import TaughtStore, taught_path
from data.teaching import CorrectLabel, RemoveExample
from fusion import audit, teach
from fusion.doubt import contradicting_groups, label_doubt, seems
from fusion.evaluation.out_of_scope import labels_without, out_of_scope
from fusion.evaluation.planted import find_planted
from fusion.pages.words import WORDS
from fusion.scope import ScopeReference
from retrieval.indexing import knowledge_for
from retrieval.vectors import encode_cases

PROBABILITY = np.array([[0.7, 0.2, 0.1], [0.7, 0.2, 0.1], [0.2, 0.3, 0.5]])


def test_doubt_is_the_log_odds_against_the_label() -> None:
    doubt = label_doubt(PROBABILITY, np.array([0, 1, 2]))
    assert doubt == pytest.approx([np.log(2 / 7), np.log(7 / 2), np.log(3 / 5)])
    assert seems(PROBABILITY, np.array([0, 1, 2])).tolist() == [1, 0, 1]


def test_near_duplicates_with_different_labels_are_found() -> None:
    assert contradicting_groups(np.array([0, 1, 0, 3, 3, 1]), ["a", "b", "c", "a", "a", "b"]) == [[0, 2]]


def test_scope_is_the_mean_rank_among_the_examples() -> None:
    reference = ScopeReference.of({"near": np.array([0.4, 0.1, 0.3, 0.2], np.float32), "sure": np.ones(4, np.float32)})
    found = {"near": np.array([0.5, 0.0, 0.25], np.float32), "sure": np.array([1.0, 0.5, 1.0], np.float32)}
    assert reference.score(found) == pytest.approx([1 - (1 + 0.5) / 2, 1.0, 1 - (0.5 + 0.5) / 2])
    # Each example's own score compares it with all, itself a tie.
    pair = ScopeReference.of({"near": np.array([0.4, 0.1, 0.3, 0.2], np.float32)})
    assert pair.own == pytest.approx([1 / 8, 7 / 8, 3 / 8, 5 / 8])


def profile():
    embedded = load_profile("embedded")
    retrieval = dataclasses.replace(embedded.retrieval, knowledge=False)
    return dataclasses.replace(embedded, retrieval=retrieval, text_encoder=TextEncoderSettings())


def test_planted_labels_are_found_where_topics_are_clear() -> None:
    # Without pixels: all scenes of a topic would be near-duplicates, so that out of fold nothing spoke for it.
    encoder = OneHotEncoder()
    made = [Case(case.sample, tuple(dataclasses.replace(page, pixels=None) for page in case.pages)) for case in cases(8)]
    knowledge = knowledge_for(LABELS, encoder, profile())
    for found in find_planted(made, encode_cases(encoder, made), profile(), LABELS, knowledge, 0.1):
        assert found.planted == 3
        assert found.precision == 1.0


def test_left_out_topics_are_strange() -> None:
    encoder, made = OneHotEncoder(), cases(8)
    found = out_of_scope(made, encode_cases(encoder, made), profile(), LABELS, encoder)
    assert {item.task for item in found} == set(Task)
    for item in found:
        assert item.outside == 32  # every example once
        assert item.scope > 0.9


def test_labels_that_are_left_out_do_not_exist() -> None:
    name = LABELS.names(Task.SCENE)[0]
    rest = labels_without(LABELS, [(Task.SCENE, name)])
    assert name not in rest.names(Task.SCENE)
    assert rest.names(Task.DIALOGUE) == LABELS.names(Task.DIALOGUE)


@pytest.mark.slow
def test_the_audit_of_a_run(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = world.copy(tmp_path / "run", "index", "vlm", "fusion")
    assert audit.main(["--run", str(run), "--most", "5"]) == 0
    assert "examples seem to be something else" in capsys.readouterr().out
    found = json.loads((run / "audit" / "audit.json").read_text(encoding="utf-8"))
    doubts = [item["doubt"] for item in found["suspects"]]
    assert len(doubts) == 5
    assert doubts == sorted(doubts, reverse=True)
    table = (run / "audit" / "audit.csv").read_text(encoding="utf-8-sig")
    assert [row["id"] for row in csv.DictReader(io.StringIO(table))] == [item["id"] for item in found["suspects"]]
    page = (run / "audit" / "audit.html").read_text(encoding="utf-8")
    assert all(item["id"] in page for item in found["suspects"])
    assert "data:image/jpeg;base64," in page
    assert all(text in page for text in WORDS["doubts_title"])  # in both languages
    assert page.count('class="what') == sum(len(item["neighbours"]) for item in found["suspects"])
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)  # one file

    # What people said since counts: an old label in the next table would take their correction back.
    first, second = found["suspects"][:2]
    store = TaughtStore(taught_path(run))
    store.add_all([(CorrectLabel(first["id"], first["seems"]), {}), (RemoveExample(second["id"]), {})], "anna")
    store.close()
    assert audit.main(["--run", str(run), "--most", "1000"]) == 0
    again = {item["id"]: item for item in json.loads((run / "audit" / "audit.json").read_text(encoding="utf-8"))["suspects"]}
    assert again[first["id"]]["label"] == first["seems"]
    assert second["id"] not in again
    assert teach.main(["--run", str(run), "--correct", str(run / "audit" / "audit.csv")]) == 0
    assert "0 labels corrected" in capsys.readouterr().out
