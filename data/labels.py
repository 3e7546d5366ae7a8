"""Label sets: the labels of the tasks with their descriptions, read from an editable JSON file (`data/labels.json`).

    python -m data.labels --data FILE --out labels.json

writes such a file from a data file's own labels, the most frequent first, and prints how many each task has. Descriptions are
empty; what is written there helps wherever a label has few examples.

The official set is the default; a shop's own set has the same shape: `{"name": ..., "tasks": {"scene": [{"label", "description",
"retired"?}], "dialogue": [...]}}`. One of the two tasks may be left out. Retired labels stay in the file, because old data and
old instructions name them, and are never predicted. Labels that differ only in width, brackets, dashes or spaces are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from data.errors import InputError, ProfileError
from data.schema import Sample, Task

OFFICIAL_LABELS = Path(__file__).parent / "labels.json"
FEWEST = 2  # labels of a task, or there is nothing to tell apart
_ALIKE = str.maketrans(
    dict.fromkeys("[{【〔〖「『〈《", "(") | dict.fromkeys("]}】〕〗」』〉》", ")") | dict.fromkeys("‐‑‒–—―−", "-")
)


@dataclass(frozen=True)
class Label:
    """One label as people and models read it."""

    name: str
    description: str
    retired: bool = False


@dataclass(frozen=True)
class LabelSet:
    """Labels per task, for one task or both. The order within a task is that of the file and is the column order of every score
    matrix."""

    name: str
    tasks: dict[Task, tuple[Label, ...]]

    def active(self, task: Task) -> tuple[Label, ...]:
        """Labels that can be predicted; none where the set leaves the task out."""
        return tuple(label for label in self.tasks.get(task, ()) if not label.retired)

    def names(self, task: Task) -> tuple[str, ...]:
        """Names of the labels that can be predicted."""
        return tuple(label.name for label in self.active(task))

    def retired(self, task: Task) -> tuple[str, ...]:
        """Names of the labels that are kept but never predicted."""
        return tuple(label.name for label in self.tasks.get(task, ()) if label.retired)

    def spellings(self, task: Task) -> dict[str, str]:
        """Each label's name, retired or not, by its `label_key`."""
        return {label_key(label.name): label.name for label in self.tasks.get(task, ())}

    def digest(self) -> str:
        """SHA-256 (hex) of the content; a run folder made with another label set is refused by it."""
        return hashlib.sha256(json.dumps(self.to_dict(), ensure_ascii=False).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """The JSON form that `parse_labels` reads."""
        tasks = {}
        for task, labels in self.tasks.items():
            tasks[task.value] = [
                {"label": item.name, "description": item.description, **({"retired": True} if item.retired else {})}
                for item in labels
            ]
        return {"name": self.name, "tasks": tasks}


def best_labels(names: Sequence[str], scores: NDArray[Any]) -> list[str]:
    """The label of the largest score of each row; `scores` is (n, labels)."""
    return [names[int(index)] for index in scores.argmax(axis=1)]


@lru_cache(maxsize=4096)
def label_key(name: str) -> str:
    """What two spellings of a label have in common: NFKC, no white space, one kind of brackets and of dashes."""
    text = unicodedata.normalize("NFKC", name).translate(_ALIKE)
    return "".join(char for char in text if not char.isspace() and unicodedata.category(char) != "Cf")


def with_known_spelling(samples: Iterable[Sample], labels: LabelSet) -> tuple[list[Sample], list[str]]:
    """The samples, labels spelt as the label set spells them, and one message on each other spelling that was found.

    Labels that the set does not know stay as they are.
    """
    known = {task: labels.spellings(task) for task in Task}
    respelt: list[Sample] = []
    found: Counter[tuple[str, str]] = Counter()
    for sample in samples:
        name = known[sample.task].get(label_key(sample.label)) if sample.label is not None else None
        if name is not None and name != sample.label:
            found[str(sample.label), name] += 1
            sample = replace(sample, label=name)
        respelt.append(sample)
    messages = [
        f"label {written!r} of {count:,} row{'s' if count > 1 else ''} is read as {name!r}"
        for (written, name), count in found.items()
    ]
    return respelt, messages


def labels_of(samples: Iterable[Sample], name: str) -> tuple[LabelSet, list[str]]:
    """The label set that labelled samples themselves make, the most frequent label first, and messages on what was left out.

    Of several spellings of a label the most frequent one is taken. Raises InputError where no task has two labels.
    """
    counts: dict[Task, Counter[str]] = {task: Counter() for task in Task}
    for sample in samples:
        if sample.label is not None:
            counts[sample.task][sample.label] += 1
    tasks: dict[Task, tuple[Label, ...]] = {}
    messages = []
    for task, found in counts.items():
        spellings: dict[str, str] = {}
        totals: Counter[str] = Counter()
        for label, count in found.most_common():
            totals[spellings.setdefault(label_key(label), label)] += count
        if 0 < len(totals) < FEWEST:
            messages.append(
                f"all labelled {task}s are {next(iter(totals))!r}; the task is left out, as there is nothing to tell apart"
            )
        elif totals:
            tasks[task] = tuple(Label(label, "") for label, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0])))
    if not tasks:
        raise InputError("; ".join(["no task has two labels or more, which a label file needs", *messages]))
    return LabelSet(name, tasks), messages


def parse_labels(value: Any, source: str) -> LabelSet:
    """Validate the JSON form. Raises ProfileError naming `source` and the entry at fault."""
    if not isinstance(value, dict) or not isinstance(value.get("tasks"), dict):
        raise ProfileError(f'{source}: expected an object with "name" and "tasks"')
    tasks: dict[Task, tuple[Label, ...]] = {}
    for key, entries in value["tasks"].items():
        if key not in set(Task):
            raise ProfileError(f"{source}: unknown task {key!r}; expected {', '.join(Task)}")
        labels: list[Label] = []
        if not isinstance(entries, list):
            raise ProfileError(f"{source}: {key} is no list of labels")
        for position, entry in enumerate(entries):
            name = entry.get("label") if isinstance(entry, dict) else None
            if not isinstance(name, str) or not name.strip():
                found = json.dumps(entry, ensure_ascii=False)[:80]
                raise ProfileError(f'{source}: {key}[{position}] needs a non-empty "label" in quotes, found {found}')
            description, retired = entry.get("description") or "", entry.get("retired", False)
            if not isinstance(description, str) or not isinstance(retired, bool):
                raise ProfileError(f'{source}: {key}[{position}] needs a text as "description" and true or false as "retired"')
            labels.append(Label(name.strip(), description, retired))
        alike: dict[str, list[str]] = {}
        for label in labels:
            alike.setdefault(label_key(label.name), []).append(label.name)
        if twice := [names for names in alike.values() if len(names) > 1]:
            shown = "; ".join(" and ".join(map(repr, names)) for names in twice)
            raise ProfileError(
                f"{source}: {key} names a label twice: {shown}; width, brackets, dashes and spaces make no other label"
            )
        if labels and sum(not label.retired for label in labels) < FEWEST:
            raise ProfileError(f"{source}: {key} needs at least two labels that are not retired, or none at all")
        if labels:
            tasks[Task(key)] = tuple(labels)
    if not tasks:
        raise ProfileError(f"{source}: expected labels of at least one of the tasks {', '.join(Task)}, found none")
    return LabelSet(str(value.get("name", Path(source).stem)), tasks)


def load_labels(path: Path | None = None) -> LabelSet:
    """Read a label file; the official one by default."""
    path = path or OFFICIAL_LABELS
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ProfileError(f"label file {path} does not exist") from None
    except (OSError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"label file {path} is not valid JSON: {error}") from error
    return parse_labels(value, str(path))


def main(argv: Sequence[str] | None = None) -> int:
    """Write a label file from the labels of a data file; status 2 where that is not possible."""
    from data.atomic import write_text
    from data.cli import OK, report_problems, run_command
    from data.formats import read_data

    parser = argparse.ArgumentParser(prog="python -m data.labels", description="Write a label file from a data file's labels.")
    parser.add_argument("--data", type=Path, required=True, help="labelled data, in any format that is read")
    parser.add_argument("--out", type=Path, required=True, help="label file to write; it must not be there yet")
    args = parser.parse_args(argv)

    def body() -> int:
        if args.out.exists():
            raise InputError(f"--out {args.out} exists already; name another file, or delete it")
        data = read_data(args.data)
        print(data.describe(), file=sys.stderr)
        made, messages = labels_of(data.samples, args.out.stem)
        report_problems(messages)
        write_text(args.out, json.dumps(made.to_dict(), ensure_ascii=False, indent=2) + "\n")
        counts = ", ".join(f"{len(names)} {task} labels" for task, names in made.tasks.items())
        print(f'{args.out}: {counts}; write what each means into "description", and pass the file with --labels')
        return OK

    return run_command(body)


if __name__ == "__main__":
    sys.exit(main())
