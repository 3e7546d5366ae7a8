"""Label sets: the labels of both tasks with their descriptions, read from an editable JSON file (`data/labels.json`).

The official set is the default; a shop's own set has the same shape: `{"name": ..., "tasks": {"scene": [{"label", "description",
"retired"?}], "dialogue": [...]}}`. Retired labels stay in the file, because old data and old instructions name them, and are
never predicted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from data.errors import ProfileError
from data.schema import Task

OFFICIAL_LABELS = Path(__file__).parent / "labels.json"


@dataclass(frozen=True)
class Label:
    """One label as people and models read it."""

    name: str
    description: str
    retired: bool = False


@dataclass(frozen=True)
class LabelSet:
    """Labels per task. The order within a task is that of the file and is the column order of every score matrix."""

    name: str
    tasks: dict[Task, tuple[Label, ...]]

    def active(self, task: Task) -> tuple[Label, ...]:
        """Labels that can be predicted."""
        return tuple(label for label in self.tasks[task] if not label.retired)

    def names(self, task: Task) -> tuple[str, ...]:
        """Names of the labels that can be predicted."""
        return tuple(label.name for label in self.active(task))

    def retired(self, task: Task) -> tuple[str, ...]:
        """Names of the labels that are kept but never predicted."""
        return tuple(label.name for label in self.tasks[task] if label.retired)

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
                raise ProfileError(f'{source}: {key}[{position}] needs a non-empty "label"')
            description, retired = entry.get("description") or "", entry.get("retired", False)
            if not isinstance(description, str) or not isinstance(retired, bool):
                raise ProfileError(f'{source}: {key}[{position}] needs a text as "description" and true or false as "retired"')
            labels.append(Label(name.strip(), description, retired))
        names = [label.name for label in labels]
        if len(set(names)) != len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise ProfileError(f"{source}: {key} names a label twice: {', '.join(twice)}")
        if sum(not label.retired for label in labels) < 2:
            raise ProfileError(f"{source}: {key} needs at least two labels that are not retired")
        tasks[Task(key)] = tuple(labels)
    if set(tasks) != set(Task):
        raise ProfileError(f"{source}: expected the tasks {', '.join(Task)}, found {', '.join(tasks) or 'none'}")
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
