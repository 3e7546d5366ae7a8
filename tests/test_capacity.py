"""The simulation of the queue, against closed forms of queueing theory and against what is conserved."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import fusion.capacity
from data.errors import InputError
from fusion.measuring.queueing import Outcome, Service, model_time, most_per_second, simulate
from fusion.measuring.service_times import ServiceTimes

NEVER = 10**9  # samples that may wait: none is refused
ALONE = {"images": 0.0, "waiting": NEVER, "batch": 1, "model_cores": 0.0}


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_one_server_with_exponential_times_is_m_m_1(load: float) -> None:
    outcome = simulate(Service([], lambda size, random: random.expovariate(1.0), **ALONE), load, 200_000)
    assert mean(outcome.latencies) == pytest.approx(1 / (1 - load), rel=0.05)
    # The time in the system is exponential.
    shares = [sum(one <= time for one in outcome.latencies) / len(outcome.latencies) for time in (1.0, 3.0)]
    assert shares == pytest.approx([1 - math.exp(-(1 - load) * time) for time in (1.0, 3.0)], abs=0.02)


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_one_server_with_constant_times_is_m_d_1(load: float) -> None:
    outcome = simulate(Service([], [(1, 1.0)], **ALONE), load, 200_000)
    assert mean(outcome.latencies) == pytest.approx(1 + load / (2 * (1 - load)), rel=0.03)


def test_a_pool_of_readers_is_m_m_c() -> None:
    """Erlang's C for three servers at two thirds: 4/9 of the samples wait, 4/9 on average."""
    service = Service(lambda random: random.expovariate(1.0), [(1, 0.0)], readers=3, cores=3, waiting=NEVER, patience=0)
    outcome = simulate(service, 2.0, 200_000)
    assert mean(outcome.latencies) == pytest.approx(1 + 4 / 9, rel=0.03)


def test_what_is_refused_is_erlangs_of_a_bounded_queue() -> None:
    """M/M/1/K: at load r, r^K (1 - r) / (1 - r^(K + 1)) of the requests find K samples in the system."""
    load, most = 1.2, 5
    service = Service([], lambda size, random: random.expovariate(1.0), images=0.0, waiting=most, batch=1)
    outcome = simulate(service, load, 200_000)
    assert outcome.refused / outcome.offered == pytest.approx(load**most * (1 - load) / (1 - load ** (most + 1)), abs=0.01)


def test_cores_are_shared_like_a_processor() -> None:
    """As many readers as there are samples, on one core: M/M/1 with processor sharing has the mean of M/M/1."""
    service = Service(
        lambda random: random.expovariate(1.0), [(1, 0.0)], readers=10_000, cores=1, waiting=NEVER, patience=0, model_cores=0
    )
    outcome = simulate(service, 0.6, 100_000)
    assert mean(outcome.latencies) == pytest.approx(2.5, rel=0.05)


@pytest.mark.parametrize("rate", [1.0, 3.0, 6.0, 30.0])
def test_nothing_is_lost_and_no_work_is_done_twice(rate: float) -> None:
    read, model = [0.1, 0.2, 0.6], [(1, 0.05), (8, 0.2)]
    service = Service(read, model, images=0.8, readers=3, cores=2, model_cores=1, waiting=20, batch=8)
    outcome = simulate(service, rate, 3_000)
    answered = len(outcome.latencies)
    assert outcome.offered == 3_000 == outcome.refused + answered
    assert sum(outcome.batches) == answered
    assert max(outcome.batches) <= 8
    assert outcome.held == pytest.approx(sum(outcome.latencies))  # Little's law, exact over a run that ends empty
    assert min(outcome.latencies) > 0.05 - 1e-9
    assert outcome.work <= outcome.seconds * 2 + 1e-6
    model_work = sum(model_time(model, size) for size in outcome.batches)
    reading = outcome.work - model_work
    assert reading / answered == pytest.approx(0.8 * 0.3, rel=0.1)
    assert (outcome.refused > 0) == (rate > 5)


def test_a_full_service_answers_what_its_narrowest_part_can() -> None:
    service = Service([0.25], [(1, 0.05), (32, 0.64)], readers=2, cores=2, model_cores=1)
    assert most_per_second(service) == pytest.approx({"reading": 8.0, "model": 50.0, "cores": 2 / 0.27})
    outcome = simulate(service, 30.0, 5_000)
    assert len(outcome.latencies) / outcome.seconds == pytest.approx(2 / 0.27, rel=0.1)
    on_gpu = Service([0.25], [(1, 0.05), (32, 0.64)], readers=2, cores=2, model_cores=0)
    assert len((faster := simulate(on_gpu, 30.0, 5_000)).latencies) / faster.seconds == pytest.approx(8.0, rel=0.03)


def test_a_batch_is_waited_for_while_others_are_read() -> None:
    settings = {"readers": 4, "cores": 4, "model_cores": 0}
    patient, hasty = Service([0.3], [(1, 0.2)], **settings), Service([0.3], [(1, 0.2)], **settings, patience=0)
    sizes = [mean([float(size) for size in simulate(one, 8.0, 2_000).batches]) for one in (hasty, patient)]
    assert sizes[0] < sizes[1]


def test_time_of_a_batch_lies_between_measured_ones() -> None:
    points = [(8, 0.4), (1, 0.1), (32, 1.0)]
    assert [model_time(points, size) for size in (1, 2, 8, 20, 32, 64)] == pytest.approx([0.1, 0.1 + 0.3 / 7, 0.4, 0.7, 1.0, 2.0])


def test_the_same_seed_gives_the_same_run() -> None:
    service = Service([0.1, 0.4], [(1, 0.05)])

    def run(seed: int) -> Outcome:
        return simulate(service, 4.0, 500, seed)

    assert run(1) == run(1) != run(2)


def test_the_command_prints_a_row_for_each_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    times = ServiceTimes((0.2, 0.3), ((1, 0.05), (32, 0.64)), 0.5, 1.0)
    times.save(tmp_path / "times.json")
    assert ServiceTimes.load(tmp_path / "times.json") == times
    arguments = ["--times", str(tmp_path / "times.json"), "--cores", "2", "--loads", "1,20,60", "--requests", "5000"]
    assert fusion.capacity.main(arguments) == 0
    first, header, *rows = capsys.readouterr().out.splitlines()
    assert "reading 16.0, model 50.0, cores 13.8; cores is the first to be full" in first
    assert [row.split()[0] for row in rows] == ["1.00", "20.00", "60.00"]
    assert header.split()[-2:] == ["cores", "busy"]
    assert rows[0].split()[5] == "0.0%"
    assert float(rows[2].split()[5].rstrip("%")) > 50


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--read", "0.2"], "--read and --model go together"),
        (["--model", "1:x"], "expected sizes and seconds"),
        (["--model", "1:0.1", "--loads", "0"], "expected numbers above 0"),
        (["--model", "1:0.1", "--read", "0.1", "--with-images", "2"], "expected a share"),
        (["--times", "{folder}/none.json"], "none.json"),
        (["--times", "{folder}/wrong.json"], "lacks what a plan needs"),
    ],
)
def test_mistakes_get_one_message(arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wrong.json").write_text(json.dumps({"read": []}))
    assert fusion.capacity.main([one.format(folder=tmp_path) for one in arguments]) == 2
    assert message in capsys.readouterr().err
    with pytest.raises(InputError):
        ServiceTimes.load(tmp_path / "wrong.json")
