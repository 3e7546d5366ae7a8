"""What can be taught to a run, as changes, and what counts after them.

A change is a row that is never altered; undoing one is a change, too. What counts follows from playing the rows in their order,
so that any single one can be undone. `data.taught` keeps them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from data.case import Case
from data.labels import FEWEST, Label, LabelSet, label_key
from data.schema import Sample, Speaker, Task, Turn

Kind = Literal["example", "remove", "correct", "label", "retire", "undo"]


@dataclass(frozen=True)
class Change:
    """One row. `payload` has what the kind needs: `id`, `sample`, `label`, `images`, ... or the `version` that is undone."""

    version: int
    created: float
    who: str
    kind: Kind
    payload: dict[str, Any]

    def about(self) -> str:
        """What changed, in a few words."""
        value = self.payload
        match self.kind:
            case "example":
                return f"example {value['id']}: {value['label']}"
            case "remove":
                return f"example {value['id']} removed"
            case "correct":
                return f"example {value['id']} is {value['label']}"
            case "label":
                return f"{value['task']} label {value['name']}: {value['description']}"
            case "retire":
                return f"{value['task']} label {value['name']} retired"
            case "undo":
                return f"undoes {value['version']}"


@dataclass(frozen=True)
class AddExample:
    """A labelled example; one of the same id takes the other's place. `note` is kept with it (what had been answered, say)."""

    id: str
    sample: Sample
    label: str
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RemoveExample:
    """An example that no longer counts, taught or of the data file."""

    id: str


@dataclass(frozen=True)
class CorrectLabel:
    """Another label for an example, taught or of the data file."""

    id: str
    label: str


@dataclass(frozen=True)
class AddLabel:
    """A label that can be answered from now on; of one that is there already, another description."""

    task: Task
    name: str
    description: str


@dataclass(frozen=True)
class RetireLabel:
    """A label that is no longer answered; its examples no longer count."""

    task: Task
    name: str


Teaching = AddExample | RemoveExample | CorrectLabel | AddLabel | RetireLabel


@dataclass(frozen=True)
class Taught:
    """What counts after the changes up to `version`.

    `examples` are labelled samples by id, in the order in which they were taught. `corrected` and `removed` are about examples of
    the data file, `labels` holds a description for each label that was added and None for each that was retired.
    """

    version: int = 0
    examples: Mapping[str, Sample] = field(default_factory=dict)
    corrected: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    labels: Mapping[tuple[Task, str], str | None] = field(default_factory=dict)

    def label_set(self, base: LabelSet) -> LabelSet:
        """The label set with what was added and retired. The order of the other labels stays; new ones come last.

        A task that `base` leaves out is there from two labels on, as in a label file. One whose labels were all retired is left
        out.
        """
        tasks = {task: list(labels) for task, labels in base.tasks.items()}
        for (task, name), description in self.labels.items():
            own = tasks.setdefault(task, [])
            place = next((at for at, label in enumerate(own) if label_key(label.name) == label_key(name)), None)
            if place is None and description is not None:
                own.append(Label(name, description))
            elif place is not None:
                found = own[place]
                own[place] = Label(found.name, found.description if description is None else description, description is None)
        active = {task: sum(not label.retired for label in own) for task, own in tasks.items()}
        left = [task for task, count in active.items() if count >= (1 if task in base.tasks else FEWEST)]
        return LabelSet(base.name, {task: tuple(tasks[task]) for task in left})

    def kept(self, cases: Sequence[Case]) -> tuple[list[int], list[Case]]:
        """Which cases of the data file still count, and these cases with the labels that they have now."""
        places = [place for place, case in enumerate(cases) if case.sample.id not in self.removed]
        return places, [self._corrected(cases[place]) for place in places]

    def cases(self, cases: Sequence[Case], own: Sequence[Case]) -> list[Case]:
        """All labelled cases: those of the data file that still count, then those of `examples`, which `own` are."""
        return [*self.kept(cases)[1], *own]

    def changes_of(self, cases: Sequence[Case]) -> int:
        """How many examples differ from the data file's: taught, corrected or removed."""
        return len(self.examples) + sum(case.sample.id in self.corrected or case.sample.id in self.removed for case in cases)

    def digests(self, id_: str) -> dict[str, str]:
        """SHA-256 (hex) of a taught example's images, by their names."""
        return image_digests(self.examples[id_])

    def digest(self) -> str:
        """SHA-256 (hex) of all that counts; empty where that is nothing."""
        labels = [[task.value, name, text] for (task, name), text in self.labels.items()]
        examples = [[sample_to_json(sample), sample.label, image_digests(sample)] for sample in self.examples.values()]
        if not (labels or examples or self.corrected or self.removed):
            return ""
        value = [examples, sorted(self.corrected.items()), sorted(self.removed), labels]
        return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()

    def _corrected(self, case: Case) -> Case:
        label = self.corrected.get(case.sample.id)
        return case if label is None else dataclasses.replace(case, sample=dataclasses.replace(case.sample, label=label))


class StoredImages(Mapping[str, bytes]):
    """The bytes of a taught example's images by their name, read from the file when they are asked for."""

    def __init__(self, path: Path, digests: Mapping[str, str]) -> None:
        self.path, self.digests = path, dict(digests)

    def __getitem__(self, name: str) -> bytes:
        with closing(sqlite3.connect(self.path)) as db:
            row = db.execute("SELECT content FROM images WHERE digest = ?", (self.digests[name],)).fetchone()
        if row is None:
            raise KeyError(name)
        return bytes(row[0])

    def __iter__(self) -> Iterator[str]:
        return iter(self.digests)

    def __len__(self) -> int:
        return len(self.digests)

    def __contains__(self, name: object) -> bool:
        return name in self.digests


def undone(changes: Iterable[Change]) -> set[int]:
    """The versions that do not count, because a later change that counts undoes them."""
    found: set[int] = set()
    for change in sorted(changes, key=lambda change: -change.version):
        if change.kind == "undo" and change.version not in found:
            found.add(int(change.payload["version"]))
    return found


def replayed(changes: Sequence[Change], path: Path) -> Taught:
    """What counts after these changes; a change that has lost what it is about, because that was undone, says nothing."""
    gone = undone(changes)
    examples: dict[str, Sample] = {}
    corrected: dict[str, str] = {}
    removed: set[str] = set()
    labels: dict[tuple[Task, str], str | None] = {}
    known = {str(change.payload["id"]) for change in changes if change.kind == "example"}
    for change in changes:
        value = change.payload
        if change.version in gone:
            continue
        if change.kind == "example":
            examples.pop(value["id"], None)
            examples[value["id"]] = dataclasses.replace(
                sample_from_json(value["sample"]),
                id=value["id"],
                label=value["label"],
                contents=StoredImages(path, value["images"]),
            )
        elif change.kind == "remove" and value["id"] in known:
            examples.pop(value["id"], None)
        elif change.kind == "remove":
            removed.add(value["id"])
        elif change.kind == "correct" and value["id"] in known:
            if value["id"] in examples:
                examples[value["id"]] = dataclasses.replace(examples[value["id"]], label=value["label"])
        elif change.kind == "correct":
            corrected[value["id"]] = value["label"]
        elif change.kind in ("label", "retire"):
            labels[Task(value["task"]), value["name"]] = value.get("description")
    version = changes[-1].version if changes else 0
    return Taught(version, examples, corrected, frozenset(removed), labels)


def digest_of(content: bytes) -> str:
    """SHA-256 (hex), by which images are kept."""
    return hashlib.sha256(content).hexdigest()


def sample_to_json(sample: Sample) -> str:
    """A sample without label, source row and bytes of images."""
    value = {
        "id": sample.id,
        "task": sample.task.value,
        "turns": [{"role": turn.speaker.value, "text": turn.text} for turn in sample.turns],
        "images": list(sample.images),
    }
    return json.dumps(value, ensure_ascii=False)


def sample_from_json(text: str) -> Sample:
    """What `sample_to_json` wrote."""
    value = json.loads(text)
    turns = tuple(Turn(Speaker(turn["role"]), turn["text"]) for turn in value["turns"])
    return Sample(value["id"], Task(value["task"]), turns, tuple(value["images"]))


def row_of(teaching: Teaching, contents: Mapping[str, bytes]) -> tuple[Kind, dict[str, Any], dict[str, bytes]]:
    """Kind and payload of a change, and images by digest."""
    match teaching:
        case AddExample(id_, sample, label, note):
            digests = {name: digest_of(content) for name, content in contents.items()}
            payload = {"id": id_, "sample": sample_to_json(sample), "label": label, "images": digests, "note": dict(note)}
            return "example", payload, {digests[name]: content for name, content in contents.items()}
        case RemoveExample(id_):
            return "remove", {"id": id_}, {}
        case CorrectLabel(id_, label):
            return "correct", {"id": id_, "label": label}, {}
        case AddLabel(task, name, description):
            return "label", {"task": task.value, "name": name, "description": description}, {}
        case RetireLabel(task, name):
            return "retire", {"task": task.value, "name": name}, {}


def image_digests(sample: Sample) -> dict[str, str]:
    """SHA-256 (hex) of a stored sample's images, by their names."""
    return sample.contents.digests if isinstance(sample.contents, StoredImages) else {}
