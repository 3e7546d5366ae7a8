"""Label Studio's JSON export: tasks with `data` and `annotations`.

Cancelled annotations do not count; of several the label that most of them have, then the newest. Of nested choices the innermost
is the label. Of several questions that an annotation answers the one counts that is named like a label (`label`, `intent`, ...),
else the first. Files that Label Studio keeps (`/data/upload/...`, `/data/local-files/?d=...`) are looked for under --images.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from data.formats import plain
from data.formats.columns import columns_of
from data.formats.plain import encodable_text
from data.formats.shape import Shape
from data.schema import Sample

KINDS = ("choices", "taxonomy", "labels", "rectanglelabels")  # of results that hold labels, as Label Studio calls them
_PICTURE = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?|heic|heif|avif)$", re.IGNORECASE)


def _is_task(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("data"), dict) and bool({"annotations", "completions", "predictions"} & row.keys())


def _parse(rows: Sequence[Any], source: str) -> list[Sample]:
    samples = plain.parse_rows((_to_plain(row) for row in rows), source)
    return [_with_doubt(sample, row, source) for sample, row in zip(samples, rows, strict=True)]


def _to_plain(row: Any) -> Any:
    if not isinstance(row, dict) or not _is_task(row):
        return row
    data = row["data"]
    columns = columns_of(tuple(map(str, data)))
    made = {name: data[columns[name]] for name in ("text", "turns", "images", "task") if name in columns}
    rest = {name: value for name, value in data.items() if name not in columns.values() and isinstance(value, str) and value}
    if "images" not in made:
        pictures = [name for name, value in rest.items() if value.startswith("data:image/") or _PICTURE.search(_path(value))]
        if pictures:
            made["images"] = [rest.pop(name) for name in pictures]
    if not made and len(rest) == 1:
        made["text"] = next(iter(rest.values()))
    if "images" in made:
        found = made["images"]
        made["images"] = [_file(item) for item in (found if isinstance(found, list) else [found])]
    return {**made, "id": row.get("id"), "label": _label(row)}


def _chosen(row: Mapping[str, Any]) -> list[list[str]]:
    """The labels of each annotation that counts, the oldest annotation first."""
    found = (_annotation_labels(item) for item in _counting(row))
    return [labels for labels in found if labels]


def _counting(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The annotations that count, the oldest first."""
    annotations = row.get("annotations") or row.get("completions") or ()
    kept = [item for item in annotations if isinstance(item, dict) and not item.get("was_cancelled") and not item.get("skipped")]
    return sorted(kept, key=lambda item: str(item.get("updated_at") or item.get("created_at") or ""))


def _label(row: Mapping[str, Any]) -> str | None:
    """The first label of most annotations; of the newest among equals."""
    labels = [own[0] for own in _chosen(row)]
    counts = Counter(labels)
    return max(reversed(labels), key=lambda label: counts[label], default=None)


def _annotation_labels(annotation: Mapping[str, Any]) -> list[str]:
    """What an annotation chose, in the question that asks for the label; of a way down a tree of choices its end."""
    answers = _answers(annotation)
    named = columns_of(tuple(answers)).get("label")
    return answers[named] if named else next(iter(answers.values()), [])


def _answers(annotation: Mapping[str, Any]) -> dict[str, list[str]]:
    """What an annotation chose in each question, by the question's name."""
    answers: dict[str, list[str]] = {}
    for result in annotation.get("result") or ():
        value = result.get("value") if isinstance(result, dict) else None
        if isinstance(value, dict):
            chosen = next((value[kind] for kind in KINDS if value.get(kind)), ())
            ends = [item[-1] if isinstance(item, list) and item else item for item in chosen]
            found = [item.strip() for item in ends if isinstance(item, str) and item.strip()]
            if found:
                answers.setdefault(str(result.get("from_name")), found)
    return answers


def _with_doubt(sample: Sample, row: Any, source: str) -> Sample:
    """The sample, with a message where it was given several labels."""
    if not isinstance(row, dict) or not _is_task(row):
        return sample
    names = list(dict.fromkeys(encodable_text(label) for own in _chosen(row) for label in own))
    if len(names) > 1:
        sample = sample.with_problems(f"{source}: row {sample.id} was labelled {', '.join(names)}; {sample.label} is used")
    asked = list(dict.fromkeys(encodable_text(name) for item in _counting(row) for name in _answers(item)))
    if len(asked) > 1 and "label" not in columns_of(tuple(asked)):
        sample = sample.with_problems(
            f"{source}: row {sample.id} answers the questions {', '.join(asked)}; the first is taken for the label, call the "
            "right one `label` in Label Studio"
        )
    return sample


def _path(value: str) -> str:
    """The path of a reference, without what follows it."""
    return urlsplit(value).path if "://" in value or value.startswith("/") else value


def _file(value: Any) -> Any:
    """What --images knows a file of Label Studio's as."""
    if not isinstance(value, str) or not value.startswith("/data/"):
        return value
    parts = urlsplit(value)
    asked = parse_qs(parts.query).get("d")
    return (asked[0] if asked else unquote(parts.path)).lstrip("/")


SHAPE = Shape("Label Studio's export", _is_task, _parse)
