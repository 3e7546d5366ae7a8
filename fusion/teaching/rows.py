"""Teaching the rows of a data file: which of them are new examples, which correct the label of a known one, and which say nothing
new."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.case import Case
from data.cases import Reader, load_cases
from data.errors import ImageError
from data.reader import check_labels
from data.reading import ReadingOptions
from data.run import RunFolder
from data.schema import Sample
from data.taught import TaughtStore, with_contents
from data.teaching import AddExample, CorrectLabel, Taught, Teaching, digest_of
from fusion.loading import load_base_chain, open_applying, run_manifest
from retrieval.duplicates import DuplicateSearch
from retrieval.encoded import Encoded
from retrieval.vectors import encode_cases

NEW, CORRECTED, KNOWN = "examples taught", "labels corrected", "rows known already"


@dataclass(frozen=True)
class Outcome:
    """How many rows were what, messages on rows that could not be used, and (id, label, near-duplicates with other labels)."""

    counts: dict[str, int]
    problems: list[str]
    contradictions: list[tuple[str, str, list[tuple[str, str]]]]


def teach_rows(
    run: RunFolder, store: TaughtStore, samples: list[Sample], source: str, images: Path, who: str, reading: ReadingOptions
) -> Outcome:
    """Keep what the rows say; all of it is on disk when this returns. Raises InputError, and RunError for an unfinished run."""
    manifest = run_manifest(run, policy="retrieval")
    applying = open_applying(run, manifest, load_base_chain(run, manifest), reading)
    taught = store.taught()
    chain = applying.apply(store, taught)
    good, problems = check_labels(samples, chain.labels, source)
    known = {case.sample.id: case for case in taught.kept(applying.prepare().read.cases)[1]}
    counts = {NEW: 0, CORRECTED: 0, KNOWN: 0}
    teachings: list[tuple[Teaching, Mapping[str, bytes]]] = []
    added: list[Sample] = []
    for sample in good:
        try:
            whole = with_contents(sample, images)
        except ImageError as error:
            problems.append(f"{source}: row {sample.id}: {error}")
            continue
        teaching, kind = _meaning(whole, taught, known)
        counts[kind] += 1
        if isinstance(teaching, AddExample):
            added.append(dataclasses.replace(whole, id=teaching.id))
        if teaching is not None:
            teachings.append((teaching, whole.contents))
    cases = load_cases(added, Reader.for_profile(manifest.profile, images, reading.cache, reading.workers), "images")
    encoded = Encoded(cases, encode_cases(chain.encoder, cases))
    among = DuplicateSearch.over(cases, encoded.vectors.image)
    contradictions = []
    for place, case in enumerate(cases):
        label, one = str(case.sample.label), encoded.take([place])
        others = applying.contradictions(one, label)
        others += [
            (cases[other].sample.id, str(cases[other].sample.label))
            for other in among.of(case, one.vectors.image[0])
            if cases[other].sample.label != label
        ]
        if others:
            contradictions.append((case.sample.id, label, others))
    store.add_all(teachings, who)
    kept = store.taught().examples
    for place, case in enumerate(cases):
        applying.remember(store, kept[case.sample.id], encoded.take([place]))
    problems += [problem for case in cases for problem in case.sample.problems]
    return Outcome(counts, problems, contradictions)


def _meaning(sample: Sample, taught: Taught, known: Mapping[str, Case]) -> tuple[Teaching | None, str]:
    """What a row with all its images says."""
    label = str(sample.label)
    digests = {name: digest_of(content) for name, content in sample.contents.items()}
    before = taught.examples.get(sample.id)
    if before is not None:
        same = (before.task, before.turns, before.images) == (sample.task, sample.turns, sample.images)
        if same and taught.digests(sample.id) == digests:
            return (None, KNOWN) if before.label == label else (CorrectLabel(sample.id, label), CORRECTED)
        return AddExample(sample.id, sample, label), NEW
    case = known.get(sample.id)
    if case is None:
        return AddExample(sample.id, sample, label), NEW
    pages = {page.digest for page in case.pages}
    if (case.sample.task, case.sample.turns) == (sample.task, sample.turns) and pages <= set(digests.values()):
        return (None, KNOWN) if case.sample.label == label else (CorrectLabel(sample.id, label), CORRECTED)
    text = f"{sample.task}\n{sample.turns}\n{sorted(digests.values())}"
    id_ = f"{sample.id}-{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:8]}"
    if id_ in taught.examples:
        return (None, KNOWN) if taught.examples[id_].label == label else (CorrectLabel(id_, label), CORRECTED)
    return AddExample(id_, sample, label), NEW
