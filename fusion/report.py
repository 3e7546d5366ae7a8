"""The report: one self-contained HTML page on a set of predictions, for people who must trust them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from data.atomic import write_text
from data.schema import Sample
from fusion.metrics import official_scores

SHOWN = 200


def listed(predictions: Sequence[dict[str, Any]]) -> list[int]:
    """Which predictions the page lists, at most 200: those with errors first, then the least certain."""
    order = sorted(range(len(predictions)), key=lambda row: ("error" not in predictions[row], predictions[row]["probability"]))
    return order[:SHOWN]


def write_report(path: Path, samples: Sequence[Sample], predictions: Sequence[dict[str, Any]]) -> None:
    """Write the page. Scores and confusions are shown where the samples are labelled.

    The page says how many it does not list; what is not listed needs neither `candidates` nor `evidence`.
    """
    pairs = list(zip(samples, predictions, strict=True))
    tasks = []
    for task in sorted({prediction["task"] for prediction in predictions}):
        rows = [(sample, prediction) for sample, prediction in pairs if prediction["task"] == task]
        labelled = [(sample.label, prediction["predict"]) for sample, prediction in rows if sample.label is not None]
        confusions = Counter(pair for pair in labelled if pair[0] != pair[1])
        tasks.append(
            {
                "name": task,
                "count": len(rows),
                "mean_probability": sum(prediction["probability"] for _, prediction in rows) / len(rows),
                "mean_calls": sum(prediction["budget"].get("vlm_calls", 0) for _, prediction in rows) / len(rows),
                "labels": Counter(prediction["predict"] for _, prediction in rows).most_common(),
                "scores": official_scores(*zip(*labelled, strict=True)) if labelled else None,
                "labelled": len(labelled),
                "confusions": confusions.most_common(15),
            }
        )
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(default=True), trim_blocks=True
    )
    page = environment.get_template("report.html.jinja").render(
        total=len(pairs),
        errors=sum("error" in prediction for prediction in predictions),
        tasks=tasks,
        shown=[pairs[row] for row in listed(predictions)],
        hidden=max(0, len(pairs) - SHOWN),
    )
    write_text(path, page)
