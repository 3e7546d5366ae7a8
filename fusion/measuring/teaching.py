"""How long teaching takes by the number of examples of a run, for `python -m fusion.benchmark --steps teach`.

The run's examples are generated dialogues of the official labels with made vectors; encoder and written knowledge are those of
the profile. The retriever that is brought up to date was fitted on a few of them: fitting it is not what is measured. Columns:

    prepare s   once, when a run is loaded: n-grams of all examples and of the written texts
    write ms    a change on disk
    check s     encoding the new example and finding its near-duplicates
    apply s     indexes and probes with the new example
    label s     the same after a label was added: its description encoded, what is known of the labels fitted again
    in all s    from teaching an example until it is found by the next question
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from data.case import Case
from data.labels import LabelSet, load_labels
from data.profile import Profile
from data.schema import Sample, Speaker, Task, Turn
from data.taught import TaughtStore
from data.teaching import AddExample, AddLabel
from retrieval.duplicates import DuplicateSearch
from retrieval.encoded import Encoded
from retrieval.encoder import Encodes
from retrieval.encoders import load_encoders
from retrieval.indexing import Knowledge, knowledge_for
from retrieval.retriever import Retriever
from retrieval.retriever_benchmark import generated_dialogues, made_vectors
from retrieval.updating import Prepared
from retrieval.vectors import CaseVectors, encode_cases

HEADER = "  examples  prepare s  write ms   check s   apply s   label s  in all s"
FITTED = 100  # examples that the retriever was fitted on
TEXT = "你们家的快递一般发什么，能不能指定"


def measure_teaching(sizes: Sequence[int], profile: Profile) -> Iterator[str]:
    """The lines of the table, one for each number of examples."""
    encoder, labels = load_encoders(profile), load_labels()
    known = knowledge_for(labels, encoder, profile)
    like = encode_cases(encoder, [Case(Sample("0", Task.DIALOGUE))])
    yield HEADER
    for count in sizes:
        yield _measure(count, like, encoder, labels, known, profile)


def _measure(count: int, like: CaseVectors, encoder: Encodes, labels: LabelSet, known: Knowledge, profile: Profile) -> str:
    cases = generated_dialogues(count, profile.seed)
    made = made_vectors(cases, profile.seed, like.text.shape[1])
    sentence = made_vectors(cases, profile.seed + 1, like.sentence.shape[1]).text if like.sentence.size else made.sentence
    read = Encoded(cases, CaseVectors(made.image, made.text, sentence))
    few = read.take(range(min(FITTED, count)))
    base = Retriever.fit(
        few.cases, few.vectors, labels, profile.retrieval, profile.seed, known.pairs, known.label_vectors, folds=2
    )

    def knowledge(wanted: LabelSet) -> Knowledge:
        return knowledge_for(wanted, encoder, profile)

    start = time.perf_counter()
    prepared = Prepared.of(base, labels, read, profile.seed)
    now = prepared.know(labels, knowledge)
    search = DuplicateSearch.over(cases, read.vectors.image)
    prepare = time.perf_counter() - start

    case = Case(Sample("new", Task.DIALOGUE, (Turn(Speaker.CUSTOMER, TEXT),), label=labels.names(Task.DIALOGUE)[0]))
    with tempfile.TemporaryDirectory() as folder:
        store = TaughtStore(Path(folder) / "run.taught.sqlite")
        start = time.perf_counter()
        own = Encoded([case], encode_cases(encoder, [case]))
        search.of(case, own.vectors.image[0])
        check = time.perf_counter() - start
        start = time.perf_counter()
        store.add(AddExample("new", case.sample, str(case.sample.label)), "benchmark")
        write = time.perf_counter() - start
        start = time.perf_counter()
        updated = prepared.updated(store.taught(), own, now)
        apply = time.perf_counter() - start
        found = updated.query(Task.DIALOGUE, [case], own.vectors).neighbours[0]
        if found[0].id != "new":
            raise AssertionError(f"the example that was taught is not found: {found[0]}")
        in_all = check + write + time.perf_counter() - start
        start = time.perf_counter()
        store.add(AddLabel(Task.DIALOGUE, "指定快递", "顾客想指定用哪家快递"), "benchmark")
        taught = store.taught()
        prepared.updated(taught, own, prepared.know(taught.label_set(labels), knowledge, now))
        label = time.perf_counter() - start
        store.close()
    return f"{count:10,} {prepare:10.1f} {1000 * write:9.1f} {check:9.2f} {apply:9.2f} {label:9.2f} {in_all:9.2f}"
