"""A real server process: health while it is busy, and stopping without losing what was accepted."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from serving_fakes import service, serving

from fusion.serving import load
from fusion.serving.settings import Settings

ROOT = Path(__file__).parent.parent
HEALTHY = 0.05  # seconds for /healthz, at the 99th percentile
ROUNDS = 3  # a neighbour on the machine can only make a round slower, so the best one counts
ASKED = 300  # times /healthz is asked in a round
CLIENTS = 8

CODE = """
import socket, sys, time
from pathlib import Path
import numpy as np
from serving_fakes import service, state
from fusion.serving.server import Server
from fusion.serving.state import State

busy = float(sys.argv[2])
made = state()

def answer(cases):
    end = time.monotonic() + busy
    matrix = np.ones((300, 300))
    while time.monotonic() < end:  # both kinds of work: in Python, which holds its lock, and in a library, which gives it up
        sum(number * number for number in range(20_000))
        matrix @ matrix
    return made.answer(cases)

listening = socket.create_server(("127.0.0.1", int(sys.argv[3])))
app = service(Path(sys.argv[1]), load=lambda: State(1, made.digest, made.labels, answer))
print(listening.getsockname()[1], flush=True)
Server(app, grace=0.3).run([listening])
"""


@contextmanager
def process(folder: Path, busy: float) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A service in a process of its own whose model works for `busy` seconds a batch; yields it and its port."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "OMP_NUM_THREADS": "1"}
    started = subprocess.Popen(
        [sys.executable, "-c", CODE, str(folder), str(busy), "0"], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert started.stdout is not None
        port = int(started.stdout.readline())
        end = time.monotonic() + 30
        while get(port, "/readyz")[0] != 200:
            assert time.monotonic() < end
            time.sleep(0.02)
        yield started, port
    finally:
        started.kill()
        started.wait()


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def predict(port: int, samples: int = 1) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        body = json.dumps({"samples": [{"text": "何时上货"}] * samples})
        connection.request("POST", "/v1/predict", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


@pytest.mark.slow
def test_health_answers_while_the_model_works(tmp_path: Path) -> None:
    with process(tmp_path, busy=0.1) as (_, port):
        stop = threading.Event()
        statuses: list[int] = []

        def ask() -> None:
            while not stop.is_set():
                statuses.append(predict(port, 32)[0])

        clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            measured = []
            for _ in range(ROUNDS):
                measured.append(load.percentile([timed(port) for _ in range(ASKED)], 0.99))
                if measured[-1] < HEALTHY:
                    break
        finally:
            stop.set()
            for client in clients:
                client.join()
    assert min(measured) < HEALTHY, measured
    assert statuses
    assert set(statuses) <= {200, 429}


def timed(port: int) -> float:
    """Seconds that /healthz takes on a new connection, as an orchestrator asks."""
    begun = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 200")
    return time.perf_counter() - begun


def test_what_was_accepted_is_answered_before_the_end(tmp_path: Path) -> None:
    with process(tmp_path, busy=1.0) as (started, port):
        found: list[tuple[int, Any]] = []
        client = threading.Thread(target=lambda: found.append(predict(port, 3)))
        client.start()
        while b"intent_waiting_samples 3.0" not in get(port, "/metrics")[1]:
            time.sleep(0.01)
        started.send_signal(signal.SIGTERM)
        while get(port, "/readyz")[0] != 503:  # It still listens, and says that it takes no more.
            time.sleep(0.01)
        assert get(port, "/healthz")[0] == 200
        status, value = predict(port)
        assert (status, value["title"]) == (503, "Service Unavailable")
        client.join()
        assert found[0][0] == 200
        assert len(found[0][1]["predictions"]) == 3
        assert started.wait(10) == 0


def test_an_idle_service_ends_at_once(tmp_path: Path) -> None:
    with process(tmp_path, busy=0.0) as (started, _):
        begun = time.monotonic()
        started.send_signal(signal.SIGINT)
        assert started.wait(10) == 0
        assert time.monotonic() - begun < 5


def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path) -> None:
    settings = Settings(allowed_hosts=("127.0.0.1",), body_seconds=0.3, body=1_000)
    head = "POST /v1/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    with serving(service(tmp_path, settings)) as address:
        port = int(address.rpartition(":")[2])
        while get(port, "/readyz")[0] != 200:
            time.sleep(0.01)
        for sent, status in (
            (f"{head}Content-Length: 100\r\n\r\n{{", 408),
            (f"{head}Transfer-Encoding: chunked\r\n\r\n400\r\n{'x' * 1024}\r\n400\r\n", 413),
            (f"{head}Content-Length: 2000\r\n\r\n", 413),
        ):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(sent.encode())
                answer = b""
                while part := connection.recv(65_536):
                    answer += part
            assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer
            assert b"application/problem+json" in answer


def test_load_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"id": "1", "instruction": "<用户与客服的对话 START>\n用户: 何时上货\n<用户与客服的对话 END>", "output": "何时上货"}]
    (tmp_path / "rows.json").write_text(json.dumps(rows), "utf-8")
    with process(tmp_path, busy=0.0) as (_, port):
        arguments = [
            "--url",
            f"http://127.0.0.1:{port}",
            "--data",
            str(tmp_path / "rows.json"),
            "--clients",
            "3",
            "--seconds",
            "1",
        ]
        assert load.main(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["statuses"]) == {"200"}
    assert found["answers_per_second"] > 1
    assert found["p50"] <= found["p99"]
    assert found["healthz_p99"] > 0
    assert load.main(["--url", f"http://127.0.0.1:{port}"]) == 2
    assert "start `python -m fusion.serve` first" in capsys.readouterr().err


def test_percentiles() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [load.percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert load.percentile([3.0], 0.5) == 3
