"""The official metric, on predictions or by cross-validation.

    python -m fusion.evaluate --data FILE --predictions FILE
    python -m fusion.evaluate --run DIR --cv K [--seeds N] [--no-vlm] [--jobs N] [--keep-evidence DIR]
    python -m fusion.evaluate --run DIR --evidence DIR [--profile NAME|FILE] [--max-error SHARE [--together] [--halves N]]
    python -m fusion.evaluate --run DIR --new-labels [--exemplars N] [--seeds N]
    python -m fusion.evaluate --run DIR --out-of-scope [--seeds N]
    python -m fusion.evaluate --run DIR --planted SHARE [--seeds N]

The first compares predictions with labelled data; the second fits the whole chain anew in every fold on that fold's training
part alone (index, probes, adapters, fusion, calibration) and predicts the rest. Both print a table per task and stage and, as
the last line, the official {"f1", "accuracy", "precision", "recall"}. With --cv the table also holds the mean of the two tasks'
weighted F1, which is what the official test set's overall F1 amounts to. --keep-evidence writes what fusion sees in each fold;
the third form fits fusion alone on such evidence, with another profile's fusion and call settings. With --max-error it fits
hand-over rules on random halves of the held-out answers, and counts how often the other halves break the promise.

--new-labels says how well a label is found that is added with a few exemplars, without training the VLM again. --out-of-scope
says how well inputs of labels that no training saw are told from others. --planted says how many of the wrong labels that are
planted in a share of the examples `fusion.audit` finds. The modules of these names in fusion/evaluation describe how.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.arrays import Float64
from data.cli import (
    OK,
    PROBLEMS,
    add_missing_option,
    add_reading_options,
    announce,
    positive,
    reading_options,
    report_problems,
    run_command,
)
from data.errors import InputError
from data.labels import label_key
from data.reader import read_data
from data.run import DEFAULT_RUN, SAMPLE, RunFolder
from data.schema import Sample, Task
from data.writers import read_predictions
from fusion.metrics import StageLabels, interval, mean_f1, official_scores, resampled_f1, resamples
from fusion.predict import CONFIDENCE, add_together

if TYPE_CHECKING:
    from data.profile import Profile
    from fusion.evaluation.crossval import CrossValidation
    from fusion.evaluation.fold import Fold

STAGES = {"retrieval": "retrieval only", "vlm": "VLM only", "fusion": "fusion"}
# The evaluations by the option that asks for one, and the options that go with each.
GOES_WITH = {
    "predictions": ("data",),
    "cv": ("run", "seeds", "seed", "vlm", "jobs", "keep_evidence", "cache", "workers", "allow_missing"),
    "evidence": ("run", "profile", "vlm", "max_error", "together", "halves"),
    "new_labels": ("run", "exemplars", "seeds", "seed", "cache", "workers", "allow_missing"),
    "out_of_scope": ("run", "seeds", "seed", "cache", "workers", "allow_missing"),
    "planted": ("run", "seeds", "seed", "cache", "workers", "allow_missing"),
}
OF_PROMISE = ("together", "halves")  # options that say nothing without --max-error
BASELINE = {"fusion": "official baseline"}  # whose answers nothing was fused for


def main(argv: Sequence[str] | None = None) -> int:
    """Print the scores; status 2 where they cannot be computed."""
    parser = argparse.ArgumentParser(prog="python -m fusion.evaluate", description="Compute the official metric.")
    parser.add_argument("--data", type=Path, help="labelled data file (default: the bundled test sample)")
    parser.add_argument("--predictions", type=Path, help="predictions.jsonl of that data")
    parser.add_argument("--run", type=Path, help="run folder whose training data is cross-validated")
    parser.add_argument("--cv", type=int, metavar="K", help="number of folds")
    parser.add_argument("--new-labels", action="store_true", help="score each label as if it were new")
    parser.add_argument("--out-of-scope", action="store_true", help="leave whole labels out and find their examples strange")
    parser.add_argument("--planted", type=float, metavar="SHARE", help="plant wrong labels in this share and find them")
    parser.add_argument("--exemplars", type=positive, default=5, help="examples of a new label (default %(default)s)")
    parser.add_argument(
        "--seeds", type=positive, default=1, help="repeat the cross-validation with this many seeds (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default %(default)s)")
    parser.add_argument("--no-vlm", dest="vlm", action="store_false", help="leave the VLM out: no adapter is trained")
    parser.add_argument(
        "--jobs", type=positive, default=1, metavar="N", help="folds that are made at the same time (default %(default)s)"
    )
    parser.add_argument("--keep-evidence", type=Path, metavar="DIR", help="folder for the evidence of each fold")
    parser.add_argument("--evidence", type=Path, metavar="DIR", help="fit fusion alone, on evidence that was kept")
    parser.add_argument("--max-error", type=float, metavar="SHARE", help="with --evidence: try a hand-over promise on halves")
    add_together(parser)
    parser.add_argument(
        "--halves", type=positive, default=200, help="random halves for --max-error, shared by the seeds (default %(default)s)"
    )
    parser.add_argument("--profile", help="profile whose fusion and call settings --evidence uses (default: the run's)")
    add_reading_options(parser)
    add_missing_option(parser)
    args = parser.parse_args(argv)

    def body() -> int:
        given = [name for name in vars(args) if getattr(args, name) != parser.get_default(name)]
        evaluations = {
            "predictions": _score,
            "cv": _cross_validate,
            "evidence": _judge,
            "new_labels": _new_labels,
            "out_of_scope": _out_of_scope,
            "planted": _planted,
        }
        return evaluations[_chosen(given)](args)

    return run_command(body)


def _chosen(given: Sequence[str]) -> str:
    """The one evaluation that the options ask for. Raises InputError where it is none, or an option belongs to another."""
    chosen = [name for name in GOES_WITH if name in given]
    if not chosen:
        raise InputError(
            "give --predictions FILE to score predictions, --run DIR --cv K to cross-validate, or one of --evidence DIR, "
            "--new-labels, --out-of-scope and --planted SHARE"
        )
    if len(chosen) > 1:
        raise InputError(
            f"{_option(chosen[0])} and {_option(chosen[1])} cannot be given together: each asks for another evaluation"
        )
    for name in given:
        if name not in (*chosen, *GOES_WITH[chosen[0]]):
            others = " or ".join(_option(mode) for mode, names in GOES_WITH.items() if name in names)
            raise InputError(f"{_option(name)} has no effect with {_option(chosen[0])}; leave it out, or give it with {others}")
        if name in OF_PROMISE and "max_error" not in given:
            raise InputError(f"{_option(name)} was given without --max-error SHARE: say which share of errors it is about")
    return chosen[0]


def _option(name: str) -> str:
    return "--no-vlm" if name == "vlm" else f"--{name.replace('_', '-')}"


def _score(args: argparse.Namespace) -> int:
    data = read_data(args.data or SAMPLE / "test.json")
    announce(data)
    samples, predictions = data.samples, read_predictions(args.predictions)
    table, official = score_predictions(samples, predictions)
    report_problems(_unknown_labels(samples, predictions))
    print(render(table))
    print(json.dumps(official))
    return OK


def score_predictions(
    samples: Sequence[Sample], predictions: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Table rows per task and stage, and the official scores over all labelled samples.

    Predictions are matched by position, ids and tasks must agree. Raises InputError where they do not, or no sample is labelled.
    """
    predicted = [(str(value["id"]), value.get("task", sample.task)) for sample, value in zip(samples, predictions, strict=False)]
    if len(samples) != len(predictions) or predicted != [(sample.id, sample.task) for sample in samples]:
        raise InputError(
            f"{len(predictions)} predictions are not those of the {len(samples)} samples, in their order; "
            "give the --data that was predicted"
        )
    samples = _spelt_as_predicted(samples, predictions)
    pairs = [(sample, value) for sample, value in zip(samples, predictions, strict=True) if sample.label is not None]
    if not pairs:
        raise InputError('no sample has a label in "output"; the metric needs labelled data')
    stages: dict[Task, StageLabels] = {}
    for task in Task:
        own = [(sample, value) for sample, value in pairs if sample.task is task]
        if own:
            stages[task] = StageLabels(
                truth=[str(sample.label) for sample, _ in own],
                predicted={stage: [_stage_answer(value, stage) for _, value in own] for stage in STAGES},
            )
    official = official_scores([str(sample.label) for sample, _ in pairs], [str(value["predict"]) for _, value in pairs])
    baseline = all("written" in value.get("evidence", {}) for _, value in pairs)
    return stage_table(stages, BASELINE if baseline else STAGES), official


def _unknown_labels(samples: Sequence[Sample], predictions: Sequence[Mapping[str, Any]]) -> list[str]:
    """A message for each task with labels that no answer could be."""
    messages = []
    for task in Task:
        own = [value for value in predictions if value.get("task") == task]
        known = {label_key(item["label"]) for value in own for item in value.get("candidates", ())}
        labels = [sample.label for sample in samples if sample.task is task and sample.label]
        unknown = Counter(label for label in labels if label_key(label) not in known)
        if known and unknown:
            names = ", ".join(repr(name) for name, _ in unknown.most_common(3)) + (", ..." if len(unknown) > 3 else "")
            messages.append(
                f"{unknown.total():,} {task}s count as wrong whatever the answer: the run does not know their labels ({names})"
            )
    return messages


def _spelt_as_predicted(samples: Sequence[Sample], predictions: Sequence[Mapping[str, Any]]) -> list[Sample]:
    """The samples, whose labels are spelt as the predictions' candidates are where only width, brackets or spaces differ."""
    names = {(value.get("task"), item["label"]) for value in predictions for item in value.get("candidates", ())}
    known = {(task, label_key(name)): name for task, name in names}
    return [
        replace(sample, label=known.get((sample.task, label_key(sample.label)), sample.label)) if sample.label else sample
        for sample in samples
    ]


def stage_table(stages: Mapping[Task, StageLabels], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """One row per task and stage, and the mean of the tasks where there are several. Stages that were not run are left out."""
    rows = []
    f1: dict[str, dict[Task, float]] = {}
    drawn: dict[str, list[Float64]] = {}
    for task, result in stages.items():
        weights = resamples(len(result.truth), seed=tuple(Task).index(task))
        for stage, name in names.items():
            if stage not in result.predicted or None in result.predicted[stage]:
                continue
            predicted = [str(label) for label in result.predicted[stage]]
            scores = official_scores(result.truth, predicted)
            f1.setdefault(stage, {})[task] = scores["f1"]
            drawn.setdefault(stage, []).append(resampled_f1(result.truth, predicted, weights))
            rows.append(
                {"task": task.value, "stage": name, "n": len(result.truth), **scores, "interval": interval(drawn[stage][-1])}
            )
    for stage, by_task in f1.items():
        if len(by_task) == len(stages) > 1:
            rows.append(
                {
                    "task": "mean",
                    "stage": names[stage],
                    "f1": mean_f1(by_task),
                    "interval": interval(np.mean(drawn[stage], axis=0)),
                }
            )
    return rows


def render(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table as text."""
    lines = [f"{'task':<9} {'stage':<20} {'n':>5} {'f1':>7} {'95% interval':>13} {'accuracy':>9} {'precision':>10} {'recall':>7}"]
    for row in rows:
        low, high = row["interval"]
        numbers = [f"{row[key]:>{width}.4f}" if key in row else " " * width for key, width in _WIDTHS.items()]
        numbers.insert(1, f"{low:.3f} - {high:.3f}")
        lines.append(f"{row['task']:<9} {row['stage']:<20} {row.get('n', ''):>5} {' '.join(numbers)}".rstrip())
    return "\n".join(lines)


_WIDTHS = {"f1": 7, "accuracy": 9, "precision": 10, "recall": 7}


def _stage_answer(value: Mapping[str, Any], stage: str) -> str | None:
    """What a stage alone answered; None where it was not asked."""
    if stage == "fusion":
        return str(value["predict"])
    found = value.get("evidence", {}).get("stages", {})
    if stage == "vlm":
        calls = sorted(name for name in found if name.startswith("vlm_call_"))
        return str(found[calls[-1]]["label"]) if calls else None
    return str(found[stage]["label"]) if stage in found else None


def _cross_validate(args: argparse.Namespace) -> int:
    from fusion.evaluation.crossval import cross_validate

    if args.cv < 2:
        raise InputError(f"--cv {args.cv}: at least two folds are needed")
    seeds = range(args.seed, args.seed + args.seeds)
    results, messages = cross_validate(
        RunFolder(args.run or DEFAULT_RUN),
        args.cv,
        seeds,
        reading_options(args),
        with_vlm=args.vlm,
        jobs=args.jobs,
        keep=args.keep_evidence,
    )
    report_problems(messages, (args.run or DEFAULT_RUN) / PROBLEMS)
    _print_seeds(dict(zip(seeds, results, strict=True)))
    return OK


def _judge(args: argparse.Namespace) -> int:
    from data.profile import load_profile
    from fusion.evaluation.crossval import judge
    from fusion.evaluation.fold import load_folds

    manifest = RunFolder(args.run or DEFAULT_RUN).read_manifest()
    profile = load_profile(args.profile) if args.profile else manifest.profile
    record, folds = load_folds(args.evidence, manifest)
    with_vlm = args.vlm and record.with_vlm
    kept = folds if with_vlm else [fold.without_vlm() for fold in folds]
    if args.max_error is not None:
        return _promise(args, kept, profile, with_vlm)
    _print_seeds(judge(kept, profile, manifest.labels, with_vlm=with_vlm))
    return OK


def _promise(args: argparse.Namespace, folds: Sequence[Fold], profile: Profile, with_vlm: bool) -> int:
    from fusion.evaluation.promise import try_promise
    from fusion.handover import Promise

    promise = Promise(args.max_error, CONFIDENCE, args.together)
    found = try_promise(folds, profile, promise, args.halves, with_vlm=with_vlm)
    print(f"{'task':<9} {'broken':>7} {'accepted':>9} {'error':>7} {'nothing':>8}  shares over {found[0].halves} random halves")
    for item in found:
        name = item.tasks[0].value if len(item.tasks) == 1 else "together"
        print(f"{name:<9} {item.broken:7.3f} {item.accepted:9.3f} {item.error:7.3f} {item.nothing:8.3f}")
    return OK


def _print_seeds(results: Mapping[int, CrossValidation]) -> None:
    """A table per seed, their mean and standard deviation, and the official line over all."""
    tables = []
    for seed, result in results.items():
        tables.append(stage_table(result.stages, result.names))
        print(f"seed {seed}")
        print(render(tables[-1]))
        for task, error in result.calibration.items():
            print(f"{task:<9} expected calibration error {error:.4f}")
    calls = np.mean([result.adaptive_calls for result in results.values()], axis=0)
    if calls.any():
        print(f"adaptive  makes 0, 1, 2, 3 calls for {', '.join(f'{share:.1%}' for share in calls)} of the samples")
    if len(tables) > 1:
        print(f"mean and standard deviation of the weighted F1 over {len(tables)} seeds")
        for index, row in enumerate(tables[0]):
            values = [table[index]["f1"] for table in tables]
            print(f"{row['task']:<9} {row['stage']:<20} {np.mean(values):.4f} ± {np.std(values, ddof=1):.4f}")
        added = [_added(table) for table in tables]
        if None not in added:
            values = [value for value in added if value is not None]
            print(f"mean      the VLM adds         {np.mean(values):+.4f} ± {np.std(values, ddof=1):.4f}")
    pairs = [(stages, result.last) for result in results.values() for stages in result.stages.values()]
    truth = [label for stages, _ in pairs for label in stages.truth]
    predicted = [str(label) for stages, last in pairs for label in stages.predicted[last]]
    print(json.dumps(official_scores(truth, predicted)))


def _added(table: Sequence[Mapping[str, Any]]) -> float | None:
    """How much higher the mean of the tasks' F1 is with the VLM than without; None where it was not asked."""
    means = {row["stage"]: float(row["f1"]) for row in table if row["task"] == "mean"}
    return means["fusion"] - means["fusion without VLM"] if "fusion" in means else None


def _new_labels(args: argparse.Namespace) -> int:
    from fusion.evaluation.new_labels import evaluate_new_labels

    run = RunFolder(args.run or DEFAULT_RUN)
    means: dict[tuple[Task, str], list[float]] = {}
    for seed in range(args.seed, args.seed + args.seeds):
        found = evaluate_new_labels(run, args.exemplars, seed, reading_options(args))
        print(f"seed {seed}\n{'task':<9} {'tested':>6} {'lexical':>8} {'fusion':>7}  label")
        for item in sorted(found, key=lambda item: (item.task, item.name)):
            print(f"{item.task:<9} {item.tested:>6} {item.f1['lexical']:8.3f} {item.f1['fusion']:7.3f}  {item.name}")
        for task in sorted({item.task for item in found}):
            own = [item for item in found if item.task is task]
            for stage in own[0].f1:
                means.setdefault((task, stage), []).append(float(np.mean([item.f1[stage] for item in own])))
    spoken = f"; mean and standard deviation of {args.seeds} seeds" if args.seeds > 1 else ""
    print(f"mean F1 of a new label, over labels, by the number of its exemplars ({args.exemplars}){spoken}")
    for (task, stage), values in means.items():
        spread = f" ± {np.std(values, ddof=1):.4f}" if len(values) > 1 else ""
        print(f"{task:<9} {stage:<8} {np.mean(values):.4f}{spread}")
    return OK


def _out_of_scope(args: argparse.Namespace) -> int:
    from fusion.evaluation.out_of_scope import evaluate_out_of_scope

    run = RunFolder(args.run or DEFAULT_RUN)
    areas: dict[Task, list[tuple[float, ...]]] = {}
    print(f"{'seed':>4} {'task':<9} {'outside':>7} {'inside':>6} {'scope':>6} {'probability':>11} {'found':>6} {'lost':>6}")
    for seed in range(args.seed, args.seed + args.seeds):
        for item in evaluate_out_of_scope(run, seed, reading_options(args)):
            values = item.scope, item.probability, item.found, item.lost
            print(f"{seed:>4} {item.task:<9} {item.outside:>7} {item.inside:>6} {_separated(values)}")
            areas.setdefault(item.task, []).append(values)
    for task, rows in areas.items():
        print(f"mean {task:<9} {'':>14} {_separated(np.mean(rows, axis=0).tolist())}")
    print("scope and probability: area under the ROC curve; found and lost: shares of outside and inside called out of scope")
    return OK


def _separated(values: Sequence[float]) -> str:
    scope, probability, found, lost = values
    return f"{scope:6.3f} {probability:11.3f} {found:6.3f} {lost:6.3f}"


def _planted(args: argparse.Namespace) -> int:
    from fusion.evaluation.planted import evaluate_planted

    if not 0 < args.planted < 0.5:
        raise InputError(f"--planted must lie between 0 and 0.5, found {args.planted}")
    run = RunFolder(args.run or DEFAULT_RUN)
    found: dict[Task, list[tuple[float, float]]] = {}
    print(f"{'seed':>4} {'task':<9} {'planted':>7} {'audit':>6} {'cleanlab':>8}  precision among as many as were planted")
    for seed in range(args.seed, args.seed + args.seeds):
        for item in evaluate_planted(run, args.planted, seed, reading_options(args)):
            other = float("nan") if item.cleanlab is None else item.cleanlab
            print(f"{seed:>4} {item.task:<9} {item.planted:>7} {item.precision:6.3f} {other:8.3f}")
            found.setdefault(item.task, []).append((item.precision, other))
    for task, values in found.items():
        own, other = np.mean(values, axis=0)
        print(f"mean {task:<9} {'':>7} {own:6.3f} {other:8.3f}")
    return OK


if __name__ == "__main__":
    sys.exit(main())
