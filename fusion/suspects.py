"""The audit of a run's labels: doubtful examples, contradicting near-duplicates, and labels that the label file does not hold."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from data.atomic import write_text
from data.reader import load_samples
from data.run import RunFolder
from data.schema import Task
from data.taught import taught_to
from data.teaching import Taught
from fusion.album import Album, Picture
from fusion.doubt import contradicting_groups, label_doubt, seems
from fusion.examples import Examples
from fusion.loading import load_fusion, out_of_fold_answers, run_manifest
from fusion.pages.known import Known
from fusion.pages.rendering import render_file
from retrieval.retriever import Retriever
from retrieval.table import ExemplarTable

NEIGHBOURS = 3
PREVIEW, NEAR = 240, 160  # pixels of the longer side of an example's picture on the page, and of a neighbour's
PICTURES = 8 * 2**20  # bytes of all pictures together
COLUMNS = ("task", "id", "label", "seems", "doubt", "probability", "text")


@dataclass(frozen=True)
class Suspect:
    """A doubtful example: what it `seems` to be in place of its label.

    `doubt` is the log-odds of that against the label in nats, `probability` that of the label. `neighbours` are the nearest other
    examples as (id, label, text).
    """

    task: str
    id: str
    label: str
    seems: str
    doubt: float
    probability: float
    text: str
    images: tuple[str, ...]
    neighbours: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Audit:
    """What was found.

    `examples` counts those that were judged per task, `doubtful` those that something else is more probable for than their label.
    `contradictions` are groups of near-duplicates with different labels, as (id, label) each. `unknown` are (id, label) of rows
    of the data file whose label cannot be predicted. `image_folder` is where pictures lie.
    """

    suspects: tuple[Suspect, ...]
    contradictions: tuple[tuple[tuple[str, str], ...], ...]
    unknown: tuple[tuple[str, str], ...]
    examples: dict[str, int]
    doubtful: dict[str, int]
    image_folder: Path

    def summary(self) -> list[str]:
        """A line a task, and one for each other kind of finding."""
        return [
            *(
                f"{task}: {self.doubtful[task]} of {count} examples seem to be something else"
                for task, count in self.examples.items()
            ),
            f"{len(self.contradictions)} groups of near-duplicates have different labels",
            f"{len(self.unknown)} rows have a label that the label file does not hold, or has retired",
        ]


def audit_run(run: RunFolder, most: int) -> Audit:
    """Judge a run's training examples with the answers of parts that did not see them.

    Lists the `most` doubtful examples. Labels are those of now: what was corrected or removed since the run was built counts.
    An example whose label the run did not have then is not judged. Raises RunError where a step is missing.
    """
    manifest = run_manifest(run, policy=None if run.is_complete("vlm") else "retrieval")
    retriever, fusion, _ = load_fusion(run, manifest)
    taught = taught_to(run.path)
    now = labels_now(taught, taught_to(run.path, manifest.taught), retriever.table)
    suspects: list[Suspect] = []
    contradictions: list[tuple[tuple[str, str], ...]] = []
    examples, doubtful = {}, {}
    for task, (probability, _) in out_of_fold_answers(run, manifest, retriever, fusion).items():
        names = manifest.labels.names(task)
        numbers = {name: number for number, name in enumerate(names)}
        given = np.array([numbers.get(now.get(retriever.table.ids[row], ""), -1) for row in retriever.rows(task)], np.int64)
        judged = np.flatnonzero(given >= 0)
        rows, labels, probability = retriever.rows(task)[judged], given[judged], probability[judged]
        doubt, other = label_doubt(probability, labels), seems(probability, labels)
        examples[task.value], doubtful[task.value] = len(doubt), int((doubt > 0).sum())
        neighbours = retriever.out_of_fold()[task].neighbours
        for place in (-doubt).argsort(kind="stable")[:most].tolist():
            row = retriever.table[int(rows[place])]
            beside = [(item.id, now[item.id], item.text) for item in neighbours[judged[place]] if item.id in now]
            own = round(float(doubt[place]), 4), round(float(probability[place, labels[place]]), 6)
            known_as, near = (names[labels[place]], names[int(other[place])]), tuple(beside[:NEIGHBOURS])
            suspects.append(Suspect(task.value, row.id, *known_as, *own, row.text, row.images, near))
        contradictions += _contradictions(retriever, task, now)
    suspects.sort(key=lambda item: -item.doubt)
    known = {(task, name) for task in Task for name in manifest.labels.names(task)}
    samples = load_samples(Path(manifest.data))
    left = [(one, taught.corrected.get(one.id, one.label)) for one in samples if one.id not in taught.removed]
    known |= {(task, name) for task in Task for name in taught.label_set(manifest.labels).names(task)}
    unknown = [(sample.id, label) for sample, label in left if label and (sample.task, label) not in known]
    return Audit(tuple(suspects[:most]), tuple(contradictions), tuple(unknown), examples, doubtful, Path(manifest.images))


def labels_now(taught: Taught, before: Taught, table: ExemplarTable) -> dict[str, str]:
    """The labels of a run's examples after what it was `taught`; examples that were removed are left out. `before` is what it was
    built with."""
    gone = taught.removed | (before.examples.keys() - taught.examples.keys())
    now = {row.id: taught.corrected.get(row.id, row.label) for row in table if row.id not in gone}
    return now | {id_: str(sample.label) for id_, sample in taught.examples.items() if id_ in now}


def _contradictions(retriever: Retriever, task: Task, now: Mapping[str, str]) -> list[tuple[tuple[str, str], ...]]:
    ids = [retriever.table.ids[row] for row in retriever.rows(task)]
    left = np.array([place for place, id_ in enumerate(ids) if id_ in now], np.int64)
    found = [(ids[place], now[ids[place]]) for place in left]
    groups = contradicting_groups(retriever.groups(task)[left], [label for _, label in found])
    return [tuple(found[place] for place in group) for group in groups]


def write_audit(out: Path, audit: Audit, examples: Examples | None = None) -> None:
    """Write audit.json, audit.csv and audit.html; `examples` are those of the run, whose pictures the page shows."""
    value = asdict(audit)
    value.pop("image_folder")
    write_text(out / "audit.json", json.dumps(value, ensure_ascii=False, indent=1) + "\n")
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(value["suspects"])
    write_text(out / "audit.csv", "\ufeff" + table.getvalue())
    write_text(out / "audit.html", _page(audit, examples))


def _page(audit: Audit, examples: Examples | None) -> str:
    album = Album(PICTURES)
    ids = {id_ for item in audit.suspects for id_, _, _ in item.neighbours}
    known = examples.find(ids) if examples else {}
    entries = []
    for item in audit.suspects:
        pictures = [(name, album.add(name, audit.image_folder, PREVIEW)) for name in item.images]
        neighbours = [(id_, label, text, _first(known.get(id_), album, examples)) for id_, label, text in item.neighbours]
        entries.append((item, pictures, neighbours))
    return render_file("audit.html.jinja", audit=audit, entries=entries, album=album)


def _first(known: Known | None, album: Album, examples: Examples | None) -> Picture | None:
    """The first picture of an example, None where it has none."""
    if known is None or examples is None or not known.images:
        return None
    return album.add(known.images[0], examples.images, NEAR, known.contents)
