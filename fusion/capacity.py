"""How many requests a second a service bears, and how long they take: a simulation of its queue with measured times.

    python -m fusion.capacity --run DIR --data FILE [--images DIR] [--samples N] [--save times.json]      measures, then simulates
    python -m fusion.capacity --times times.json [--cores N] [--readers N] [--loads R,R,...]
    python -m fusion.capacity --read SECONDS --model SIZE:SECONDS,... [--with-images SHARE] [--model-cores N]

prints what each part can do by itself, and for each load (requests of one sample a second) latency at the 50th, 95th and 99th
percentile in seconds, the share that is refused with 429, the mean batch, and how busy the cores are. The model runs on cores
unless --model-cores 0 says that it has a GPU. One service (a replica) is simulated; N of them bear N times the load.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.cli import OK, positive, run_command
from data.errors import InputError
from data.reader import images_folder, load_samples
from data.run import DEFAULT_RUN, SAMPLE, RunFolder
from fusion.measuring.queueing import Service, most_per_second, simulate
from fusion.predict import POLICIES
from fusion.serving.load import percentile

if TYPE_CHECKING:
    from fusion.measuring.service_times import ServiceTimes

SHARES = (0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 1.1, 1.5)  # of the most that a service can do
HEADER = "  requests/s   of the most      p50      p95      p99   refused   batch   cores busy"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the plan; status 2 where it cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m fusion.capacity", description="Simulate a service's queue.")
    measured = parser.add_argument_group("times that are measured now")
    measured.add_argument("--run", type=Path, help=f"finished run to measure (default: {DEFAULT_RUN})")
    measured.add_argument(
        "--data", type=Path, default=SAMPLE / "test.json", help="rows to measure (default: the bundled test sample)"
    )
    measured.add_argument("--images", type=Path, help="folder of the images (default: beside the data file)")
    measured.add_argument("--samples", type=positive, default=64, help="rows to measure at most (default %(default)s)")
    measured.add_argument("--policy", choices=POLICIES, help="which VLM calls are made (default: the profile's)")
    measured.add_argument("--save", type=Path, metavar="FILE", help="keep the times")
    known = parser.add_argument_group("times that are known")
    known.add_argument("--times", type=Path, metavar="FILE", help="what --save kept")
    known.add_argument(
        "--read", type=float, metavar="SECONDS", help="time of reading a sample's images on one core, the same for each"
    )
    known.add_argument("--model", metavar="SIZE:SECONDS,...", help="time of answering batches of so many samples")
    service = parser.add_argument_group("the service")
    service.add_argument(
        "--with-images", type=float, metavar="SHARE", help="share of the samples with images (default: measured, or 1)"
    )
    service.add_argument(
        "--cores", type=positive, default=len(os.sched_getaffinity(0)), help="cores (default: those of this machine)"
    )
    service.add_argument("--readers", type=positive, help="processes that read images (default: as many as cores)")
    service.add_argument(
        "--model-cores", type=float, metavar="N", help="cores that the model keeps busy; 0 on a GPU (default: measured, or 1)"
    )
    service.add_argument("--waiting", type=positive, default=256, help="samples that may wait (default %(default)s)")
    service.add_argument("--batch", type=positive, default=32, help="largest batch (default %(default)s)")
    service.add_argument("--loads", metavar="R,R,...", help="requests a second (default: shares of the most that it can do)")
    service.add_argument("--requests", type=positive, default=10_000, help="requests to simulate (default %(default)s)")
    service.add_argument("--seed", type=int, default=0, help="of the simulation (default %(default)s)")
    args = parser.parse_args(argv)

    def body() -> int:
        for line in _lines(args):
            print(line, flush=True)
        return OK

    return run_command(body)


def _lines(args: argparse.Namespace) -> Iterator[str]:
    service = _service(args)
    most = most_per_second(service)
    least = min(most, key=lambda name: most[name])
    parts = ", ".join(f"{name} {rate:.1f}" for name, rate in most.items())
    yield f"samples a second that each part can do by itself: {parts}; {least} is the first to be full"
    yield HEADER
    for load in _loads(args.loads) or [share * most[least] for share in SHARES]:
        outcome = simulate(service, load, args.requests, args.seed)
        cells = "".join(f"{percentile(outcome.latencies, share):9.3f}" for share in (0.5, 0.95, 0.99))
        busy = outcome.work / outcome.seconds / service.cores
        batch = sum(outcome.batches) / len(outcome.batches)
        refused = outcome.refused / outcome.offered
        yield f"{load:12.2f} {load / most[least]:13.0%}{cells} {refused:9.1%} {batch:7.1f} {busy:12.0%}"


def _service(args: argparse.Namespace) -> Service:
    """What is simulated. Raises InputError."""
    if args.model is not None or args.read is not None:
        if args.times or args.run or args.model is None:
            raise InputError("--read and --model go together, without --run and --times")
        read, model = [args.read or 0.0], _points(args.model)
        images, cores = 1.0 if args.read else 0.0, 1.0
    else:
        from fusion.measuring.service_times import ServiceTimes

        times = ServiceTimes.load(args.times) if args.times else _measured(args)
        read, model, images, cores = list(times.read), list(times.model), times.images, times.model_cores
    images = images if args.with_images is None else args.with_images
    if not 0 <= images <= 1 or (images and not read):
        raise InputError(f"--with-images {images}: expected a share from 0 to 1, and times of reading where it is not 0")
    model_cores = cores if args.model_cores is None else args.model_cores
    return Service(
        read, model, images, args.readers or args.cores, args.cores, min(model_cores, args.cores), args.waiting, args.batch
    )


def _measured(args: argparse.Namespace) -> ServiceTimes:
    from fusion.loading import load_chain, run_manifest
    from fusion.measuring.service_times import measure_service_times

    run = RunFolder(args.run or DEFAULT_RUN)
    chain = load_chain(run, run_manifest(run, policy=args.policy))
    times = measure_service_times(chain, load_samples(args.data)[: args.samples], args.images or images_folder(args.data))
    if args.save:
        times.save(args.save)
    return times


def _points(text: str) -> list[tuple[int, float]]:
    try:
        points = [(int(size), float(seconds)) for size, _, seconds in (part.partition(":") for part in text.split(","))]
    except ValueError:
        points = []
    if not points or any(size < 1 or seconds < 0 for size, seconds in points):
        raise InputError(f"--model {text}: expected sizes and seconds, such as 1:0.03,32:0.5")
    return points


def _loads(text: str | None) -> list[float]:
    try:
        loads = [float(part) for part in text.split(",")] if text else []
    except ValueError:
        loads = [0.0]
    if any(load <= 0 for load in loads):
        raise InputError(f"--loads {text}: expected numbers above 0 with commas between")
    return loads


if __name__ == "__main__":
    sys.exit(main())
