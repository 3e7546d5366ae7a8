"""The HTTP server's process: takes no new work when it is told to stop, finishes what it accepted, and ends with status 0."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from fusion.serving.app import Service

KEEP_ALIVE = 20  # seconds
LAST_BYTES = 15  # seconds that clients have to take their answers, after all of them are there


class Server(uvicorn.Server):
    """uvicorn, which would end with the signal's own status and close its port before /readyz can say that it stops."""

    def __init__(self, app: Service, grace: float = 0.0) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=LAST_BYTES,
            )
        )
        self.app, self.grace = app, grace
        self.failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; what was asked to stop meanwhile stops."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.failure is not None:
            self.should_exit = True

    def fail(self, error: BaseException) -> None:
        """Stop because the models could not be loaded; callable from any thread."""
        self.failure = error
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The first SIGTERM or Ctrl-C lets accepted work finish, the second does not wait for it."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._told) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told(self, number: int, frame: FrameType | None) -> None:
        if self._loop is None:
            self.should_exit = True
        elif self._stopping is None:
            self.app.work.draining = True
            self._loop.call_soon_threadsafe(self._stop)
        else:
            self.should_exit = self.force_exit = True

    def _stop(self) -> None:
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._finish())

    async def _finish(self) -> None:
        await asyncio.sleep(self.grace)  # Whoever asks /readyz sees that no more is taken, and asks another service.
        await self.app.drained()
        self.should_exit = True


def address(listening: socket.socket) -> str:
    """The address of a socket as browsers take it."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
