"""Ask a running service as many clients would, and say how it bears it.

    python -m fusion.serving.load [--url http://127.0.0.1:8000] [--data FILE] [--clients N] [--seconds S] [--without-images]
                                  [--token-file FILE] [--compare RUN]

prints one line of JSON: answers a second, latency at the 50th, 95th and 99th percentile, statuses, latency of /healthz meanwhile.
Images are sent by name, so the service's --images must hold them. With --compare one client asks each row once of the service
and of the run in this process, and the line says what the service adds at the median.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from data.cases import default_cache
from data.cli import OK, positive, run_command
from data.errors import InputError
from data.reader import load_samples
from data.run import SAMPLE
from data.schema import Sample
from fusion.serving.settings import read_token

if TYPE_CHECKING:
    from fusion.predictor import Predictor

PAUSE = 0.02  # seconds between two questions for /healthz
WARMING = 5  # samples that are asked before any is timed
PATIENCE = 120.0  # seconds for an answer


@dataclass
class Seen:
    """What clients have seen. Latencies are in seconds; `in_time` counts the answers that came before the end of the time."""

    latencies: list[float] = field(default_factory=list)
    in_time: int = 0
    health: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the measurement; status 2 where the service cannot be asked."""
    parser = argparse.ArgumentParser(prog="python -m fusion.serving.load", description="Measure a running service under load.")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the service (default %(default)s)")
    parser.add_argument("--data", type=Path, default=SAMPLE / "test.json", help="rows to ask (default: the bundled test sample)")
    parser.add_argument("--clients", type=positive, default=10, help="clients that ask at the same time (default %(default)s)")
    parser.add_argument("--seconds", type=positive, default=30, help="how long (default %(default)s)")
    parser.add_argument("--without-images", action="store_true", help="ask dialogues alone, without their images")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help="file with the service's token")
    parser.add_argument("--compare", type=Path, metavar="RUN", help="say what the service adds to this run")
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="with --compare: the service's own --cache (default %(default)s)"
    )
    args = parser.parse_args(argv)

    def body() -> int:
        samples = load_samples(args.data)
        if args.without_images:
            samples = [replace(sample, images=()) for sample in samples if sample.turns]
        token = read_token(args.token_file) if args.token_file else None
        if args.compare:
            from fusion.predictor import Predictor

            connection, headers = connected(args.url, token)
            predictor = Predictor.open(args.compare, args.data.parent / "images", cache=args.cache)
            connection.close()  # A service drops a connection that is silent for seconds; the first question opens it again.
            found = _compared(
                predictor,
                samples,
                lambda sample: _asked(connection, "POST", "/v1/predict", request_body(sample), headers),
            )
        else:
            seen = ask(args.url, [request_body(sample) for sample in samples], args.clients, args.seconds, token)
            found = summary(seen, args.seconds)
        print(json.dumps(found))
        return OK

    return run_command(body)


def ask(url: str, bodies: Sequence[bytes], clients: int, seconds: float, token: str | None = None) -> Seen:
    """Ask the rows in turn from several clients at the same time. Raises InputError where the service is not ready."""
    _, headers = connected(url, token)

    def connect() -> http.client.HTTPConnection:
        return _connection(url)

    seen, turn = Seen(), threading.Lock()
    end = time.monotonic() + seconds
    next_row = _counter(len(bodies))

    def client() -> None:
        connection = connect()
        while time.monotonic() < end:
            begun = time.perf_counter()
            try:
                status = _asked(connection, "POST", "/v1/predict", bodies[next_row()], headers)
            except (OSError, http.client.HTTPException):
                status, connection = 0, connect()
            with turn:
                seen.statuses[status] += 1
                if status == 200:
                    seen.latencies.append(time.perf_counter() - begun)
                    seen.in_time += time.monotonic() < end
            if status == 429:
                time.sleep(PAUSE)

    def probe() -> None:
        while time.monotonic() < end:
            begun = time.perf_counter()
            if _asked(connect(), "GET", "/healthz", None, {}) == 200:
                seen.health.append(time.perf_counter() - begun)
            time.sleep(PAUSE)

    threads = [threading.Thread(target=one) for one in (*[client] * clients, probe)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def connected(url: str, token: str | None) -> tuple[http.client.HTTPConnection, dict[str, str]]:
    """A connection to a service and the headers of its requests. Raises InputError where the service is not ready."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection = _connection(url)
    try:
        status = _asked(connection, "GET", "/readyz", None, headers)
    except OSError as error:
        raise InputError(f"--url {url} does not answer ({error}); start `python -m fusion.serve` first") from error
    if status != 200:
        raise InputError(f"--url {url} is not ready (status {status}); wait until its /readyz answers 200")
    return connection, headers


def summary(seen: Seen, seconds: float) -> dict[str, Any]:
    """The measurement; latencies in seconds, status 0 for connections that broke."""
    found: dict[str, Any] = {"answers_per_second": round(seen.in_time / seconds, 2)}
    for name, values in (("", seen.latencies), ("healthz_", seen.health)):
        for share in (50, 95, 99):
            found[f"{name}p{share}"] = round(percentile(values, share / 100), 4) if values else None
    found["statuses"] = {str(status): count for status, count in sorted(seen.statuses.items())}
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-share * len(ordered) // 1) - 1))]


def request_body(sample: Sample) -> bytes:
    """A sample as /v1/predict takes it, images by name."""
    value = {
        "id": sample.id,
        "task": sample.task.value,
        "turns": [{"role": turn.speaker.value, "text": turn.text} for turn in sample.turns],
        "images": list(sample.images),
    }
    return json.dumps(value, ensure_ascii=False).encode()


def _connection(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)


def _asked(connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> int:
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    response.read()
    return response.status


def _counter(size: int) -> Callable[[], int]:
    """A function that gives 0, 1, ..., size - 1, 0, ... to several threads."""
    turn = threading.Lock()
    place = -1

    def following() -> int:
        nonlocal place
        with turn:
            place += 1
            return place % size

    return following


def _compared(predictor: Predictor, samples: Sequence[Sample], question: Callable[[Sample], int]) -> dict[str, float]:
    """Medians of a `Predictor` in this process and of the service, and of the difference. Each sample is asked of both in turn,
    so that whatever else the machine does slows both alike."""
    times: list[tuple[float, float]] = []
    for sample in [*samples[:WARMING], *samples]:
        begun = time.perf_counter()
        predictor([sample])
        between = time.perf_counter()
        if question(sample) != 200:
            raise InputError(f"the service did not answer sample {sample.id}; look at its own output")
        times.append((between - begun, time.perf_counter() - between))
    own, served = zip(*times[WARMING:], strict=True)
    added = [second - first for first, second in times[WARMING:]]
    return {
        "predictor_p50": round(median(own), 4),
        "service_p50": round(median(served), 4),
        "added_p50": round(median(added), 4),
    }


if __name__ == "__main__":
    sys.exit(main())
