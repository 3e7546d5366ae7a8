"""Answer over HTTP with a finished run: an interface for programs, a page for people, and Label Studio's ML backend.

    python -m fusion.serve [--run DIR] [--images DIR] [--host 127.0.0.1] [--port 8000] [--token-file FILE]
                           [--policy full|adaptive|retrieval] [--max-error SHARE [--confidence SHARE] [--together]]
                           [--audit-share SHARE]

prints the address that it listens on and answers until it is told to stop (SIGTERM or Ctrl-C): it then takes no new work,
finishes what it accepted, and ends with status 0. Status 2 where the run cannot be loaded. With --max-error each answer is
accepted or handed over, as by fusion.predict; with --audit-share that share of them is drawn for people to check, and the promise
comes to rest on what they say. What people teach is kept beside the run folder, in DIR.taught.sqlite, and counts
within seconds. docs/service.md describes routes, security and operation. Needs the extra `serve`.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from data.cli import OK, add_reading_options, positive, reading_options, run_command
from data.errors import InputError
from data.run import DEFAULT_RUN, RunFolder
from data.taught import TaughtStore, taught_path
from fusion.predict import POLICIES, add_promise_options, promise_of

if TYPE_CHECKING:
    from data.teaching import Taught
    from fusion.chain import Chain
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
    args = parser.parse_args(argv)

    def body() -> int:
        missing = [package for module, package in NEEDED.items() if find_spec(module) is None]
        if missing:
            raise InputError(f"{', '.join(missing)} cannot be imported; install the extra `serve`: pip install '.[cpu,serve]'")
        return _serve(args)

    return run_command(body)


def _serve(args: argparse.Namespace) -> int:
    from fusion.serving.settings import Settings, hosts_for, read_token

    promise = promise_of(args)
    token = read_token(args.token_file) if args.token_file else None
    hosts = hosts_for(args.host, tuple(args.allowed_host))
    size = args.max_body * 2**20
    settings = Settings(
        args.host, args.port, token, hosts, args.waiting, body=size, bodies=8 * size, kept=args.keep, audit_share=args.audit_share
    )
    run = RunFolder(args.run)
    manifest = run.read_manifest()
    run.require("index")
    if manifest.profile.with_policy(args.policy).calls.policy != "retrieval":
        run.require("vlm")
    images = args.images or Path(manifest.images)

    from data.cases import Reader
    from fusion.live.rules import LiveRules
    from fusion.serving.app import Parts, create_app
    from fusion.serving.audit_store import AuditStore
    from fusion.serving.reading import ReadingPool
    from fusion.serving.server import Server, address
    from fusion.serving.state import Holder
    from fusion.serving.store import store_path
    from fusion.teaching.teacher import Teacher

    workers = args.workers or len(os.sched_getaffinity(0))
    pool = ReadingPool(Reader.for_profile(manifest.profile, images, args.cache, 1), workers)

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
        if base.rule:
            print("\n".join(base.rule.lines()), flush=True)
        pool.warm()

        def swap(chain: Chain, taught: Taught) -> None:
            holder.swap(state_of(run, chain, base, taught, rules))

        begin.append(lambda: teacher.start(applying, swap, taught.version))
        return state_of(run, chain, base, taught, rules)

    try:
        listening = socket.create_server(
            (settings.host, settings.port), family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        )
    except OSError as error:
        raise InputError(
            f"cannot listen on {settings.host}, port {settings.port} ({error.strerror or error}); choose another --host or --port"
        ) from error
    store = AuditStore(store_path(run.path), args.keep)
    teacher = Teacher(TaughtStore(taught_path(run.path)))
    parts = Parts(
        settings,
        store,
        teacher,
        pool,
        load,
        holder,
        images,
        rules,
        loaded=lambda: begin[0](),
        failed=lambda error: server.fail(error),
        close=pool.close,
    )
    app = create_app(parts)
    server = Server(app, args.grace)
    print(f"listening on {address(listening)}", flush=True)
    server.run([listening])
    if server.failure is not None:
        raise server.failure
    return OK


if __name__ == "__main__":
    sys.exit(main())
