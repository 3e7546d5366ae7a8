"""Answer over HTTP with a finished run: an interface for programs, a page for people, and Label Studio's ML backend.

    python -m fusion.serve [--run DIR] [--images DIR] [--host 127.0.0.1] [--port 8000] [--token-file FILE]
                           [--policy full|adaptive|retrieval] [--max-error SHARE [--confidence SHARE] [--together]]
                           [--audit-share SHARE] [--replicas N [--ray-address HOST:PORT]]

prints the address that it listens on and answers until it is told to stop (SIGTERM or Ctrl-C): it then takes no new work,
finishes what it accepted, and ends with status 0. Status 2 where the run cannot be loaded. With --max-error each answer is
accepted or handed over, as by fusion.predict; with --audit-share that share of them is drawn for people to check, and the promise
comes to rest on what they say. What people teach is kept beside the run folder, in DIR.taught.sqlite, and counts within seconds.
With --replicas N processes answer through Ray Serve, on this machine or in a cluster (extra `ray`). docs/service.md describes
routes, security and operation. Needs the extra `serve`.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from data.cli import OK, add_ray_address, add_reading_options, positive, reading_options, run_command
from data.errors import InputError
from data.run import DEFAULT_RUN, RunFolder
from data.taught import TaughtStore, taught_path
from fusion.predict import POLICIES, add_promise_options, promise_of

if TYPE_CHECKING:
    from data.cases import Reader
    from data.teaching import Taught
    from fusion.chain import Chain
    from fusion.serving.app import Parts
    from fusion.serving.audit_store import AuditStore
    from fusion.serving.settings import Settings
    from fusion.serving.state import State

NEEDED = {
    "fastapi": "fastapi",
    "uvicorn": "uvicorn",
    "prometheus_client": "prometheus-client",
    "python_multipart": "python-multipart",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop; status 2 where that cannot be."""
    parser = argparse.ArgumentParser(prog="python -m fusion.serve", description="Answer over HTTP with a finished run.")
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder (default %(default)s)")
    parser.add_argument("--images", type=Path, help="folder of images that requests name (default: that of the training images)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s: this machine alone)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on, 0 for any that is free (default %(default)s)")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help="file with the secret that requests must bear")
    parser.add_argument(
        "--allowed-host", action="append", default=[], metavar="NAME", help="a name by which the service is called; repeatable"
    )
    parser.add_argument("--policy", choices=POLICIES, help="which VLM calls are made (default: the profile's)")
    add_promise_options(parser)
    add_reading_options(parser)
    parser.add_argument(
        "--waiting", type=positive, default=256, metavar="N", help="samples that may wait for an answer (default %(default)s)"
    )
    parser.add_argument(
        "--max-body", type=positive, default=32, metavar="MIB", help="size of a request (default %(default)s MiB)"
    )
    parser.add_argument(
        "--keep", type=positive, default=1_000, metavar="N", help="questions kept for people (default %(default)s)"
    )
    parser.add_argument(
        "--audit-share",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="of answers that people are asked to check (default 0: none)",
    )
    parser.add_argument(
        "--grace", type=float, default=0.0, metavar="S", help="seconds to go on listening when told to stop (default %(default)s)"
    )
    parser.add_argument(
        "--replicas", type=positive, metavar="N", help="answer in N processes, each with the models (needs the extra `ray`)"
    )
    add_ray_address(parser, "--replicas run there")
    args = parser.parse_args(argv)

    def body() -> int:
        missing = [package for module, package in NEEDED.items() if find_spec(module) is None]
        if missing:
            raise InputError(f"{', '.join(missing)} cannot be imported; install the extra `serve`: pip install '.[cpu,serve]'")
        return _serve(args)

    return run_command(body)


def _serve(args: argparse.Namespace) -> int:
    from data.cases import Reader
    from fusion.serving.settings import Settings, hosts_for, read_token

    promise_of(args)  # Options that do not fit are named before anything is loaded.
    token = read_token(args.token_file) if args.token_file else None
    hosts = hosts_for(args.host, tuple(args.allowed_host))
    size = args.max_body * 2**20
    settings = Settings(
        args.host, args.port, token, hosts, args.waiting, body=size, bodies=8 * size, kept=args.keep, audit_share=args.audit_share
    )
    run = RunFolder(args.run)
    manifest = run.read_manifest()
    run.require("index")
    asks = manifest.profile.with_policy(args.policy).calls.policy != "retrieval"
    if asks:
        run.require("vlm")
    # Absolute, because replicas work in other folders.
    folders = {name: path.absolute() for name in ("run", "images", "cache") if (path := getattr(args, name)) is not None}
    args = argparse.Namespace(**vars(args) | folders)
    reader = Reader.for_profile(manifest.profile, args.images or Path(manifest.images), args.cache, 1)
    if args.replicas or args.ray_address:
        return _serve_replicas(args, settings, reader, asks)

    from fusion.serving.app import create_app
    from fusion.serving.audit_store import AuditStore
    from fusion.serving.server import Server, address
    from fusion.serving.store import store_path

    listening = _listening(settings)
    store, taught = AuditStore(store_path(run.path), args.keep), TaughtStore(taught_path(run.path))
    parts = _parts(args, settings, reader, store, taught, len(os.sched_getaffinity(0)))
    server: Server
    app = create_app(dataclasses.replace(parts, failed=lambda error: server.fail(error)))
    server = Server(app, args.grace)
    print(f"listening on {address(listening)}", flush=True)
    server.run([listening])
    if server.failure is not None:
        raise server.failure
    return OK


def _serve_replicas(args: argparse.Namespace, settings: Settings, reader: Reader, asks: bool) -> int:
    """Serve with several processes until told to stop."""
    from functools import partial

    from fusion.serving.replicas import Replicas, serving

    if not args.replicas:
        raise InputError("--ray-address was given without --replicas N: say how many processes answer")
    address = None if args.ray_address == "local" else args.ray_address
    replicas = Replicas(args.replicas, address, gpus=asks)
    with _listening(settings) as free:  # Ray Serve would say only in a log that it cannot listen.
        settings = dataclasses.replace(settings, port=free.getsockname()[1])
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with serving(partial(_parts, args, settings, reader), settings, replicas, args.run) as url:
            print(f"listening on {url}", flush=True)
            stop.wait()
            stop.wait(args.grace)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return OK


def _listening(settings: Settings) -> socket.socket:
    """A socket at the service's address. Raises InputError where there can be none."""
    try:
        return socket.create_server(
            (settings.host, settings.port), family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        )
    except OSError as error:
        raise InputError(
            f"cannot listen on {settings.host}, port {settings.port} ({error.strerror or error}); choose another --host or --port"
        ) from error


def _parts(
    args: argparse.Namespace, settings: Settings, reader: Reader, store: AuditStore, taught: TaughtStore, processors: int
) -> Parts:
    """What the application is made of. `processors` may be used for reading images."""
    from fusion.live.rules import LiveRules
    from fusion.serving.app import Parts
    from fusion.serving.reading import ReadingPool
    from fusion.serving.state import Holder
    from fusion.teaching.teacher import Teacher

    run, promise = RunFolder(args.run), promise_of(args)
    pool = ReadingPool(reader, args.workers or processors)
    holder, rules = Holder(), LiveRules()
    begin: list[Callable[[], None]] = []

    def load() -> State:
        from fusion.loading import load_base_chain, open_applying, run_manifest
        from fusion.serving.loading import state_of

        found = run_manifest(run, policy=args.policy)
        base = load_base_chain(run, found, promise)
        applying = open_applying(run, found, base, reading_options(args))
        taught = teacher.store.taught()
        chain = base if taught.version == found.taught else applying.apply(teacher.store, taught)
        if chain.rule:
            print("\n".join(chain.rule.lines()), flush=True)
        pool.warm()

        def swap(chain: Chain, taught: Taught) -> None:
            holder.swap(state_of(run, chain, base, taught, rules))

        begin.append(lambda: teacher.start(applying, swap, taught.version))
        return state_of(run, chain, base, taught, rules)

    teacher = Teacher(taught)
    return Parts(
        settings,
        store,
        teacher,
        pool,
        load,
        holder,
        reader.images,
        rules,
        loaded=lambda: begin[0](),
        failed=_raise,
        close=pool.close,
    )


def _raise(error: BaseException) -> None:
    raise error


if __name__ == "__main__":
    sys.exit(main())
