"""How a service bears many clients at once: errors, latency, health checks, memory, and throughput beside fusion.predict."""

from __future__ import annotations

import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data.atomic import write_json
from data.cli import OK
from data.errors import InputError, RunError
from data.machine import GB
from data.profile import PACKAGE_ROOT, Policy
from data.reader import rows_of
from data.run import RunFolder
from data.schema import Sample
from fusion.measuring.command import run_module, tree_memory
from fusion.measuring.memory import repeated
from fusion.serving.load import Seen, ask, connected, percentile, request_body

READY = 600.0  # seconds until a service is ready at most
ENDING = 90.0  # seconds until it has ended
LOOK = 1.0  # seconds between two looks at memory
FIRST = 60.0  # seconds after which everything is there that is kept
LEVEL = 30.0  # seconds over which the memory's median is taken


@dataclass(frozen=True)
class Soak:
    """What clients saw in `seconds`, and the memory of the service and its processes: (seconds since the start, bytes)."""

    seen: Seen
    seconds: float
    memory: tuple[tuple[float, int], ...]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.seen.in_time / self.seconds

    @property
    def errors(self) -> int:
        """Requests that got neither an answer nor 429; broken connections count."""
        return sum(count for status, count in self.seen.statuses.items() if status not in (200, 429))

    def levels(self) -> tuple[float, float]:
        """Bytes after the first minute (a tenth of a shorter time) and at the end: medians over half a minute (a twentieth)."""
        first, width = min(FIRST, self.seconds / 10), min(LEVEL, self.seconds / 20)
        begun = [size for at, size in self.memory if first <= at <= first + width]
        last = [size for at, size in self.memory if at >= self.seconds - width]
        sizes = [size for _, size in self.memory]
        return statistics.median(begun or sizes), statistics.median(last or sizes)

    def lines(self) -> list[str]:
        """The report."""
        seen, (begun, last) = self.seen, self.levels()
        times = [percentile(seen.latencies, share) if seen.latencies else float("nan") for share in (0.5, 0.95, 0.99)]
        health = [percentile(seen.health, share) if seen.health else float("nan") for share in (0.5, 0.99, 1.0)]
        return [
            f"  answers   {self.rate:.2f}/s; latency p50 {times[0]:.2f} s, p95 {times[1]:.2f} s, p99 {times[2]:.2f} s",
            f"  errors    {self.errors} other than 429, {seen.statuses[429]} times 429, of {seen.statuses.total()} requests",
            f"  healthz   p50 {1000 * health[0]:.1f} ms, p99 {1000 * health[1]:.1f} ms, longest {1000 * health[2]:.1f} ms, "
            f"of {len(seen.health)}",
            f"  memory    {begun / GB:.3f} GB after the first minute, {last / GB:.3f} GB at the end: {last / begun - 1:+.1%}",
        ]


def measure_service(
    run: RunFolder, samples: Sequence[Sample], images: Path, policy: Policy, clients: int, seconds: int, folder: Path
) -> list[str]:
    """Ask a service of the run for so long, and predict the same rows with the command; both recognise all text anew.

    Raises InputError and RunError where one of them cannot be had.
    """
    shared = ["--run", str(linked(run, folder)), "--images", str(images), "--policy", policy, "--no-cache"]
    with running(shared) as (url, process):
        found = soak(url, process.pid, [request_body(sample) for sample in samples], clients, seconds)
    lines = [f"serve     {clients} clients for {seconds} s on {len(samples)} scenes, policy {policy}", *found.lines()]
    lines.append(f"  stopped   with status {process.returncode} on SIGTERM")
    taken = {count: _predicted(shared, samples[:count], folder) for count in (1, len(samples))}
    if len(taken) == 2:
        rate = (len(samples) - 1) / (taken[len(samples)] - taken[1])
        lines.append(
            f"  beside    fusion.predict {rate:.2f}/s on the same rows, its start left out: {found.rate / rate:.2f} of it"
        )
    return lines


def soak(url: str, process: int, bodies: Sequence[bytes], clients: int, seconds: int, token: str | None = None) -> Soak:
    """Ask a running service, whose process id is given, and watch its memory."""
    memory: list[tuple[float, int]] = []
    ended, begun = threading.Event(), time.monotonic()

    def watch() -> None:
        while not ended.wait(LOOK):
            memory.append((time.monotonic() - begun, tree_memory(process)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        seen = ask(url, bodies, clients, seconds, token)
    finally:
        ended.set()
        watcher.join()
    memory = memory or [(0.0, tree_memory(process))]
    return Soak(seen, seconds, tuple((at, size) for at, size in memory if at <= seconds or len(memory) == 1))


@contextmanager
def running(arguments: Sequence[str], token: str | None = None) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A service, started as a user starts it; yields its address when it is ready. At the end it is told to stop, and waited for.

    Raises RunError where it ends before it is ready or with another status than 0.
    """
    command = [sys.executable, "-m", "fusion.serve", *arguments, "--port", "0"]
    process = subprocess.Popen(command, cwd=PACKAGE_ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("listening on ").strip()
        end = time.monotonic() + READY
        while True:
            try:
                connected(url, token)
                break
            except InputError as error:
                if process.poll() is not None or time.monotonic() > end:
                    raise RunError("the service was not ready; see what it printed") from error
                time.sleep(0.2)
        yield url, process
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(ENDING)
        except subprocess.TimeoutExpired as error:
            raise RunError(f"the service had not ended {ENDING:g} s after SIGTERM") from error
        if status != OK:
            raise RunError(f"the service ended with status {status}")
    finally:
        process.kill()
        process.wait()


def linked(run: RunFolder, folder: Path) -> Path:
    """The run under another name, so that what the service keeps beside it goes with the temporary folder."""
    link = folder / "served-run"
    link.symlink_to(run.path.resolve(), target_is_directory=True)
    return link


def _predicted(arguments: Sequence[str], samples: Sequence[Sample], folder: Path) -> float:
    """Seconds of the command."""
    data = folder / f"served-{len(samples)}.json"
    write_json(data, rows_of(repeated(sample, number) for number, sample in enumerate(samples)))
    out = folder / f"served-out-{len(samples)}"
    return run_module("fusion.predict", [*arguments, "--data", str(data), "--out", str(out)]).seconds
